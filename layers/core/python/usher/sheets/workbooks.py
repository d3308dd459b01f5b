"""Workbooks (XLSX), read by openpyxl once `unpacking` has found nothing to fear in them.

openpyxl takes its time to import: `reading` imports this module when a workbook comes.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from io import BytesIO
from itertools import chain

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from usher.domain.errors import UsherError
from usher.sheets.cells import (
    MAX_LINES,
    FormulaInFileError,
    Line,
    TooManyLinesError,
    UnreadableFileError,
    letters,
)
from usher.sheets.unpacking import inspect

MAX_COLUMNS = 100
"""To the right of the first. Rows are filled up to their last cell, which can be the 16,384th."""

# It remarks on formats that it drops; the values are what is wanted here.
warnings.filterwarnings("ignore", module="openpyxl")


def read_lines(content: bytes) -> Iterator[Line]:
    """Read the lines of the first visible sheet that has any content.

    Raises:
        UsherError: one of those of `unpacking.inspect`, at once.
        FormulaInFileError: the sheet has a formula, at once.
        UnreadableFileError: the workbook is damaged, seen when the place is reached.
    """
    inspected = inspect(content)
    with _damage():
        reader = _open(content)
        for title, part in _visible_sheets(reader):
            if part in inspected.formulas:
                raise _formula(inspected.formulas[part], title)
            lines = _lines(ReadOnlyWorksheet(reader.wb, title, part, reader.shared_strings))
            for first in lines:
                if any(first.cells):
                    return chain([first], lines)
    return iter(())


@contextmanager
def _damage() -> Iterator[None]:
    """Turn whatever openpyxl stumbles over into one refusal: it promises no kinds of errors."""
    try:
        yield
    except UsherError:
        raise
    except Exception as error:
        raise UnreadableFileError(f"The workbook is damaged ({type(error).__name__}).") from error


def _open(content: bytes) -> ExcelReader:
    """Read what the lines need of the workbook: no properties, themes, charts or links."""
    reader = ExcelReader(BytesIO(content), read_only=True, data_only=False, keep_links=False)
    reader.read_manifest()
    reader.read_workbook()
    apply_stylesheet(reader.archive, reader.wb)
    reader.read_strings()
    return reader


def _visible_sheets(reader: ExcelReader) -> Iterator[tuple[str, str]]:
    """Yield title and part of each sheet that a person sees, each part once."""
    seen: set[str] = set()
    for sheet, relation in reader.parser.find_sheets():
        part = str(relation.target)
        is_rows = sheet.state == "visible" and str(relation.Type).endswith("/worksheet")
        if is_rows and part in reader.valid_files and part not in seen:
            seen.add(part)
            yield str(sheet.name), part


def _lines(sheet: ReadOnlyWorksheet) -> Iterator[Line]:
    """Yield the lines that are not empty; a sheet can have a million of the others."""
    sheet.reset_dimensions()  # as the file declares them, they may be wrong and hide rows
    with _damage():
        for number, values in enumerate(sheet.values, start=1):
            if number > MAX_LINES:
                raise TooManyLinesError
            if len(values) > MAX_COLUMNS:
                raise _too_wide(number, len(values))
            if values.count(None) < len(values):
                yield Line(number, [_text(value, number, place) for place, value in enumerate(values)])


def _too_wide(number: int, width: int) -> UnreadableFileError:
    return UnreadableFileError(
        f"Row {number} reaches to column {letters(width - 1)}.",
        next_action="Delete the columns to the right of the last one in use and upload the file again.",
    )


def _formula(cell: str, title: str) -> FormulaInFileError:
    return FormulaInFileError(
        f"{f'Cell {cell}' if cell else 'A cell'} of the sheet {title[:60]!r} has a formula."
    )


def _text(value: object, number: int, place: int) -> str:
    """Return the cell as a person reads it, dates as 2027-01-31."""
    match value:
        case None:
            return ""
        case str():
            return value.replace("_x000D_", "\r")
        case bool():
            return str(value).upper()
        case float():
            return f"{value:.15g}"
        case datetime():
            is_date = value.time() == time.min
            return value.date().isoformat() if is_date else value.isoformat(timespec="seconds")
        case int() | date() | time():
            return str(value)
        case _:
            raise FormulaInFileError(f"Cell {letters(place)}{number} has a formula.")
