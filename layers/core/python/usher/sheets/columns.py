"""The columns of an import, recognized by their names in the first row."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from enum import StrEnum

from usher.domain.errors import InvalidError
from usher.domain.imports.imports import FileColumn
from usher.lazy_dataclasses import dataclass
from usher.sheets.cells import column_letters


class Column(StrEnum):
    """A column that an import reads."""

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
        """The column's name in the template."""
        return self.value.replace("_", " ").capitalize()


RESULT_COLUMNS = ("Row", "Outcome", "Reason", "Suggestion")
"""The columns that the results of an import add. Reading ignores them, so that a manager can download the
results, correct the rows that failed and upload the file again."""

LABELS = ", ".join(column.label for column in Column)

MOST_NAMED = 20
MOST_OF_A_NAME = 60
"""The most unknown columns that an error names, and the most characters of each name."""

MOST_COLUMNS = 100
"""The most columns of a file that an import reports."""

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
    """The first row has a person in place of the names of columns."""

    code = "no_header"
    title = "The first row has no names of columns"
    next_action = f"Put the names of the columns into the first row ({LABELS}), or start from the template."


class UnknownColumnsError(InvalidError):
    """A column has an unknown name, so that its values would be lost."""

    code = "unknown_columns"
    title = "Unknown columns"
    next_action = f"Rename or delete the columns that are named; known are {LABELS}."


class RepeatedColumnError(InvalidError):
    """Two columns have names for the same column of an import."""

    code = "repeated_column"
    title = "A column is there twice"
    next_action = "Delete or rename one of the two columns and upload the file again."


class MissingEmailColumnError(InvalidError):
    """No column has the addresses."""

    code = "missing_email_column"
    title = "There is no column of email addresses"
    next_action = "Name the column that holds the addresses Email, or start from the template."


@dataclass(frozen=True, kw_only=True)
class Header:
    """The position of each column, from 0, and the positions of those that are ignored.

    `columns` are those that have a heading, in their order, at most MOST_COLUMNS of them.
    """

    positions: Mapping[Column, int]
    unread: frozenset[int] = frozenset()
    columns: tuple[FileColumn, ...] = ()


def _normal(name: str) -> str:
    """Return a name's letters and digits only, without differences of case, for comparison."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", name))).casefold()


_KNOWN = {_normal(column): column for column in Column} | _ALSO
_UNREAD = frozenset(map(_normal, RESULT_COLUMNS))


def read_header(cells: Sequence[str]) -> Header:
    """Return the positions of the columns that the first row names. Empty cells are skipped.

    Raises:
        NoHeaderError: a cell is an address and no column is called Email.
        UnknownColumnsError: some names are unknown.
        RepeatedColumnError: two names are for the same column.
        MissingEmailColumnError: no column is called Email.
    """
    positions: dict[Column, int] = {}
    unread: set[int] = set()
    unknown: list[str] = []
    for position, cell in enumerate(cells):
        name = _normal(cell)
        column = _KNOWN.get(name)
        if column is None:
            if name in _UNREAD:
                unread.add(position)
            elif cell.strip():
                unknown.append(cell.strip())
        elif column in positions:
            first, second = column_letters(positions[column]), column_letters(position)
            raise RepeatedColumnError(f"Columns {first} and {second} are both {column.label}.")
        else:
            positions[column] = position
    if Column.EMAIL not in positions and any("@" in name for name in unknown):
        raise NoHeaderError("The first row holds an email address and no column called Email.")
    if unknown:
        strange = [name[:MOST_OF_A_NAME] for name in unknown[:MOST_NAMED]]
        raise UnknownColumnsError("; ".join(map(_describe_unknown, strange)) + ".", columns=strange)
    if Column.EMAIL not in positions:
        raise MissingEmailColumnError("None of the columns is called Email.")
    fields = {position: column.value for column, position in positions.items()}
    named = sorted({*positions.values(), *unread})[:MOST_COLUMNS]
    return Header(
        positions=positions,
        unread=frozenset(unread),
        columns=tuple(
            FileColumn(
                letter=column_letters(position),
                heading=" ".join(cells[position].split())[:MOST_OF_A_NAME],
                field=fields.get(position, ""),
            )
            for position in named
        ),
    )


def recognized(cells: Sequence[str]) -> int:
    """Return how many different columns the cells name."""
    return len({_KNOWN[name] for name in map(_normal, cells) if name in _KNOWN})


def _describe_unknown(unknown: str) -> str:
    close = get_close_matches(_normal(unknown), _KNOWN, n=1, cutoff=0.75)
    hint = f" (is it {_KNOWN[close[0]].label}?)" if close else ""
    return f"There is no column {unknown!r}{hint}"
