"""Issue 3, Notices: invites that expired are told once a day, together, whatever fails on the way."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.support.clock import Clock
from tests.support.house import House, found_house
from tests.support.looking import events_of
from tests.support.machinery import Machinery
from usher.domain.organizations import Role
from usher.services.context import Context
from usher.services.outbox.sweeping import Sweeping, Swept
from usher.services.receipts import Receipt
from usher.services.teaming import Teaming

MORNING = datetime(2027, 1, 15, 5, tzinfo=UTC)
"""Six o'clock in Zurich, on the day after the invites of Monday the 4th expire."""


@pytest.fixture
def quiet(house: House, machinery: Machinery) -> House:
    """A house whose own beginnings cause no emails."""
    machinery.skip()
    return house


def told(house: House) -> list[tuple[object, object]]:
    return [(one.facts["day"], one.facts["count"]) for one in events_of(house, "invites.expired_told")]


def invite_to_team(house: House, email: str = "tim@x.io") -> None:
    Teaming(house.context).invite(
        person=house.full,
        organization=house.id,
        email=email,
        first_name="Tim",
        last_name="Lee",
        role=Role.LIMITED,
        receipt=Receipt(),
    )


def test_all_that_expired_in_a_day_is_one_digest(quiet: House, machinery: Machinery, clock: Clock) -> None:
    quiet.invite_all(quiet.license(70), [f"a{n}@x.io" for n in range(55)])
    quiet.invite(quiet.license(product=quiet.product(name="First aid")), "bob@x.io")
    invite_to_team(quiet)
    clock.forward(days=10)
    machinery.settle()
    clock.forward(hours=3)
    quiet.withdraw(quiet.invite(quiet.license()))
    machinery.settle()
    assert len(events_of(quiet, "invites.expired")) == 4

    clock.now = MORNING
    machinery.settle()
    clock.forward(days=1)
    machinery.settle()

    (event,) = events_of(quiet, "invites.expired_told")
    assert (event.facts["day"], event.facts["count"], event.facts["team"]) == ("2027-01-15", 57, True)
    assert sorted(map(str, event.facts["products"])) == ["Fire safety", "First aid"]  # type: ignore[arg-type]  # JSON
    assert len(event.facts["invites"]) == 50  # type: ignore[arg-type]  # JSON
    assert machinery.sent_to(quiet.full.email) == ["expired_notice"]


def test_each_day_has_its_own(quiet: House, machinery: Machinery, clock: Clock) -> None:
    quiet.invite(quiet.license(), "a@x.io")
    clock.forward(days=1)
    quiet.invite(quiet.license(), "b@x.io")
    for _ in range(14):
        clock.forward(days=1)
        machinery.settle()

    assert told(quiet) == [("2027-01-15", 1), ("2027-01-16", 1)]
    assert machinery.sent_to(quiet.full.email) == ["expired_notice"] * 2


def test_each_organization_has_its_own_morning(context: Context, machinery: Machinery, clock: Clock) -> None:
    far = found_house(context, slug="far", time_zone="America/Los_Angeles")
    near = found_house(context, slug="near")
    for house in (far, near):
        house.invite(house.license())
    machinery.settle()
    clock.now = datetime(2027, 1, 14, 10, tzinfo=UTC)
    machinery.settle()

    clock.now = datetime(2027, 1, 14, 14, tzinfo=UTC)
    machinery.settle()
    assert (told(far), told(near)) == ([("2027-01-14", 1)], [])
    clock.now = MORNING
    machinery.settle()
    assert (told(far), told(near)) == ([("2027-01-14", 1)], [("2027-01-15", 1)])


def test_an_event_handed_over_again_is_told_once(quiet: House, machinery: Machinery, clock: Clock) -> None:
    quiet.invite(quiet.license())
    clock.forward(days=10)
    machinery.settle()
    (expired,) = events_of(quiet, "invites.expired")
    for _ in range(2):
        machinery.dispatching.dispatch(expired)
    clock.now = MORNING
    machinery.settle()
    machinery.dispatching.dispatch(expired)  # long after it was told
    clock.forward(days=2)
    machinery.settle()

    assert told(quiet) == [("2027-01-15", 1)]


def test_an_event_that_comes_when_its_digest_was_told_is_in_the_next(
    quiet: House, machinery: Machinery, clock: Clock
) -> None:
    license_ = quiet.license()
    quiet.invite(license_, "a@x.io")
    quiet.invite(license_, "b@x.io", access_start="2027-02-01")
    clock.forward(days=10)
    machinery.settle()
    quiet.invite(license_, "a@x.io")
    (expired,) = events_of(quiet, "invites.expired")
    late = quiet.context.event(
        expired.type,
        organization=quiet.id,
        actor=expired.actor,
        at=expired.at,
        facts={**expired.facts, "seats_taken": {}},
    )
    clock.now = MORNING
    machinery.settle()

    from usher.store import events  # noqa: PLC0415 - the one place where a test plays the stream's delay
    from usher.store.transaction import commit  # noqa: PLC0415 - as above

    commit(quiet.context.table, [events.record(late)])
    machinery.dispatching.dispatch(late)
    clock.forward(days=1)
    machinery.settle()

    assert told(quiet) == [("2027-01-15", 2), ("2027-01-16", 2)]


def test_two_sweeps_at_once_tell_it_once(quiet: House, machinery: Machinery, clock: Clock) -> None:
    quiet.invite(quiet.license())
    clock.forward(days=10)
    machinery.settle()
    clock.now = MORNING

    with quiet.before_next_write(lambda: Sweeping(quiet.context).sweep()):
        assert Sweeping(quiet.context).sweep() == Swept()

    assert told(quiet) == [("2027-01-15", 1)]


def test_what_is_added_while_the_digest_is_made_is_in_it(
    quiet: House, machinery: Machinery, clock: Clock
) -> None:
    first, second = quiet.license(), quiet.license()
    quiet.invite(first, "a@x.io")
    quiet.invite(second, "b@x.io")
    clock.forward(days=10)
    Sweeping(quiet.context).sweep()
    one, other = events_of(quiet, "invites.expired")
    machinery.dispatching.dispatch(one)
    clock.now = MORNING

    with quiet.before_next_write(lambda: machinery.dispatching.dispatch(other)):
        assert Sweeping(quiet.context).sweep() == Swept()
    assert Sweeping(quiet.context).sweep() == Swept(digests=1)

    assert told(quiet) == [("2027-01-15", 2)]
