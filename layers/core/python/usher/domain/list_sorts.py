"""The orders of lists; which ones a list has, and why no others, stands in docs/decisions/0071."""

from __future__ import annotations

from enum import StrEnum


class ListSort(StrEnum):
    """An order of a list: what it is sorted by, after a hyphen where it begins with the greatest."""

    @property
    def is_descending(self) -> bool:
        """Whether the order begins with the greatest."""
        return self.startswith("-")

    @property
    def by(self) -> str:
        """What the list is sorted by."""
        return self.removeprefix("-")


class CreationSort(ListSort):
    """The order of a list of what was created, such as imports."""

    NEWEST = "-created"
    OLDEST = "created"


class JoinRequestSort(ListSort):
    """The order of a list of join requests."""

    OLDEST = "asked"
    NEWEST = "-asked"


class NamedSort(ListSort):
    """The order of a list of what was created with a name: groups and clients."""

    OLDEST = "created"
    NEWEST = "-created"
    NAME = "name"
    NAME_DESCENDING = "-name"


class CodeSort(ListSort):
    """The order of a list of codes; by name, those without one come behind all others, by their text."""

    NEWEST = "-created"
    OLDEST = "created"
    TEXT = "code"
    TEXT_DESCENDING = "-code"
    NAME = "name"
    NAME_DESCENDING = "-name"


class AddressSort(ListSort):
    """The order of a list of people by address alone, such as those who sit in a license."""

    EMAIL = "email"
    EMAIL_DESCENDING = "-email"
