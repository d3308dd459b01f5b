"""The keys of a license's parts: directly after the license, so that one query reads them with it."""

from __future__ import annotations

from usher.store import keys

_PART = "#PART#"


def part(license_id: str, number: int) -> str:
    """The sort key of a part; the first one is the license's own item."""
    return keys.license(license_id) if number == 0 else f"{keys.license(license_id)}{_PART}{number}"


def is_part(sort_key: str) -> bool:
    """Whether an item among those of licenses is a part beside the license's own item."""
    return _PART in sort_key


def last_part(license_id: str) -> str:
    """A text that sorts after all parts of a license and before any other license."""
    return f"{keys.license(license_id)}{_PART}~"
