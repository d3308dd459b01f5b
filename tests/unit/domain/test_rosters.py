"""The names that rows of an import use, verdicts on rows, and file names (DESIGN 1, import)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from usher.domain.imports.imports import BadFileNameError, check_file_name
from usher.domain.imports.rosters import Names, RowError
from usher.domain.imports.verdicts import BAD, NEEDLESS, WANTED, ImportedRow, Verdict, judged, unreached

ROW = ImportedRow(line=2, email="ann@x.io")


def resolve(names: Names, name: str) -> str:
    return names.resolve(
        name, what="license", unknown=Verdict.UNKNOWN_LICENSE, ambiguous=Verdict.AMBIGUOUS_LICENSE
    )


def test_a_thing_is_found_by_its_id_or_by_a_name_whatever_the_capitals() -> None:
    names = Names([("1", ["Fire safety"]), ("2", ["Straße", "B"])])

    assert [resolve(names, one) for one in ("1", "FIRE SAFETY", "STRASSE", "b")] == ["1", "1", "2", "2"]


def test_an_id_goes_before_a_name_that_looks_like_it() -> None:
    assert resolve(Names([("1", ["2"]), ("2", ["Two"])]), "2") == "2"


@pytest.mark.parametrize(("name", "verdict"), [("x", "unknown_license"), ("twice", "ambiguous_license")])
def test_what_is_called_so_by_none_or_by_several_is_said(name: str, verdict: str) -> None:
    with pytest.raises(RowError) as refused:
        resolve(Names([("1", ["Twice"]), ("2", ["TWICE"])]), name)
    assert refused.value.verdict == verdict
    assert name in refused.value.detail


def test_a_verdict_on_a_rows_invite_says_why_and_keeps_the_suggestion() -> None:
    row = judged(replace(ROW, suggestion="ann@gmail.com"), Verdict.NO_SEAT)

    assert (row.verdict, row.reason) == (Verdict.NO_SEAT, "No seat is left.")
    assert row.suggestion == "ann@gmail.com"


def test_what_an_import_did_not_reach_was_canceled_and_what_was_never_wanted_was_not() -> None:
    bad = ROW.with_verdict(Verdict.BAD_ADDRESS, "It has no @.")

    assert unreached(ROW).verdict is Verdict.CANCELED
    assert unreached(bad) == bad


def test_each_verdict_of_a_preview_is_of_one_kind() -> None:
    kinds = [WANTED, NEEDLESS, BAD, {Verdict.INVITED, Verdict.CANCELED}]

    assert sum(map(len, kinds)) == len(Verdict) == len(frozenset[Verdict]().union(*kinds))


@pytest.mark.parametrize("given", ["people.csv", "C:\\Users\\ann\\people.csv", "/tmp/people.csv"])  # noqa: S108 - a name
def test_a_files_name_is_kept_without_its_folder(given: str) -> None:
    assert check_file_name(given) == "people.csv"


@pytest.mark.parametrize("given", ["", " ", "folder/", "x" * 256, "a\nb.csv"])
def test_a_name_that_is_none_is_refused(given: str) -> None:
    with pytest.raises(BadFileNameError):
        check_file_name(given)
