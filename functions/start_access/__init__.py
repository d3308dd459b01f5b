"""start_access: starts an access when its state machine says that it is time."""
