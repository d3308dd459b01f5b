"""record_delivery: records on an invite what SES reports of its email."""
