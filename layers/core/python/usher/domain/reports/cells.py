"""Cells of a spreadsheet that is downloaded: none may be taken for a formula."""

from __future__ import annotations

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """Return the text with an apostrophe before what a spreadsheet program would take for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_BEGINS_A_FORMULA) else text
