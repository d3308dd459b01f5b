"""deliver_webhook: calls the receivers of webhooks."""
