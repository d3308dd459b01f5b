"""DESIGN 2, Addresses: what mail programs, chats, documents and spreadsheets put on a clipboard."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usher.domain.addresses import (
    BadAddressError,
    NoAddressesError,
    Recipient,
    normalize_domain,
    read_address,
    read_addresses,
)

INVISIBLE = ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u202a", "\u202c", "\u200e"]


def recipients(typed: str) -> list[tuple[str, str]]:
    found = read_addresses(typed)

    assert not found.bad
    return [(one.email, one.name) for one in found.recipients]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Ann Lee <ann@x.io>", "Ann Lee"),
        ("'Ann Lee' <ann@x.io>", "Ann Lee"),
        ("\u201cAnn Lee\u201d <ann@x.io>", "Ann Lee"),
        ('"Ann \\"Annie\\" Lee" <ann@x.io>', 'Ann "Annie" Lee'),
        ("Ann\u00a0Lee\u00a0<ann@x.io>", "Ann Lee"),
        ("Ann Lee (ann@x.io)", "Ann Lee"),
        ("Ann Lee [ann@x.io]", "Ann Lee"),
        ("From: Ann Lee [mailto:ann@x.io]", "Ann Lee"),
        ("Ann Lee <ann@x.io<mailto:ann@x.io>>", "Ann Lee"),
        ("To: Ann Lee\r\n <ann@x.io>", "Ann Lee"),
        ("[Ann Lee](mailto:ann@x.io)", "Ann Lee"),
        ("Ann Lee\tann@x.io", "Ann Lee"),
        ("12\tAnn Lee\tann@x.io\tSales\t+41 44 000 00 00", "Ann Lee"),
        ("1. Ann Lee <ann@x.io>", "Ann Lee"),
        ("\u2022 Ann Lee <ann@x.io>", "Ann Lee"),
        ("Ann Lee \u2013 <ann@x.io>", "Ann Lee"),
        ("\ufeffAnn Lee <ann@x.io>", "Ann Lee"),
        ("\u0622\u0646\u0627\u200c\u0644\u06cc <ann@x.io>", "\u0622\u0646\u0627\u200c\u0644\u06cc"),
        ("[ann@x.io](mailto:ann@x.io)", ""),
        ('"ann@x.io" <ann@x.io>', ""),
        ("<mailto:ann@x.io|ann@x.io>", ""),
        ("ann@x.io<mailto:ann@x.io>", ""),
        ("ann@x.io (work)", ""),
        ("Acme\tAnn Lee\tann@x.io", ""),
    ],
)
def test_an_address_comes_with_the_name_that_it_was_copied_with(typed: str, name: str) -> None:
    assert recipients(typed) == [("ann@x.io", name)]


@pytest.mark.parametrize(
    "typed",
    [
        "mailto:ann@x.io",
        "MAILTO:ann@x.io?subject=To:%20you",
        "<ann@x.io>",
        "(ann@x.io)",
        "{ann@x.io}",
        '"ann@x.io"',
        "'ann@x.io'",
        "\u2018ann@x.io\u2019",
        "\u201eann@x.io\u201c",
        "\u00abann@x.io\u00bb",
        "`ann@x.io`",
        "**ann@x.io**",
        "_ann@x.io_",
        "ann@x.io.",
        "ann@x.io,;",
        "ann@x.io!?",
        "- ann@x.io",
        "* ann@x.io",
        "\u2022ann@x.io",
        "\u2013 ann@x.io",
        "1. ann@x.io",
        "2) ann@x.io",
        "(3) ann@x.io",
        "a) ann@x.io",
        "- [x] ann@x.io",
        "\u00a0ann@x.io\u3000",
        "ann\uff20x.io",
        "ann@x\uff0eio",
        "ann@x\u3002io",
        "\uff41\uff4e\uff4e@x.io",
        "To: ann@x.io",
        "An : ann@x.io",
        "Cc:ann@x.io",
        "Team: ann@x.io;",
        "Email\r\nann@x.io",
        "Name\tE-Mail\n\tann@x.io",
        *(f"{sign}an{sign}n@x{sign}.io{sign}" for sign in INVISIBLE),
    ],
)
def test_what_can_be_no_part_of_an_address_is_dropped(typed: str) -> None:
    assert recipients(typed) == [("ann@x.io", "")]
    assert read_address(typed) == "ann@x.io"


@pytest.mark.parametrize(
    ("typed", "email"),
    [
        ("mailto:ann%2Btag@x.io", "ann+tag@x.io"),
        ("o\u2019neill@x.io", "o'neill@x.io"),
        ("ann@my\u2011firm.io", "ann@my-firm.io"),
        ("\ufb01ona@x.io", "fiona@x.io"),
        ("Ann@B\u00fccher.io", "ann@xn--bcher-kva.io"),
        ("ann@\u0939\u093f\u0928\u094d\u0926\u0940.example", "ann@xn--j2bd4cyah0f.example"),
    ],
)
def test_what_stands_for_a_sign_of_an_address_is_read_as_that_sign(typed: str, email: str) -> None:
    assert recipients(typed) == [(email, "")]


@pytest.mark.parametrize(
    "typed",
    [
        "ann@x.io; bo@x.io;",
        "ann@x.io\r\nbo@x.io\r\n",
        "ann@x.io\u2028bo@x.io",
        "ann@x.io\u3001bo@x.io",
        "ann@x.io\uff1bbo@x.io",
        "ann@x.io & bo@x.io",
        "ann@x.io | bo@x.io",
        "ann@x.io\tbo@x.io",
        '["ann@x.io","bo@x.io"]',
        '"ann@x.io\nbo@x.io"',
        "Team: ann@x.io, bo@x.io;",
        "To: ann@x.io\nCc: bo@x.io",
        "- ann@x.io\n- bo@x.io",
        "<mailto:ann@x.io|ann@x.io>, <mailto:bo@x.io|bo@x.io>",
        "mailto:ann@x.io,bo@x.io",
    ],
)
def test_several_addresses_are_taken_apart(typed: str) -> None:
    assert recipients(typed) == [("ann@x.io", ""), ("bo@x.io", "")]


@pytest.mark.parametrize("separator", ["; ", ", ", "\r\n"])
def test_a_last_name_before_a_comma_belongs_to_its_address(separator: str) -> None:
    typed = separator.join(["Lee, Ann <ann@x.io>", "van der Berg, Bo (Sales) <bo@x.io>", "cy@x.io"])

    assert recipients(typed) == [("ann@x.io", "Lee, Ann"), ("bo@x.io", "van der Berg, Bo"), ("cy@x.io", "")]


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Ann Lee", "Ann", "Lee"),
        ("Ann", "Ann", ""),
        ("", "", ""),
        ("Ann van der Berg", "Ann", "van der Berg"),
        ("Lee, Ann", "Ann", "Lee"),
        ("van der Berg, Ann Marie", "Ann Marie", "van der Berg"),
        ("Lee, Ann, Ph.D.", "Ann", "Lee"),
        ("Ann Lee, PhD", "Ann", "Lee"),
        ("Lee, Ann (Sales)", "Ann", "Lee"),
        ("Lee, Ann [EXT]", "Ann", "Lee"),
        ("\u674e\uff0c\u5b89", "\u5b89", "\u674e"),
        ("Lee,", "Lee", ""),
        (", Ann", "Ann", ""),
    ],
)
def test_a_person_is_greeted_by_the_first_name(name: str, first: str, last: str) -> None:
    one = Recipient(email="ann@x.io", name=name)

    assert (one.first_name, one.last_name) == (first, last)


@pytest.mark.parametrize(
    ("typed", "quoted"),
    [
        ("bob, ann@x.io", "bob"),
        ("mary ann@x.io", "mary"),
        ("ann@x.io, Bo", "Bo"),
        ("ann@x.io; Bo <bo@x>", "Bo <bo@x>"),
        ("ann@x.io, \u201cbo@\u201d", "bo@"),
        ("ann@x.io, a@b@c.io", "a@b@c.io"),
        ("ann@x.io, http://bo@x.io", "http://bo@x.io"),
        ("ann@x.io\nBo <>", "Bo"),
        ('ann@x.io "bo"@x.io', "bo"),
    ],
)
def test_what_stays_wrong_is_quoted_as_it_was_typed(typed: str, quoted: str) -> None:
    found = read_addresses(typed)

    assert [one.email for one in found.recipients] == ["ann@x.io"]
    assert found.bad[0].text == quoted
    with pytest.raises(BadAddressError):
        read_address(typed)


@pytest.mark.parametrize("typed", ["-", '""', "Team:;", "(nobody)", "\u2022"])
def test_a_text_that_has_signs_alone_is_quoted_whole(typed: str) -> None:
    (bad,) = read_addresses(typed).bad

    assert (bad.text, bad.reason) == (typed, "There is no address in it.")


@pytest.mark.parametrize("typed", ["\u200b", "\ufeff\n", "\u00a0;\u3000"])
def test_a_text_that_shows_nothing_is_empty(typed: str) -> None:
    with pytest.raises(NoAddressesError):
        read_addresses(typed)
    with pytest.raises(BadAddressError, match="There is no address"):
        read_address(typed)


def test_one_address_is_refused_where_several_stand() -> None:
    with pytest.raises(BadAddressError, match="more than one"):
        read_address("ann@x.io, bo@x.io")


@pytest.mark.parametrize(
    "typed",
    [
        "acme.example",
        " @Acme.Example. ",
        "*@acme.example",
        "\uff20acme\uff0eexample",
        "\u201cacme.example\u201d,",
    ],
)
def test_a_domain_is_read_like_that_of_an_address(typed: str) -> None:
    assert normalize_domain(typed) == "acme.example"


@pytest.mark.parametrize(
    "typed", ["", "@", "acme", "ann@acme.example", "a.example b.example", "https://acme.example"]
)
def test_what_is_no_domain_is_refused(typed: str) -> None:
    with pytest.raises(BadAddressError):
        normalize_domain(typed)


FORMATS: dict[str, Callable[[str, str], str]] = {
    "display form": lambda name, email: f"{name} <{email}>",
    "quoted": lambda name, email: f'"{name}" <{email}>',
    "curly quotes": lambda name, email: f"\u201c{name}\u201d <{email}>",
    "apostrophes": lambda name, email: f"'{name}' <{email}>",
    "brackets": lambda name, email: f"{name} ({email})",
    "square brackets": lambda name, email: f"{name} [mailto:{email}]",
    "Outlook's plain text": lambda name, email: f"{name} <{email}<mailto:{email}>>",
    "markdown": lambda name, email: f"[{name}](mailto:{email})",
    "bullet": lambda name, email: f"\u2022 {name} <{email}>",
    "number": lambda name, email: f"12. {name} <{email}>",
    "cells": lambda name, email: f"{name}\t{email}",
    "header": lambda name, email: f"To: {name} <{email}>",
    "no-break spaces": lambda name, email: f"{name}\u00a0<{email}>\u200b",
}

WORDS = st.from_regex(r"[A-Z\u00c0-\u00d6][a-z\u00e0-\u00f6]{1,12}", fullmatch=True)
NAMES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
FILED_NAMES = st.tuples(NAMES, WORDS).map(", ".join)
EMAILS = st.from_regex(r"[a-z][a-z0-9+_-]{0,20}[a-z0-9]@[a-z][a-z0-9]{0,20}\.io", fullmatch=True)


ONE_A_LINE = {"cells", "number"}
"""The forms that end with their line."""


@pytest.mark.slow
@given(
    st.sampled_from(sorted(FORMATS)),
    st.sampled_from(["\n", "\r\n", "; ", ", "]),
    st.dictionaries(EMAILS, NAMES | FILED_NAMES, min_size=1, max_size=5),
)
def test_whatever_people_were_written_as_comes_back(
    form: str, separator: str, people: dict[str, str]
) -> None:
    one_a_line = form in ONE_A_LINE and not separator.isspace()
    written = ("\n" if one_a_line else separator).join(
        FORMATS[form](name, email) for email, name in people.items()
    )

    assert recipients(written) == list(people.items())


@pytest.mark.parametrize(
    "flood",
    [
        "\n " * 100_000 + "x",
        "\n" + " " * 200_000 + "x",
        "<" * 100_000 + "x",
        "[" * 100_000,
        "(" * 50_000 + ")" * 50_000 + "x",
        '"\\' * 100_000,
        '"x" ' * 50_000,
        "a:" * 100_000,
        "," * 200_000 + "x",
        "\u200b" * 200_000 + "x",
        "mailto:" * 30_000,
        "[a](" * 50_000,
        "x\t" * 50_000,
        "!" * 200_000 + "@",
    ],
    ids=lambda flood: repr(flood[:4]),
)
@pytest.mark.slow
def test_a_flood_of_signs_is_read_in_time_proportional_to_it(flood: str) -> None:
    begun = time.perf_counter()
    found = read_addresses(flood)

    assert not found.recipients
    assert time.perf_counter() - begun < 5


@given(st.text("ann@x.io, ;<>()[]\"'\\:|\n\t\u200b\uff20mailto-*1", max_size=80))
def test_what_is_read_is_an_address_however_it_is_wrapped(typed: str) -> None:
    try:
        found = read_addresses(typed)
    except NoAddressesError:
        return
    assert found.recipients or found.bad
    for one in found.recipients:
        assert read_address(one.email) == one.email
