"""The emails of those who ask to be let in, and of the managers who decide on it."""

from __future__ import annotations

import pytest

from functions.send_email.rendering import Rendering
from tests.support.email_contexts import ENTER_LINK, NOW, ORIGIN, letter
from usher.domain.effects.kinds import Template


@pytest.fixture(scope="module")
def rendering() -> Rendering:
    return Rendering(now=lambda: NOW)


def test_the_link_that_proves_an_address_says_nothing_that_a_stranger_wrote(rendering: Rendering) -> None:
    """Anybody can have it sent to anybody: a name in it would carry messages to strangers."""
    message = rendering.render(
        letter(Template.VERIFICATION_LINK, facts={"first_name": "Call 555 now", "by": "join"})
    )

    assert message.subject == "Your link to join Acme"
    assert ENTER_LINK in message.html
    assert ENTER_LINK in message.text
    assert "works for 24" in message.text
    assert "555" not in message.html + message.text
    assert not message.reply_to


def test_with_a_code_it_says_so(rendering: Rendering) -> None:
    assert "with a code" in rendering.render(letter(Template.VERIFICATION_LINK, facts={"by": "code"})).text


def test_who_was_let_in_is_told_what_they_have(rendering: Rendering) -> None:
    message = rendering.render(letter(Template.JOIN_APPROVED))

    assert message.subject == "You are in: Acme"
    assert "Hello Ann," in message.text
    assert "You have: Fire safety." in message.text
    assert f"{ORIGIN}/learn" in message.html


def test_who_got_nothing_but_a_place_is_told_that(rendering: Rendering) -> None:
    assert "You have" not in rendering.render(letter(Template.JOIN_APPROVED, facts={"products": []})).text


def test_who_was_refused_is_told_so(rendering: Rendering) -> None:
    assert "A manager decided against it." in rendering.render(letter(Template.JOIN_REFUSED)).text


def test_who_waits_is_told_that_nothing_needs_doing(rendering: Rendering) -> None:
    message = rendering.render(letter(Template.JOIN_WAITING))

    assert message.subject == "You are on the waiting list of Acme"
    assert "Nothing else needs doing." in message.text


def test_managers_are_told_who_asks_as_text_and_never_as_html(rendering: Rendering) -> None:
    facts = {"first_name": "<b>Ann", "last_name": "Lee", "email": "ann@x.io"}
    message = rendering.render(letter(Template.JOIN_REQUESTED_NOTICE, facts=dict(facts)))

    assert message.subject == "<b>Ann Lee (ann@x.io) asks to join Acme"
    assert "&lt;b&gt;Ann Lee (ann@x.io)" in message.html
    assert "switched it off" in message.text
