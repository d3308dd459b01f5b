"""The emails of those who ask to be let in, and of the managers who decide on it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from functions.emails.rendering import EmailRenderer
from tests.support.email_contexts import (
    ACME,
    ANN,
    BOSS,
    ENTER_LINK,
    JOIN_APPROVED,
    NOW,
    ORIGIN,
    email_context,
)
from usher.domain.effects.kinds import Template
from usher.domain.enrollment.email_verifications import VerificationPurpose
from usher.domain.events.enrollment import EmailVerificationRequested, JoinRequested
from usher.domain.organizations import Branding


@pytest.fixture(scope="module")
def renderer() -> EmailRenderer:
    return EmailRenderer(now=lambda: NOW)


def test_the_link_that_proves_an_address_says_nothing_that_a_stranger_wrote(renderer: EmailRenderer) -> None:
    """Anybody can have it sent to anybody: a name in it would carry messages to strangers."""
    message = renderer.render(email_context(Template.VERIFICATION_LINK))

    assert message.subject == "Your link to join Acme"
    assert ENTER_LINK in message.html
    assert ENTER_LINK in message.text
    assert "works for 24" in message.text
    assert "Ann" not in message.html + message.text
    assert not message.reply_to


def test_with_a_code_it_says_so(renderer: EmailRenderer) -> None:
    asked = EmailVerificationRequested(verification="E", purpose=VerificationPurpose.CODE, email="ann@x.io")

    assert "with a code" in renderer.render(email_context(Template.VERIFICATION_LINK, asked)).text


def test_the_email_to_an_enrolled_person_says_what_they_have(renderer: EmailRenderer) -> None:
    message = renderer.render(email_context(Template.JOIN_APPROVED))

    assert message.subject == "You are in: Acme"
    assert "Hello Ann," in message.text
    assert "You have: Fire safety." in message.text
    assert f"{ORIGIN}/learn" in message.html


def test_who_got_nothing_but_a_place_is_told_that(renderer: EmailRenderer) -> None:
    nothing = replace(JOIN_APPROVED, accesses=())

    assert "You have" not in renderer.render(email_context(Template.JOIN_APPROVED, nothing)).text


def test_who_was_refused_is_told_so(renderer: EmailRenderer) -> None:
    assert "A manager decided against it." in renderer.render(email_context(Template.JOIN_REFUSED)).text


def test_who_was_refused_is_told_whom_to_ask(renderer: EmailRenderer) -> None:
    named = replace(ACME, branding=Branding(welcome="Ask us: Academy <academy@acme.example>."))
    by_name = renderer.render(email_context(Template.JOIN_REFUSED))
    by_address = renderer.render(email_context(Template.JOIN_REFUSED, organization=named))

    assert "ask Acme: its managers can still let you in." in by_name.text
    assert "ask Acme (academy@acme.example): its managers" in by_address.text
    assert "ask Acme (academy@acme.example): its managers can still let you in." in by_address.html
    assert BOSS not in by_address.text + by_address.html


def test_who_waits_is_told_that_nothing_needs_doing(renderer: EmailRenderer) -> None:
    message = renderer.render(email_context(Template.JOIN_WAITING))

    assert message.subject == "You are on the waiting list of Acme"
    assert "Nothing else needs doing." in message.text


def test_managers_are_told_who_asks_as_text_and_never_as_html(renderer: EmailRenderer) -> None:
    asked = JoinRequested(request="R", person=replace(ANN, first_name="<b>Ann"))
    message = renderer.render(email_context(Template.JOIN_REQUESTED_NOTICE, asked))

    assert message.subject == "<b>Ann Lee (ann@x.io) asks to join Acme"
    assert "&lt;b&gt;Ann Lee (ann@x.io)" in message.html
    assert "switched it off" in message.text
