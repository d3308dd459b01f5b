"""The Lambda functions: one folder each, nothing but the edge; beside them, the modules that they share."""
