"""Every email says what it has to, in HTML and in text, whatever people typed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from functions.emails.rendering import EmailRenderer
from tests.support.email_contexts import (
    ACME,
    ANSWERABLE,
    INVITE,
    LINK,
    MAX,
    NOTICES,
    NOW,
    ORIGIN,
    TEAM_INVITE,
    TO_LEARNERS,
    email_context,
    terms,
)
from usher.domain.colors import READABLE, contrast
from usher.domain.effects.kinds import Template
from usher.domain.invites import InviteState
from usher.domain.licenses import ProductKind
from usher.domain.logos import logo_path
from usher.domain.organizations import Branding, Manager, ManagerState
from usher.gateways.mail import Message


@pytest.fixture(scope="module")
def renderer() -> EmailRenderer:
    return EmailRenderer(now=lambda: NOW)


def preheader(message: Message) -> str:
    found = re.search(r'<div class="preheader"[^>]*>(.*?)</div>', message.html, re.DOTALL)
    assert found is not None
    return found[1].split("\N{COMBINING GRAPHEME JOINER}")[0]


@pytest.mark.parametrize("template", Template)
def test_every_email_is_complete(renderer: EmailRenderer, template: Template) -> None:
    message = renderer.render(email_context(template))

    assert message.subject
    assert "\n" not in message.subject
    assert message.sender_name == "Acme"
    assert message.to in message.text
    assert preheader(message)
    assert '<html lang="en"' in message.html
    assert "{{" not in message.html + message.text + message.subject
    assert "None" not in message.html + message.text + message.subject


@pytest.mark.parametrize("template", Template)
def test_the_style_is_inlined_and_nothing_is_fetched(renderer: EmailRenderer, template: Template) -> None:
    html = renderer.render(email_context(template)).html

    assert html.count("<style") == 1, "only what cannot be inlined stays in a style sheet"
    assert re.search(r'<h1 style="[^"]*font-size', html)
    assert "prefers-color-scheme: dark" in html
    assert "max-width: 600px" in html
    assert not re.findall(r"<(?:img|link|script|iframe)\b", html), "no tracking, and nothing from elsewhere"


@pytest.mark.parametrize("template", Template)
def test_the_text_says_the_same_without_html(renderer: EmailRenderer, template: Template) -> None:
    message = renderer.render(email_context(template))

    assert not re.search(r"</?[a-z]+[ >]|&[a-z]+;|&#", message.text)
    assert "\n\n\n\n" not in message.text
    for link in re.findall(r'href="([^"]+)"', message.html):
        assert link in message.text


@pytest.mark.parametrize("template", Template)
def test_only_an_email_to_be_answered_carries_the_link(renderer: EmailRenderer, template: Template) -> None:
    message = renderer.render(email_context(template))

    assert (LINK in message.html) == (LINK in message.text) == (template in ANSWERABLE)


@pytest.mark.parametrize("template", TO_LEARNERS)
def test_answers_go_to_the_manager_who_invited(renderer: EmailRenderer, template: Template) -> None:
    message = renderer.render(email_context(template))

    assert message.reply_to == "max@acme.example"
    assert "Reply to it to reach Max Full." in message.text


@pytest.mark.parametrize("template", TO_LEARNERS)
@pytest.mark.parametrize("inviter", [None, replace(MAX, state=ManagerState.PENDING)])
def test_nobody_is_named_to_reply_to_when_that_manager_is_gone(
    renderer: EmailRenderer, template: Template, inviter: Manager | None
) -> None:
    message = renderer.render(email_context(template, inviter=inviter))

    assert not message.reply_to
    assert "reply" not in message.text.lower()
    assert "Max" not in message.html + message.text


@pytest.mark.parametrize("template", NOTICES)
def test_a_notice_to_managers_wants_no_reply_and_leads_to_the_console(
    renderer: EmailRenderer, template: Template
) -> None:
    message = renderer.render(email_context(template))

    assert not message.reply_to
    assert f'href="{ORIGIN}/organizations/O/invites/I"' in message.html
    assert "ann@x.io" in message.text
    assert "back in the pool" in message.text


@pytest.mark.parametrize("template", Template)
def test_what_people_typed_is_shown_as_they_typed_it_and_never_as_html(
    renderer: EmailRenderer, template: Template
) -> None:
    nasty = 'A & B <img src=x onerror="alert(1)"> {{ 7 * 7 }} "Zoë" O\'Hara 東京'
    home = replace(ACME, name=nasty[:80])
    named = replace(MAX, first_name="<b>Max</b>", last_name="{% raw %}")
    usual = TEAM_INVITE if template is Template.TEAM_INVITE else INVITE
    invite = replace(
        usual,
        first_name="<i>Ann</i>",
        message=nasty,
        licenses=(terms(nasty),) if usual.licenses else (),
    )
    message = renderer.render(email_context(template, organization=home, inviter=named, invite=invite))

    assert not re.findall(r"<(?:img|i|b)\b", message.html)
    assert "A &amp; B &lt;img src=x" in message.html
    assert "A & B <img src=x" in message.text
    assert "49" not in message.html + message.text


@pytest.mark.parametrize("template", Template)
def test_a_line_break_in_a_name_adds_no_header(renderer: EmailRenderer, template: Template) -> None:
    name = "Acme\r\nBcc: everyone@x.io\x00\u2028x"
    home = replace(ACME)
    object.__setattr__(home, "name", name)  # the domain refuses such a name; the mail does not rely on it
    usual = TEAM_INVITE if template is Template.TEAM_INVITE else INVITE
    invite = replace(usual, licenses=(terms("Fire\nsafety"),) if usual.licenses else ())
    message = renderer.render(email_context(template, organization=home, invite=invite))

    assert message.sender_name == "Acme Bcc: everyone@x.io x"
    assert message.subject == " ".join(message.subject.split())
    assert message.subject.isprintable()


def test_the_managers_message_keeps_its_line_breaks(renderer: EmailRenderer) -> None:
    invite = replace(INVITE, message="Dear Ann,\r\n\r\n1 < 2\x07\nMax \N{WAVING HAND SIGN}")
    message = renderer.render(email_context(Template.INVITE, invite=invite))

    assert "Dear Ann,<br>\n<br>\n1 &lt; 2<br>\nMax \N{WAVING HAND SIGN}" in message.html
    assert "    Dear Ann,\n\n    1 < 2\n    Max \N{WAVING HAND SIGN}\n" in message.text


def test_an_invite_says_who_invites_to_what_until_when(renderer: EmailRenderer) -> None:
    message = renderer.render(email_context(Template.INVITE))

    assert message.subject == "Acme invites you to Fire safety"
    assert "Hello Ann," in message.text
    assert "Max Full of Acme invites you to Fire safety." in message.text
    assert "Access starts:  as soon as you accept" in message.text
    assert "Answer by:      the end of 13 January 2027" in message.text
    assert "10 days" in message.text


def test_a_start_is_written_in_the_organizations_time_zone(renderer: EmailRenderer) -> None:
    invite = replace(INVITE, access_start=datetime(2027, 1, 31, 23, 0, tzinfo=UTC))
    message = renderer.render(email_context(Template.INVITE, invite=invite))

    assert "Access starts:  1 February 2027\n" in message.text
    assert ">1 February 2027</td>" in message.html


def test_each_product_has_its_own_start(renderer: EmailRenderer) -> None:
    subscription = terms("All year", ProductKind.SUBSCRIPTION, datetime(2027, 1, 31, 23, 0, tzinfo=UTC))
    invite = replace(INVITE, licenses=(terms(), subscription, terms("First aid")))
    message = renderer.render(email_context(Template.INVITE, invite=invite))

    assert message.subject == "Acme invites you to Fire safety and 2 more"
    assert "- Fire safety\n  Access starts: as soon as you accept" in message.text
    assert "- All year\n  Access starts: 1 February 2027\n" in message.text
    assert "Fire safety, All year and First aid" in message.html


def test_a_resent_invite_says_that_the_old_link_is_dead(renderer: EmailRenderer) -> None:
    message = renderer.render(email_context(Template.RESENT))

    assert "Links in earlier emails no longer work." in message.text
    assert "Links in earlier emails no longer work." in message.html


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=3), "3 days"),
        (timedelta(days=3) - timedelta(minutes=14), "3 days"),
        (timedelta(days=2), "2 days"),
        (timedelta(hours=30), "2 days"),
        (timedelta(days=1), "less than a day"),
        (timedelta(minutes=5), "less than a day"),
    ],
)
def test_a_reminder_says_how_much_time_is_left(renderer: EmailRenderer, left: timedelta, words: str) -> None:
    message = renderer.render(email_context(Template.REMINDER, invite=replace(INVITE, expires_at=NOW + left)))

    assert message.subject == f"Reminder, {words} left: Acme invites you to Fire safety"
    assert f"{words} left" in message.text


def test_a_withdrawal_says_that_nothing_needs_doing(renderer: EmailRenderer) -> None:
    message = renderer.render(
        email_context(Template.WITHDRAWN, invite=replace(INVITE, state=InviteState.WITHDRAWN))
    )

    assert message.subject == "Withdrawn: the invitation to Fire safety"
    assert "no longer works" in message.text


def test_a_moved_start_is_told_with_the_date_or_with_acceptance(renderer: EmailRenderer) -> None:
    on_date = replace(INVITE, access_start=NOW + timedelta(days=30))
    accepted = replace(on_date, state=InviteState.ACCEPTED)

    pending = renderer.render(email_context(Template.START_CHANGED, invite=on_date)).text
    assert "Starts: 3 February 2027, 10:00 (Europe/Zurich)" in pending
    assert "still waits for your answer until the end of 13 January 2027.\n" in pending
    assert f"\nAnswer the invitation here:\n\n{LINK}\n" in pending
    assert "Starts: as soon as you accept" in renderer.render(email_context(Template.START_CHANGED)).text
    assert (
        "we will write to you" in renderer.render(email_context(Template.START_CHANGED, invite=accepted)).text
    )


def test_a_started_access_leads_to_the_courses_and_names_only_what_started(renderer: EmailRenderer) -> None:
    invite = replace(INVITE, state=InviteState.ACCEPTED, licenses=(terms(), terms("First aid")))
    message = renderer.render(email_context(Template.ACCESS_STARTED, invite=invite))

    assert message.subject == "You can start: Fire safety"
    assert f'href="{ORIGIN}/learn"' in message.html
    assert "First aid" not in message.html + message.text
    assert "31 October 2027, 10:00 (Europe/Zurich)" in message.text


def test_a_team_invite_says_the_role_and_what_it_may(renderer: EmailRenderer) -> None:
    first = renderer.render(email_context(Template.TEAM_INVITE))
    again = renderer.render(email_context(Template.TEAM_INVITE, invite=replace(TEAM_INVITE, number=2)))

    assert first.subject == "Acme invites you to its team"
    assert "Max Full invites you to manage Acme as a full manager." in first.text
    assert "no longer work" not in first.text
    assert "links in earlier emails no longer work" in again.text


def test_a_first_manager_is_invited_by_nobody_in_particular(renderer: EmailRenderer) -> None:
    message = renderer.render(email_context(Template.TEAM_INVITE, inviter=None))

    assert "You are invited to manage Acme as a full manager." in message.text


@pytest.mark.parametrize("color", ["#000000", "#ffffff", "#ffd54a", "#1f4e79", "#777777", "#ff0000"])
def test_a_button_can_be_read_in_any_color(renderer: EmailRenderer, color: str) -> None:
    home = replace(ACME, branding=Branding(color=color))
    html = renderer.render(email_context(Template.INVITE, organization=home)).html
    (style,) = re.findall(r'<td class="button"[^>]*><a [^>]*style="([^"]*)"', html)
    (ink,) = re.findall(r"(?<![-\w])color: (#[0-9a-f]{6})", style)

    assert contrast(ink, color) >= READABLE


def test_an_uploaded_logo_has_an_address_that_mail_programs_can_load(renderer: EmailRenderer) -> None:
    path = logo_path("O", "0" * 64)
    home = replace(ACME, branding=Branding(logo_url=path))

    html = renderer.render(email_context(Template.INVITE, organization=home)).html

    (logo,) = re.findall(r"<img [^>]*>", html)
    assert f'src="{ORIGIN}{path}"' in logo


def test_a_logo_has_the_organizations_name_for_those_who_do_not_see_it(renderer: EmailRenderer) -> None:
    home = replace(ACME, name='Acme "A&B"', branding=Branding(logo_url="https://acme.example/l.png?a=1&b=2"))
    html = renderer.render(email_context(Template.INVITE, organization=home)).html
    (logo,) = re.findall(r"<img [^>]*>", html)

    assert 'src="https://acme.example/l.png?a=1&amp;b=2"' in logo
    assert 'alt="Acme &quot;A&amp;B&quot;"' in logo
