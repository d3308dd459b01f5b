"""Records what SES reports of an email."""
