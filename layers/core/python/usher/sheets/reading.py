"""From the bytes of an uploaded file to rows of people (DESIGN 1, import)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from usher.domain.errors import InvalidError, UsherError
from usher.sheets import columns, csv_files, unpacking
from usher.sheets.cells import (
    CellTooLongError,
    FormulaInFileError,
    Line,
    UnreadableFileError,
    letters,
    read_cell,
)
from usher.sheets.columns import Column, Header, read_header

MAX_ROWS = 50_000
"""People in one import (DESIGN 2, Limits)."""

MAX_BYTES = 10 * 1024 * 1024
"""Of an uploaded file."""

MAX_TEXT = MAX_BYTES
"""Characters in all rows together: no more than the largest CSV file has. A workbook can store a text once
and repeat it in each row."""

# An address and, behind a separator of cells, something that is none.
_GLUED = re.compile(r"[^;@\s]+@[^;@\s]+;[^@]*[^;@\s][^@]*")

# A comma separates nothing within a cell: names of groups and of products have commas.
_SEPARATORS = re.compile(r"[;|\r\n\v\f\x85\u2028\u2029]+")


class TooLargeFileError(InvalidError):
    """The file has more bytes than an import may have."""

    code = "file_too_large"
    title = "The file is too large"
    next_action = "Split the file, or delete from it what is not needed; an import takes up to 10 MB."


class TooManyRowsError(InvalidError):
    """More people than one import may hold."""

    code = "too_many_rows"
    title = "Too many rows"
    next_action = f"Split the file; an import takes up to {MAX_ROWS:,} rows."


class NoRowsError(InvalidError):
    """The file names nobody."""

    code = "no_rows"
    title = "There are no rows"
    next_action = "Write one person into each row below the names of the columns and upload the file again."


class UnnamedColumnError(InvalidError):
    """A row has a value where the first row has no name; it is not known what it says."""

    code = "unnamed_column"
    title = "A value stands in a column without a name"
    next_action = (
        "Delete the value or name its column in the first row. In CSV, put a text with a separator in it "
        "between double quotes."
    )


class MixedSeparatorsError(InvalidError):
    """The names of the columns are separated by commas, and the rows by something else.

    So Excel saves a file whose first line it could not split, where the computer's language has semicolons.
    """

    code = "mixed_separators"
    title = "The rows are separated otherwise than the names of the columns"
    next_action = (
        "Start from the template as a workbook (XLSX), or put each name of the first row into a cell of its "
        "own; then upload that."
    )


@dataclass(frozen=True, kw_only=True)
class SheetRow:
    """What one row says of one person; nothing of it is checked but its form.

    Attributes:
        line: the row's number, from 1, as a spreadsheet program shows it.
        access_start: as `domain.instants` reads it, if it came from a date of a workbook; else as typed.
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


def read_sheet(content: bytes) -> Iterator[SheetRow]:
    """Read a file of people, row after row; empty rows are passed over.

    Its kind is told by its content: a workbook (XLSX), else CSV. What is wrong with the file or its columns
    is raised at once, what is wrong with a row when the row is reached: a caller who wants the whole file
    or nothing reads to the end before it acts. Reading the same bytes again gives the same rows.

    Raises:
        UsherError: one of FILE_ERRORS.
    """
    if len(content) > MAX_BYTES:
        raise TooLargeFileError(f"The file has {len(content) / 1024 / 1024:.1f} MB.")
    lines = _lines(content)
    for line in lines:
        if any(map(str.strip, line.cells)):
            header = read_header(line.cells)
            return _rows(header, lines)
    raise NoRowsError("The file is empty.")


def _lines(content: bytes) -> Iterator[Line]:
    if not unpacking.is_packed(content):
        return csv_files.read_lines(content)
    # Not at the top: openpyxl takes its time to import, and most functions and files do without.
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
        if count == 1 < len(header.places) and _GLUED.fullmatch(row.email):
            raise MixedSeparatorsError(f"Row {row.line} stands in one cell, with semicolons in it.")
        yield row
    if not count:
        raise NoRowsError("Below the names of the columns the file is empty.")


def _row(header: Header, line: Line) -> SheetRow | None:
    cells = {
        place: text
        for place, given in enumerate(line.cells)
        if given and (text := read_cell(given, line=line.number, place=place))
    }
    texts = {column: cells.pop(place, "") for column, place in header.places.items()}
    for place in cells.keys() - header.unread:
        raise UnnamedColumnError(f"Cell {letters(place)}{line.number} has a value and its column no name.")
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
    """Return the text on one line, with single spaces."""
    return " ".join(text.split())


def _several(text: str) -> tuple[str, ...]:
    """Return the distinct entries of a cell, separated by semicolons, bars or line breaks."""
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
"""Every way in which a file is refused."""
