"""Items of webhooks, their deliveries, and API keys."""
