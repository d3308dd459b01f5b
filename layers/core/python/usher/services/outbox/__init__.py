"""The outbox: what follows from events, and from the clock."""
