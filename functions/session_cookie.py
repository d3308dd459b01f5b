"""The cookie of the API's session, which the API and the people's pages set (decision 0054)."""

from __future__ import annotations

from aws_lambda_powertools.shared.cookies import Cookie, SameSite

COOKIE = "usher_refresh"
PATH = "/v1/session"
"""The only path that browsers send the cookie to; whoever sets or clears it has to name the same one."""
COOKIE_LIFE = 30 * 24 * 3600
"""Seconds; the validity of refresh tokens in the user pool."""


def session_cookie(refresh_token: str, *, secure: bool) -> Cookie:
    """Return the cookie that renews a session: HttpOnly, and sent by pages of the same site alone."""
    return _cookie(refresh_token, secure=secure, life=COOKIE_LIFE)


def expired_session_cookie(*, secure: bool) -> Cookie:
    """Return the cookie that clears it."""
    return _cookie("", secure=secure, life=0)


def _cookie(value: str, *, secure: bool, life: int) -> Cookie:
    return Cookie(
        name=COOKIE,
        value=value,
        path=PATH,
        secure=secure,
        http_only=True,
        same_site=SameSite.STRICT_MODE,
        max_age=life,
    )
