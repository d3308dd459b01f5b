"""The cookie of the API's session: the refresh token, which /v1/session alone gets to see (decision 3)."""

from __future__ import annotations

from aws_lambda_powertools.shared.cookies import Cookie, SameSite

COOKIE = "usher_refresh"
PATH = "/v1/session"
COOKIE_LIFE = 30 * 24 * 3600
"""Seconds; the validity of refresh tokens in the user pool."""


def session_cookie(value: str, *, life: int, secure: bool) -> Cookie:
    """Return the cookie with a refresh token, for `life` seconds; 0 removes it."""
    return Cookie(
        name=COOKIE,
        value=value,
        path=PATH,
        secure=secure,
        http_only=True,
        same_site=SameSite.STRICT_MODE,
        max_age=life,
    )
