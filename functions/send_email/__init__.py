"""send_email: renders queued emails and sends each of them once."""
