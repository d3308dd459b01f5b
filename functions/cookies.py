"""The cookies of a request to an HTTP API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def request_cookies(event: Mapping[str, Any]) -> dict[str, str]:
    """Return the cookies of an event (payload format 2.0) by name.

    API Gateway lists them under `cookies`; what stands in for it locally leaves them in the header. The first
    of a name counts: browsers send that of the closest path first.
    """
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    cookies: dict[str, str] = {}
    for pair in "; ".join(event.get("cookies") or [headers.get("cookie", "")]).split(";"):
        name, _, value = pair.strip().partition("=")
        cookies.setdefault(name, value)
    return cookies
