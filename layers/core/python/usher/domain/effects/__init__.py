"""Effects: what must follow from an event, such as an email to send or a start to wait for (DESIGN 3)."""
