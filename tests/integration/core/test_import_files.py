"""The files that can be uploaded, and those that are refused with a clear error."""

from __future__ import annotations

import pytest

from tests.support.clock import Clock
from tests.support.imports import ImportDriver
from tests.support.people_data import ANN, People
from tests.support.workbooks import part, rewritten, workbook
from usher.domain.imports.imports import MAX_BYTES, ImportState
from usher.services.imports.import_files import Stage
from usher.sheets.template import csv_template, xlsx_template

TEXT = 'Email,First name,Licenses\r\nann@x.io,"Ann\r\nMaria",Fire safety\r\n'
ROWS = [["Email", "First name", "Licenses"], ["ann@x.io", "Ann Maria", "Fire safety"]]
PLAIN = workbook(ROWS)
BOMB = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + b" " * 30_000_000


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.replace(",", ";").encode("utf-8-sig"),
        PLAIN,
    ],
    ids=["utf-8", "utf-8 with a mark", "utf-16", "semicolons", "xlsx"],
)
def test_csv_is_uploaded_in_utf_8_or_utf_16_with_commas_or_semicolons_or_a_workbook(
    imports: ImportDriver, content: bytes
) -> None:
    imports.tenant.license()

    (row,) = imports.rows(imports.previewed(content))

    assert (row.email, row.first_name, row.verdict) == ("ann@x.io", "Ann Maria", "will_be_invited")


@pytest.mark.parametrize("template", [csv_template(), xlsx_template()], ids=["csv", "xlsx"])
def test_a_template_that_was_left_empty_is_refused_and_invites_nobody(
    imports: ImportDriver, template: bytes
) -> None:
    assert _refusal(imports, template) == "no_rows"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (rewritten(PLAIN, {"xl/media/image1.png": BOMB}), "unpacks_too_large"),
        (rewritten(PLAIN, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}), "macros_in_file"),
        (workbook([["Email"], ["=HYPERLINK(A1)"]]), "formula_in_file"),
        (b"Email\r\n=1+1\r\n", "formula_in_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "encrypted_or_old_file"),
        (rewritten(PLAIN, {"[Content_Types].xml": part(PLAIN, "xl/workbook.xml")}), "not_a_workbook"),
        (b"Email\r\n" + b"a" * MAX_BYTES, "file_too_large"),
        (b"Name;Phone\r\nAnn;1\r\n", "unknown_columns"),
        (b"First name,Last name\r\nAnn,Lee\r\n", "missing_email_column"),
        (b"ann@x.io,Ann\r\n", "no_header"),
        (b"Email,First name\r\nann@x.io;Ann\r\n", "mixed_separators"),
        ("Email,First name\r\nann@x.io,Zoë\r\n".encode("cp1252"), "not_utf8"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_bombs_macros_formulas_and_wrong_files_are_refused_with_a_clear_error(
    imports: ImportDriver, content: bytes, code: str
) -> None:
    assert _refusal(imports, content) == code


def test_rows_that_a_late_run_wrote_outlive_the_file_and_are_scrubbed_all_the_same(
    imports: ImportDriver, people: People, clock: Clock
) -> None:
    imports.tenant.license()
    checked = imports.previewed([f"{ANN},,,,Fire safety,,,"])
    clock.forward(days=28)
    done = imports.carried_out(checked)

    clock.forward(days=28)
    erased = people.erase()

    assert done.files_until < clock.now
    (row,) = imports.files.rows(done, Stage.DONE, 0)
    assert row.address == erased.pseudonym


def _refusal(imports: ImportDriver, content: bytes) -> str:
    refused = imports.previewed(content)

    assert refused.state is ImportState.REFUSED
    assert refused.problem is not None
    assert refused.problem.detail
    assert refused.problem.next_action
    assert not imports.sent()
    return refused.problem.code
