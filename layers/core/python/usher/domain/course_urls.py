"""Which addresses of courses a product may have."""

from __future__ import annotations

from urllib.parse import urlsplit

from usher.domain.errors import InvalidError

MAX_URL = 500
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1"})
"""Hosts to which browsers connect without a network, so that they need no TLS."""


class BadProductUrlError(InvalidError):
    """The address is no page on the web that learners can be led to."""

    code = "bad_product_url"
    title = "Not a usable address of a product"
    fields = ("url",)
    next_action = "Send the https address of the product's page, or an empty one if it has none."


def check_course_url(url: str) -> str:
    """Return the address, empty for none, or raise BadProductUrlError.

    It is an https address; an http address only of a program on the reader's own machine.
    """
    if url and not (_is_web_address(url) and len(url) <= MAX_URL):
        raise BadProductUrlError(f"A product's url is an https address of at most {MAX_URL} characters.")
    return url


def _is_web_address(url: str) -> bool:
    if not url.isprintable() or " " in url or "\\" in url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:  # such as "https://["
        return False
    if not parts.hostname or "@" in parts.netloc:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _THIS_MACHINE)
