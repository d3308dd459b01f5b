"""Items of other programs."""
