"""DESIGN 2, Invite life."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.terms import NOW, invite, terms
from usher.domain.invites import (
    AlreadyAcceptedError,
    BadMessageError,
    DeclinedError,
    Delivery,
    ExpiredError,
    Invite,
    InviteKind,
    InviteState,
    OtherPersonError,
    ReplacedError,
    ResendTooSoonError,
    WithdrawnError,
    check_message,
    expiry_for,
    reminder_for,
)

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def resent(one: Invite, after: timedelta) -> Invite:
    now = NOW + after
    return one.resent(now=now, expires_at=now + 10 * DAY)


def test_an_invite_lives_for_the_days_given_and_never_past_the_end_of_a_license() -> None:
    short = terms(valid_until=NOW + 4 * DAY)

    assert expiry_for(now=NOW, days=10, licenses=[terms()]) == NOW + 10 * DAY
    assert expiry_for(now=NOW, days=90, licenses=[terms(), short]) == NOW + 4 * DAY
    assert expiry_for(now=NOW, days=1, licenses=[]) == NOW + DAY


def test_the_clock_decides_at_the_very_instant_of_expiry() -> None:
    one = invite()

    assert not one.has_expired(one.expires_at - timedelta(seconds=1))
    assert one.has_expired(one.expires_at)
    one.require_open(number=1, now=one.expires_at - timedelta(seconds=1))
    with pytest.raises(ExpiredError):
        one.require_open(number=1, now=one.expires_at)


def test_an_invite_whose_seats_went_back_has_expired_for_slower_clocks_too() -> None:
    swept = invite().expired()

    assert swept.has_expired(swept.expires_at - timedelta(seconds=1))
    with pytest.raises(ExpiredError):
        swept.accepted(number=1, email="ann@x.io", now=swept.expires_at - timedelta(seconds=1))


def test_an_answered_invite_does_not_expire() -> None:
    accepted = invite().accepted(number=1, email="ann@x.io", now=NOW)

    assert not accepted.has_expired(NOW + 100 * DAY)


def test_the_reminder_comes_three_days_before_expiry() -> None:
    assert reminder_for(now=NOW, expires_at=NOW + 10 * DAY) == NOW + 7 * DAY
    assert reminder_for(now=NOW, expires_at=NOW + 3 * DAY) is None
    assert reminder_for(now=NOW, expires_at=NOW + DAY) is None


def test_a_resend_makes_a_new_link_and_renews_the_expiry_and_the_reminder() -> None:
    again = resent(invite(delivery=Delivery.BOUNCED, remind_at=None), 2 * DAY)

    assert again.number == 2
    assert again.expires_at == NOW + 12 * DAY
    assert again.remind_at == NOW + 9 * DAY
    assert again.sent_at == NOW + 2 * DAY
    assert again.delivery is Delivery.QUEUED
    with pytest.raises(ReplacedError):
        again.require_open(number=1, now=NOW + 2 * DAY)
    again.require_open(number=2, now=NOW + 2 * DAY)


def test_a_resend_reserves_a_seat_that_was_given_back() -> None:
    assert resent(invite().expired(), 12 * DAY).holds_seats


def test_resends_are_at_least_a_minute_apart() -> None:
    idempotent = resent(invite(), timedelta())

    with pytest.raises(ResendTooSoonError) as refused:
        resent(idempotent, timedelta(seconds=20))
    assert refused.value.retry_after == 40
    assert resent(idempotent, MINUTE).number == 3


def test_ten_resends_a_day_are_the_most() -> None:
    one = invite()
    for n in range(10):
        one = resent(one, n * MINUTE)

    with pytest.raises(ResendTooSoonError) as refused:
        resent(one, 10 * MINUTE)
    assert refused.value.retry_after == (15 * 60 - 10) * 60  # from 9:10 to midnight
    assert resent(one, timedelta(hours=15)).resends == 1


@pytest.mark.parametrize(
    ("answered", "refusal"),
    [
        (invite().accepted(number=1, email="ann@x.io", now=NOW), AlreadyAcceptedError),
        (invite().withdrawn(now=NOW), WithdrawnError),
        (invite().declined(number=1, now=NOW), DeclinedError),
    ],
)
def test_an_answered_invite_can_be_neither_resent_nor_withdrawn_nor_answered_otherwise(
    answered: Invite, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        resent(answered, DAY)
    with pytest.raises(refusal):
        answered.withdrawn(now=NOW)
    with pytest.raises(refusal):
        answered.accepted(number=1, email="ann@x.io", now=NOW)
    with pytest.raises(refusal):
        answered.declined(number=1, now=NOW)


def test_withdrawing_an_accepted_invite_points_to_a_support_request() -> None:
    accepted = invite().accepted(number=1, email="ann@x.io", now=NOW)

    with pytest.raises(AlreadyAcceptedError) as refused:
        accepted.withdrawn(now=NOW)
    assert "support request" in refused.value.next_action


def test_an_expired_invite_can_be_withdrawn_and_resent_but_not_answered() -> None:
    later = NOW + 11 * DAY

    assert invite().withdrawn(now=later).state is InviteState.WITHDRAWN
    assert resent(invite(), 11 * DAY).expires_at == later + 10 * DAY
    with pytest.raises(ExpiredError):
        invite().accepted(number=1, email="ann@x.io", now=later)
    with pytest.raises(ExpiredError):
        invite().declined(number=1, now=later)


def test_an_invite_is_accepted_by_the_invited_address_alone() -> None:
    with pytest.raises(OtherPersonError):
        invite().accepted(number=1, email="bob@x.io", now=NOW)


def test_the_link_of_a_sending_that_never_was_opens_nothing() -> None:
    with pytest.raises(ReplacedError):
        invite().require_open(number=2, now=NOW)


def test_an_accepted_invite_goes_on_holding_its_seat_and_others_give_it_up() -> None:
    assert invite().accepted(number=1, email="ann@x.io", now=NOW).holds_seats
    assert not invite().withdrawn(now=NOW).holds_seats
    assert not invite().declined(number=1, now=NOW).holds_seats
    assert not invite().expired().holds_seats


def test_an_expired_invite_stays_pending() -> None:
    assert invite().expired().state is InviteState.PENDING


def test_an_invite_is_due_for_its_reminder_then_for_its_expiry_and_then_never_again() -> None:
    one = invite()

    assert one.due_at == NOW + 7 * DAY
    assert one.reminded().due_at == NOW + 10 * DAY
    assert one.reminded().expired().due_at is None
    assert one.withdrawn(now=NOW).due_at is None
    assert one.accepted(number=1, email="ann@x.io", now=NOW).due_at is None


def test_a_team_invite_is_due_for_its_expiry_once() -> None:
    team = invite(kind=InviteKind.TEAM, licenses=())

    assert team.reminded().due_at == NOW + 10 * DAY
    assert team.expired().due_at is None
    assert resent(team.expired(), 12 * DAY).due_at == NOW + 19 * DAY


def test_a_message_is_trimmed_and_has_an_end() -> None:
    assert check_message("  Welcome! ") == "Welcome!"
    assert len(check_message("x" * 2000)) == 2000
    with pytest.raises(BadMessageError):
        check_message("x" * 2001)
