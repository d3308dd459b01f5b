"""The emails as they are written: rendered to send them, and to show them before."""
