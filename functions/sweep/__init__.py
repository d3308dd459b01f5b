"""sweep: does the scheduled work: expiry, reminders, late starts, ends of access."""
