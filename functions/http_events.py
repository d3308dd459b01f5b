"""Events of the HTTP API, as its functions read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def well_formed(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the event with U+FFFD for each half of a surrogate pair in its texts, as browsers show them.

    JSON can escape such a half, and nothing can encode it: neither a digest nor an answer.
    """
    return {_formed(name): _formed(value) for name, value in event.items()}


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


def _formed(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    match value:
        case str():
            return (
                value
                if value.isascii()
                else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            )
        case Mapping():
            return well_formed(value)
        case list():
            return [_formed(one) for one in value]
    return value
