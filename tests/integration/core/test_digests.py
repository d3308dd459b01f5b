"""Notices: invites that expired are told once a day, together, whatever fails on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.clients import close_client, create_client
from tests.support.clock import Clock
from tests.support.published_events import data_of
from tests.support.reading_back import events_of
from tests.support.tenant import Tenant, create_tenant
from usher.domain.events.invites import InvitesExpired
from usher.domain.organizations import Role
from usher.services.context import Context
from usher.services.outbox.sweep import Sweep, SweepResult
from usher.services.receipts import Receipt
from usher.services.team_members import TeamMembers
from usher.store import events
from usher.store.transaction import commit

MORNING = datetime(2027, 1, 15, 5, tzinfo=UTC)
"""Six o'clock in Zurich, on the day after the invites of Monday the 4th expire."""


@pytest.fixture
def quiet(tenant: Tenant, async_workers: AsyncWorkers) -> Tenant:
    """A tenant whose own beginnings cause no emails."""
    async_workers.skip()
    return tenant


def digests_of(tenant: Tenant) -> list[tuple[object, object]]:
    return [
        (data_of(one)["day"], data_of(one)["count"]) for one in events_of(tenant, "invites.expiry_summarized")
    ]


def invite_to_team(tenant: Tenant, email: str = "tim@x.io") -> None:
    TeamMembers(tenant.context).invite(
        person=tenant.full,
        organization=tenant.id,
        email=email,
        first_name="Tim",
        last_name="Lee",
        role=Role.LIMITED,
        receipt=Receipt(),
    )


def test_all_that_expired_in_a_day_is_one_digest(
    quiet: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    quiet.invite_all(quiet.license(70), [f"a{n}@x.io" for n in range(55)])
    quiet.invite(quiet.license(product=quiet.product(name="First aid")), "bob@x.io")
    invite_to_team(quiet)
    clock.forward(days=10)
    async_workers.settle()
    clock.forward(hours=3)
    quiet.withdraw(quiet.invite(quiet.license()))
    async_workers.settle()
    assert len(events_of(quiet, "invites.expired")) == 4

    clock.now = MORNING
    async_workers.settle()
    clock.forward(days=1)
    async_workers.settle()

    (event,) = events_of(quiet, "invites.expiry_summarized")
    assert (data_of(event)["day"], data_of(event)["count"], data_of(event)["team"]) == (
        "2027-01-15",
        57,
        True,
    )
    assert sorted(one["name"] for one in data_of(event)["products"]) == ["Fire safety", "First aid"]
    assert len(data_of(event)["invites"]) == 50
    assert async_workers.sent_to(quiet.full.email) == ["expired_notice"]


def test_each_day_has_its_own(quiet: Tenant, async_workers: AsyncWorkers, clock: Clock) -> None:
    quiet.invite(quiet.license(), "a@x.io")
    clock.forward(days=1)
    quiet.invite(quiet.license(), "b@x.io")
    for _ in range(14):
        clock.forward(days=1)
        async_workers.settle()

    assert digests_of(quiet) == [("2027-01-15", 1), ("2027-01-16", 1)]
    assert async_workers.sent_to(quiet.full.email) == ["expired_notice"] * 2


def test_each_organization_has_its_own_morning(
    context: Context, async_workers: AsyncWorkers, clock: Clock
) -> None:
    far = create_tenant(context, slug="far", time_zone="America/Los_Angeles")
    near = create_tenant(context, slug="near")
    for tenant in (far, near):
        tenant.invite(tenant.license())
    async_workers.settle()
    clock.now = datetime(2027, 1, 14, 10, tzinfo=UTC)
    async_workers.settle()

    clock.now = datetime(2027, 1, 14, 14, tzinfo=UTC)
    async_workers.settle()
    assert (digests_of(far), digests_of(near)) == ([("2027-01-14", 1)], [])
    clock.now = MORNING
    async_workers.settle()
    assert (digests_of(far), digests_of(near)) == ([("2027-01-14", 1)], [("2027-01-15", 1)])


def test_an_event_handed_over_again_is_told_once(
    quiet: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    quiet.invite(quiet.license())
    clock.forward(days=10)
    async_workers.settle()
    (expired,) = events_of(quiet, "invites.expired")
    for _ in range(2):
        async_workers.dispatch_events.dispatch(expired)
    clock.now = MORNING
    async_workers.settle()
    async_workers.dispatch_events.dispatch(expired)  # long after it was told
    clock.forward(days=2)
    async_workers.settle()

    assert digests_of(quiet) == [("2027-01-15", 1)]


def test_an_event_that_comes_when_its_digest_was_told_is_in_the_next(
    quiet: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    license_ = quiet.license()
    quiet.invite(license_, "a@x.io")
    quiet.invite(license_, "b@x.io", access_start="2027-02-01")
    clock.forward(days=10)
    async_workers.settle()
    (expired,) = events_of(quiet, "invites.expired")
    assert isinstance(expired.data, InvitesExpired)
    late = quiet.context.event(
        replace(expired.data, seat_changes=()),
        organization=quiet.id,
        actor=expired.actor,
        at=expired.occurred_at,
    )
    clock.now = MORNING
    async_workers.settle()

    commit(quiet.context.table, [events.record(late)])
    async_workers.dispatch_events.dispatch(late)
    clock.forward(days=1)
    async_workers.settle()

    assert digests_of(quiet) == [("2027-01-15", 2), ("2027-01-16", 2)]


def test_two_sweeps_at_once_tell_it_once(quiet: Tenant, async_workers: AsyncWorkers, clock: Clock) -> None:
    quiet.invite(quiet.license())
    clock.forward(days=10)
    async_workers.settle()
    clock.now = MORNING

    with quiet.before_next_write(lambda: Sweep(quiet.context).sweep()):
        assert Sweep(quiet.context).sweep() == SweepResult()

    assert digests_of(quiet) == [("2027-01-15", 1)]


def test_what_is_added_while_the_digest_is_made_is_in_it(
    quiet: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    first, second = quiet.license(), quiet.license()
    quiet.invite(first, "a@x.io")
    quiet.invite(second, "b@x.io")
    clock.forward(days=10)
    Sweep(quiet.context).sweep()
    one, other = events_of(quiet, "invites.expired")
    async_workers.dispatch_events.dispatch(one)
    clock.now = MORNING

    with quiet.before_next_write(lambda: async_workers.dispatch_events.dispatch(other)):
        assert Sweep(quiet.context).sweep() == SweepResult()
    assert Sweep(quiet.context).sweep() == SweepResult(digests=1)

    assert digests_of(quiet) == [("2027-01-15", 2)]


def digest_after(tenant: Tenant, async_workers: AsyncWorkers, clock: Clock) -> list[object]:
    """Let the next morning come, and return whose invites its digest names."""
    clock.now = MORNING
    async_workers.settle()
    return [
        invite["email"]
        for event in events_of(tenant, "invites.expiry_summarized")
        for invite in data_of(event)["invites"]
    ]


def test_what_was_resent_answered_or_withdrawn_since_is_not_reported(
    quiet: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    license_ = quiet.license()
    resent, accepted, withdrawn, _ = (
        quiet.invite(license_, f"{name}@x.io") for name in ("resent", "accepted", "withdrawn", "silent")
    )
    clock.forward(days=10)
    async_workers.settle()
    clock.forward(minutes=5)
    quiet.resend(resent)
    quiet.accept(quiet.resend(accepted))
    quiet.withdraw(withdrawn)

    assert digest_after(quiet, async_workers, clock) == ["silent@x.io"]


def test_who_was_given_or_offered_the_same_again_is_not_reported(
    quiet: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    one, other = quiet.license(), quiet.license(product=quiet.product(name="First aid"))
    for name in ("invited", "given"):
        quiet.invite(one, f"{name}@x.io")
    quiet.invite([one, other], "half@x.io")
    clock.forward(days=10)
    async_workers.settle()
    quiet.invite(one, "invited@x.io")
    quiet.accept(quiet.invite(one, "given@x.io"))
    quiet.invite(one, "half@x.io")

    assert digest_after(quiet, async_workers, clock) == ["half@x.io"]


def test_a_manager_who_was_invited_again_or_revoked_is_not_reported(
    quiet: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    for name in ("again", "revoked", "silent"):
        invite_to_team(quiet, f"{name}@x.io")
    clock.forward(days=10)
    async_workers.settle()
    invite_to_team(quiet, "again@x.io")
    TeamMembers(quiet.context).revoke(
        person=quiet.full, organization=quiet.id, email="revoked@x.io", receipt=Receipt()
    )

    assert digest_after(quiet, async_workers, clock) == ["silent@x.io"]


def test_a_digest_with_nothing_left_to_report_is_not_sent(
    quiet: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    invite = quiet.invite(quiet.license())
    clock.forward(days=10)
    async_workers.settle()
    clock.forward(minutes=5)
    quiet.resend(invite)
    clock.now = MORNING

    assert Sweep(quiet.context).sweep() == SweepResult(digests=1)
    async_workers.settle()
    assert Sweep(quiet.context).sweep() == SweepResult()
    assert digests_of(quiet) == []
    assert async_workers.sent_to(quiet.full.email) == []


@pytest.mark.parametrize("closed", [False, True])
def test_nothing_is_reported_of_a_client_that_was_closed(
    quiet: Tenant, async_workers: AsyncWorkers, clock: Clock, *, closed: bool
) -> None:
    client = create_client(quiet, manager="ann@x.io")
    async_workers.settle()
    clock.forward(days=10)
    async_workers.settle()
    async_workers.forget_queued()
    if closed:
        close_client(quiet, client)
    clock.now = MORNING
    async_workers.settle()

    assert async_workers.sent_to(quiet.full.email) == ([] if closed else ["expired_notice"])


def test_an_invite_that_expired_twice_until_the_digest_counts_once(
    quiet: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    quiet.invite(quiet.license())
    clock.forward(days=10)
    async_workers.settle()
    (expired,) = events_of(quiet, "invites.expired")
    assert isinstance(expired.data, InvitesExpired)
    again = quiet.context.event(
        replace(expired.data, seat_changes=()),
        organization=quiet.id,
        actor=expired.actor,
        at=expired.occurred_at,
    )
    commit(quiet.context.table, [events.record(again)])
    async_workers.dispatch_events.dispatch(again)
    clock.now = MORNING
    async_workers.settle()

    assert digests_of(quiet) == [("2027-01-15", 1)]
