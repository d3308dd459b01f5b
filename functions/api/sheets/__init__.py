"""Answers as CSV files, in pages."""
