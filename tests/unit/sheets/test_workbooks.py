"""Issue: XLSX; spreadsheet bombs, macros, formulas, 10 MB limits: refused with a clear error."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from datetime import date, datetime, time
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.workbooks import NAMESPACE, SHEET, part, rewritten, sheet_of, workbook
from usher.domain.errors import UsherError
from usher.sheets import reading, unpacking
from usher.sheets.cells import FormulaInFileError, UnreadableFileError
from usher.sheets.reading import FILE_ERRORS, NoRowsError, SheetRow, TooManyRowsError, read_sheet

HEADER = ["Email", "First name", "Last name", "Groups", "Licenses", "Access start", "Client", "Sublicense"]
TYPES = "[Content_Types].xml"
PLAIN = workbook([["Email"], ["ann@x.io"]])


def emails(content: bytes) -> list[tuple[int, str]]:
    return [(row.line, row.email) for row in read_sheet(content)]


def declared(name: str, kind: str) -> dict[str, bytes]:
    """Return the content types of the archive with one more part in them."""
    override = f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'
    return {TYPES: part(PLAIN, TYPES).replace(b"</Types>", override.encode())}


def test_a_workbook_is_read_with_dates_as_dates_and_numbers_without_a_point() -> None:
    ann = ["ann@x.io", "Ann", "Lee", "Sales; New", "First aid\nFire", date(2027, 1, 31), 7, 8.0]
    bob = ["bob@x.io", None, True, 1.5, None, datetime(2027, 1, 31, 9, 30), None, time(9, 0)]  # noqa: DTZ001 - as in a cell

    first, second = read_sheet(workbook([HEADER, ann, [None], [], bob]))

    assert first == SheetRow(
        line=2,
        email="ann@x.io",
        first_name="Ann",
        last_name="Lee",
        groups=("Sales", "New"),
        licenses=("First aid", "Fire"),
        access_start="2027-01-31",
        client="7",
        sublicense="8",
    )
    assert (second.line, second.last_name, second.groups) == (5, "TRUE", ("1.5",))
    assert (second.access_start, second.sublicense) == ("2027-01-31T09:30:00", "09:00:00")


def test_its_kind_is_told_by_its_content() -> None:
    assert emails(PLAIN) == [(2, "ann@x.io")]
    assert emails(b"PK,Email\n,ann@x.io\n".replace(b"PK", b"Client")) == [(2, "ann@x.io")]


def test_the_first_visible_sheet_with_content_is_read() -> None:
    people = [["Email"], ["ann@x.io"]]
    content = workbook([], Hidden=[["Email"], ["no@x.io"]], Staff=people, More=[["Words"], ["=1+1"]])
    names = part(content, "xl/workbook.xml").replace(
        b'name="Hidden" sheetId="2" state="visible"', b'name="Hidden" sheetId="2" state="hidden"'
    )

    assert emails(rewritten(content, {"xl/workbook.xml": names})) == [(2, "ann@x.io")]


def test_shared_texts_and_rows_outside_the_declared_dimension_are_read() -> None:
    sheet = (
        f'<worksheet xmlns="{NAMESPACE}"><dimension ref="A1"/><sheetData>'
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="7"><c r="A7" t="s"><v>1</v></c></row>'
        "</sheetData></worksheet>"
    )
    texts = (
        f'<sst xmlns="{NAMESPACE}"><si><t>Email</t></si><si><r><t>ann</t></r><r><t>@x.io</t></r></si></sst>'
    )
    name = "xl/sharedStrings.xml"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    parts = {SHEET: sheet.encode(), name: texts.encode(), **declared(name, kind)}

    assert emails(rewritten(PLAIN, parts)) == [(7, "ann@x.io")]


def test_a_formula_is_refused_with_its_cell() -> None:
    content = workbook([["Email", "First name"], ["ann@x.io", "Ann"], ["bob@x.io", '=CONCAT("a","b")']])

    with pytest.raises(FormulaInFileError, match="Cell B3 of the sheet 'People'"):
        read_sheet(content)


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A2"><v>1</v><f t="shared" ref="A2:A9" si="0">B2</f></c>',
        '<c r="A2"><f t="array" ref="A2">B2</f><v>1</v></c>',
        '<c r="A2"><f t="dataTable" ref="A2"/><v>1</v></c>',
        '<c r="A2" t="inlineStr"><is><t>=1+1</t></is></c>',
    ],
)
def test_a_formula_of_any_kind_is_refused(cell: str) -> None:
    with pytest.raises(FormulaInFileError, match="Cell A2 "):
        list(read_sheet(sheet_of(f'<row r="2">{cell}</row>')))


@pytest.mark.parametrize(
    "parts",
    [
        {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"},
        {"xl/macrosheets/sheet1.xml": b"<x/>"},
        {
            TYPES: part(PLAIN, TYPES).replace(
                b"openxmlformats-officedocument.spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main"
            )
        },
    ],
)
def test_macros_are_refused(parts: dict[str, bytes]) -> None:
    with pytest.raises(unpacking.MacrosInFileError):
        read_sheet(rewritten(PLAIN, parts))


@pytest.mark.parametrize("name", ["xl/externalLinks/externalLink1.xml", "xl/connections.xml"])
def test_links_to_other_files_are_refused(name: str) -> None:
    with pytest.raises(unpacking.ExternalLinksError):
        read_sheet(rewritten(PLAIN, {name: b"<x/>"}))


def test_links_of_addresses_are_no_links_to_other_files() -> None:
    relation = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
        'Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" '
        'Target="mailto:ann@x.io" TargetMode="External"/></Relationships>'
    )

    assert emails(rewritten(PLAIN, {"xl/worksheets/_rels/sheet1.xml.rels": relation.encode()}))


@pytest.mark.parametrize(
    "begins", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1Email\n"]
)
def test_a_password_or_the_old_format_is_refused(begins: bytes) -> None:
    with pytest.raises(unpacking.EncryptedFileError):
        read_sheet(begins)


def test_an_archive_with_a_password_is_refused() -> None:
    # The flag of each entry in the index says so.
    flagged = PLAIN.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00")

    assert flagged != PLAIN
    with pytest.raises(unpacking.EncryptedFileError):
        read_sheet(flagged)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(rewritten(PLAIN, {TYPES: b"<Types/>"}), id="another document"),
        pytest.param(
            rewritten(
                PLAIN, {TYPES: part(PLAIN, TYPES).replace(b"sheet.main", b"sheet.binary.macroEnabled.main")}
            ),
            id="XLSB",
        ),
        pytest.param(
            rewritten(
                PLAIN,
                {SHEET: part(PLAIN, SHEET).replace(NAMESPACE.encode(), b"http://purl.oclc.org/ooxml/x")},
            ),
            id="Strict Open XML",
        ),
    ],
)
def test_other_documents_are_refused(content: bytes) -> None:
    with pytest.raises(unpacking.NotAWorkbookError):
        read_sheet(content)


def test_an_archive_that_is_no_workbook_is_refused() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")

    with pytest.raises(unpacking.NotAWorkbookError):
        read_sheet(written.getvalue())


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(PLAIN[: len(PLAIN) // 2], id="cut off"),
        pytest.param(rewritten(PLAIN, {SHEET: b"<worksheet"}), id="a sheet cut off"),
        pytest.param(rewritten(PLAIN, {"xl/workbook.xml": b"<workbook/>"}), id="no sheets"),
        pytest.param(rewritten(PLAIN, {"xl/styles.xml": b"no XML"}), id="formats that are no XML"),
        pytest.param(
            sheet_of('<row r="2"><c r="A2" t="s"><v>9</v></c></row>'), id="a text that is not there"
        ),
        pytest.param(sheet_of('<row r="2"><c r="Ä2"><v>9</v></c></row>'), id="a cell that is none"),
        pytest.param(sheet_of('<row r="99999999999"><c><v>1</v></c></row>'), id="a row that cannot be"),
        pytest.param(sheet_of('<row r="2"><c r="XFD2"><v>1</v></c></row>'), id="a column far off"),
    ],
)
def test_a_damaged_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(UsherError) as refused:
        list(read_sheet(content))

    assert refused.value.code in {"unreadable_file", "no_rows"}


def test_empty_rows_to_the_end_of_the_sheet_cost_nothing() -> None:
    content = sheet_of('<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>ann@x.io</t></is></c></row>')

    assert emails(content) == [(1_048_576, "ann@x.io")]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(
            rewritten(PLAIN, {"xl/media/a.png": b"\0" * 2_000_000}), id="a part that unpacks 1,000 times"
        ),
        pytest.param(
            rewritten(PLAIN, {f"xl/media/{n}.bin": b"" for n in range(unpacking.MAX_PARTS)}),
            id="too many parts",
        ),
        pytest.param(sheet_of('<row r="2">' + '<c s="1"/>' * 130_000 + "</row>"), id="one endless row"),
        pytest.param(
            sheet_of("", after="<hyperlinks>" + '<hyperlink ref="A1"/>' * 130_000 + "</hyperlinks>"),
            id="one endless list",
        ),
        pytest.param(
            rewritten(
                PLAIN,
                {
                    "xl/styles.xml": f'<styleSheet xmlns="{NAMESPACE}"><cellXfs>'.encode()
                    + b"<xf/>" * 130_000
                    + b"</cellXfs></styleSheet>"
                },
            ),
            id="endless formats",
        ),
    ],
)
def test_spreadsheet_bombs_are_refused(content: bytes) -> None:
    with pytest.raises(unpacking.BombError):
        read_sheet(content)


def test_a_part_that_is_declared_to_be_a_sheet_and_more_may_hold_no_more_than_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(unpacking, "MAX_HELD", 2_000)
    rows = sheet_of("".join(map('<row r="{0}"><c r="A{0}"/></row>'.format, range(2, 3_000))))
    override = f'<Override a=">" PartName="/{SHEET}" ContentType="text/xml"/></Types>'
    twice = part(PLAIN, TYPES).replace(b"</Types>", override.encode())

    with pytest.raises(NoRowsError):
        list(read_sheet(rows))
    with pytest.raises(unpacking.BombError):
        read_sheet(rewritten(rows, {TYPES: twice}))


def test_a_bomb_of_many_parts_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    content = rewritten(PLAIN, {f"xl/media/{n}.bin": b"\0" * 900_000 for n in range(2)})
    monkeypatch.setattr(unpacking, "MAX_UNPACKED", 1_000_000)
    monkeypatch.setattr(zipfile.ZipFile, "open", None)  # nothing may be unpacked

    with pytest.raises(unpacking.BombError):
        read_sheet(content)


def test_a_part_that_unpacks_to_more_than_it_declares_is_refused() -> None:
    row = "<row><c><v>1</v></c></row>" * 1_000
    content = sheet_of(row)
    size = len(part(content, SHEET))
    lying = content.replace(size.to_bytes(4, "little"), (size - 900).to_bytes(4, "little"))

    assert lying != content
    with pytest.raises(UnreadableFileError):
        list(read_sheet(lying))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_however_they_are_encoded(encoding: str) -> None:
    bomb = (
        f'<?xml version="1.0" encoding="{encoding}"?>'
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
        f'<worksheet xmlns="{NAMESPACE}"><sheetData><row><c t="str"><v>&b;</v></c></row></sheetData>'
        "</worksheet>"
    )

    with pytest.raises(UnreadableFileError, match="entities"):
        read_sheet(rewritten(PLAIN, {SHEET: bomb.encode(encoding)}))


def test_a_workbook_may_have_as_many_rows_as_an_import_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_ROWS", 1_000)
    rows = read_sheet(workbook([["Email"], *[[f"person{number}@x.io"] for number in range(1_001)]]))

    assert sum(1 for _ in islice(rows, 1_000)) == 1_000
    with pytest.raises(TooManyRowsError):
        next(rows)


def test_a_long_text_that_is_stored_once_and_repeated_in_each_row_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading, "MAX_TEXT", 100_000)
    book = workbook([["Email", "First name"], *[["ann@x.io", "a" * 1_990]] * 60])

    assert len(book) < 10_000
    with pytest.raises(unpacking.BombError, match="more than 100,000 characters"):
        list(read_sheet(book))


@given(place=st.integers(0, len(PLAIN) - 1), byte=st.integers(0, 255))
def test_a_workbook_with_a_wrong_byte_is_read_or_refused_with_an_error_that_is_listed(
    place: int, byte: int
) -> None:
    rows: list[SheetRow] = []
    with suppress(*FILE_ERRORS):
        rows = list(read_sheet(PLAIN[:place] + bytes([byte]) + PLAIN[place + 1 :]))

    assert all(row.line > 1 for row in rows), "the names of the columns are no row"
