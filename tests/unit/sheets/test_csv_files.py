"""CSV files are read (UTF-8 with or without BOM, UTF-16, commas or semicolons, quoted line breaks)."""

from __future__ import annotations

import codecs
import csv
import io
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usher.domain.imports.imports import MAX_BYTES
from usher.sheets import csv_files
from usher.sheets.cells import CellTooLongError, FormulaInFileError, UnreadableFileError
from usher.sheets.columns import UnknownColumnsError
from usher.sheets.csv_files import BrokenQuotesError, NotUtf8Error
from usher.sheets.reading import (
    FILE_ERRORS,
    MAX_ROWS,
    MixedSeparatorsError,
    NoRowsError,
    SheetRow,
    TooLargeFileError,
    TooManyRowsError,
    UnnamedColumnError,
    read_sheet,
)

PEOPLE = "Email,First name\r\nann@x.io,Änn\r\nbob@x.io,Bob\r\n"


def names(content: bytes) -> list[tuple[int, str, str]]:
    return [(row.line, row.email, row.first_name) for row in read_sheet(content)]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(PEOPLE.encode(), id="UTF-8"),
        pytest.param(codecs.BOM_UTF8 + PEOPLE.encode(), id="UTF-8 with BOM"),
        pytest.param(codecs.BOM_UTF16_LE + PEOPLE.encode("utf-16-le"), id="UTF-16 LE"),
        pytest.param(codecs.BOM_UTF16_BE + PEOPLE.encode("utf-16-be"), id="UTF-16 BE"),
        pytest.param(PEOPLE.replace(",", ";").encode(), id="semicolons"),
        pytest.param(PEOPLE.replace(",", "\t").encode(), id="tabs"),
        pytest.param(codecs.BOM_UTF16_LE + PEOPLE.replace(",", "\t").encode("utf-16-le"), id="Unicode text"),
        pytest.param(PEOPLE.replace("\r\n", "\n").encode(), id="LF"),
        pytest.param(PEOPLE.replace("\r\n", "\r").encode(), id="CR"),
        pytest.param(PEOPLE.rstrip().encode(), id="no line break at the end"),
        pytest.param(b"sep=;\r\n" + PEOPLE.replace(",", ";").encode(), id="Excel's declared delimiter"),
        pytest.param(PEOPLE.replace("Email", '"Email"').replace("Bob", '"Bob"').encode(), id="quoted cells"),
    ],
)
def test_csv_is_read_as_spreadsheet_programs_write_it(content: bytes) -> None:
    assert names(content) == [(2, "ann@x.io", "Änn"), (3, "bob@x.io", "Bob")]


def test_all_eight_columns_are_read() -> None:
    content = (
        "Email,First name,Last name,Groups,Licenses,Access start,Client,Sublicense\n"
        'ann@x.io,Ann, Lee ,"Sales, EMEA; New ;Sales, EMEA",First aid|Fire,2027-01-31,Acme,First aid 2027\n'
    )

    (row,) = read_sheet(content.encode())

    assert row == SheetRow(
        line=2,
        email="ann@x.io",
        first_name="Ann",
        last_name="Lee",
        groups=("Sales, EMEA", "New"),
        licenses=("First aid", "Fire"),
        access_start="2027-01-31",
        client="Acme",
        sublicense="First aid 2027",
    )


def test_a_quoted_line_break_ends_no_row() -> None:
    content = b'Email,Groups,First name\nann@x.io,"Sales\r\nNew\nOld",Ann\nbob@x.io,Sales,"Bob\nBo"\n'

    ann, bob = read_sheet(content)

    assert (ann.groups, ann.line) == (("Sales", "New", "Old"), 2)
    assert (bob.first_name, bob.line) == ("Bob Bo", 3)


def test_empty_rows_and_trailing_columns_are_passed_over_and_counted() -> None:
    content = b"\n;;;\nEmail;First name;;\n;;;\n\nann@x.io;Ann;;\n ; ;\nbob@x.io\n"

    assert names(content) == [(6, "ann@x.io", "Ann"), (8, "bob@x.io", "")]


def test_a_row_without_an_address_is_a_row() -> None:
    assert names(b"Email,First name\n,Ann\n") == [(2, "", "Ann")]


def test_what_no_one_sees_is_no_part_of_an_address() -> None:
    content = "Email\n\u200b ann@x.io\u00a0\ufeff\n".encode()

    assert names(content) == [(2, "ann@x.io", "")]


def test_windows_1252_is_refused_and_the_answer_says_how_to_save_the_file() -> None:
    with pytest.raises(NotUtf8Error, match="Line 2") as refused:
        read_sheet(PEOPLE.encode("cp1252"))

    assert "CSV UTF-8" in refused.value.next_action


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(PEOPLE.encode("utf-16-le"), id="UTF-16 without its mark"),
        pytest.param(b"Email\nann@x.io\0\n", id="a zero byte"),
        pytest.param(codecs.BOM_UTF16_LE + b"E", id="half a character"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0", id="a picture"),
    ],
)
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(NotUtf8Error):
        read_sheet(content)


@pytest.mark.parametrize("content", [b"<html><table>", b"%PDF-1.7", b"\xef\xbb\xbf<?xml"])
def test_other_kinds_of_files_are_refused(content: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        read_sheet(content)


@pytest.mark.parametrize(
    "row", [b'cyd@x.io,"Cyd\n', b'cyd@x.io,"Cyd"y\n', b'cyd@x.io,"Cyd\ndan@x.io,"Dan"\n']
)
def test_a_quote_that_is_not_closed_is_refused_with_its_line(row: bytes) -> None:
    rows = read_sheet(b'Email,First name\nann@x.io,"Ann\nLee"\n' + row)

    with pytest.raises(BrokenQuotesError, match="line 4 "):
        list(rows)


@pytest.mark.parametrize("cell", ["=1+1", " =cmd|'/c calc'!A1", '"=HYPERLINK(""x"")"'])
def test_a_cell_that_begins_with_an_equals_sign_is_refused_as_a_formula(cell: str) -> None:
    with pytest.raises(FormulaInFileError, match="Cell B3 "):
        list(read_sheet(f"Email,First name\nann@x.io,Ann\nbob@x.io,{cell}\n".encode()))


def test_other_signs_begin_no_formula() -> None:
    content = b"Email,First name,Last name\n-ann@x.io,+Ann,@lee\n"

    (row,) = read_sheet(content)

    assert (row.email, row.first_name, row.last_name) == ("-ann@x.io", "+Ann", "@lee")


def test_a_value_beyond_the_named_columns_is_refused() -> None:
    with pytest.raises(UnnamedColumnError, match="Cell C2 "):
        list(read_sheet(b"Email,Last name\nann@x.io,Lee, Jr\n"))


def test_a_template_that_excel_could_not_split_is_refused_with_what_to_do() -> None:
    filled_in = b"\xef\xbb\xbfEmail,First name,Last name;;\r\nann@x.io;Ann;Lee\r\n"

    with pytest.raises(MixedSeparatorsError, match="Row 2 stands in one cell") as refused:
        list(read_sheet(filled_in))
    assert "XLSX" in refused.value.next_action
    assert [row.email for row in read_sheet(b"Email,Client\nann@x.io,\nbob@x.io;Bob\n")] == [
        "ann@x.io",
        "bob@x.io;Bob",
    ], "where they are separated alike, each row is judged by itself"


def test_a_cell_longer_than_any_name_is_refused() -> None:
    with pytest.raises(CellTooLongError, match="Cell B2 has 2,001 characters"):
        list(read_sheet(b"Email,First name\nann@x.io," + b"a" * 2_001))


def test_a_file_over_10_mb_is_refused_unread() -> None:
    with pytest.raises(TooLargeFileError):
        read_sheet(b"\0" * (MAX_BYTES + 1))


@pytest.mark.slow
def test_50_000_rows_are_read_in_seconds_and_one_more_is_refused() -> None:
    rows = b"".join(b"person%d@x.io,First,Last\n" % number for number in range(MAX_ROWS))
    content = b"Email,First name,Last name\n" + rows
    began = time.process_time()

    assert sum(1 for _ in read_sheet(content)) == MAX_ROWS
    assert time.process_time() - began < 5
    with pytest.raises(TooManyRowsError):
        sum(1 for _ in read_sheet(content + b"more@x.io,,\n"))


def test_a_file_of_line_breaks_is_refused_after_as_many_as_a_program_has_lines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(csv_files, "MAX_LINES", 1_000)

    with pytest.raises(UnreadableFileError):
        list(read_sheet(b"Email\n" + b"\n" * 2_000))


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n", b"Email\n", b"Email;Client\n;\n"])
def test_a_file_that_names_nobody_is_refused(content: bytes) -> None:
    with pytest.raises(NoRowsError):
        list(read_sheet(content))


def test_a_wrong_column_is_refused_before_any_row_is_read() -> None:
    with pytest.raises(UnknownColumnsError):
        read_sheet(b"Email,Nmae\nann@x.io,Ann\n")


PLAIN = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), max_size=30).map(
    lambda text: " ".join(text.split()).lstrip("= ")
)


@given(
    people=st.lists(st.tuples(PLAIN, PLAIN, PLAIN), min_size=1, max_size=6),
    delimiter=st.sampled_from(",;\t"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    line_break=st.sampled_from(["\r\n", "\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_what_a_program_writes_comes_back(
    people: list[tuple[str, str, str]], delimiter: str, encoding: str, line_break: str, quoting: int
) -> None:
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=delimiter, lineterminator=line_break, quoting=quoting)  # type: ignore[arg-type] # the module's own ints
    writer.writerow(["Email", "First name", "Client"])
    writer.writerows(("ann@x.io", *person[1:]) for person in people)

    rows = list(read_sheet(written.getvalue().encode(encoding)))

    assert [(row.first_name, row.client) for row in rows] == [person[1:] for person in people]


@given(content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_whatever_is_uploaded_is_read_or_refused_with_an_error_that_is_listed(content: bytes) -> None:
    rows: list[SheetRow] = []
    with suppress(*FILE_ERRORS):
        rows = list(read_sheet(content))

    assert all(row.line > 1 for row in rows), "the names of the columns are no row"
