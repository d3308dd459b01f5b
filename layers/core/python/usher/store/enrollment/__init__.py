"""Items of enrollment: codes, join pages, requests, email verifications, single sign-on and rate limits."""
