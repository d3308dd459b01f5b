"""run_import: reads, checks and carries out imports, step by step."""
