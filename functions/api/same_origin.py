"""Protects what a cookie alone allows: browsers may ask for it from pages of this origin (decision 64)."""

from __future__ import annotations

from collections.abc import Mapping

from usher.domain.errors import ForbiddenError

_FETCH_SITE = "sec-fetch-site"
_ORIGIN = "origin"


class CrossSiteError(ForbiddenError):
    """A browser sent the request from a page of another origin."""

    code = "cross_site"
    title = "The request comes from another site"
    next_action = "Do it on Usher's own pages. Programs send neither Origin nor Sec-Fetch-Site."


def require_same_origin(headers: Mapping[str, str], *, origin: str) -> None:
    """Let pass what pages of `origin` send, and what is sent by no browser, which has no one else's cookies.

    Pages can set neither header. Browsers send Sec-Fetch-Site where the origin is trustworthy, which TLS and
    loopback are, and Origin with every request that may change something.

    Raises:
        CrossSiteError: a page of another origin sent the request, another subdomain's included.
    """
    site = headers.get(_FETCH_SITE)
    sender = headers.get(_ORIGIN)
    of_this_origin = site == "same-origin" if site is not None else sender in (None, origin)
    if not of_this_origin:
        raise CrossSiteError(f"It was sent by a page of {sender or 'another origin'}.")
