"""Reports and their parts."""
