"""Views: functions that return a domain object as the JSON shape of the API."""
