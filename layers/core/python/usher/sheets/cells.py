"""Cells and lines of a file, in either format."""

from __future__ import annotations

from string import whitespace
from typing import NamedTuple

from usher.domain.errors import InvalidError

MAX_CELL = 2_000
"""The most characters in one cell: enough for a hundred groups with long names."""

MAX_LINES = 1_048_576
"""The most lines of a sheet in any spreadsheet program, empty ones included."""

_ALPHABET = 26

_INVISIBLE = "\u200b\u2060\ufeff"
"""Invisible characters that word processors and browsers leave at the ends of a copied text."""


class Line(NamedTuple):
    """A row with its number as a spreadsheet program shows it, and its cells as text."""

    number: int
    cells: list[str]


class UnreadableFileError(InvalidError):
    """The file is damaged, or its content is of another format than it claims."""

    code = "unreadable_file"
    title = "The file cannot be read"
    next_action = "Open it in a spreadsheet program, save it anew as .xlsx or as CSV UTF-8, and upload that."


class TooManyLinesError(UnreadableFileError):
    """The file has more lines than any spreadsheet program allows, most of them empty."""

    def __init__(self) -> None:
        super().__init__(f"The file has more than {MAX_LINES:,} lines.")


class CellTooLongError(InvalidError):
    """A cell has more than MAX_CELL characters."""

    code = "cell_too_long"
    title = "A cell is too long"
    next_action = f"Shorten the cell that is named to {MAX_CELL} characters and upload the file again."


class FormulaInFileError(InvalidError):
    """A cell begins with `=`.

    Only the program that made the file can compute a formula; in CSV, the text becomes one when a program
    opens the file.
    """

    code = "formula_in_file"
    title = "The file has a formula"
    next_action = "Replace formulas by their values (copy, then paste values only) and upload the file again."


def column_letters(position: int) -> str:
    """Return the letters of the column at a position from 0: A, B, …, Z, AA."""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, _ALPHABET)
        name = chr(ord("A") + rest) + name
    return name


def clean(text: str) -> str:
    """Return the text without white space and invisible characters at its ends.

    Line breaks within stay: they separate the entries of a list. So do joiners, since names are written with
    them.
    """
    text = text.strip()
    return text if text.isascii() else text.strip(_INVISIBLE + whitespace).strip()


def read_cell(text: str, *, line: int, position: int) -> str:
    """Return the cell's text, cleaned.

    Raises:
        CellTooLongError: the text has more than MAX_CELL characters.
        FormulaInFileError: the text begins with `=`.
    """
    text = clean(text)
    if len(text) > MAX_CELL:
        raise CellTooLongError(f"Cell {column_letters(position)}{line} has {len(text):,} characters.")
    if text.startswith("="):
        raise FormulaInFileError(f"Cell {column_letters(position)}{line} begins with =.")
    return text
