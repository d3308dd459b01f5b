"""Where emails lead: to the thing itself, to an answer, and to switching such emails off."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from functions.emails.rendering import EmailRenderer
from tests.support.email_contexts import (
    ANSWERED,
    APPROVED,
    ENDING,
    IMPORT_FINISHED,
    INVITE,
    LINK,
    NOW,
    ORIGIN,
    REMINDERS_LINK,
    RETIRING,
    STAYING,
    TEAM_INVITE,
    UNSUBSCRIBE_LINK,
    email_context,
    summary,
)
from usher.domain.effects.kinds import NOTICES, Template
from usher.domain.events.event import EventData

ENDS_AT_ONE = replace(RETIRING, held=RETIRING.held * 2, held_count=2)
LICENSE = f"licenses/{ENDING.license.id}"


@pytest.fixture(scope="module")
def renderer() -> EmailRenderer:
    return EmailRenderer(now=lambda: NOW)


@pytest.mark.parametrize(
    ("template", "data", "path"),
    [
        (Template.DECLINED_NOTICE, None, "invites/I"),
        (Template.EXPIRED_NOTICE, None, "invites/I"),
        (Template.EXPIRED_NOTICE, summary(INVITE, TEAM_INVITE), "invites?expired=true"),
        (Template.EXPIRED_NOTICE, summary(TEAM_INVITE, TEAM_INVITE), "team"),
        (Template.JOINED_NOTICE, None, "team"),
        (Template.LINK_REQUESTED_NOTICE, None, "invites/I"),
        (Template.ENDING_NOTICE, None, LICENSE),
        (Template.SEATS_LOW_NOTICE, None, LICENSE),
        (Template.SEATS_OUT_NOTICE, None, LICENSE),
        (Template.RETIRING_NOTICE, RETIRING, LICENSE),
        (Template.RETIRING_NOTICE, ENDS_AT_ONE, "licenses"),
        (Template.STAYING_NOTICE, STAYING, LICENSE),
        (Template.SUPPORT_ANSWERED, ANSWERED, "support-requests/R"),
        (Template.SEATS_ANSWERED, APPROVED, "seat-requests/R"),
        (Template.IMPORT_FINISHED_NOTICE, IMPORT_FINISHED, "imports/M"),
        (Template.JOIN_REQUESTED_NOTICE, None, "join-requests"),
    ],
)
def test_a_notice_leads_to_the_thing_itself(
    renderer: EmailRenderer, template: Template, data: EventData | None, path: str
) -> None:
    message = renderer.render(email_context(template, data))
    address = f"{ORIGIN}/organizations/O/{path}"

    (button,) = re.findall(r'<td class="button"[^>]*><a href="([^"]*)"', message.html)
    assert button == address
    assert f":\n\n{address}\n" in message.text


def test_a_declined_team_invite_leads_to_the_team(renderer: EmailRenderer) -> None:
    message = renderer.render(email_context(Template.DECLINED_NOTICE, invite=TEAM_INVITE))

    assert f"Open the team:\n\n{ORIGIN}/organizations/O/team\n" in message.text


@pytest.mark.parametrize("template", Template)
def test_notices_and_reminders_can_be_switched_off_by_one_click(
    renderer: EmailRenderer, template: Template
) -> None:
    message = renderer.render(email_context(template))
    link = UNSUBSCRIBE_LINK if template in NOTICES else REMINDERS_LINK

    if template in NOTICES or template is Template.REMINDER:
        assert message.headers == {
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{link}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        assert f'href="{link}"' in message.html
        assert link in message.text
    else:
        assert message.headers == {}
        assert link not in message.html + message.text


def test_a_reminder_offers_to_decline(renderer: EmailRenderer) -> None:
    message = renderer.render(email_context(Template.REMINDER))

    assert f'<a href="{LINK}?decline=1"' in message.html
    assert f"Decline the invitation:\n\n{LINK}?decline=1\n" in message.text


def test_a_moved_start_names_the_newest_email_where_its_own_link_was_replaced(
    renderer: EmailRenderer,
) -> None:
    replaced = replace(email_context(Template.START_CHANGED), link="")
    message = renderer.render(replaced)

    assert "Use the link in our newest email." in message.text
    assert "Use the link in our newest email." in message.html
    assert "Answer the invitation" not in message.html + message.text
