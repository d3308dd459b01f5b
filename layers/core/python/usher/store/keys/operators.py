"""The keys of what operators find and list over all organizations."""

from __future__ import annotations

from datetime import datetime

from usher.domain.instants import rfc3339

ORGANIZATION_NAMES = "ORGANIZATION_NAMES"
UNCONFIRMED = "UNCONFIRMED"
UNCONFIRMED_DOMAINS = "UNCONFIRMED_DOMAINS"
_LONGEST_NAME = 200
"""Characters of a folded name in a sort key, which has at most 1,024 bytes."""


def organization_name(folded_text: str, organization_id: str) -> str:
    """An organization's folded name, or slug, within the partition of all names."""
    return f"{organization_name_prefix(folded_text)}#{organization_id}"


def organization_name_prefix(folded_text: str) -> str:
    """The prefix of the names that begin with a text."""
    return folded_text[:_LONGEST_NAME]


def waiting_connection(since: datetime, connection_id: str) -> str:
    """In `listing`: a connection with domains to be confirmed, by when the first of them was named."""
    return f"{rfc3339(since)}#{connection_id}"
