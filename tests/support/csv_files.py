"""Reads the CSV files that people download, as a spreadsheet program does."""

from __future__ import annotations

import csv
import io

MARK = "\ufeff"
"""The byte order mark by which a spreadsheet program knows UTF-8."""


def csv_rows(text: str) -> list[dict[str, str]]:
    """Return the rows of a whole file by its column names; it begins with a byte order mark, once."""
    assert text.startswith(MARK)
    assert text.count(MARK) == 1
    return list(csv.DictReader(io.StringIO(text.removeprefix(MARK))))
