"""The form of codes, and how hard they are to guess."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime, timedelta

import pytest

from usher.domain.enrollment.codes import (
    ALPHABET,
    BadBatchError,
    BadCapError,
    BadCodeError,
    Code,
    CodeKind,
    CodeState,
    Pattern,
    canonical,
    read_codes,
)
from usher.domain.enrollment.grants import Grant

NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)


def code(kind: CodeKind = CodeKind.REGISTRATION, **fields: object) -> Code:
    return Code(
        text="WELCOME",
        id="I",
        organization="O",
        kind=kind,
        grant=Grant(licenses=("L",)),
        created_at=NOW,
        created_by="max@acme.example",
        **fields,  # type: ignore[arg-type]  # of whatever a test is about
    )


@pytest.mark.parametrize("text", ["abcd", "A" * 40, "spring-2027", "----", "0123"])
def test_a_code_is_four_to_forty_letters_digits_and_dashes_whatever_its_capitals(text: str) -> None:
    assert canonical(text.lower()) == canonical(f" {text.upper()}\n") == text.upper()


@pytest.mark.parametrize(
    "text",
    [
        *("", "abc", "a" * 41, "two words", "under_score", "code\x00", "a/../b", "stra\u00dfe"),
        *("m\u0131zrak", "\uff11\uff12\uff13\uff14"),  # a dotless i; digits of full width
    ],
)
def test_anything_else_is_no_code(text: str) -> None:
    with pytest.raises(BadCodeError):
        canonical(text)


def test_generated_codes_have_no_signs_that_look_alike() -> None:
    drawn = Pattern(length=8, prefix="acme-").draw(secrets.choice)

    assert re.fullmatch(rf"ACME-[{ALPHABET}]{{8}}", drawn)
    assert not set("01OIL") & set(ALPHABET)


@pytest.mark.parametrize("pattern", [(0, "ACME"), (41, ""), (36, "ACME-"), (3, ""), (8, "a_b")])
def test_a_generated_code_is_a_code(pattern: tuple[int, str]) -> None:
    with pytest.raises(BadCodeError):
        Pattern(length=pattern[0], prefix=pattern[1])


def test_a_batch_is_long_enough_to_be_hard_to_guess() -> None:
    Pattern(length=7).require_unguessable(10_000)

    with pytest.raises(BadBatchError) as refused:
        Pattern(length=5).require_unguessable(10_000)
    assert refused.value.facts == {"least_length": 7}


def test_the_state_says_why_it_cannot_be_redeemed() -> None:
    end = NOW + timedelta(days=1)

    assert code(ends_at=end).state_at(NOW) is CodeState.ACTIVE
    assert code(ends_at=end).state_at(end) is CodeState.ENDED
    assert code(cap=2, uses=2).state_at(NOW) is CodeState.USED_UP
    assert code(cap=2, uses=2, disabled=True).state_at(NOW) is CodeState.DISABLED


@pytest.mark.parametrize(
    ("kind", "cap"),
    [
        (CodeKind.REGISTRATION, 0),
        (CodeKind.REGISTRATION, -1),
        (CodeKind.REDEMPTION, None),
        (CodeKind.REDEMPTION, 2),
    ],
)
def test_a_cap_makes_sense(kind: CodeKind, cap: int | None) -> None:
    with pytest.raises(BadCapError):
        code(kind, cap=cap)


@pytest.mark.parametrize(
    ("given", "texts"),
    [
        (["AAAA", " bbbb "], ["AAAA", "bbbb"]),
        ("AAAA\nBBBB\r\nCCCC\n", ["AAAA", "BBBB", "CCCC"]),
        ("AAAA, BBBB;CCCC DDDD", ["AAAA", "BBBB", "CCCC", "DDDD"]),
        ('\ufeff"Code"\n"AAAA"\n', ["AAAA"]),
        ('name,code,uses\r\nAnn,AAAA,0\r\n"Bo, B",\'-BBB,1\r\n', ["AAAA", "-BBB"]),
        ("made at;code\nMonday;AAAA\nTuesday;\n", ["AAAA"]),
        ("AAAA, code, BBBB", ["AAAA", "code", "BBBB"]),
        ("AAAA\rBBBB", ["AAAA", "BBBB"]),
        ("code,name\rAAAA,Ann\rBBBB,Bo", ["AAAA", "BBBB"]),
        ("", []),
    ],
)
def test_codes_of_ones_own_are_read_from_lists_texts_and_csv_files(
    given: str | list[str], texts: list[str]
) -> None:
    assert read_codes(given) == texts


@pytest.mark.parametrize("sign", [" ", ",", ";", "\t", "\r"])
def test_ten_thousand_codes_of_ones_own_may_stand_in_one_line(sign: str) -> None:
    """The line is longer than the longest cell that the csv module reads."""
    texts = [f"{number:040}" for number in range(10_000)]

    assert read_codes(sign.join(texts)) == texts
