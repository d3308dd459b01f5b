"""Ids of people: opaque, the same each time, and good in one organization alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usher.gateways.links import Keys
from usher.gateways.person_ids import NOBODY, PersonIds

ADDRESSES = (
    "ann@x.io",
    "boss/x@x.io",
    "a#b@x.io",
    "a?b@x.io",
    "a%2fb@x.io",
    f"{'a' * 64}@{'b' * 60}.example",
)


class _Stored:
    """A secret that holds these keys."""

    def __init__(self, **keys: str) -> None:
        self.keys = keys

    def text(self) -> str:
        return json.dumps(self.keys)


def _ids(**keys: str) -> PersonIds:
    stored: Any = _Stored(**(keys or {"current": "k1", "k1": "a key"}))
    return PersonIds(Keys(stored))


@pytest.mark.parametrize("email", ADDRESSES)
def test_an_id_leads_back_to_its_address_and_names_no_part_of_it(email: str) -> None:
    ids = _ids()

    made = ids.id_of("o1", email)

    assert ids.email_of("o1", made) == email
    assert made == _ids().id_of("o1", email), "the same by another process"
    assert made.replace(".", "").replace("-", "").replace("_", "").isalnum(), "a path takes it as it is"
    assert email.partition("@")[0] not in made


def test_an_id_is_nobodys_in_another_organization() -> None:
    ids = _ids()

    made = ids.id_of("o1", "ann@x.io")

    assert made != ids.id_of("o2", "ann@x.io")
    assert ids.email_of("o2", made) == NOBODY


def test_ids_of_addresses_of_like_length_are_as_long() -> None:
    ids = _ids()

    assert len(ids.id_of("o1", "a@x.io")) == len(ids.id_of("o1", "annemarie@x.io"))


def test_an_id_outlives_the_next_key_and_ends_with_its_own() -> None:
    old = _ids().id_of("o1", "ann@x.io")
    rotated = _ids(current="k2", k1="a key", k2="another")

    assert rotated.email_of("o1", old) == "ann@x.io"
    assert rotated.id_of("o1", "ann@x.io").startswith("k2.")
    assert _ids(current="k2", k2="another").email_of("o1", old) == NOBODY


@given(st.text(max_size=80))
def test_a_text_that_is_no_id_is_nobodys(text: str) -> None:
    assert _ids().email_of("o1", text) == NOBODY
    assert _ids().email_of("o1", f"k1.{text}") == NOBODY
    assert _ids().email_of("o1", f"current.{text}") == NOBODY


def test_each_character_of_an_id_counts() -> None:
    ids = _ids()
    made = ids.id_of("o1", "ann@x.io")

    for position in range(3, len(made) - 1):  # the last one has bits that hold nothing
        other = "A" if made[position] != "A" else "B"
        assert ids.email_of("o1", made[:position] + other + made[position + 1 :]) == NOBODY
