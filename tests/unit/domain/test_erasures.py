"""An address is found and replaced in texts and JSON, and nothing else is changed."""

from __future__ import annotations

import json

import pytest

from usher.domain.erasures import mention_of, others_remover, scrubber

ANN, NOBODY = "ann@x.io", "01k@erased.invalid"


@pytest.mark.parametrize(
    "text",
    [
        "ann@x.io",
        "ANN@X.IO",
        "USE#ann@x.io",
        "Ask ann@x.io.",
        "<ann@x.io>",
        "ann@x.io,bo@x.io",
        "about 'ann@x.io'",
        "?email=ann@x.io",
    ],
)
def test_an_address_is_found_wherever_it_stands(text: str) -> None:
    assert mention_of(ANN).search(text)


@pytest.mark.parametrize(
    "text",
    [
        "joann@x.io",
        "jo.ann@x.io",
        "o'ann@x.io",
        "dept/ann@x.io",
        "ann@x.io.example",
        "ann@x.ioo",
        "ann@x-io",
        "ann+1@x.io",
    ],
)
def test_a_longer_address_is_another(text: str) -> None:
    assert mention_of(ANN).search(text) is None


def test_the_names_and_the_message_beside_an_address_go_with_it() -> None:
    scrub = scrubber(ANN, NOBODY)

    after = scrub({"email": ANN, "first_name": "Ann", "last_name": "Lee", "message": "Hi", "state": "active"})

    assert after == {"email": NOBODY, "first_name": "", "last_name": "", "message": "", "state": "active"}


def test_what_is_said_of_others_stays() -> None:
    scrub = scrubber(ANN, NOBODY)
    others = {"invites": [{"email": "bo@x.io", "first_name": "Bo"}], "seats_taken": {"l": 1}}

    after = scrub({**others, "told": [ANN]})

    assert after == {**others, "told": [NOBODY]}


def test_a_name_around_the_address_goes_with_it() -> None:
    row = {"email": "Ann Lee <ann@x.io>", "address": ANN, "first_name": "Ann", "line": 2}

    assert scrubber(ANN, NOBODY)(row) == {
        "email": NOBODY,
        "address": NOBODY,
        "first_name": "",
        "line": 2,
    }


def test_what_a_person_wrote_to_others_stays_theirs() -> None:
    sent = {"email": "bo@x.io", "first_name": "Bo", "message": "Hi Bo", "created_by": ANN}

    assert scrubber(ANN, NOBODY)(sent) == {**sent, "created_by": NOBODY}


def test_of_those_whom_an_event_lists_one_is_shown_themselves() -> None:
    facts = json.dumps({"invites": [{"email": ANN}, {"email": "bo@x.io"}], "emails": ["bo@x.io", ANN]})
    event = {"facts": facts, "domains": ["x.io"], "text": "{ann"}

    assert others_remover(ANN)(event) == {
        "facts": {"invites": [{"email": ANN}], "emails": [ANN]},
        "domains": ["x.io"],
        "text": "{ann",
    }


def test_json_kept_as_text_is_looked_into() -> None:
    scrub = scrubber(ANN, NOBODY)

    after = scrub(json.dumps({"invites": [{"email": ANN, "first_name": "Ann", "number": 1}]}))

    assert json.loads(str(after)) == {"invites": [{"email": NOBODY, "first_name": "", "number": 1}]}


def test_a_text_that_only_looks_like_json_is_a_text() -> None:
    assert scrubber(ANN, NOBODY)("{about ann@x.io") == f"{{about {NOBODY}"


def test_an_address_that_is_a_key_is_taken_out_as_well() -> None:
    assert scrubber(ANN, NOBODY)({ANN: 1}) == {NOBODY: 1}
