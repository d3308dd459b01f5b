"""When a delivery is tried again: with backoff, for a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from tests.support.clock import MONDAY
from usher.domain.integrations.webhook_deliveries import (
    GIVEN_UP_AFTER,
    LEASE,
    LONGEST_ASKED_PAUSE,
    MOST_ATTEMPTS,
    Attempt,
    DeliveryPendingError,
    DeliveryState,
    WebhookDelivery,
    pause_after,
)

DELIVERY = WebhookDelivery(
    id="event",
    organization="org",
    webhook="webhook",
    type="invite.accepted",
    state=DeliveryState.PENDING,
    created_at=MONDAY,
    since=MONDAY,
    next_attempt_at=MONDAY,
)


def attempt(status: int | None) -> Attempt:
    return Attempt(at=MONDAY, status=status, reason="", milliseconds=1)


def series(chance: float) -> list[float]:
    """Return the seconds after the event of each attempt of a delivery that never succeeds."""
    delivery, tried = DELIVERY, []
    while delivery.next_attempt_at is not None:
        now = delivery.next_attempt_at
        tried.append((now - MONDAY).total_seconds())
        delivery = delivery.after(attempt(503), now=now, asked=None, chance=chance)
    assert delivery.state is DeliveryState.FAILED
    return tried


def test_a_series_of_attempts_ends_though_the_clock_stands_still() -> None:
    delivery, tries = DELIVERY, 0
    while delivery.next_attempt_at is not None and tries < 100:
        delivery, tries = delivery.after(attempt(503), now=MONDAY, asked=None, chance=0), tries + 1

    assert tries == MOST_ATTEMPTS
    assert delivery.state is DeliveryState.FAILED


@pytest.mark.parametrize("chance", [0, 0.5, 1])
def test_a_delivery_is_tried_for_a_day_with_ever_longer_pauses(chance: float) -> None:
    tried = series(chance)
    pauses = [after - before for before, after in pairwise(tried)]

    assert tried[0] == 0
    assert tried[-1] == GIVEN_UP_AFTER.total_seconds()
    assert pauses[:-1] == sorted(pauses[:-1])
    assert 12 <= len(tried) <= 16
    assert all(pause == int(pause) for pause in pauses), "SQS counts whole seconds"


def test_the_first_pauses_are_short_and_chance_shortens_them_a_little() -> None:
    assert series(0)[:6] == [0, 5, 35, 155, 755, 2555]
    assert pause_after(4, asked=None, chance=1) == timedelta(minutes=9)


def test_what_a_receiver_asks_for_is_granted_within_bounds() -> None:
    assert pause_after(1, asked=120, chance=0) == timedelta(minutes=2)
    assert pause_after(8, asked=1, chance=0) == timedelta(hours=4)
    assert pause_after(1, asked=10**9, chance=0) == LONGEST_ASKED_PAUSE


def test_success_and_gone_end_it_at_once() -> None:
    for status, state in ((200, DeliveryState.DELIVERED), (204, DeliveryState.DELIVERED), (410, "failed")):
        after = DELIVERY.after(attempt(status), now=MONDAY, asked=None, chance=0)

        assert (after.state, after.next_attempt_at) == (state, None)


@pytest.mark.parametrize("status", [None, 301, 404, 429, 500])
def test_everything_else_is_tried_again(status: int | None) -> None:
    after = DELIVERY.after(attempt(status), now=MONDAY, asked=None, chance=0)

    assert (after.state, after.next_attempt_at) == (DeliveryState.PENDING, MONDAY + timedelta(seconds=5))


def test_who_takes_it_has_it_to_themselves_for_a_while() -> None:
    claimed = DELIVERY.claimed(MONDAY)

    assert DELIVERY.is_due(MONDAY)
    assert not claimed.is_due(MONDAY + LEASE - timedelta(seconds=1))
    assert claimed.is_due(MONDAY + LEASE), "should the worker have died"


def test_asked_for_again_it_gets_a_whole_day_and_keeps_its_log() -> None:
    later = MONDAY + timedelta(days=3)
    failed = replace(
        DELIVERY, state=DeliveryState.FAILED, next_attempt_at=None, tries=14, attempts=(attempt(500),)
    )

    again = failed.again(later)

    assert (again.state, again.since, again.next_attempt_at) == (DeliveryState.PENDING, later, later)
    assert (again.tries, again.attempts) == (0, failed.attempts)
    with pytest.raises(DeliveryPendingError):
        again.again(later)


def test_the_log_keeps_the_newest_attempts() -> None:
    delivery = DELIVERY
    for _ in range(MOST_ATTEMPTS + 5):
        delivery = delivery.after(attempt(500), now=MONDAY, asked=None, chance=0)

    assert len(delivery.attempts) == MOST_ATTEMPTS
    assert delivery.tries == MOST_ATTEMPTS + 5
