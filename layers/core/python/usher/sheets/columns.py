"""The columns of an import, as people write their names."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from usher.domain.errors import InvalidError
from usher.sheets.cells import letters


class Column(StrEnum):
    """What a column of the file says of a person."""

    EMAIL = "email"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    GROUPS = "groups"
    LICENSES = "licenses"
    ACCESS_START = "access_start"
    CLIENT = "client"
    SUBLICENSE = "sublicense"

    @property
    def label(self) -> str:
        """Its name in the template."""
        return self.value.replace("_", " ").capitalize()


RESULT_COLUMNS = ("Row", "Outcome", "Reason", "Suggestion")
"""What the results of an import add. A file that has them is read as if it had not: whoever downloads the
results, corrects the rows that failed and uploads the file again need not delete them."""

LABELS = ", ".join(column.label for column in Column)

MOST_NAMED = 20
MOST_OF_A_NAME = 60
"""Of what is not known, in the answer."""

_ALSO = {
    "emailaddress": Column.EMAIL,
    "mail": Column.EMAIL,
    "givenname": Column.FIRST_NAME,
    "surname": Column.LAST_NAME,
    "familyname": Column.LAST_NAME,
    "group": Column.GROUPS,
    "license": Column.LICENSES,
    "licence": Column.LICENSES,
    "licences": Column.LICENSES,
    "accessstartdate": Column.ACCESS_START,
    "startdate": Column.ACCESS_START,
    "sublicence": Column.SUBLICENSE,
}


class NoHeaderError(InvalidError):
    """The first row holds a person and no names of columns."""

    code = "no_header"
    title = "The first row has no names of columns"
    next_action = f"Put the names of the columns into the first row ({LABELS}), or start from the template."


class UnknownColumnsError(InvalidError):
    """A column has a name that means nothing here; what it holds would be lost."""

    code = "unknown_columns"
    title = "Unknown columns"
    next_action = f"Rename or delete the columns named in `columns`; known are {LABELS}."


class RepeatedColumnError(InvalidError):
    """Two columns say the same thing."""

    code = "repeated_column"
    title = "A column is there twice"
    next_action = "Delete or rename one of the two columns and upload the file again."


class MissingEmailColumnError(InvalidError):
    """No column holds the addresses."""

    code = "missing_email_column"
    title = "There is no column of email addresses"
    next_action = "Name the column that holds the addresses Email, or start from the template."


@dataclass(frozen=True, kw_only=True)
class Header:
    """Where each column stands (from 0), and the places of those that are not read."""

    places: Mapping[Column, int]
    unread: frozenset[int] = frozenset()


def _normal(name: str) -> str:
    """Return what is left of a name without case, spaces, dashes, underscores and brackets."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", name))).casefold()


_KNOWN = {_normal(column): column for column in Column} | _ALSO
_UNREAD = frozenset(map(_normal, RESULT_COLUMNS))


def read_header(cells: Sequence[str]) -> Header:
    """Say which column stands where. Cells without a name are passed over.

    Raises:
        NoHeaderError: a cell holds an address and none is called Email: the row is a person's.
        UnknownColumnsError: some names are not known.
        RepeatedColumnError: two names mean the same column.
        MissingEmailColumnError: no column is called Email.
    """
    places: dict[Column, int] = {}
    unread: set[int] = set()
    unknown: list[str] = []
    for place, cell in enumerate(cells):
        name = _normal(cell)
        column = _KNOWN.get(name)
        if column is None:
            if name in _UNREAD:
                unread.add(place)
            elif cell.strip():
                unknown.append(cell.strip())
        elif column in places:
            first, second = letters(places[column]), letters(place)
            raise RepeatedColumnError(f"Columns {first} and {second} are both {column.label}.")
        else:
            places[column] = place
    if Column.EMAIL not in places and any("@" in name for name in unknown):
        raise NoHeaderError("The first row holds an email address and no column called Email.")
    if unknown:
        named = [name[:MOST_OF_A_NAME] for name in unknown[:MOST_NAMED]]
        raise UnknownColumnsError("; ".join(map(_remark, named)) + ".", columns=named)
    if Column.EMAIL not in places:
        raise MissingEmailColumnError("None of the columns is called Email.")
    return Header(places=places, unread=frozenset(unread))


def recognized(cells: Sequence[str]) -> int:
    """Return how many of the names are known, one column counted once."""
    return len({_KNOWN[name] for name in map(_normal, cells) if name in _KNOWN})


def _remark(unknown: str) -> str:
    close = get_close_matches(_normal(unknown), _KNOWN, n=1, cutoff=0.75)
    hint = f" (is it {_KNOWN[close[0]].label}?)" if close else ""
    return f"There is no column {unknown!r}{hint}"
