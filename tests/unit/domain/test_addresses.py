"""DESIGN 2, Addresses and Limits."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usher.domain.addresses import (
    BadAddressError,
    BadAddressesError,
    NoAddressesError,
    TooManyAddressesError,
    normalize,
    read_address,
    read_addresses,
    refuse_bad,
)


def emails(given_: str | list[str]) -> list[str]:
    return [one.email for one in read_addresses(given_).recipients]


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("  Ann@X.io ", "ann@x.io"),
        ("ann@Bücher.io", "ann@xn--bcher-kva.io"),
        ("ann@xn--bcher-kva.io", "ann@xn--bcher-kva.io"),
        ("ann+tag@x.io", "ann+tag@x.io"),
        ("ANN.LEE@ACME.EXAMPLE", "ann.lee@acme.example"),
        ("o'neill@x.io", "o'neill@x.io"),
    ],
)
def test_an_address_has_one_normal_form(typed: str, normal: str) -> None:
    assert normalize(typed) == normal


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ann",
        "ann@",
        "@x.io",
        "ann@@x.io",
        "ann@x",
        "ann@x..io",
        "a b@x.io",
        "änn@x.io",
        "ann@x.io\r\nBcc: b@x.io",
        "a" * 65 + "@x.io",
        "ann@" + "x" * 64 + ".io",
        "ann@[127.0.0.1]",
        "ann@-x.io",
        ".ann@x.io",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(BadAddressError):
        normalize(typed)


@pytest.mark.parametrize("separator", [",", ", ", " ", "  ", ";", "; ", "\n", "\r\n", "\t", ",\n", ",,"])
def test_addresses_in_one_field_are_separated_by_any_usual_sign(separator: str) -> None:
    assert emails(separator.join(["ann@x.io", "bob@x.io", "eve@y.io"])) == [
        "ann@x.io",
        "bob@x.io",
        "eve@y.io",
    ]


def test_a_list_of_fields_is_read_like_one_field() -> None:
    assert emails(["ann@x.io, bob@x.io", "eve@y.io"]) == ["ann@x.io", "bob@x.io", "eve@y.io"]


@pytest.mark.parametrize(
    ("typed", "email", "name"),
    [
        ("Ann <ann@x.io>", "ann@x.io", "Ann"),
        ("Ann Lee <ann@x.io>", "ann@x.io", "Ann Lee"),
        ("Ann\t Lee <ANN@x.io>", "ann@x.io", "Ann Lee"),
        ('"Lee, Ann" <ann@x.io>', "ann@x.io", "Lee, Ann"),
        ("Zoë Müller <zoe@x.io>", "zoe@x.io", "Zoë Müller"),
        ("<ann@x.io>", "ann@x.io", ""),
        ("Ann<ann@x.io>", "ann@x.io", "Ann"),
        ("ann@x.io", "ann@x.io", ""),
    ],
)
def test_a_display_form_is_understood(typed: str, email: str, name: str) -> None:
    (one,) = read_addresses(typed).recipients

    assert (one.email, one.name) == (email, name)


def test_display_forms_and_plain_addresses_may_be_mixed() -> None:
    found = read_addresses('zed@x.io Ann Lee <ann@x.io>, "Roe, Bob" <bob@x.io>; eve@y.io')

    assert [(one.email, one.name) for one in found.recipients] == [
        ("zed@x.io", ""),
        ("ann@x.io", "Ann Lee"),
        ("bob@x.io", "Roe, Bob"),
        ("eve@y.io", ""),
    ]
    assert not found.bad


def test_the_same_address_twice_counts_once_and_keeps_its_first_place() -> None:
    assert emails("ann@x.io bob@x.io ANN@X.IO Ann <ann@x.io>") == ["ann@x.io", "bob@x.io"]


def test_each_bad_address_is_named_with_its_reason() -> None:
    found = read_addresses("ann@x.io, bob@, Carl <carl>, bob@")

    assert [one.text for one in found.bad] == ["bob@", "Carl <carl>"]
    assert all(one.reason for one in found.bad)
    with pytest.raises(BadAddressesError) as refused:
        refuse_bad(found)
    assert refused.value.facts["addresses"] == [
        {"address": one.text, "reason": one.reason, "reason_code": one.fault} for one in found.bad
    ]


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("ann", "no_at_sign"),
        ("ann@@x.io", "several_at_signs"),
        ("@x.io", "nothing_before_at_sign"),
        ("ann@", "nothing_after_at_sign"),
        (f"{'a' * 65}@x.io", "too_long"),
        (f"ann@{'a.' * 126}io", "too_long"),
        ("ann@localhost", "no_top_level_domain"),
        ("ann@x..io", "bad_domain"),
        ("ann@x.test-", "bad_domain"),
        ("ann@x.invalid", "bad_domain"),
        ("a..nn@x.io", "bad_local_part"),
        ("änn@x.io", "bad_local_part"),
        ("\u2022", "no_address"),
    ],
)
def test_a_bad_address_has_a_code_for_programs(typed: str, fault: str) -> None:
    (bad,) = read_addresses(typed).bad
    with pytest.raises(BadAddressError) as refused:
        read_address(typed)

    assert bad.fault == fault
    assert refused.value.facts["reason_code"] == fault


def test_two_addresses_in_the_place_of_one_have_a_code_too() -> None:
    with pytest.raises(BadAddressError) as refused:
        read_address("ann@x.io bob@x.io")

    assert refused.value.facts["reason_code"] == "several_addresses"


def test_each_address_has_its_place_and_what_is_named_again_is_counted() -> None:
    found = read_addresses("ann@x.io, bob@, Ann <ANN@x.io>; cy@x.io bob@ ann@x.io")

    assert [(one.email, one.position) for one in found.recipients] == [("ann@x.io", 0), ("cy@x.io", 3)]
    assert [(one.text, one.position) for one in found.bad] == [("bob@", 1)]
    assert [(one.text, one.position, one.times) for one in found.repeated] == [
        ("ann@x.io", 2, 2),
        ("bob@", 4, 1),
    ]


def test_good_addresses_are_not_refused() -> None:
    found = read_addresses("ann@x.io")

    refuse_bad(found)

    assert not found.bad


@pytest.mark.parametrize("empty", ["", "  \n ", ",;,", [], ["", " "]])
def test_an_empty_list_is_refused(empty: str | list[str]) -> None:
    with pytest.raises(NoAddressesError):
        read_addresses(empty)


def test_five_hundred_addresses_are_read_and_one_more_is_refused() -> None:
    many = [f"a{n}@x.io" for n in range(500)]

    assert len(emails(many)) == 500
    assert len(emails(many + many)) == 500
    with pytest.raises(TooManyAddressesError) as refused:
        read_addresses([*many, "one-more@x.io"])
    assert refused.value.facts["limit"] == 500


def test_bad_addresses_count_against_the_limit_too() -> None:
    with pytest.raises(TooManyAddressesError):
        read_addresses(" ".join(f"bad{n}" for n in range(501)))


@pytest.mark.parametrize(
    "flood",
    [" " * 200_000 + "x", "a " * 20_000, '"' * 100_000, "x" + "<" * 100_000, "a" * 200_000],
    ids=["blanks", "words", "quotes", "brackets", "one word"],
)
@pytest.mark.slow
def test_a_flood_of_text_is_read_in_time_proportional_to_it(flood: str) -> None:
    begun = time.perf_counter()
    found = read_addresses(flood)

    assert len(found.bad) == 1
    assert time.perf_counter() - begun < 5


locals_ = st.from_regex(r"[a-z0-9]([a-z0-9+_-]{0,20}[a-z0-9])?", fullmatch=True)
addresses = st.builds("{}@{}.io".format, locals_, st.from_regex(r"[a-z]([a-z0-9]{0,20})?", fullmatch=True))


@pytest.mark.slow
@given(st.lists(addresses, min_size=1, max_size=20), st.sampled_from([", ", "; ", " ", "\n"]))
def test_whatever_was_joined_by_a_separator_is_taken_apart_again(some: list[str], separator: str) -> None:
    found = read_addresses(separator.join(one.upper() for one in some))

    assert [one.email for one in found.recipients] == list(dict.fromkeys(some))
    assert not found.bad


@given(st.text(max_size=300))
def test_any_text_is_read_without_another_error(text: str) -> None:
    try:
        found = read_addresses(text)
    except (NoAddressesError, TooManyAddressesError):
        return
    for one in found.recipients:
        assert normalize(one.email) == one.email
        assert one.email.isascii()
