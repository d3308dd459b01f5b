"""dispatch: carries out the effects of each event in the table, and publishes the event."""
