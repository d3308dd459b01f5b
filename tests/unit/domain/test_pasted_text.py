"""Codes and the paths of links, as they arrive after being copied out of an email or a document."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usher.domain.enrollment.codes import BadCodeError, read_code
from usher.domain.pasted_text import compact, pasted_path

TOKEN = "01ARZ3NDEKTSV4RRFFQ69G5FAV.2.k1.abc-DEF_0123456789abcdefghijklmnopqrstuvwxy"


@pytest.mark.parametrize(
    "typed",
    [
        "spring-2027",
        " SPRING-2027\u00a0\r\n",
        "SPRING- 2027",
        "SPRING-\n2027",
        "SPR ING\t-2027",
        *(f"SPRING{dash}2027" for dash in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d"),
        "\u201cSPRING-2027\u201d.",
        "'SPRING-2027',",
        "(SPRING-2027)!",
        "**SPRING-2027**",
        "SPR\u00adING\u200b-2027\ufeff",
        "\uff33\uff30\uff32\uff29\uff2e\uff27-2027",
        "Code: SPRING-2027",
        "Your code is\uff1aSPRING-2027",
        "https://seats.example/c/acme/SPRING-2027",
        "<HTTPS://Seats.Example/c/acme/spring-2027/?utm_source=mail&x=1>",
        "https://seats.example/c/acme/SPR=\r\nING-2027#top",
    ],
)
def test_a_code_is_read_as_it_was_given_out(typed: str) -> None:
    assert read_code(typed) == "SPRING-2027"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "\u201c\u201d",
        "Code:",
        "under_score",
        "a/../b",
        "m\u0131zrak",
        "\u0410\u0412\u0421\u0415",
        "a" * 41,
    ],
)
def test_what_could_be_another_code_is_refused(typed: str) -> None:
    """A Cyrillic letter is no Latin one, though it may look like it."""
    with pytest.raises(BadCodeError):
        read_code(typed)


@given(st.text("SPRING-2027", min_size=4, max_size=40))
def test_every_code_is_read_as_itself(code: str) -> None:
    assert read_code(code) == read_code(f"\u201c{code}\u201d.") == code


@pytest.mark.parametrize("typed", ["123456", " 123\u00a0456. ", "\u201c123456\u201d", "\uff11\uff123456"])
def test_a_code_for_a_new_password_is_read_without_what_surrounds_it(typed: str) -> None:
    assert compact(typed) == "123456"


@pytest.mark.parametrize(
    "wrapped",
    [
        "{}",
        "{}.",
        "{}>",
        "{}>.",
        "{}%3E",
        "{})",
        "{}\u201d",
        "{}%E2%80%9D",
        "{},",
        "{}\u200b",
        "{}%20",
        "{}&utm_source=mail",
        "{}&utm_source=a.b",
    ],
)
def test_the_path_of_a_link_loses_what_came_with_copying(wrapped: str) -> None:
    assert pasted_path(wrapped.format(f"/i/{TOKEN}")) == f"/i/{TOKEN}"


@pytest.mark.parametrize("wrap", ["=\r\n", "=\n", "\r\n", " ", "%20", "=%0D%0A", "=", "\u00ad", "\u200b"])
def test_a_link_that_was_wrapped_is_one_again(wrap: str) -> None:
    assert pasted_path(f"/i/{TOKEN[:30]}{wrap}{TOKEN[30:]}") == f"/i/{TOKEN}"


def test_a_typographic_dash_in_a_link_is_the_hyphen_that_it_was() -> None:
    typographic = TOKEN.replace("-", "\u2013")

    assert pasted_path(f"/i/{typographic}") == f"/i/{TOKEN}"


@pytest.mark.parametrize(
    "path", ["/join/caf\u00e9", "/c/acme/<script", "/learn/sso/01A/callback", "/c/a/b_c"]
)
def test_what_makes_another_path_stays(path: str) -> None:
    assert pasted_path(path) == path
