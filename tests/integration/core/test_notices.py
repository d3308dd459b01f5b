"""Notices: what managers are told of by email, once, unless they switched it off."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.clock import Clock
from tests.support.published_events import data_of
from tests.support.reading_back import events_of
from tests.support.tenant import Tenant
from usher.domain.licenses import License, SeatAlert
from usher.domain.notices import Notice
from usher.domain.organizations import Role
from usher.domain.people import Person
from usher.services.invites.answer_invite import AnswerInvite
from usher.services.notification_preferences import NotificationPreferences
from usher.services.operator_commands import OperatorCommands
from usher.services.outbox.seat_levels import SeatLevels
from usher.services.outbox.sweep import Sweep, SweepResult
from usher.services.receipts import Receipt
from usher.services.team_members import TeamMembers
from usher.store import licenses

BOB = Person(email="bob@x.io", first_name="Bob", last_name="Roe")


@pytest.fixture
def quiet(tenant: Tenant, async_workers: AsyncWorkers) -> Tenant:
    """A tenant whose own beginnings cause no emails."""
    async_workers.skip()
    return tenant


def license_now(tenant: Tenant, license_: License) -> License:
    found = licenses.get(tenant.context.table, tenant.id, license_.id)
    assert found is not None
    return found


def join(tenant: Tenant) -> None:
    pending = TeamMembers(tenant.context).invite(
        person=tenant.full,
        organization=tenant.id,
        email=BOB.email,
        first_name="Bob",
        last_name="Roe",
        role=Role.LIMITED,
        receipt=Receipt(),
    )
    AnswerInvite(tenant.context).accept(person=BOB, invite=pending.invite, number=1)


def mute(tenant: Tenant, person: Person, *notices: Notice) -> None:
    NotificationPreferences(tenant.context).mute(person=person, organization=tenant.id, muted=notices)


def resize(tenant: Tenant, license_: License, seats: int, order: str) -> None:
    OperatorCommands(tenant.context).resize_license(
        person=tenant.operator, organization=tenant.id, license_id=license_.id, order_id=order, seats=seats
    )


def test_a_decline_is_told_to_those_who_have_not_switched_it_off(
    quiet: Tenant, async_workers: AsyncWorkers
) -> None:
    mute(quiet, quiet.limited, Notice.INVITE_DECLINED)
    quiet.decline(quiet.invite(quiet.license()))

    async_workers.settle()

    assert async_workers.sent_to(quiet.full.email) == ["declined_notice"]
    assert async_workers.sent_to(quiet.limited.email) == []


def test_a_new_manager_is_told_to_all_but_themselves(quiet: Tenant, async_workers: AsyncWorkers) -> None:
    join(quiet)
    async_workers.settle()

    assert async_workers.sent_to(quiet.full.email) == ["joined_notice"]
    assert async_workers.sent_to(quiet.limited.email) == ["joined_notice"]
    assert async_workers.sent_to(BOB.email) == []


def test_a_new_manager_is_told_of_by_name(quiet: Tenant, async_workers: AsyncWorkers) -> None:
    join(quiet)
    async_workers.dispatch()

    announced = [one for one in async_workers.queued() if one.template == "joined_notice"]
    assert [one.actor_name for one in announced] == ["Bob Roe"] * 2
    joined = events_of(quiet, "manager.joined")
    assert not any("actor_name" in data_of(event) for event in joined), "events last, and need no names"


def test_who_has_not_accepted_yet_is_told_nothing(quiet: Tenant, async_workers: AsyncWorkers) -> None:
    TeamMembers(quiet.context).invite(
        person=quiet.full,
        organization=quiet.id,
        email=BOB.email,
        first_name="Bob",
        last_name="Roe",
        role=Role.FULL,
        receipt=Receipt(),
    )
    quiet.decline(quiet.invite(quiet.license()))
    async_workers.settle()

    assert async_workers.sent_to(BOB.email) == ["team_invite"]


def test_the_end_of_a_license_is_told_30_7_and_1_days_before(
    quiet: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    quiet.license(valid_until="2027-03-01")
    announced: list[int] = []
    for at, days in (
        (datetime(2027, 1, 29, 22, 59, tzinfo=UTC), 0),
        (datetime(2027, 1, 29, 23, 1, tzinfo=UTC), 30),
        (datetime(2027, 2, 21, 23, 1, tzinfo=UTC), 7),
        (datetime(2027, 2, 27, 23, 1, tzinfo=UTC), 1),
        (datetime(2027, 2, 28, 23, 1, tzinfo=UTC), 0),
    ):
        clock.now = at
        assert Sweep(quiet.context).sweep() == SweepResult(ending=1 if days else 0)
        assert Sweep(quiet.context).sweep() == SweepResult()
        announced += [days] if days else []

    assert [data_of(event)["days"] for event in events_of(quiet, "license.ending")] == announced
    async_workers.settle()
    assert async_workers.sent_to(quiet.full.email) == ["ending_notice"] * 3


def test_notices_that_were_missed_are_not_made_up_for_one_by_one(quiet: Tenant, clock: Clock) -> None:
    license_ = quiet.license(valid_until="2027-03-01")
    clock.now = datetime(2027, 2, 25, 23, tzinfo=UTC)

    assert Sweep(quiet.context).sweep() == SweepResult(ending=1)

    (event,) = events_of(quiet, "license.ending")
    assert (data_of(event)["days"], data_of(event)["ends_at"]) == (3, "2027-02-28T23:00:00Z")
    assert license_now(quiet, license_).notice_at == datetime(2027, 2, 27, 23, tzinfo=UTC)


def test_a_license_granted_for_a_few_days_is_not_announced_at_once(quiet: Tenant) -> None:
    license_ = quiet.license(valid_until="2027-01-09")

    assert license_.notice_at == datetime(2027, 1, 7, 23, tzinfo=UTC)
    assert Sweep(quiet.context).sweep() == SweepResult()


def test_two_sweeps_at_once_tell_of_an_end_once(quiet: Tenant, clock: Clock) -> None:
    quiet.license(valid_until="2027-03-01")
    clock.now = datetime(2027, 2, 1, tzinfo=UTC)

    with quiet.before_next_write(lambda: Sweep(quiet.context).sweep()):
        assert Sweep(quiet.context).sweep() == SweepResult()

    assert len(events_of(quiet, "license.ending")) == 1


def test_seats_that_run_low_and_out_are_told_once_each(quiet: Tenant, async_workers: AsyncWorkers) -> None:
    license_ = quiet.license(20)
    quiet.invite_all(license_, [f"a{n}@x.io" for n in range(17)])
    async_workers.settle()
    assert async_workers.sent_to(quiet.full.email) == []

    for n in range(17, 20):
        quiet.invite(license_, f"a{n}@x.io")
        async_workers.settle()

    assert async_workers.sent_to(quiet.full.email) == ["seats_low_notice", "seats_out_notice"]
    assert async_workers.sent_to(quiet.limited.email) == ["seats_low_notice", "seats_out_notice"]
    (low,), (out,) = events_of(quiet, "seats.low"), events_of(quiet, "seats.out")
    assert (data_of(low)["available"], data_of(low)["total"], data_of(out)["available"]) == (2, 20, 0)


def test_seats_taken_all_at_once_are_told_to_be_out_and_nothing_else(
    quiet: Tenant, async_workers: AsyncWorkers
) -> None:
    quiet.invite_all(quiet.license(20), [f"a{n}@x.io" for n in range(20)])
    async_workers.settle()

    assert async_workers.sent_to(quiet.full.email) == ["seats_out_notice"]


def test_each_crossing_is_told_anew(quiet: Tenant, async_workers: AsyncWorkers) -> None:
    license_ = quiet.license(1)
    for _ in range(2):
        invite = quiet.invite(license_)
        async_workers.settle()
        quiet.withdraw(invite)
        async_workers.settle()

    assert async_workers.sent_to(quiet.full.email) == ["seats_out_notice"] * 2
    assert license_now(quiet, license_).alert is None


def test_a_seat_that_comes_back_after_the_last_is_no_news(quiet: Tenant, async_workers: AsyncWorkers) -> None:
    license_ = quiet.license(10)
    *_, last = quiet.invite_all(license_, [f"a{n}@x.io" for n in range(10)])
    async_workers.settle()
    assert last.invite is not None
    quiet.withdraw(last.invite)
    async_workers.settle()

    assert license_now(quiet, license_).alert is SeatAlert.LOW
    assert async_workers.sent_to(quiet.full.email) == ["seats_out_notice"]


def test_a_license_that_is_topped_up_or_shrunk_is_looked_at_too(
    quiet: Tenant, async_workers: AsyncWorkers
) -> None:
    license_ = quiet.license(10)
    quiet.invite(license_)
    resize(quiet, license_, -9, "shrink")
    async_workers.settle()
    resize(quiet, license_, 9, "top-up")
    async_workers.settle()

    assert async_workers.sent_to(quiet.full.email) == ["seats_out_notice"]
    assert license_now(quiet, license_).alert is None


def test_an_event_handed_over_twice_tells_of_the_seats_once(
    quiet: Tenant, async_workers: AsyncWorkers
) -> None:
    quiet.invite(quiet.license(1))
    for _ in range(3):
        already = set(async_workers.dispatched)
        async_workers.dispatch()
        async_workers.dispatched = already
    async_workers.settle()

    assert len(events_of(quiet, "seats.out")) == 1
    assert async_workers.sent_to(quiet.full.email) == ["seats_out_notice"]


def test_a_seat_given_back_between_the_look_and_the_word_is_not_told_as_gone(
    quiet: Tenant, async_workers: AsyncWorkers
) -> None:
    license_ = quiet.license(1)
    invite = quiet.invite(license_)

    with quiet.before_next_write(lambda: quiet.withdraw(invite)):
        SeatLevels(quiet.context).check(organization=quiet.id, license_id=license_.id)

    assert not events_of(quiet, "seats.out")
    async_workers.settle()
    assert async_workers.sent_to(quiet.full.email) == []


def test_each_kind_of_notice_is_switched_off_by_itself(quiet: Tenant, async_workers: AsyncWorkers) -> None:
    mute(quiet, quiet.full, Notice.SEATS_LOW)
    mute(quiet, quiet.limited, Notice.SEATS_OUT)
    license_ = quiet.license(10)
    for n in range(10):
        quiet.invite(license_, f"a{n}@x.io")
        async_workers.settle()

    assert async_workers.sent_to(quiet.full.email) == ["seats_out_notice"]
    assert async_workers.sent_to(quiet.limited.email) == ["seats_low_notice"]
