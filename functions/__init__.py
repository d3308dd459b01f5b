"""The Lambda functions: one folder each, nothing but the edge."""
