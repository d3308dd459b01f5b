"""A directory finds people by the beginning of their address or name, as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usher.domain.directory import DirectoryEntry, DirectoryField, fields_for, folded

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=80)
LONGEST_SORT_KEY = 1024


@pytest.mark.parametrize(
    ("search", "found_by"),
    [
        ("jose", DirectoryField.FIRST_NAME),
        ("JOSÉ", DirectoryField.FIRST_NAME),
        ("jose  Gar", DirectoryField.FIRST_NAME),
        ("garcía j", DirectoryField.LAST_NAME),
        ("j.gar", DirectoryField.EMAIL),
        ("J", DirectoryField.EMAIL),
        ("osé", None),
        ("jose x", None),
    ],
)
def test_a_search_finds_by_the_first_field_that_begins_with_it(
    search: str, found_by: DirectoryField | None
) -> None:
    entry = DirectoryEntry(email="j.garcia@x.io", first_name="José", last_name="García")

    assert entry.found_by(folded(search)) is found_by


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Straße", "strasse"),
        ("\uff21nn", "ann"),
        ("Zoë", "Zoe\u0308"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("आशा", "आशा"),
        ("ﷺ", "ﷺ"),
    ],
)
def test_the_same_name_is_folded_alike_however_it_is_typed(written: str, typed: str) -> None:
    assert folded(written) == folded(typed) != ""


def test_whoever_has_no_name_stands_by_their_address() -> None:
    entry = DirectoryEntry(email="ann@x.io")

    assert [entry.text(field) for field in DirectoryField] == ["ann@x.io", "", "ann@x.io"]
    assert entry.found_by("ann") is DirectoryField.EMAIL


def test_one_name_is_first_and_last() -> None:
    entry = DirectoryEntry(email="s@x.io", first_name="Suharto")

    assert [entry.text(field) for field in DirectoryField] == ["s@x.io", "suharto", "suharto"]


def test_a_search_looks_where_it_can_be_found() -> None:
    assert fields_for("ann@x") == (DirectoryField.EMAIL,)
    assert DirectoryField.EMAIL not in fields_for("ann l")
    assert fields_for("ann") == tuple(DirectoryField)


@given(TEXTS)
def test_what_is_folded_stays_as_it_is(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(TEXTS, TEXTS)
def test_a_name_and_the_longest_address_fit_into_a_sort_key(first_name: str, last_name: str) -> None:
    entry = DirectoryEntry(email="a" * 254, first_name=first_name, last_name=last_name)

    for field in DirectoryField:
        assert len(f"{entry.text(field)}#{entry.email}".encode()) <= LONGEST_SORT_KEY
        assert len(folded("\ufdfa" * 80).encode()) <= LONGEST_SORT_KEY
