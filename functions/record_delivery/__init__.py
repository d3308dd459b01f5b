"""record_delivery: records SES's reports about an invite's email on the invite."""
