"""Usher seats people: licenses, invites, acceptance, starts and expiry."""
