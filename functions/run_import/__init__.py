"""run_import: reads, checks and carries out imports, a piece at a time."""
