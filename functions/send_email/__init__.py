"""send_email: renders queued emails and sends them, once each."""
