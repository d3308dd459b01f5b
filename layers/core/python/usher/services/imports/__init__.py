"""Imports: read, checked and carried out, chunk by chunk."""
