"""Issue: template file (CSV and XLSX) with columns email, first name, last name, groups, licenses, access
start, client and sublicense."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from usher.sheets.columns import Column
from usher.sheets.reading import NoRowsError, read_sheet
from usher.sheets.template import csv_template, xlsx_template

LABELS = (
    "Email",
    "First name",
    "Last name",
    "Groups",
    "Licenses",
    "Access start",
    "Client",
    "Sublicense",
)


def test_the_templates_have_all_eight_columns_and_nobody_to_invite() -> None:
    book = load_workbook(io.BytesIO(xlsx_template()))

    assert csv_template().decode("utf-8-sig") == ",".join(LABELS) + "\r\n"
    assert list(book.worksheets[0].values) == [LABELS]
    for template in (csv_template(), xlsx_template()):
        with pytest.raises(NoRowsError):
            list(read_sheet(template))


def test_the_workbook_explains_each_column_on_a_sheet_that_is_not_read() -> None:
    words = load_workbook(io.BytesIO(xlsx_template())).worksheets[1]

    explained = {row[0] for row in words.values if row[1]}

    assert words.title == "How to fill in"
    assert explained >= {column.label for column in Column}


def test_a_template_that_was_filled_in_is_read() -> None:
    book = load_workbook(io.BytesIO(xlsx_template()))
    book.worksheets[0].append(["ann@x.io", "Ann"])
    written = io.BytesIO()
    book.save(written)

    (row,) = read_sheet(written.getvalue())

    assert (row.line, row.email, row.first_name) == (2, "ann@x.io", "Ann")


def test_the_workbook_is_always_the_same_bytes() -> None:
    first = xlsx_template()
    xlsx_template.cache_clear()

    assert xlsx_template() == first
