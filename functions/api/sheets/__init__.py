"""Answers as CSV."""
