"""From where somebody asks, for the limits on what strangers may do.

What the HTTP API calls the caller is CloudFront's machine. CloudFront adds the viewer's address to
`X-Forwarded-For`, the API adds CloudFront's behind it, and so the viewer's is the last but the caller's; all
that stands before it the viewer may have written. The API also answers under a name of its own, where nobody
adds an address but the API: so the header counts only if the request brings the secret of CloudFront as well.
"""

import hmac
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from usher.gateways.secrets import Secret

FRONT_KEY = "x-usher-front"
"""The header with CloudFront's secret; `infra.constructs.cdn` and the local front write it."""

_HOUSEHOLD = 64
"""Bits of an IPv6 address that one customer of a network has in common; the others are theirs to choose."""


def viewer_address(event: APIGatewayProxyEventV2, front_key: Secret) -> str:
    """Return the viewer's IP address, of IPv6 the network; the caller's where CloudFront has not vouched."""
    caller = _read(event.request_context.http.source_ip)
    hops = [_read(hop) for hop in event.headers.get("x-forwarded-for", "").split(",")]
    if hops[-1] == caller:
        hops.pop()
    viewer = hops[-1] if hops and _is_from_front(event, front_key) else None
    address = viewer or caller
    return "" if address is None else _subject(address)


def _is_from_front(event: APIGatewayProxyEventV2, front_key: Secret) -> bool:
    shown = event.headers.get(FRONT_KEY, "")
    return bool(shown) and hmac.compare_digest(shown.encode(), front_key.text().encode())


def _read(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text.strip())
    except ValueError:
        return None


def _subject(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(IPv6Network((address, _HOUSEHOLD), strict=False))
    return str(address)
