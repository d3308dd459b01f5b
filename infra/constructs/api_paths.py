"""The paths of the HTTP API, for CloudFront and for what stands in its place on one machine.

It imports nothing of CDK, which `infra.local` would wait for at every start.
"""

API_PATHS = ("/v1/*", "/i", "/i/*", "/learn", "/learn/*", "/join", "/join/*", "/c", "/c/*")
"""The paths that lead to the HTTP API, `*` for any rest. All others are static files.

A page's first segment alone is no page, but people shorten addresses: the API's route for unknown addresses
answers them with a page.
"""
