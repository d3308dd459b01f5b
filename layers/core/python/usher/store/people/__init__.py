"""Items about people."""
