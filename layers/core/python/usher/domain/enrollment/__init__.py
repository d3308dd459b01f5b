"""The ways in without an invite: their rules."""
