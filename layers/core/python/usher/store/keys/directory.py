"""The keys of the directory's indexes: what is searched and sorted by address or name, or counted."""

from __future__ import annotations

from typing import Final

from usher.domain.directory import DirectoryEntry, DirectoryField

INDEXES: Final = {
    DirectoryField.EMAIL: "directory_email",
    DirectoryField.FIRST_NAME: "directory_first_name",
    DirectoryField.LAST_NAME: "directory_last_name",
}
"""The indexes by the field that they are sorted by."""

SORT_KEYS: Final = {
    DirectoryField.EMAIL: "email_sk",
    DirectoryField.FIRST_NAME: "first_name_sk",
    DirectoryField.LAST_NAME: "last_name_sk",
}
"""The attributes with the sort keys of the indexes, which share the attribute PARTITION_KEY."""

PARTITION_KEY: Final = "directory_pk"

ADDRESS_INDEX: Final = "directory_address"
"""The index of what is to one address, whatever its state; its entries are in the order of their ids."""

ADDRESS_PARTITION_KEY: Final = "to_pk"
"""The attribute with its partition key; its sort key is that of the listing."""

_BEHIND_ALL_NAMES: Final = "\U0010ffff"


def invites(organization_id: str, state: str) -> str:
    """An organization's learner invites in one state."""
    return f"ORG#{organization_id}#INVITES#{state}"


def invites_to(organization_id: str, email_address: str) -> str:
    """An organization's learner invites to one address, in every state."""
    return f"ORG#{organization_id}#TO#{email_address}"


def learners(organization_id: str) -> str:
    """An organization's learners."""
    return f"ORG#{organization_id}#LEARNERS"


def accesses(organization_id: str, state: str) -> str:
    """An organization's accesses in one state, by the learners' addresses."""
    return f"ORG#{organization_id}#ACCESSES#{state}"


def codes(organization_id: str) -> str:
    """An organization's codes."""
    return f"ORG#{organization_id}#CODES"


def deliveries(webhook_id: str, state: str) -> str:
    """A webhook's deliveries in one state, by their ids."""
    return f"WEBHOOK#{webhook_id}#DELIVERIES#{state}"


def imports(organization_id: str) -> str:
    """An organization's imports."""
    return f"ORG#{organization_id}#IMPORTS"


def support_requests(organization_id: str) -> str:
    """An organization's support requests, in every state."""
    return f"ORG#{organization_id}#SUPPORT"


def seat_requests(organization_id: str) -> str:
    """An organization's requests for seats, in every state."""
    return f"ORG#{organization_id}#SEATS"


def in_state(state: str, key: str = "") -> str:
    """An item by its state, and within it by a key; without one, the prefix of the state."""
    return f"{state}#{key}"


def join_requests(organization_id: str) -> str:
    """An organization's join requests, in every state."""
    return f"ORG#{organization_id}#JOIN_REQUESTS"


def products() -> str:
    """All products."""
    return "PRODUCTS"


def named(folded_name: str, identity: str) -> str:
    """An item by its name, made unique by its identity."""
    return f"{folded_name}#{identity}"


def code_name(folded_name: str, code_id: str, text: str) -> str:
    """A code by its name, made unique by its key; those without one stand behind all names, by their text."""
    return f"{folded_name}#{code_id}#{text}" if folded_name else f"{_BEHIND_ALL_NAMES}{text}"


def sort_key(entry: DirectoryEntry, field: DirectoryField, identity: str) -> str | None:
    """An entry by one field, made unique by the item's identity; None where it is not listed by it."""
    text = entry.text(field)
    return f"{text}#{identity}" if text else None
