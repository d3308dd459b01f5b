"""The client's IP address, by which rate limits count.

The source address in an event of the HTTP API is CloudFront's. CloudFront appends the client's address to
`X-Forwarded-For`, and the HTTP API appends CloudFront's, so the client's is the last but one; those before it
may be forged by the client. The HTTP API can also be called by its own host name, where CloudFront appends
nothing; but such a request is refused before it comes here (`functions.origin_verification`).
"""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

_CUSTOMER_PREFIX = 64
"""Bits of the IPv6 network that a provider gives a customer, who can choose the other bits."""


def client_address(event: APIGatewayProxyEventV2) -> str:
    """Return the client's IP address; for IPv6, its network of 64 bits.

    Where CloudFront's header cannot be read it is the event's source address, and empty without one.
    """
    source = _parse(event.request_context.http.source_ip)
    hops = [_parse(hop) for hop in event.headers.get("x-forwarded-for", "").split(",")]
    if hops[-1] == source:
        hops.pop()
    address = (hops[-1] if hops else None) or source
    return "" if address is None else _countable(address)


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text.strip())
    except ValueError:
        return None


def _countable(address: IPv4Address | IPv6Address) -> str:
    """Return the address by which limits count: one for all IPv6 addresses of a customer."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(IPv6Network((address, _CUSTOMER_PREFIX), strict=False))
    return str(address)
