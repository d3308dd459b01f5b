"""Spreadsheets of people, read from bytes and written to bytes. No AWS, no table."""
