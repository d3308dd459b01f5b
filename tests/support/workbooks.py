"""Workbooks as spreadsheet programs write them, and damaged ones."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any

from openpyxl import Workbook

SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(rows: Iterable[Iterable[Any]], **more_sheets: Iterable[Iterable[Any]]) -> bytes:
    """Return a workbook with a sheet of the rows, and one more sheet for each name."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, lines in {"People": rows, **more_sheets}.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(list(line))
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def rewritten(archive: bytes, parts: Mapping[str, bytes]) -> bytes:
    """Return the archive with parts put in or replaced."""
    written = BytesIO()
    with zipfile.ZipFile(BytesIO(archive)) as source, zipfile.ZipFile(written, "w") as target:
        kept = {name: source.read(name) for name in source.namelist()}
        for name, content in {**kept, **parts}.items():
            target.writestr(name, content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def part(archive: bytes, name: str) -> bytes:
    with zipfile.ZipFile(BytesIO(archive)) as source:
        return source.read(name)


def sheet_of(rows: str, *, before: str = "", after: str = "") -> bytes:
    """Return a workbook whose sheet has the column Email and the XML of the rows."""
    header = '<row r="1"><c r="A1" t="inlineStr"><is><t>Email</t></is></c></row>'
    xml = f'{before}<worksheet xmlns="{NAMESPACE}"><sheetData>{header}{rows}</sheetData>{after}</worksheet>'
    return rewritten(workbook([["Email"]]), {SHEET: xml.encode()})
