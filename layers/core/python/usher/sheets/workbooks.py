"""Workbooks (XLSX), read by openpyxl after `unpacking` has checked that they are safe.

Importing openpyxl is slow, so that `reading` imports this module only for a workbook.
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
    column_letters,
)
from usher.sheets.unpacking import inspect

MAX_COLUMNS = 100
"""The most columns that are read. openpyxl fills a row up to its last cell, which can be the 16,384th."""

# openpyxl warns of formats that it drops; only the values are needed.
warnings.filterwarnings("ignore", module="openpyxl")


def read_lines(content: bytes) -> Iterator[Line]:
    """Read the lines of the first visible sheet that has content.

    Raises:
        UsherError: one of the errors of `unpacking.inspect`, raised at once.
        FormulaInFileError: the sheet has a formula, raised at once.
        UnreadableFileError: the workbook is damaged, raised when the damaged part is reached.
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
    """Turn any exception of openpyxl into UnreadableFileError, since its exceptions are not documented."""
    try:
        yield
    except UsherError:
        raise
    except Exception as error:
        raise UnreadableFileError(f"The workbook is damaged ({type(error).__name__}).") from error


def _open(content: bytes) -> ExcelReader:
    """Open a workbook without its properties, themes, charts and links, which lines do not need."""
    reader = ExcelReader(BytesIO(content), read_only=True, data_only=False, keep_links=False)
    reader.read_manifest()
    reader.read_workbook()
    apply_stylesheet(reader.archive, reader.wb)
    reader.read_strings()
    return reader


def _visible_sheets(reader: ExcelReader) -> Iterator[tuple[str, str]]:
    """Yield the title and part of each visible sheet, each part once."""
    seen: set[str] = set()
    for sheet, relation in reader.parser.find_sheets():
        part = str(relation.target)
        is_rows = sheet.state == "visible" and str(relation.Type).endswith("/worksheet")
        if is_rows and part in reader.valid_files and part not in seen:
            seen.add(part)
            yield str(sheet.name), part


def _lines(sheet: ReadOnlyWorksheet) -> Iterator[Line]:
    """Yield the lines that are not empty; a sheet can have a million empty ones."""
    sheet.reset_dimensions()  # the dimensions that the file declares may be wrong and hide rows
    with _damage():
        for number, values in enumerate(sheet.values, start=1):
            if number > MAX_LINES:
                raise TooManyLinesError
            if len(values) > MAX_COLUMNS:
                raise _too_wide(number, len(values))
            if values.count(None) < len(values):
                yield Line(number, [_text(value, number, position) for position, value in enumerate(values)])


def _too_wide(number: int, width: int) -> UnreadableFileError:
    return UnreadableFileError(
        f"Row {number} reaches to column {column_letters(width - 1)}.",
        next_action="Delete the columns to the right of the last one in use and upload the file again.",
    )


def _formula(cell: str, title: str) -> FormulaInFileError:
    return FormulaInFileError(
        f"{f'Cell {cell}' if cell else 'A cell'} of the sheet {title[:60]!r} has a formula."
    )


def _text(value: object, number: int, position: int) -> str:
    """Return a cell's value as text, dates as 2027-01-31."""
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
            raise FormulaInFileError(f"Cell {column_letters(position)}{number} has a formula.")
