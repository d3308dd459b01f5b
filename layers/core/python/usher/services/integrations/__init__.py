"""What other programs use: API keys, webhooks, entitlements."""
