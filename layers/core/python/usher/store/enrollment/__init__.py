"""Items of the ways in."""
