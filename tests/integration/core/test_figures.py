"""Figures: how many of each an organization has, counted once for each event (decision 0052)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.reading_back import events_of
from tests.support.tenant import Tenant
from usher.domain.events.event import SYSTEM
from usher.domain.figures import OrganizationFigures
from usher.domain.invites import Delivery, Invite
from usher.domain.licenses import License
from usher.domain.sendings import Sending
from usher.services.bulkheads import Bulkhead
from usher.services.imports.import_files import ImportFiles
from usher.services.license_queries import LicenseQueries
from usher.services.outbox.acknowledge_events import acknowledge
from usher.services.outbox.email_delivery_reports import EmailDeliveryReports
from usher.services.outbox.late_events import LateEvents
from usher.services.outbox.sweep import Sweep
from usher.services.people.learner_erasures import LearnerErasures
from usher.services.rebuild_figures import RebuildFigures
from usher.services.receipts import Receipt
from usher.services.self_assignment import SelfAssignment
from usher.services.unsubscribe import Unsubscribe
from usher.store import figures

Happening = Callable[[Tenant, Invite, Clock], object]


def figures_of(tenant: Tenant) -> OrganizationFigures:
    return figures.get(tenant.context.table, tenant.id)


def invites_in(tenant: Tenant) -> dict[str, int]:
    """Return how many invites there are by what is shown of them, without those that are zero."""
    counts = figures_of(tenant).counts
    return {name.removeprefix("invites_"): n for name, n in counts.items() if "invites_" in name and n}


def report(tenant: Tenant, invite: Invite, delivery: Delivery = Delivery.BOUNCED) -> bool:
    sending = Sending(invite=invite.id, number=invite.number)
    return EmailDeliveryReports(tenant.context).record(sending, delivery=delivery)


def expire(tenant: Tenant, _invite: Invite, clock: Clock) -> None:
    clock.forward(days=11)
    Sweep(tenant.context).sweep()


def come_near_expiry(tenant: Tenant, _invite: Invite, clock: Clock) -> None:
    clock.forward(days=8)
    Sweep(tenant.context).sweep()


def bounce(tenant: Tenant, invite: Invite, _clock: Clock) -> None:
    assert report(tenant, invite)


def bounce_and_complain(tenant: Tenant, invite: Invite, _clock: Clock) -> None:
    assert report(tenant, invite)
    assert report(tenant, invite, Delivery.COMPLAINED)


def bounce_and(then: Happening) -> Happening:
    def both(tenant: Tenant, invite: Invite, clock: Clock) -> None:
        bounce(tenant, invite, clock)
        then(tenant, invite, clock)

    return both


def expire_and(then: Happening) -> Happening:
    def both(tenant: Tenant, invite: Invite, clock: Clock) -> None:
        expire(tenant, invite, clock)
        then(tenant, invite, clock)

    return both


@pytest.mark.parametrize(
    ("happening", "counted"),
    [
        (lambda *_: None, {"pending": 2}),
        (lambda tenant, invite, _: tenant.accept(invite), {"pending": 1, "accepted": 1}),
        (lambda tenant, invite, _: tenant.decline(invite), {"pending": 1, "declined": 1}),
        (lambda tenant, invite, _: tenant.withdraw(invite), {"pending": 1, "withdrawn": 1}),
        (lambda tenant, invite, _: tenant.resend(invite), {"pending": 2}),
        (expire, {"expired": 2}),
        (come_near_expiry, {"pending": 2, "expiring_soon": 2}),
        (expire_and(lambda tenant, invite, _: tenant.resend(invite)), {"pending": 1, "expired": 1}),
        (expire_and(lambda tenant, invite, _: tenant.withdraw(invite)), {"withdrawn": 1, "expired": 1}),
        (bounce, {"pending": 2, "bounced": 1}),
        (bounce_and_complain, {"pending": 2, "bounced": 1}),
        (bounce_and(expire), {"expired": 2, "bounced": 1}),
        (bounce_and(lambda tenant, invite, _: tenant.resend(invite)), {"pending": 2}),
        (bounce_and(lambda tenant, invite, _: tenant.accept(invite)), {"pending": 1, "accepted": 1}),
        (bounce_and(lambda tenant, invite, _: tenant.decline(invite)), {"pending": 1, "declined": 1}),
        (bounce_and(lambda tenant, invite, _: tenant.withdraw(invite)), {"pending": 1, "withdrawn": 1}),
    ],
)
def test_invites_are_counted_by_what_is_shown_of_them(
    tenant: Tenant,
    async_workers: AsyncWorkers,
    clock: Clock,
    happening: Happening,
    counted: dict[str, int],
) -> None:
    license_ = tenant.license()
    invite = tenant.invite(license_)
    tenant.invite(license_, "bob@x.io")
    happening(tenant, invite, clock)
    async_workers.dispatch()

    assert invites_in(tenant) == counted


def test_a_report_about_an_answered_invite_or_an_earlier_sending_counts_for_nothing(
    tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    license_ = tenant.license()
    accepted, resent = tenant.invite(license_), tenant.invite(license_, "bob@x.io")
    tenant.accept(accepted)
    tenant.resend(resent)

    assert report(tenant, accepted), "what became of the email is shown all the same"
    assert not report(tenant, resent)
    async_workers.dispatch()
    assert invites_in(tenant) == {"pending": 1, "accepted": 1}
    assert len(events_of(tenant, "invite.delivery_failed")) == 1


def test_a_bounce_that_is_reported_twice_is_one_event(tenant: Tenant, async_workers: AsyncWorkers) -> None:
    invite = tenant.invite(tenant.license())

    assert [report(tenant, invite), report(tenant, invite)] == [True, False]
    async_workers.dispatch()
    assert invites_in(tenant) == {"pending": 1, "bounced": 1}
    assert len(events_of(tenant, "invite.delivery_failed")) == 1


@pytest.mark.parametrize("command", [Tenant.withdraw, Tenant.resend, Tenant.accept, Tenant.decline])
def test_a_bounce_reported_in_the_middle_of_a_command_is_counted(
    tenant: Tenant, async_workers: AsyncWorkers, command: Callable[[Tenant, Invite], Invite]
) -> None:
    invite = tenant.invite(tenant.license())
    with tenant.before_next_write(lambda: report(tenant, invite)):
        command(tenant, invite)
    async_workers.dispatch()

    assert "bounced" not in invites_in(tenant)


def test_a_command_in_the_middle_of_a_report_is_seen(tenant: Tenant, async_workers: AsyncWorkers) -> None:
    invite = tenant.invite(tenant.license())
    with tenant.before_next_write(lambda: tenant.withdraw(invite)):
        assert report(tenant, invite)
    async_workers.dispatch()

    assert invites_in(tenant) == {"withdrawn": 1}


def test_invites_to_the_team_are_not_among_them(tenant: Tenant, async_workers: AsyncWorkers) -> None:
    async_workers.dispatch()

    assert invites_in(tenant) == {}
    assert figures_of(tenant).get("learners") == 0


def test_an_invite_without_reminders_comes_near_its_expiry_without_an_email(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    license_ = tenant.license()
    invite = tenant.invite(license_)
    tenant.invite(license_, "bob@x.io")
    token = async_workers.links.reminder_token(invite.id)
    Unsubscribe(tenant.context, links=async_workers.links).stop_reminders(token=token)
    clock.forward(days=6)
    Sweep(tenant.context).sweep()
    async_workers.settle()
    before = invites_in(tenant)
    clock.forward(days=2)

    assert Sweep(tenant.context).sweep().reminded == 1
    async_workers.settle()
    assert before == {"pending": 2}
    assert invites_in(tenant) == {"pending": 2, "expiring_soon": 2}
    assert "reminder" not in async_workers.sent_to(invite.email)
    assert "reminder" in async_workers.sent_to("bob@x.io")


def test_nobody_who_wants_a_reminder_is_no_event(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    invite = tenant.invite(tenant.license())
    token = async_workers.links.reminder_token(invite.id)
    Unsubscribe(tenant.context, links=async_workers.links).stop_reminders(token=token)
    clock.forward(days=8)

    assert Sweep(tenant.context).sweep().reminded == 0
    async_workers.dispatch()
    assert invites_in(tenant) == {"pending": 1, "expiring_soon": 1}
    assert not events_of(tenant, "invites.reminded")


def test_a_learner_counts_once_whatever_they_are_given(
    tenant: Tenant, async_workers: AsyncWorkers, import_files: ImportFiles
) -> None:
    first, second = tenant.license(), tenant.license()
    tenant.accept(tenant.invite(first))
    tenant.accept(tenant.invite(second))
    for license_ in (first, second):
        SelfAssignment(tenant.context).assign(
            person=tenant.full, organization=tenant.id, license_id=license_.id, receipt=Receipt()
        )
    async_workers.dispatch()
    both = figures_of(tenant).get("learners")
    LearnerErasures(tenant.context, files=import_files).order(
        person=tenant.full, organization=tenant.id, email="ann@x.io", receipt=Receipt()
    )
    async_workers.dispatch()

    assert both == 2
    assert figures_of(tenant).get("learners") == 1


def test_two_invites_accepted_at_once_make_one_learner(tenant: Tenant, async_workers: AsyncWorkers) -> None:
    first, second = tenant.invite(tenant.license()), tenant.invite(tenant.license())
    with tenant.before_next_write(lambda: tenant.accept(first)):
        tenant.accept(second)
    async_workers.dispatch()

    assert figures_of(tenant).get("learners") == 1
    assert invites_in(tenant) == {"accepted": 2}


def test_seats_are_counted_over_all_licenses(tenant: Tenant, async_workers: AsyncWorkers) -> None:
    tenant.invite(tenant.license(3))
    tenant.license(4)
    async_workers.dispatch()

    assert figures_of(tenant).by_state("seats", ["total", "assigned", "sublicensed"]) == {
        "total": 7,
        "assigned": 1,
        "sublicensed": 0,
    }


def test_an_event_that_is_acknowledged_twice_is_counted_once(
    tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    license_ = tenant.license()
    tenant.invite(license_)
    waiting = async_workers.waiting_events()
    acknowledge(tenant.context, [*waiting, *waiting])
    tenant.invite(license_, "bob@x.io")
    *_, newest = async_workers.waiting_events()
    acknowledge(tenant.context, [*waiting, newest])

    assert invites_in(tenant) == {"pending": 2}


def test_a_batch_of_events_is_acknowledged_in_one_call_for_each_fifty(
    tenant: Tenant, async_workers: AsyncWorkers, count: Count
) -> None:
    license_ = tenant.license(60)
    async_workers.dispatch()
    for n in range(51):
        tenant.invite(license_, f"a{n}@x.io")
    waiting = async_workers.waiting_events()
    with count() as cost:
        acknowledge(tenant.context, waiting)

    assert (cost.calls, cost.writes) == (1 + 2, 51 + 2 + 2 + 2 + 2), (
        "the time zone; each event, and the figures of the organization and of the license, and theirs of the"
        " day, once a transaction"
    )


def test_the_last_activity_is_the_newest_of_a_person_whatever_order_the_events_come_in(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    license_ = tenant.license()
    async_workers.dispatch()
    tenant.invite(license_)
    (older,) = async_workers.waiting_events()
    clock.forward(hours=1)
    tenant.invite(license_, "bob@x.io")
    newest = clock()
    (newer,) = (event for event in async_workers.waiting_events() if event.id != older.id)
    acknowledge(tenant.context, [newer])
    acknowledge(tenant.context, [older])
    clock.forward(days=11)
    Sweep(tenant.context).sweep()
    acknowledge(tenant.context, [event for event in async_workers.waiting_events() if event.actor == SYSTEM])

    now = figures_of(tenant)
    assert now.last_activity == newest, "scheduled work is nobody's activity"
    assert now.as_of == clock()
    assert invites_in(tenant) == {"expired": 2}


def test_an_event_that_was_not_dispatched_is_delivered_again_ever_more_seldom(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    async_workers.dispatch()
    tenant.invite(tenant.license())
    late_events = LateEvents(tenant.context)
    lost = len(async_workers.waiting_events())
    times = []
    clock.forward(minutes=9)
    early = late_events.redispatch(Bulkhead())
    for _ in range(12):
        clock.forward(minutes=15)
        times.append(late_events.redispatch(Bulkhead()))

    assert early == 0
    assert times == [lost, 0, lost, 0, 0, 0, lost, 0, 0, 0, 0, 0]
    async_workers.dispatch()
    clock.forward(days=2)
    assert late_events.redispatch(Bulkhead()) == 0
    assert invites_in(tenant) == {"pending": 1}


def test_two_sweeps_have_a_late_event_delivered_again_once(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    async_workers.dispatch()
    tenant.invite(tenant.license())
    waiting = len(async_workers.waiting_events())
    clock.forward(minutes=11)

    assert [LateEvents(tenant.context).redispatch(Bulkhead()) for _ in range(2)] == [waiting, 0]


def reserved(tenant: Tenant, license_: License) -> tuple[int | None, int]:
    """Return the reserved and the assigned seats of a license, as its managers read them."""
    found = LicenseQueries(tenant.context).license(
        person=tenant.limited, organization=tenant.id, license_id=license_.id
    )
    return found.reserved, found.assigned


@pytest.mark.parametrize(
    ("happening", "expected"),
    [
        (lambda *_: None, (2, 2)),
        (lambda tenant, invite, _: tenant.accept(invite), (1, 2)),
        (lambda tenant, invite, _: tenant.decline(invite), (1, 1)),
        (lambda tenant, invite, _: tenant.withdraw(invite), (1, 1)),
        (lambda tenant, invite, _: tenant.resend(invite), (2, 2)),
        (expire, (0, 0)),
        (expire_and(lambda tenant, invite, _: tenant.resend(invite)), (1, 1)),
    ],
)
def test_reserved_seats_are_those_of_invites_that_nobody_accepted(
    tenant: Tenant,
    async_workers: AsyncWorkers,
    clock: Clock,
    happening: Happening,
    expected: tuple[int, int],
) -> None:
    license_ = tenant.license()
    invite = tenant.invite(license_)
    tenant.invite(license_, "bob@x.io")
    tenant.invite(tenant.license(), "bob@x.io")
    happening(tenant, invite, clock)
    async_workers.dispatch()

    assert reserved(tenant, license_) == expected


def test_reserved_seats_are_never_more_than_those_assigned_at_the_moment(
    tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    license_ = tenant.license()
    invite = tenant.invite(license_)
    async_workers.dispatch()
    tenant.withdraw(invite)

    assert reserved(tenant, license_) == (0, 0), "though its event is not counted yet"
    async_workers.dispatch()


def test_reserved_seats_are_read_with_one_license_and_take_a_call_for_all(
    tenant: Tenant, async_workers: AsyncWorkers, count: Count
) -> None:
    license_ = tenant.license()
    tenant.invite(license_)
    async_workers.dispatch()
    queries = LicenseQueries(tenant.context)
    with count() as one:
        queries.license(person=tenant.limited, organization=tenant.id, license_id=license_.id)
    with count() as many:
        found = queries.licenses(person=tenant.limited, organization=tenant.id)

    assert (one.calls, many.calls) == (1, 3)
    assert [each.reserved for each in found] == [1]


def test_figures_are_rebuilt_from_the_items(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    license_ = tenant.license()
    bounced = tenant.invite(license_)
    tenant.accept(tenant.invite(license_, "bob@x.io"))
    report(tenant, bounced)
    async_workers.dispatch()
    right = figures_of(tenant)
    tenant.invite(license_, "cid@x.io")
    wrong = [*figures.additions({"invites_pending": 5, "learners": -1, "moons": 3})]
    tenant.context.table.update(figures.ref(tenant.id), *wrong, condition=figures.FiguresRow.pk.exists())
    clock.forward(minutes=1)
    rebuilt = RebuildFigures(tenant.context).rebuild(organization=tenant.id)

    assert {name: n for name, n in rebuilt.counts.items() if n} == {
        name: n for name, n in right.counts.items() if n
    }, "the undispatched invite is counted when its event is"
    async_workers.dispatch()
    assert invites_in(tenant) == {"pending": 2, "accepted": 1, "bounced": 1}


def test_figures_of_an_organization_to_which_nothing_happened_can_be_rebuilt(tenant: Tenant) -> None:
    rebuilt = RebuildFigures(tenant.context).rebuild(organization=tenant.id)

    assert not any(rebuilt.counts.values())
    assert rebuilt.last_activity is None
