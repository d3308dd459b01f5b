"""The HTTP API (DESIGN 6): its routes, the JSON of requests and answers, and errors as problem+json."""
