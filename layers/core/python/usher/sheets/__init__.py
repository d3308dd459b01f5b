"""Spreadsheets of people, read and written: bytes in, rows out. No AWS, no table."""
