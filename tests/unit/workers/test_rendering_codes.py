"""The copy of a code, made to be forwarded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from functions.emails.rendering import EmailRenderer
from tests.support.email_contexts import BOSS, CODE, CODE_TERMS, NOW, email_context
from usher.domain.effects.kinds import Template
from usher.domain.events.codes import CodeCopied
from usher.domain.events.parts import GroupRef


@pytest.fixture(scope="module")
def renderer() -> EmailRenderer:
    return EmailRenderer(now=lambda: NOW)


def test_instructions_and_passcode_are_filled_in(renderer: EmailRenderer) -> None:
    message = renderer.render(email_context(Template.CODE_COPY))

    assert message.subject == "How to join Acme: Fire safety"
    for said in (message.text, message.html):
        assert "WELCOME-2027" in said
        assert "https://usher.example/c/acme/WELCOME-2027" in said
        assert "See you on Monday!" in said
        assert "acme.example" in said
        assert "20; who comes first is in" in said
    assert "open https://usher.example/c/acme and type the code" in message.text
    assert "Works until:       the end of 31 March 2027\n" in message.text
    assert not message.reply_to


def test_a_groups_code_names_the_groups_courses(renderer: EmailRenderer) -> None:
    terms = replace(CODE_TERMS, licenses=(), group=GroupRef(id="G", name="Drivers"))
    copied = CodeCopied(code=CODE, terms=terms, copy_to=BOSS, group_licenses=CODE_TERMS.licenses)

    message = renderer.render(email_context(Template.CODE_COPY, copied))

    assert message.subject == "How to join Acme: Fire safety"
    assert "Fire safety" in message.text
    assert "Fire safety" in message.html


def test_what_a_code_does_not_have_is_not_spoken_of(renderer: EmailRenderer) -> None:
    plain = replace(
        CODE_TERMS,
        licenses=(),
        group=GroupRef(id="G", name="Drivers"),
        cap=None,
        domain="",
        message="",
        ends_at=None,
    )
    copied = CodeCopied(code=CODE, terms=plain, copy_to=BOSS, group_licenses=())
    message = renderer.render(email_context(Template.CODE_COPY, copied))

    assert message.subject == "How to join Acme: the group Drivers"
    for word in ("Places", "For addresses at", "writes:", "used up"):
        assert word not in message.text + message.html
