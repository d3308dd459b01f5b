"""What managers are told: notices, and answers to what they asked for."""

from __future__ import annotations

import pytest

from functions.send_email.rendering import Rendering
from tests.support.letters import (
    NOTICES,
    NOW,
    letter,
    row,
)
from usher.domain.effects import Template
from usher.domain.events import Json


@pytest.fixture(scope="module")
def rendering() -> Rendering:
    return Rendering(now=lambda: NOW)


def test_a_notice_names_fifty_addresses_and_counts_the_rest(rendering: Rendering) -> None:
    rows: list[Json] = [row(f"p{number}@x.io") for number in range(53)]
    facts: dict[str, Json] = {"products": ["Fire safety"], "invites": rows}
    message = rendering.render(letter(Template.EXPIRED_NOTICE, facts=facts))

    assert message.subject == "53 invitations expired: Fire safety"
    assert "p49@x.io" in message.text
    assert "p50@x.io" not in message.text + message.html
    assert "and 3 more" in message.text
    assert "and 3 more" in message.html


@pytest.mark.parametrize("template", NOTICES)
def test_a_notice_about_a_team_invite_speaks_of_the_team(rendering: Rendering, template: Template) -> None:
    message = rendering.render(letter(template, facts={"invites": [row(kind="team")]}))

    assert "team" in message.subject
    assert "seat" not in message.text


def test_a_digest_says_of_each_what_it_was_for(rendering: Rendering) -> None:
    grouped: dict[str, Json] = {
        "kind": "learner",
        "email": "eve@x.io",
        "products": [],
        "group_name": "Drivers",
    }
    rows: list[Json] = [row(), row("tim@x.io", "team"), grouped]
    facts: dict[str, Json] = {"count": 70, "team": True, "products": ["Fire safety"], "invites": rows}
    message = rendering.render(letter(Template.EXPIRED_NOTICE, facts=facts))

    assert message.subject == "70 invitations expired: Fire safety and 2 more"
    assert "- ann@x.io: Fire safety\n- tim@x.io: your team\n- eve@x.io: the group Drivers" in message.text
    assert "and 67 more" in message.text
    assert "The seats are back in the pool." in message.text


def test_a_new_manager_is_told_of_with_their_role(rendering: Rendering) -> None:
    message = rendering.render(letter(Template.JOINED_NOTICE, facts={"invites": [row(kind="team")]}))

    assert message.subject == "ann@x.io joined the team of Acme"
    assert "is a full manager of Acme now" in message.text
    assert not message.reply_to


@pytest.mark.parametrize(("days", "words"), [(30, "30 days"), (1, "a day")])
def test_the_end_of_a_license_is_told_with_its_date(rendering: Rendering, days: int, words: str) -> None:
    message = rendering.render(letter(Template.ENDING_NOTICE, facts={"invites": [row()], "days": days}))

    assert message.subject == f"Fire safety ends in {words}"
    assert "Ends:  12 January 2027, 00:00 (Europe/Zurich)" in message.text
    assert "Seats: 12, of which 1 not given" in message.text


def test_seats_that_run_low_or_out_are_told_in_figures(rendering: Rendering) -> None:
    facts: dict[str, Json] = {"products": ["Fire safety"]}
    low = rendering.render(letter(Template.SEATS_LOW_NOTICE, facts=facts))
    out = rendering.render(letter(Template.SEATS_OUT_NOTICE, facts=facts))

    assert low.subject == "Seats are running low: Fire safety"
    assert "Of the 12 seats of your license for\nFire safety,\n1 is left." in low.text
    assert out.subject == "No seats left: Fire safety"
    assert "All 12 seats" in out.text


def test_a_granted_release_is_told_to_the_managers_in_so_many_words(rendering: Rendering) -> None:
    asked: dict[str, Json] = {
        "kind": "release_seat",
        "email": "ann@x.io",
        "products": ["Fire safety"],
        "message": "She has left.",
        "answer": "Done.\nGood luck!",
        "granted": True,
    }
    message = rendering.render(letter(Template.SUPPORT_ANSWERED, facts=asked))

    assert message.subject == "A seat was released: Fire safety"
    assert "You asked to have the seat of ann@x.io in Fire safety released." in message.text
    assert "    She has left." in message.text
    assert "the seat is back in the license" in message.text
    assert "Support writes:\n\n    Done.\n    Good luck!" in message.text


def test_a_transfer_of_progress_is_answered_in_words(rendering: Rendering) -> None:
    asked: dict[str, Json] = {
        "kind": "transfer_progress",
        "email": "ann@x.io",
        "training": "First aid",
        "message": "Please.",
        "answer": "It was moved.",
    }
    message = rendering.render(letter(Template.SUPPORT_ANSWERED, facts=asked))

    assert message.subject == "Your support request was answered"
    assert "the progress of ann@x.io in First aid transferred" in message.text
    assert "It was moved." in message.html


@pytest.mark.parametrize(
    ("granted", "answer", "subject", "said"),
    [
        (True, "", "More seats: Fire safety", "They were added to the license"),
        (False, "Renew first.", "No more seats for now: Fire safety", "    Renew first."),
    ],
)
def test_a_request_for_seats_is_told_either_way(
    rendering: Rendering, *, granted: bool, answer: str, subject: str, said: str
) -> None:
    asked: dict[str, Json] = {
        "products": ["Fire safety"],
        "seats": 20,
        "granted": granted,
        "answer": answer,
    }
    message = rendering.render(letter(Template.SEATS_ANSWERED, facts=asked))

    assert message.subject == subject
    assert "You asked for 20 more seats in Fire safety." in message.text
    assert said in message.text


def test_a_released_learner_is_told_that_access_has_ended(rendering: Rendering) -> None:
    message = rendering.render(letter(Template.ACCESS_RELEASED))

    assert message.subject == "Your access to Fire safety has ended"
    assert "Acme has had your seat in Fire safety\nreleased" in message.text
