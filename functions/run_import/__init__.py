"""run_import: reads, checks and carries out imports, a step at a time."""
