"""The JSON of requests and answers, by area (DESIGN 6). Pydantic stays here."""
