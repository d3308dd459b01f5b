"""No cell of a downloaded spreadsheet is taken for a formula."""

from __future__ import annotations

import pytest

from usher.domain.reports.cells import harmless


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("  @sum", "'  @sum"),
        ("Ann;=cmd|' /C calc'!A0;", "Ann;'=cmd|' /C calc'!A0;"),
        ("Fire safety; -x", "Fire safety;' -x"),
        ("first\n=1", "first\n'=1"),
        ("2 + 2 = 4", "2 + 2 = 4"),
        ("anna-lena@x.io", "anna-lena@x.io"),
        ("", ""),
    ],
)
def test_a_formula_is_text_in_front_and_behind_what_separates_cells(text: str, written: str) -> None:
    assert harmless(text) == written
