"""A bad address is answered with a suggestion where a typo is likely."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usher.domain.addresses import normalize
from usher.domain.imports.typos import suggest


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ann@gmial.com", "ann@gmail.com"),
        ("ann@gmai.com", "ann@gmail.com"),
        ("ann@gmaill.com", "ann@gmail.com"),
        ("Ann@Hotnail.com", "ann@hotmail.com"),
        ("ann@yaho.com", "ann@yahoo.com"),
        ("ann@outlok.com", "ann@outlook.com"),
        ("ann@hotmial.fr", "ann@hotmail.fr"),
        ("ann@gmail.co", "ann@gmail.com"),
        ("ann@gmial.con", "ann@gmail.com"),
        ("ann@acme.con", "ann@acme.com"),
        ("ann@acme.nett", "ann@acme.net"),
        ("ann@gmailcom", "ann@gmail.com"),
        ("ann@gmail", "ann@gmail.com"),
        ("ann@gmail,com", "ann@gmail.com"),
        ("ann@acme..com", "ann@acme.com"),
        ("ann @ x.io", "ann@x.io"),
        ("ann@x.io.", "ann@x.io"),
        ("ann@@x.io", "ann@x.io"),
        ("ann(at)x.io", "ann@x.io"),
        ("mailto:ann@x.io", "ann@x.io"),
        ("anngmail.com", "ann@gmail.com"),
        ("ann.gmail.com", "ann@gmail.com"),
    ],
)
def test_a_likely_typo_gets_a_suggestion(typed: str, meant: str) -> None:
    assert suggest(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "ann@gmail.com",
        "  Ann@GMAIL.com ",
        "ann@mail.com",
        "ann@ymail.com",
        "ann@email.com",
        "ann@yahoo.be",
        "ann@mail.ru",
        "ann@mail.acme.com",
        "ann@acme.co",
        "ann@gmx.de",
        "ann@x.io",
        "ann@bücher.example",
    ],
)
def test_an_address_that_is_right_gets_none(typed: str) -> None:
    assert suggest(typed) is None


@pytest.mark.parametrize("typed", ["", "@", "ann", "ann@", "@gmail.com", "ann.x.io", "a@b@c.io", "a" * 9_999])
def test_what_cannot_be_guessed_gets_none(typed: str) -> None:
    assert suggest(typed) is None


@given(st.text("ab@.,; ()<gmailyahoocom", max_size=30))
def test_a_suggestion_is_an_address_and_needs_none_itself(typed: str) -> None:
    suggested = suggest(typed)

    if suggested is not None:
        assert normalize(suggested) == suggested
        assert suggest(suggested) is None
