"""Sends queued emails, once each."""
