"""Effects: work that follows from an event, such as an email to send or a start to schedule (DESIGN 3)."""
