"""Enrollment without an invite: by join page, code or single sign-on."""
