"""DESIGN 3: what hangs on an event happens, once: emails, starts, the bus, reports of delivery, the sweep."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.async_workers import ORIGIN, AsyncWorkers
from tests.support.clock import Clock
from tests.support.reading_back import access_now, events_of, invite_now, seats
from tests.support.tenant import Tenant
from usher.domain.accesses import AccessState
from usher.domain.instants import parse_rfc3339
from usher.domain.invites import Delivery, InviteState
from usher.domain.organizations import Role
from usher.domain.sendings import Sending
from usher.gateways.links import BadLinkError, Link
from usher.services.invites.manage_invites import BulkAction, ManageInvites
from usher.services.outbox.email_delivery_reports import EmailDeliveryReports
from usher.services.outbox.send_email import SendOutcome
from usher.services.outbox.sweep import Sweep, SweepResult
from usher.services.receipts import Receipt
from usher.services.team_members import TeamMembers

ANN = "ann@x.io"


@pytest.fixture
def quiet(tenant: Tenant, async_workers: AsyncWorkers) -> Tenant:
    """A tenant whose own beginnings cause no emails."""
    async_workers.skip()
    return tenant


def test_an_invite_is_sent_once_with_a_link_that_is_its_own(
    quiet: Tenant, async_workers: AsyncWorkers
) -> None:
    invite = quiet.invite(quiet.license())

    async_workers.settle()
    async_workers.dispatched.clear()
    async_workers.skip()

    ((to, template, link),) = async_workers.mailbox()
    assert (to, template) == (ANN, "invite")
    token = link.removeprefix(f"{ORIGIN}/i/")
    assert async_workers.links.read(token) == Link(invite=invite.id, number=1)
    with pytest.raises(BadLinkError):
        async_workers.links.read(token[:-1] + ("A" if token[-1] != "A" else "B"))
    assert invite_now(quiet, invite).delivery is Delivery.SENT


def test_an_event_handed_over_twice_sends_nothing_twice(quiet: Tenant, async_workers: AsyncWorkers) -> None:
    quiet.invite(quiet.license())
    for _ in range(3):
        already = set(async_workers.dispatched)
        async_workers.dispatch()
        async_workers.dispatched = already
    assert len(async_workers.queued()) == 3

    async_workers.send()

    assert async_workers.sent_to(ANN) == ["invite"]


def test_every_event_is_told_on_the_bus(quiet: Tenant, async_workers: AsyncWorkers) -> None:
    quiet.accept(quiet.invite(quiet.license()))

    with async_workers.listening() as published:
        async_workers.dispatch()

    types = {one["DetailType"] for one in published}
    assert {(one["Source"], one["EventBusName"]) for one in published} == {("usher", "usher")}
    assert {"license.granted", "invites.created", "invite.accepted"} <= types
    accepted = next(one["Detail"] for one in published if one["DetailType"] == "invite.accepted")
    assert (accepted["organization"], accepted["actor"]) == (quiet.id, ANN)


def test_a_batch_is_one_message_for_each_recipient(quiet: Tenant, async_workers: AsyncWorkers) -> None:
    quiet.invite_all(quiet.license(60), [f"a{n}@x.io" for n in range(60)])

    async_workers.dispatch()

    assert sorted(one.to for one in async_workers.queued()) == sorted(f"a{n}@x.io" for n in range(60))


def test_resending_withdrawing_and_rescheduling_tell_the_learner(
    quiet: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    invite = quiet.invite(quiet.license())
    async_workers.settle()
    quiet.resend(invite)
    async_workers.settle()
    quiet.reschedule(invite, "2027-02-01")
    async_workers.settle()
    quiet.withdraw(invite)
    async_workers.settle()

    assert async_workers.sent_to(ANN) == ["invite", "resent", "start_changed", "withdrawn"]
    numbers = [
        async_workers.links.read(link.rpartition("/")[2]).number
        for _, _, link in async_workers.mailbox()
        if "/i/" in link
    ]
    assert numbers == [1, 2, 2], "a moved start carries the newest link"
    assert clock.now > invite.created_at


@pytest.mark.parametrize("is_swept", [True, False])
@pytest.mark.parametrize("in_bulk", [True, False])
def test_withdrawing_an_expired_invite_sends_no_email(
    quiet: Tenant, async_workers: AsyncWorkers, clock: Clock, *, in_bulk: bool, is_swept: bool
) -> None:
    license_ = quiet.license()
    stale = quiet.invite(license_)
    clock.forward(days=10)
    if is_swept:
        async_workers.settle()
    live = quiet.invite(license_)
    async_workers.settle()
    if in_bulk:
        ManageInvites(quiet.context).bulk(
            person=quiet.full,
            organization=quiet.id,
            action=BulkAction.WITHDRAW,
            invite_ids=[stale.id],
            access_start=None,
            receipt=Receipt(),
        )
    else:
        quiet.withdraw(stale)
    async_workers.settle()

    assert invite_now(quiet, stale).state is InviteState.WITHDRAWN
    assert invite_now(quiet, live).state is InviteState.PENDING
    assert "withdrawn" not in async_workers.sent_to(ANN)


def test_an_email_whose_link_is_dead_by_now_is_not_sent(quiet: Tenant, async_workers: AsyncWorkers) -> None:
    invite = quiet.invite(quiet.license())
    async_workers.dispatch()
    quiet.withdraw(invite)
    async_workers.settle()

    assert async_workers.sent_to(ANN) == ["withdrawn"]


def test_an_email_that_is_being_sent_elsewhere_is_left_to_the_other(
    quiet: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    from usher.store import emails  # noqa: PLC0415 - the one place where a test plays the other worker

    quiet.invite(quiet.license())
    async_workers.dispatch()
    (email,) = async_workers.queued()
    assert emails.lease(quiet.context.table, email.id, now=clock.now)

    assert async_workers.send_email.send(email) is SendOutcome.TAKEN
    clock.forward(minutes=3)
    assert async_workers.send_email.send(email) is SendOutcome.SENT
    assert async_workers.send_email.send(email) is SendOutcome.REPEATED
    assert async_workers.sent_to(ANN) == ["invite"]


def test_declining_tells_every_active_manager(quiet: Tenant, async_workers: AsyncWorkers) -> None:
    invite = quiet.invite(quiet.license())
    quiet.decline(invite)
    async_workers.settle()

    assert async_workers.sent_to(quiet.full.email) == ["declined_notice"]
    assert async_workers.sent_to(quiet.limited.email) == ["declined_notice"]


def test_expiry_tells_every_active_manager_once_for_a_batch(
    quiet: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    license_ = quiet.license()
    quiet.invite_all(license_, "a@x.io b@x.io c@x.io")
    clock.forward(days=10)

    async_workers.settle()
    assert async_workers.sent_to(quiet.full.email) == []
    clock.now = datetime(2027, 1, 15, 5, tzinfo=UTC)  # six in the morning in Zurich
    async_workers.settle()
    clock.forward(minutes=15)
    async_workers.settle()

    assert async_workers.sent_to(quiet.full.email) == ["expired_notice"]
    assert async_workers.sent_to(quiet.limited.email) == ["expired_notice"]
    assert seats(quiet, license_) == (10, 0, 10)


def test_a_reminder_comes_three_days_before_expiry_once(
    quiet: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    invite = quiet.invite(quiet.license())
    async_workers.settle()
    clock.now = invite.expires_at - timedelta(days=3, seconds=1)
    async_workers.sweep()
    clock.forward(seconds=1)
    async_workers.settle()
    async_workers.settle()

    assert async_workers.sent_to(ANN) == ["invite", "reminder"]
    (_, _, first), (_, _, second) = async_workers.mailbox()
    assert first == second, "the reminder carries the same link"


def test_who_has_answered_is_not_reminded(quiet: Tenant, async_workers: AsyncWorkers, clock: Clock) -> None:
    quiet.accept(quiet.invite(quiet.license()))
    clock.forward(days=8)
    async_workers.settle()

    assert async_workers.sent_to(ANN) == []


def test_a_team_invite_and_its_reminder_are_sent_as_what_they_are(
    quiet: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    TeamMembers(quiet.context).invite(
        person=quiet.full,
        organization=quiet.id,
        email="bob@x.io",
        first_name="Bob",
        last_name="Roe",
        role=Role.LIMITED,
        receipt=Receipt(),
    )
    async_workers.settle()
    clock.forward(days=7)
    async_workers.settle()

    assert async_workers.sent_to("bob@x.io") == ["team_invite", "team_invite"]


def test_a_delayed_start_waits_in_a_workflow_and_starts_on_its_date(
    quiet: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    license_ = quiet.license()
    quiet.accept(quiet.invite(license_, access_start="2027-02-01"))
    async_workers.settle()
    (wait,) = async_workers.waits()
    assert wait["start_at"] == "2027-01-31T23:00:00Z"
    clock.now = parse_rfc3339(wait["check_at"]) - timedelta(seconds=1)
    assert async_workers.start() == []
    clock.forward(seconds=1)

    assert async_workers.start() == [1]
    async_workers.settle()

    assert access_now(quiet, license_).state is AccessState.ACTIVE
    assert async_workers.sent_to(ANN)[-1] == "access_started"
    assert len(events_of(quiet, "access.started")) == 1


def test_an_execution_that_is_out_of_date_ends_without_effect(
    quiet: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    license_ = quiet.license()
    invite = quiet.invite(license_, access_start="2027-02-01")
    quiet.accept(invite)
    async_workers.dispatch()
    quiet.reschedule(invite, "2027-03-01")
    async_workers.dispatch()
    assert len(async_workers.waits()) == 2

    clock.now = datetime(2027, 2, 10, tzinfo=UTC)
    assert async_workers.start() == [0]
    async_workers.sweep()
    assert access_now(quiet, license_).state is AccessState.SCHEDULED
    clock.now = datetime(2027, 3, 2, tzinfo=UTC)
    assert async_workers.start() == [1]


def test_a_wait_longer_than_a_year_is_cut_into_pieces(
    quiet: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    license_ = quiet.license(valid_until="2029-01-01")
    quiet.accept(quiet.invite(license_, access_start="2028-06-01"))
    async_workers.dispatch()
    (wait,) = async_workers.waits()

    assert wait["check_at"] == "2027-08-05T22:00:00Z", "300 days before"
    clock.now = parse_rfc3339(wait["check_at"])
    assert async_workers.start() == [0]
    (last,) = (one for one in async_workers.waits() if one != wait)
    assert (last["start_at"], last["waits"]) == (wait["start_at"], 0)
    clock.now = parse_rfc3339(last["check_at"])
    assert async_workers.start() == [1]


def test_the_same_start_is_waited_for_once(quiet: Tenant, async_workers: AsyncWorkers) -> None:
    quiet.accept(quiet.invite(quiet.license(), access_start="2027-02-01"))
    for _ in range(2):
        already = set(async_workers.dispatched)
        async_workers.dispatch()
        async_workers.dispatched = already

    assert len(async_workers.waits()) == 1


def test_the_sweep_starts_what_is_late_and_leaves_the_workflow_its_time(quiet: Tenant, clock: Clock) -> None:
    license_ = quiet.license()
    quiet.accept(quiet.invite(license_, access_start="2027-02-01"))
    clock.now = datetime(2027, 1, 31, 23, 4, 59, tzinfo=UTC)
    assert Sweep(quiet.context).sweep() == SweepResult()
    clock.forward(seconds=1)

    assert Sweep(quiet.context).sweep() == SweepResult(started_late=1)
    assert Sweep(quiet.context).sweep() == SweepResult()
    assert access_now(quiet, license_).state is AccessState.ACTIVE


def test_the_sweep_ends_access_with_its_license_and_gives_the_seats_back(quiet: Tenant, clock: Clock) -> None:
    license_ = quiet.license(valid_until="2027-02-01")
    for n in range(3):
        quiet.accept(quiet.invite(license_, f"a{n}@x.io"))
    clock.forward(days=40)

    assert Sweep(quiet.context).sweep() == SweepResult(ended=3)
    assert Sweep(quiet.context).sweep() == SweepResult()
    assert seats(quiet, license_) == (10, 0, 10)
    assert len(events_of(quiet, "accesses.ended")) == 1


def test_the_sweep_expires_many_invites_of_several_licenses(quiet: Tenant, clock: Clock) -> None:
    first, second = quiet.license(61), quiet.license(60)
    quiet.invite_all(first, [f"a{n}@x.io" for n in range(60)])
    quiet.invite_all([first, second], "both@x.io")
    clock.forward(days=10)

    assert Sweep(quiet.context).sweep() == SweepResult(expired=61)
    assert seats(quiet, first) == (61, 0, 61)
    assert seats(quiet, second) == (60, 0, 60)
    assert len(events_of(quiet, "invites.expired")) == 3


def test_an_invite_answered_while_the_sweep_is_at_it_is_left_alone(quiet: Tenant, clock: Clock) -> None:
    license_ = quiet.license()
    resent = quiet.invite(license_, "a@x.io")
    quiet.invite(license_, "b@x.io")
    clock.forward(days=10)

    with quiet.before_next_write(lambda: quiet.resend(resent)):
        swept = Sweep(quiet.context).sweep()

    assert swept.expired == 1
    assert seats(quiet, license_) == (10, 1, 9)


def test_reports_of_delivery_show_on_the_invite_and_never_step_back(
    quiet: Tenant, async_workers: AsyncWorkers
) -> None:
    invite = quiet.invite(quiet.license())
    async_workers.settle()
    sending = async_workers.sending_to(invite.email)
    assert sending == Sending(invite=invite.id, number=1)
    delivery_reports = EmailDeliveryReports(quiet.context)

    assert delivery_reports.record(sending, delivery=Delivery.DELIVERED)
    assert invite_now(quiet, invite).delivery is Delivery.DELIVERED
    assert delivery_reports.record(sending, delivery=Delivery.BOUNCED)
    assert not delivery_reports.record(sending, delivery=Delivery.DELIVERED)
    assert invite_now(quiet, invite).delivery is Delivery.BOUNCED


def test_a_report_about_an_earlier_sending_is_left_out(quiet: Tenant, async_workers: AsyncWorkers) -> None:
    invite = quiet.invite(quiet.license())
    async_workers.settle()
    first = async_workers.sending_to(invite.email)
    quiet.resend(invite)

    assert not EmailDeliveryReports(quiet.context).record(first, delivery=Delivery.BOUNCED)
    assert invite_now(quiet, invite).delivery is Delivery.QUEUED
