"""The scheduled work: expiry, reminders, late starts, ends of access."""
