"""The other AWS services, each behind what Usher asks of it."""
