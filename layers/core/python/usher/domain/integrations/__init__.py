"""Rules for API keys and webhooks."""
