"""Texts that people write keep what words are made of, and nothing that no text has (decision 42)."""

from __future__ import annotations

import unicodedata

import pytest

from usher.domain.people import MAX_NAME, BadNameError, clean_name, clean_names
from usher.domain.texts import NotTextError, folded, read_line, read_lines

PERSIAN = "می\u200cخواهم"  # noqa: RUF001 - Persian letters are meant
DEVANAGARI = "श्री\u200dराम"
MALAYALAM = "അനില\u0d4d\u200d"
FAMILY = "👨\u200d👩\u200d👧\u200d👦"


@pytest.mark.parametrize(
    "name", [PERSIAN, DEVANAGARI, MALAYALAM, FAMILY, "D'Arcy", "Ni\u00f1o", "山田太郎", "Suharto"]
)
def test_a_name_stays_as_its_owner_writes_it(name: str) -> None:
    assert read_line(f"  {name}\u00a0") == name
    assert read_lines(f"\n{name}\n") == name


def test_a_text_is_in_one_form_however_it_was_typed() -> None:
    assert read_line("Nin\u0303o") == "Ni\u00f1o"
    assert read_line("\ufeff\u200b Ann \t\n Lee \u2069") == "Ann Lee"
    assert read_lines("Hello\r\nAnn\rand\tBo ") == "Hello\nAnn\nand\tBo"


@pytest.mark.parametrize("bad", ["a\0b", "a\x1bb", "a\x85\x9fb", "a\ud800b", "a\udfff", "a\uffffb"])
def test_a_character_that_no_text_has_is_refused(bad: str) -> None:
    with pytest.raises(NotTextError, match=r"has the character U\+[0-9A-F]{4}, which no text has"):
        read_line(bad)
    with pytest.raises(NotTextError):
        read_lines(bad)


@pytest.mark.parametrize("bad", ["a\u202eb", "a\u2067b"])
def test_characters_that_reorder_the_words_around_are_refused_on_one_line_only(bad: str) -> None:
    with pytest.raises(NotTextError):
        read_line(bad)
    assert read_lines(bad) == bad


def test_a_name_is_counted_in_the_form_in_which_it_is_kept() -> None:
    assert clean_name("n\u0303" * MAX_NAME) == "ñ" * MAX_NAME
    with pytest.raises(BadNameError):
        clean_name("ñ" * (MAX_NAME + 1))


def test_the_refusal_of_a_name_says_which_and_why() -> None:
    with pytest.raises(BadNameError) as refused:
        clean_name("a\ud800", field="last_name")

    assert list(refused.value.fields) == ["last_name"]
    assert refused.value.reason == "has the character U+D800, which no text has"


def test_names_beside_an_address_are_names() -> None:
    assert clean_names(" Ann ", "Lee Smith") == ("Ann", "Lee Smith")
    assert clean_names("Suharto", "") == ("Suharto", "")
    with pytest.raises(BadNameError):
        clean_names("Ann", "x" * 81)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("José ÁLVAREZ", "jose alvarez"),
        ("Straße", "strasse"),
        ("Ａｃｍｅ", "acme"),  # noqa: RUF001 - wide letters are meant
        ("Zürich", "zurich"),
        ("ÇA", "ca"),
        ("Ångström", "angstrom"),
        ("İzmir", "izmir"),
        ("Łódź", "łodz"),
        ("東京", "東京"),
        ("", ""),
    ],
)
def test_a_folded_text_has_no_differences_of_case_width_and_accents(text: str, expected: str) -> None:
    assert folded(text) == expected
    assert folded(unicodedata.normalize("NFD", text)) == folded(folded(text)) == expected
