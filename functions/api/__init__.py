"""The HTTP API (DESIGN 6): routes, shapes and the one map from error to problem+json."""
