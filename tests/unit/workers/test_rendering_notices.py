"""What managers are told: notices, and answers to what they asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from functions.emails.rendering import EmailRenderer
from tests.support.email_contexts import (
    ANSWERED,
    APPROVED,
    BOSS,
    ENDING,
    INVITE,
    NOTICES,
    NOW,
    RETIRING,
    STAYING,
    TEAM_INVITE,
    email_context,
    summary,
)
from usher.domain.effects.kinds import Template
from usher.domain.events.event import EventData
from usher.domain.events.requests import SeatsRefused
from usher.domain.groups import InviteGroup
from usher.domain.requests import SupportKind


@pytest.fixture(scope="module")
def renderer() -> EmailRenderer:
    return EmailRenderer(now=lambda: NOW)


def test_a_notice_names_fifty_addresses_and_counts_the_rest(renderer: EmailRenderer) -> None:
    expired = [replace(INVITE, email=f"p{number}@x.io") for number in range(53)]
    message = renderer.render(email_context(Template.EXPIRED_NOTICE, summary(*expired)))

    assert message.subject == "53 invitations expired: Fire safety"
    assert "p49@x.io" in message.text
    assert "p50@x.io" not in message.text + message.html
    assert "and 3 more" in message.text
    assert "and 3 more" in message.html


@pytest.mark.parametrize("template", NOTICES)
def test_a_notice_about_a_team_invite_speaks_of_the_team(renderer: EmailRenderer, template: Template) -> None:
    message = renderer.render(email_context(template, invite=TEAM_INVITE))

    assert "team" in message.subject
    assert "seat" not in message.text


def test_a_digest_says_of_each_what_it_was_for(renderer: EmailRenderer) -> None:
    tim = replace(TEAM_INVITE, email="tim@x.io")
    eve = replace(INVITE, email="eve@x.io", licenses=(), groups=(InviteGroup(id="G", name="Drivers"),))
    message = renderer.render(email_context(Template.EXPIRED_NOTICE, summary(INVITE, tim, eve, count=70)))

    assert message.subject == "70 invitations expired: Fire safety and 2 more"
    assert "- ann@x.io: Fire safety\n- tim@x.io: your team\n- eve@x.io: the group Drivers" in message.text
    assert "and 67 more" in message.text
    assert "The seats are back in the pool." in message.text


def test_a_new_manager_is_told_of_with_their_role(renderer: EmailRenderer) -> None:
    message = renderer.render(email_context(Template.JOINED_NOTICE))

    assert message.subject == "ann@x.io joined the team of Acme"
    assert "is a full manager of Acme now" in message.text
    assert not message.reply_to


def test_a_new_manager_is_told_of_by_name_and_address(renderer: EmailRenderer) -> None:
    message = renderer.render(email_context(Template.JOINED_NOTICE, actor_name="Ann\r\nLee"))

    assert message.subject == "Ann Lee (ann@x.io) joined the team of Acme"
    assert "Ann Lee (ann@x.io) accepted the invitation to your team" in message.text
    assert "Ann Lee (ann@x.io) accepted" in message.html


def test_a_product_to_be_retired_is_told_with_what_there_is_to_do(renderer: EmailRenderer) -> None:
    message = renderer.render(email_context(Template.RETIRING_NOTICE, replace(RETIRING, previously=None)))

    assert message.subject == "Fire safety is going to be retired"
    assert "Fire safety is retired on 30 June 2027." in message.text
    assert "The date has changed" not in message.text + message.html
    assert "- 12 seats, 11 in use; works until the end of 31 December 2027\n" in message.text
    assert ">12 seats, 11 in use; works until the end of 31 December 2027</li>" in message.html
    assert "\n\nWhat to do now: give the seats that are left" in message.text
    assert "What to do now: give the seats that are left" in message.html


def test_a_retirement_that_is_moved_names_both_dates(renderer: EmailRenderer) -> None:
    message = renderer.render(email_context(Template.RETIRING_NOTICE, replace(RETIRING, held_count=51)))

    assert message.subject == "New date: Fire safety is going to be retired"
    assert "The date has changed: it was to be 1 June 2027." in message.text
    assert "is retired on 30 June 2027." in message.text
    assert "- and 50 more" in message.text
    assert ">and 50 more</li>" in message.html


def test_a_product_that_stays_after_all_needs_nothing_done(renderer: EmailRenderer) -> None:
    message = renderer.render(email_context(Template.STAYING_NOTICE, replace(STAYING, held=(), held_count=0)))

    assert message.subject == "Fire safety is not going to be retired"
    assert "would be retired on 1 June 2027." in message.text
    assert "Your licenses of it" not in message.text + message.html


@pytest.mark.parametrize(("days", "words"), [(30, "30 days"), (1, "a day")])
def test_the_end_of_a_license_is_told_with_its_date(renderer: EmailRenderer, days: int, words: str) -> None:
    message = renderer.render(email_context(Template.ENDING_NOTICE, replace(ENDING, days=days)))

    assert message.subject == f"Fire safety ends in {words}"
    assert "Works until:  the end of 11 January 2027\n" in message.text
    assert "Seats:        12, of which 1 is not given" in message.text


def test_seats_that_run_low_or_out_are_told_in_figures(renderer: EmailRenderer) -> None:
    low = renderer.render(email_context(Template.SEATS_LOW_NOTICE))
    out = renderer.render(email_context(Template.SEATS_OUT_NOTICE))

    assert low.subject == "Seats are running low: Fire safety"
    assert "Your license for Fire safety has 1 seat left, of 12." in low.text
    assert out.subject == "No seats left: Fire safety"
    assert "All 12 seats" in out.text


def test_a_granted_release_is_told_to_the_managers_in_so_many_words(renderer: EmailRenderer) -> None:
    released = replace(
        ANSWERED,
        kind=SupportKind.RELEASE_SEAT,
        email="ann@x.io",
        message="She has left.",
        answer="Done.\nGood luck!",
        granted=True,
    )
    message = renderer.render(email_context(Template.SUPPORT_ANSWERED, released))

    assert message.subject == "A seat was released: Fire safety"
    assert "You asked to have the seat of ann@x.io in Fire safety released." in message.text
    assert "    She has left." in message.text
    assert "the seat is back in the license" in message.text
    assert "Support writes:\n\n    Done.\n    Good luck!" in message.text


def test_a_transfer_that_was_done_is_told_with_its_note(renderer: EmailRenderer) -> None:
    done = replace(
        ANSWERED,
        kind=SupportKind.TRANSFER_PROGRESS,
        license=None,
        email="ann@x.io",
        training="First Aid",
        answer="All 4 modules.",
        granted=True,
    )

    message = renderer.render(email_context(Template.SUPPORT_ANSWERED, done))

    assert message.subject == "Progress was transferred: First Aid"
    assert "You asked to have the progress of ann@x.io in First Aid transferred." in message.text
    assert "It is done. This is the note:" in message.text
    assert "All 4 modules." in message.text
    assert "seat" not in message.text


def test_a_transfer_of_progress_is_answered_in_words(renderer: EmailRenderer) -> None:
    moved = replace(
        ANSWERED,
        kind=SupportKind.TRANSFER_PROGRESS,
        license=None,
        email="ann@x.io",
        training="First aid",
        message="Please.",
        answer="It was moved.",
    )
    message = renderer.render(email_context(Template.SUPPORT_ANSWERED, moved))

    assert message.subject == "Your support request was answered"
    assert "the progress of ann@x.io in First aid transferred" in message.text
    assert "It was moved." in message.html


@pytest.mark.parametrize(
    ("answered", "subject", "said"),
    [
        (APPROVED, "More seats: Fire safety", "They were added to the license"),
        (
            SeatsRefused(
                request="R",
                asked_by=BOSS,
                license=APPROVED.license,
                seats=20,
                message="",
                answer="Renew first.",
                notified=BOSS,
            ),
            "No more seats for now: Fire safety",
            "    Renew first.",
        ),
    ],
)
def test_a_request_for_seats_is_told_either_way(
    renderer: EmailRenderer, answered: EventData, subject: str, said: str
) -> None:
    message = renderer.render(email_context(Template.SEATS_ANSWERED, answered))

    assert message.subject == subject
    assert "You asked for 20 more seats in Fire safety." in message.text
    assert said in message.text


def test_a_released_learner_is_told_that_access_has_ended(renderer: EmailRenderer) -> None:
    message = renderer.render(email_context(Template.ACCESS_RELEASED))

    assert message.subject == "Your access to Fire safety has ended"
    assert "Acme has had your seat in Fire safety released" in message.text
