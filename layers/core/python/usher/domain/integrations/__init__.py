"""API keys and webhooks: their rules."""
