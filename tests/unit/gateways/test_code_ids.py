"""Ids of codes: opaque, and another one for each code that has a text after another."""

from __future__ import annotations

import json
from typing import Any

from usher.domain.enrollment.codes import MAX_CODE, CodeKey
from usher.gateways.code_ids import CodeIds
from usher.gateways.links import Keys
from usher.gateways.person_ids import NOBODY, PersonIds

ULID, LATER = "01KAP3V8Q2M4X7Y9Z1B5C6D8E0", "01KAP3V8Q2M4X7Y9Z1B5C6D8E1"
WELCOME = CodeKey(id=ULID, text="WELCOME-2027")


class _Stored:
    """A secret that holds a key."""

    def text(self) -> str:
        return json.dumps({"current": "k1", "k1": "a key"})


def _keys() -> Keys:
    stored: Any = _Stored()
    return Keys(stored)


def test_an_id_leads_back_to_its_code_and_names_no_part_of_it() -> None:
    made = CodeIds(_keys()).id_of("o1", WELCOME)

    assert CodeIds(_keys()).key_of("o1", made) == WELCOME
    assert "WELCOME" not in made
    assert made.replace(".", "").replace("-", "").replace("_", "").isalnum(), "a path takes it as it is"


def test_a_later_code_of_the_text_and_another_of_the_batch_have_other_ids() -> None:
    ids = CodeIds(_keys())
    keys = [WELCOME, CodeKey(id=LATER, text=WELCOME.text), CodeKey(id=ULID, text="WELCOME-2028")]

    assert len({ids.id_of("o1", key) for key in keys}) == 3


def test_an_id_is_no_code_s_in_another_organization_and_a_persons_id_is_none() -> None:
    codes, people = CodeIds(_keys()), PersonIds(_keys())
    nothing = CodeKey(id="", text="")

    assert codes.key_of("o2", codes.id_of("o1", WELCOME)) == nothing
    assert codes.key_of("o1", people.id_of("o1", "ann@x.io")) == nothing
    assert people.email_of("o1", codes.id_of("o1", WELCOME)) == NOBODY
    assert codes.key_of("o1", "WELCOME-2027") == nothing


def test_the_longest_code_has_an_id_that_paths_take() -> None:
    assert len(CodeIds(_keys()).id_of("o1", CodeKey(id=ULID, text="A" * MAX_CODE))) <= 200
