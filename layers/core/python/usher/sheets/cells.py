"""Cells and lines as they stand in a file, whatever its kind."""

from __future__ import annotations

from typing import NamedTuple

from usher.domain.errors import InvalidError

MAX_CELL = 2_000
"""Characters in one cell: a hundred groups with long names."""

MAX_LINES = 1_048_576
"""In a sheet of any program, the empty ones too."""

_ALPHABET = 26

# What word processors and browsers leave at the ends of a copied address, and no one sees.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))


class Line(NamedTuple):
    """A row with its number as a spreadsheet program shows it, and its cells as text."""

    number: int
    cells: list[str]


class UnreadableFileError(InvalidError):
    """The file is damaged, or is not what it says it is."""

    code = "unreadable_file"
    title = "The file cannot be read"
    next_action = "Open it in a spreadsheet program, save it anew as .xlsx or as CSV UTF-8, and upload that."


class TooManyLinesError(UnreadableFileError):
    """More lines than any program shows, most of them empty."""

    def __init__(self) -> None:
        super().__init__(f"The file has more than {MAX_LINES:,} lines.")


class CellTooLongError(InvalidError):
    """A cell holds more than any name, address or list of groups would."""

    code = "cell_too_long"
    title = "A cell is too long"
    next_action = f"Shorten the cell that is named to {MAX_CELL} characters and upload the file again."


class FormulaInFileError(InvalidError):
    """A cell begins with `=`.

    What a formula comes to is known to the program that made the file only; the same in CSV would be one as
    soon as somebody opened it.
    """

    code = "formula_in_file"
    title = "The file has a formula"
    next_action = "Replace formulas by their values (copy, then paste values only) and upload the file again."


def letters(place: int) -> str:
    """Return the name of the column at a place from 0: A, B, …, Z, AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, _ALPHABET)
        name = chr(ord("A") + rest) + name
    return name


def clean(text: str) -> str:
    """Return the text without white space and invisible characters at its ends.

    Line breaks within stay: they separate the entries of a list.
    """
    text = text.strip()
    return text if text.isascii() else text.translate(_INVISIBLE).strip()


def read_cell(text: str, *, line: int, place: int) -> str:
    """Return what the cell says.

    Raises:
        CellTooLongError: it has more than MAX_CELL characters.
        FormulaInFileError: it begins with `=`.
    """
    text = clean(text)
    if len(text) > MAX_CELL:
        raise CellTooLongError(f"Cell {letters(place)}{line} has {len(text):,} characters.")
    if text.startswith("="):
        raise FormulaInFileError(f"Cell {letters(place)}{line} begins with =.")
    return text
