"""Imports of learners from spreadsheets: their rules."""
