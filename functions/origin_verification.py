"""The refusal of requests that did not come through CloudFront, at the two functions that serve HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

HEADER = "x-origin-verify"
"""The header with CloudFront's key; `infra.constructs.cdn` and `infra.local.proxy` write it."""

_PROBLEM = {
    "type": "urn:usher:problem:wrong_host",
    "title": "This host name serves CloudFront alone.",
    "status": 403,
    "code": "wrong_host",
    "next_action": "Use the address at which Usher is published.",
}


def refusal_of(event: Mapping[str, Any], *, accepts: Callable[[str], bool]) -> dict[str, Any] | None:
    """Return the answer to a request without CloudFront's key; None for one whose key is accepted."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    if accepts(headers.get(HEADER, "")):
        return None
    return {
        "statusCode": 403,
        "headers": {"content-type": "application/problem+json", "cache-control": "no-store"},
        "body": json.dumps(_PROBLEM),
        "isBase64Encoded": False,
    }
