"""Where webhooks may be sent: public addresses over https, and networks that the deployment names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias
from urllib.parse import urlsplit

from usher.domain.errors import InvalidError
from usher.lazy_dataclasses import dataclass

Address: TypeAlias = IPv4Address | IPv6Address
Networks: TypeAlias = Sequence[str]
"""Networks in CIDR notation."""

MAX_URL = 500

_PORTS = {"https": 443, "http": 80}
_MAX_PORT = 65_535
_URL = re.compile(r"[!-~]+")
_NO_URL = frozenset('"<>\\^`{|}')
_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{0,62}[a-z][a-z0-9-]{0,62}")
_PRIVATE_NAMES = (".localhost", ".local", ".internal", ".intranet", ".lan", ".home", ".corp", ".home.arpa")

_UNICAST = IPv6Network("2000::/3")
"""The only part of IPv6 that is routed publicly; NAT64, v4-mapped and v4-compatible forms lie outside."""

_HIDDEN = tuple(
    ip_network(network)
    for network in (
        "192.0.0.0/24",  # protocol assignments
        "192.88.99.0/24",  # relays of 6to4
        "2001::/23",  # protocol assignments, Teredo among them
        "2002::/16",  # 6to4: an IPv4 address inside
        "3fff::/20",  # documentation
    )
)
"""Networks that are not public, but that not every version of Python's tables calls private."""


class BadDestinationError(InvalidError):
    """The URL is not one that a webhook can have."""

    code = "bad_webhook_url"
    title = "Not a usable address for a webhook"
    fields = ("url",)
    next_action = "Give an https address on a public host, such as https://hooks.example.com/usher."


class PrivateDestinationError(BadDestinationError):
    """The host is, or resolves to, an address of a private network."""

    code = "private_webhook_url"
    title = "The address is not public"
    next_action = "Give the address of a host that can be reached from the internet."


@dataclass(frozen=True, kw_only=True)
class Destination:
    """A URL, parsed once, so that the parts that are checked are those that are called.

    Attributes:
        authority: host and port as the header Host has them.
        target: path and query.
    """

    scheme: str
    host: str
    port: int
    authority: str
    target: str


def read_destination(url: str, *, own_networks: Networks) -> Destination:
    """Parse a URL, or refuse one that can never be called.

    The addresses of a host's name are checked when it is called (`check_addresses`). With `own_networks`,
    private names and plain http are checked at that time, too.

    Raises:
        BadDestinationError, PrivateDestinationError.
    """
    if len(url) > MAX_URL or _URL.fullmatch(url) is None or _NO_URL & set(url):
        raise BadDestinationError(f"It has 1 to {MAX_URL} characters of an address, encoded in ASCII.")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or ""), parts.port
    except ValueError as error:
        raise BadDestinationError("It cannot be read as an address.") from error
    if parts.scheme != "https" and not (parts.scheme == "http" and own_networks):
        raise BadDestinationError("It does not begin with https://.")
    if "@" in parts.netloc:
        raise BadDestinationError("It holds a user's name or password.")
    if "%" in host:
        raise BadDestinationError("Its host is no name of a host.")
    if "#" in url:
        raise BadDestinationError("It holds a fragment.")
    if port == 0:
        raise BadDestinationError(f"A port is a number from 1 to {_MAX_PORT}.")
    _check_host(host, own_networks)
    return Destination(
        scheme=parts.scheme,
        host=host,
        port=port or _PORTS[parts.scheme],
        authority=parts.netloc,
        target=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
    )


def _check_host(host: str, own_networks: Networks) -> None:
    try:
        literal = ip_address(host)
    except ValueError:
        name = host.removesuffix(".")
        if not own_networks and ("." not in name or f".{name}".endswith(_PRIVATE_NAMES)):
            raise PrivateDestinationError("The host has a name of a private network.") from None
        if _NAME.fullmatch(name if "." in name else f"{name}.host") is None:
            raise BadDestinationError("Its host is no name of a host.") from None
        return
    if not (is_public(literal) or _is_in(literal, own_networks)):
        raise PrivateDestinationError("The host is no public address.")


def check_addresses(addresses: Iterable[str], *, scheme: str, own_networks: Networks) -> list[str]:
    """Return the addresses of a host, IPv4 first, if all of them may be called.

    Raises:
        PrivateDestinationError: an address is neither public nor in one of the `own_networks`.
        BadDestinationError: plain http leads out of the `own_networks`.
    """
    found = [ip_address(address) for address in dict.fromkeys(addresses)]
    own = [_is_in(address, own_networks) for address in found]
    if not found or not all(inside or is_public(address) for inside, address in zip(own, found, strict=True)):
        raise PrivateDestinationError("The host's address is not public.")
    if scheme != "https" and not all(own):
        raise BadDestinationError("Only https leaves the networks of this deployment.")
    return [str(address) for address in sorted(found, key=lambda address: address.version)]


def is_public(address: Address) -> bool:
    """Return whether an address is public: global and unicast."""
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if address.version != _UNICAST.version:
        return not _is_in_any(address)
    return address in _UNICAST and not _is_in_any(address)


def _is_in_any(address: Address) -> bool:
    return any(address.version == network.version and address in network for network in _HIDDEN)


def _is_in(address: Address, networks: Networks) -> bool:
    return any(
        address in network for network in map(ip_network, networks) if network.version == address.version
    )
