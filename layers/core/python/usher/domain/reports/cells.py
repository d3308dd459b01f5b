"""Cells of downloaded spreadsheets, made safe against formula injection."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"(^|[;\n])(?= *[=+\-@\t\r])")
"""Where a program would see a formula begin; where a comma is a decimal point, a semicolon ends a cell."""


def harmless(text: str) -> str:
    """Return the text, with an apostrophe before what a spreadsheet program would take for a formula."""
    return _FORMULA.sub(r"\1'", text)
