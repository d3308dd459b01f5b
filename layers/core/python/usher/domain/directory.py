"""A directory: people found by the beginning of their address or name, and sorted by either."""

from __future__ import annotations

from enum import StrEnum

from usher.domain import texts
from usher.domain.errors import InvalidError
from usher.lazy_dataclasses import dataclass

MAX_SEARCH = 100
"""The most characters of a search."""

_MOST_BYTES = 640
"""How much of a folded name counts, in UTF-8; a sort key has 1,024 bytes at most, and an address or id."""


class SortedSearchError(InvalidError):
    """An order was asked for together with a search, which has its own."""

    code = "sorted_search"
    title = "A search has its own order"
    fields = ("sort",)
    next_action = "Search without a chosen order, or sort the list without a search."


class DirectoryField(StrEnum):
    """What people are found and sorted by, in the order in which a search looks at them."""

    EMAIL = "email"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"


def folded(text: str) -> str:
    """Return a text for comparing: folded, with single spaces, and no longer than a key may be.

    What is folded stays as it is when folded again.
    """
    return _cut(" ".join(texts.folded(text).split()))


def read_search(search: str | None, *, sort: object) -> str:
    """Return a search, folded; empty where nothing is searched for.

    Raises:
        SortedSearchError: an order is asked for, too.
    """
    beginning = folded(search or "")
    if beginning and sort is not None:
        raise SortedSearchError("`sort` was sent with `q`.")
    return beginning


def has_word_beginning(text: str, search: str) -> bool:
    """Return whether a text, or what is left of it from a later word on, begins with a folded search."""
    return f" {folded(text)}".find(f" {search}") >= 0


def _cut(text: str) -> str:
    """Return the beginning of a text that has at most _MOST_BYTES bytes in UTF-8."""
    return text.encode()[:_MOST_BYTES].decode(errors="ignore").rstrip()


@dataclass(frozen=True, kw_only=True)
class DirectoryEntry:
    """A person in a directory, by the names that are known there; both may be empty."""

    email: str
    first_name: str = ""
    last_name: str = ""

    def text(self, field: DirectoryField) -> str:
        """Return the text by which the person stands in the directory under this field, folded.

        By last name, a person without any name stands by their address; by first name they are not listed,
        and the text is empty.
        """
        if field is DirectoryField.EMAIL:
            return self.email
        if field is DirectoryField.FIRST_NAME:
            return folded(f"{self.first_name} {self.last_name}")
        return folded(f"{self.last_name} {self.first_name}") or self.email

    def found_by(self, search: str) -> DirectoryField | None:
        """Return the first field that begins with a folded search; None where none does."""
        return next((field for field in DirectoryField if self.text(field).startswith(search)), None)


def fields_for(search: str) -> tuple[DirectoryField, ...]:
    """Return the fields that a folded search can begin: no address has a space, and no name an @."""
    if "@" in search:
        return (DirectoryField.EMAIL,)
    if " " in search:
        return (DirectoryField.FIRST_NAME, DirectoryField.LAST_NAME)
    return tuple(DirectoryField)
