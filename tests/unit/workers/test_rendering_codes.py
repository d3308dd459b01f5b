"""The copy of a code, made to be forwarded."""

from __future__ import annotations

import pytest

from functions.send_email.rendering import Rendering
from tests.support.email_contexts import COPIED, NOW, letter
from usher.domain.effects.kinds import Template
from usher.domain.json_values import Json


@pytest.fixture(scope="module")
def rendering() -> Rendering:
    return Rendering(now=lambda: NOW)


def test_instructions_and_passcode_are_filled_in(rendering: Rendering) -> None:
    message = rendering.render(letter(Template.CODE_COPY))

    assert message.subject == "How to join Acme: Fire safety"
    for said in (message.text, message.html):
        assert "WELCOME-2027" in said
        assert "https://usher.example/c/acme/WELCOME-2027" in said
        assert "See you on Monday!" in said
        assert "acme.example" in said
        assert "20; who comes first is in" in said
    assert "open https://usher.example/c/acme and type the code" in message.text
    assert "Works until:      1 April 2027, 00:00 (Europe/Zurich)" in message.text
    assert not message.reply_to


def test_what_a_code_does_not_have_is_not_spoken_of(rendering: Rendering) -> None:
    plain: dict[str, Json] = {
        "cap": None,
        "domain": "",
        "message": "",
        "products": [],
        "group_name": "Drivers",
    }
    facts = {name: value for name, value in {**COPIED, **plain}.items() if name != "ends_at"}
    message = rendering.render(letter(Template.CODE_COPY, facts={**facts}))

    assert message.subject == "How to join Acme: the group Drivers"
    for word in ("Places", "For addresses at", "writes:", "used up"):
        assert word not in message.text + message.html
