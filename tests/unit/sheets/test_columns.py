"""The template file has columns email, first name, last name, groups, licenses, access start, client and
sublicense; the names as people write them."""

from __future__ import annotations

import pytest

from usher.sheets.columns import (
    Column,
    MissingEmailColumnError,
    NoHeaderError,
    RepeatedColumnError,
    UnknownColumnsError,
    read_header,
)


@pytest.mark.parametrize(
    ("written", "column"),
    [
        ("Email", Column.EMAIL),
        ("E-mail", Column.EMAIL),
        ("  E-MAIL address ", Column.EMAIL),
        ("Email *", Column.EMAIL),
        ("first name", Column.FIRST_NAME),
        ("First_Name", Column.FIRST_NAME),
        ("FirstName", Column.FIRST_NAME),
        ("Last\u00a0name", Column.LAST_NAME),
        ("Surname", Column.LAST_NAME),
        ("Group(s)", Column.GROUPS),
        ("group", Column.GROUPS),
        ("Licence(s)", Column.LICENSES),
        ("LICENSES", Column.LICENSES),
        ("Access start", Column.ACCESS_START),
        ("access-start", Column.ACCESS_START),
        ("Client", Column.CLIENT),
        ("Sublicence", Column.SUBLICENSE),
        ("Sub-license", Column.SUBLICENSE),
    ],
)
def test_a_column_is_known_by_its_name_however_it_is_written(written: str, column: Column) -> None:
    header = read_header(["Email", written] if column is not Column.EMAIL else [written])

    assert column in header.positions


def test_columns_stand_in_any_order_and_empty_ones_are_passed_over() -> None:
    header = read_header(["", "Last name", " ", "Email", "", ""])

    assert header.positions == {Column.LAST_NAME: 1, Column.EMAIL: 3}


def test_an_unknown_column_is_refused_by_name_with_the_one_that_was_probably_meant() -> None:
    with pytest.raises(UnknownColumnsError) as refused:
        read_header(["Email", "Frist name", "Shoe size"])

    assert refused.value.facts == {"columns": ["Frist name", "Shoe size"]}
    assert "'Frist name' (is it First name?)" in refused.value.detail


def test_a_file_without_a_column_of_addresses_is_refused() -> None:
    with pytest.raises(MissingEmailColumnError):
        read_header(["First name", "Last name"])


def test_two_columns_of_one_kind_are_refused() -> None:
    with pytest.raises(RepeatedColumnError, match="Columns A and C are both Email"):
        read_header(["Email", "First name", "E-mail"])


def test_a_file_whose_first_row_is_a_person_is_refused() -> None:
    with pytest.raises(NoHeaderError):
        read_header(["ann@x.io", "Ann", "Lee"])


def test_every_label_of_the_template_is_known() -> None:
    header = read_header([column.label for column in Column])

    assert list(header.positions) == list(Column)
