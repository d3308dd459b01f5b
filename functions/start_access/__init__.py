"""start_access: starts accesses when their state machine says that it is time."""
