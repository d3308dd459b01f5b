"""What follows from an event: emails queued, waits begun, the bus told."""
