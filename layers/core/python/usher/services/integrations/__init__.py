"""Integrations of other programs: API keys, webhooks, entitlements."""
