"""The rules: frozen values, decisions and errors. No I/O, no clock, no environment."""
