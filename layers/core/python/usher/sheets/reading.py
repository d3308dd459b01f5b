"""Reading: rows of people from the bytes of an uploaded file (DESIGN 1, import)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from usher.domain.errors import InvalidError, UsherError
from usher.domain.imports.imports import MAX_BYTES, FileColumn
from usher.lazy_dataclasses import dataclass
from usher.sheets import columns, csv_files, unpacking
from usher.sheets.cells import (
    CellTooLongError,
    FormulaInFileError,
    Line,
    UnreadableFileError,
    column_letters,
    read_cell,
)
from usher.sheets.columns import Column, Header, read_header

MAX_ROWS = 50_000
"""The most rows of one import (DESIGN 2, Limits)."""

MAX_TEXT = MAX_BYTES
"""The most characters in all rows together: as many as the largest CSV file can have. A workbook can store a
text once and repeat it in each row."""

# An address and, after a semicolon, a text that is not an address.
_GLUED = re.compile(r"[^;@\s]+@[^;@\s]+;[^@]*[^;@\s][^@]*")

# Commas do not separate entries of a cell, since names of groups and of products have commas.
_SEPARATORS = re.compile(r"[;|\r\n\v\f\x85\u2028\u2029]+")


class TooLargeFileError(InvalidError):
    """The file has more bytes than an import may have."""

    code = "file_too_large"
    title = "The file is too large"
    next_action = "Split the file, or delete from it what is not needed; an import takes up to 10 MB."


class TooManyRowsError(InvalidError):
    """The file has more rows than one import may have."""

    code = "too_many_rows"
    title = "Too many rows"
    next_action = f"Split the file; an import takes up to {MAX_ROWS:,} rows."


class NoRowsError(InvalidError):
    """The file has no rows of people."""

    code = "no_rows"
    title = "There are no rows"
    next_action = "Write one person into each row below the names of the columns and upload the file again."


class UnnamedColumnError(InvalidError):
    """A row has a value in a column without a name."""

    code = "unnamed_column"
    title = "A value stands in a column without a name"
    next_action = (
        "Delete the value or name its column in the first row. In CSV, put a text with a separator in it "
        "between double quotes."
    )


class MixedSeparatorsError(InvalidError):
    """The names of the columns are separated by commas, and the cells of the rows by semicolons.

    Excel saves a file so whose first line it could not split, in locales with semicolons as separators.
    """

    code = "mixed_separators"
    title = "The rows are separated otherwise than the names of the columns"
    next_action = (
        "Start from the template as a workbook (XLSX), or put each name of the first row into a cell of its "
        "own; then upload that."
    )


@dataclass(frozen=True, kw_only=True)
class SheetRow:
    """A row of the file, about one person. Only its format has been checked.

    Attributes:
        line: the row's number, from 1, as a spreadsheet program shows it.
        access_start: from a date of a workbook, in the form that `domain.instants` reads; else as typed.
    """

    line: int
    email: str
    first_name: str
    last_name: str
    groups: tuple[str, ...]
    licenses: tuple[str, ...]
    access_start: str
    client: str
    sublicense: str


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A file of people: its columns that have a heading, and its rows, which are read one by one."""

    columns: tuple[FileColumn, ...]
    rows: Iterator[SheetRow]


def read_sheet(content: bytes) -> Iterator[SheetRow]:
    """Read the rows of a file of people, as `open_sheet` has them."""
    return open_sheet(content).rows


def open_sheet(content: bytes) -> Sheet:
    """Read a file of people row by row; empty rows are skipped.

    The format is recognized by the content: a workbook (XLSX), else CSV. Errors of the file or its columns
    are raised at once, those of a row when the row is reached: a caller that needs the whole file or nothing
    reads to the end before it acts. Reading the same bytes again gives the same rows.

    Raises:
        UsherError: one of FILE_ERRORS.
    """
    if len(content) > MAX_BYTES:
        raise TooLargeFileError(f"The file has {len(content) / 1024 / 1024:.1f} MB.")
    lines = _lines(content)
    for line in lines:
        if any(map(str.strip, line.cells)):
            header = read_header(line.cells)
            return Sheet(columns=header.columns, rows=_rows(header, lines))
    raise NoRowsError("The file is empty.")


def _lines(content: bytes) -> Iterator[Line]:
    if not unpacking.is_packed(content):
        return csv_files.read_lines(content)
    # Not at the top: importing openpyxl is slow, and most functions and files do not need it.
    from usher.sheets import workbooks  # noqa: PLC0415

    return workbooks.read_lines(content)


def _rows(header: Header, lines: Iterator[Line]) -> Iterator[SheetRow]:
    count = text = 0
    for line in lines:
        row = _row(header, line)
        if row is None:
            continue
        count += 1
        if count > MAX_ROWS:
            raise TooManyRowsError(f"The file has more than {MAX_ROWS:,} rows.", limit=MAX_ROWS)
        text += sum(map(len, line.cells))
        if text > MAX_TEXT:
            raise unpacking.BombError(f"The rows have more than {MAX_TEXT:,} characters.")
        if count == 1 < len(header.positions) and _GLUED.fullmatch(row.email):
            raise MixedSeparatorsError(f"Row {row.line} stands in one cell, with semicolons in it.")
        yield row
    if not count:
        raise NoRowsError("Below the names of the columns the file is empty.")


def _row(header: Header, line: Line) -> SheetRow | None:
    cells = {
        position: text
        for position, given in enumerate(line.cells)
        if given and (text := read_cell(given, line=line.number, position=position))
    }
    texts = {column: cells.pop(position, "") for column, position in header.positions.items()}
    for position in cells.keys() - header.unread:
        raise UnnamedColumnError(
            f"Cell {column_letters(position)}{line.number} has a value and its column no name."
        )
    if not any(texts.values()):
        return None
    return SheetRow(
        line=line.number,
        email=_plain(texts[Column.EMAIL]),
        first_name=_plain(texts.get(Column.FIRST_NAME, "")),
        last_name=_plain(texts.get(Column.LAST_NAME, "")),
        groups=_several(texts.get(Column.GROUPS, "")),
        licenses=_several(texts.get(Column.LICENSES, "")),
        access_start=_plain(texts.get(Column.ACCESS_START, "")),
        client=_plain(texts.get(Column.CLIENT, "")),
        sublicense=_plain(texts.get(Column.SUBLICENSE, "")),
    )


def _plain(text: str) -> str:
    """Return the text on one line with single spaces."""
    return " ".join(text.split())


def _several(text: str) -> tuple[str, ...]:
    """Return the distinct entries of a cell, which semicolons, bars or line breaks separate."""
    entries = map(_plain, _SEPARATORS.split(text))
    return tuple(dict.fromkeys(entry for entry in entries if entry))


FILE_ERRORS: tuple[type[UsherError], ...] = (
    CellTooLongError,
    FormulaInFileError,
    MixedSeparatorsError,
    NoRowsError,
    TooLargeFileError,
    TooManyRowsError,
    UnnamedColumnError,
    UnreadableFileError,
    columns.MissingEmailColumnError,
    columns.NoHeaderError,
    columns.RepeatedColumnError,
    columns.UnknownColumnsError,
    csv_files.BrokenQuotesError,
    csv_files.NotUtf8Error,
    unpacking.BombError,
    unpacking.EncryptedFileError,
    unpacking.ExternalLinksError,
    unpacking.MacrosInFileError,
    unpacking.NotAWorkbookError,
)
"""The errors by which a file is refused."""
