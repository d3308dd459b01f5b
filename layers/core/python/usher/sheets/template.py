"""The template for imports: the names of the columns, without examples that might be invited by mistake."""

from __future__ import annotations

import codecs
import zipfile
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from usher.domain.imports.imports import MAX_BYTES
from usher.sheets.cells import column_letters
from usher.sheets.columns import Column
from usher.sheets.reading import MAX_ROWS

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

CSV_MEDIA_TYPE = "text/csv; charset=utf-8"
XLSX_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_MADE = datetime(2026, 1, 1)  # noqa: DTZ001 - as openpyxl takes it
_WIDTH = 24
_WIDTH_OF_WORDS = 80

_PEOPLE = "People"
_INSTRUCTIONS = "How to fill in"

_EXPLANATIONS: dict[Column, tuple[str, str]] = {
    Column.EMAIL: ("Needed. One address; each person once.", "ann.lee@example.com"),
    Column.FIRST_NAME: ("The person sees it and can change it.", "Ann"),
    Column.LAST_NAME: ("The same.", "Lee"),
    Column.GROUPS: (
        "Names of your groups; several with semicolons, bars (|) or line breaks between them.",
        "Sales; Newcomers",
    ),
    Column.LICENSES: (
        "Names of products that you have licenses of; several as above. Leave out what the groups give.",
        "First aid; Fire safety",
    ),
    Column.ACCESS_START: (
        "A date, or 2027-01-31 09:30 with a time, where the product lets you choose; empty: on acceptance.",
        "2027-01-31",
    ),
    Column.CLIENT: ("The client that the person belongs to, if you are a provider.", "Acme"),
    Column.SUBLICENSE: ("The client's sublicense, if you are a provider.", "First aid"),
}

_RULES = (
    f"One person in each row of the sheet {_PEOPLE}, below the names of the columns. This sheet is not read.",
    f"Up to {MAX_ROWS:,} rows and {MAX_BYTES // 1024 // 1024} MB; values only, no formulas, no macros.",
    "Columns that you do not need can be deleted, but for Email; their order does not matter.",
    "Nothing is sent when you upload the file: you see first what would become of each row.",
)


def csv_template() -> bytes:
    """Return the template as CSV, in UTF-8 with a byte order mark."""
    return codecs.BOM_UTF8 + (",".join(column.label for column in Column) + "\r\n").encode()


@cache
def xlsx_template() -> bytes:
    """Return the template as a workbook with a second sheet of explanations; always the same bytes."""
    # Not at the top: importing openpyxl is slow, and most functions do not need it.
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.writer.excel import ExcelWriter  # noqa: PLC0415

    workbook = Workbook(write_only=True)
    _add_people(workbook)
    _add_words(workbook)
    workbook.properties.creator = "Usher"
    workbook.properties.created = workbook.properties.modified = _MADE
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        ExcelWriter(workbook, archive).write_data()
    return _without_times(written.getvalue())


def _add_people(workbook: Workbook) -> None:
    sheet = workbook.create_sheet(_PEOPLE)
    sheet.freeze_panes = "A2"
    for position, column in enumerate(Column):
        shape = sheet.column_dimensions[column_letters(position)]
        shape.width = _WIDTH
        # Formatted as text, "1-2" does not become a date, nor "=" the start of a formula.
        shape.number_format = "yyyy-mm-dd" if column is Column.ACCESS_START else "@"
    sheet.append(_bold(sheet, [column.label for column in Column]))


def _add_words(workbook: Workbook) -> None:
    sheet = workbook.create_sheet(_INSTRUCTIONS)
    for position, width in enumerate((_WIDTH, _WIDTH_OF_WORDS, _WIDTH)):
        sheet.column_dimensions[column_letters(position)].width = width
    for rule in _RULES:
        sheet.append([rule])
    sheet.append([])
    sheet.append(_bold(sheet, ["Column", "What to write", "Example"]))
    for column in Column:
        sheet.append([column.label, *_EXPLANATIONS[column]])


def _bold(sheet: WriteOnlyWorksheet, texts: list[str]) -> list[Cell]:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 - as above
    from openpyxl.styles import Font  # noqa: PLC0415

    cells = [WriteOnlyCell(sheet, text) for text in texts]
    for cell in cells:
        cell.font = Font(bold=True)
    return cells


def _without_times(archive: bytes) -> bytes:
    """Return the archive with `_MADE` as the time of each file in it."""
    packed = BytesIO()
    with zipfile.ZipFile(BytesIO(archive)) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            part = zipfile.ZipInfo(name, date_time=(_MADE.year, _MADE.month, _MADE.day, 0, 0, 0))
            part.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(part, source.read(name))
    return packed.getvalue()
