"""Issue: results downloadable as CSV with the reason per row."""

from __future__ import annotations

from usher.sheets.reading import read_sheet
from usher.sheets.results import ResultRow, results_csv

ROW = ResultRow(
    line=7,
    outcome="bad_address",
    reason="There is no @, and so no domain.",
    suggestion="ann@gmail.com",
    email="anngmail.com",
    first_name="Ann",
    groups=("Sales, EMEA", "New"),
)


def test_the_results_say_row_outcome_and_reason_and_open_in_a_spreadsheet_program() -> None:
    header, line = "".join(results_csv([ROW])).splitlines()

    assert header == (
        "\ufeffRow,Outcome,Reason,Suggestion,Email,First name,Last name,Groups,Licenses,Access start,"
        "Client,Sublicense"
    )
    assert line == (
        '7,bad_address,"There is no @, and so no domain.",ann@gmail.com,'
        'anngmail.com,Ann,,"Sales, EMEA; New",,,,'
    )


def test_no_cell_of_the_results_can_be_taken_for_a_formula() -> None:
    names = {"first_name": "=1+1", "client": "@cmd", "groups": ("-2",), "access_start": "+3"}
    row = ResultRow(line=2, outcome="invited", email="ann@x.io", **names)  # type: ignore[arg-type] # by name

    assert "".join(results_csv([row])).endswith("2,invited,,,ann@x.io,'=1+1,,'-2,,'+3,'@cmd,\r\n")


def test_the_results_can_be_corrected_and_imported_again() -> None:
    corrected = "".join(results_csv([ROW])).replace("anngmail.com", "ann@gmail.com")

    (row,) = read_sheet(corrected.encode())

    assert (row.email, row.groups) == ("ann@gmail.com", ("Sales, EMEA", "New"))
