"""What follows from events, and from the clock."""
