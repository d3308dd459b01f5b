"""dispatch: queues, schedules and publishes what follows from each event in the table."""
