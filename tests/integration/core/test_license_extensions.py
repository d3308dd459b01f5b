"""A license's later end holds for all that was given, offered and sublicensed before (decision 0063)."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.clock import Clock
from tests.support.codes import client_of, code_of, draft, redeem, sublicense_of
from tests.support.crashes import Crash, crashing, written
from tests.support.published_events import data_of
from tests.support.reading_back import access_now, events_of, invite_now, seats
from tests.support.tenant import OPERATOR, Tenant, create_tenant
from usher.domain.accesses import Access, AccessState
from usher.domain.errors import ForbiddenError
from usher.domain.events.event import SYSTEM
from usher.domain.instants import BadDateError
from usher.domain.license_extensions import (
    SETTLED_AFTER,
    ExtendedWithParentError,
    LicenseEndingError,
    NotLaterError,
)
from usher.domain.licenses import License, OrderReusedError, ProductKind, UnknownLicenseError
from usher.domain.people import Person
from usher.services import license_extensions
from usher.services.enrollment.codes import Codes
from usher.services.integrations.entitlements import Entitlements
from usher.services.invites.answer_invite import AnswerInvite
from usher.services.license_extensions import LicenseExtensions
from usher.services.operator_commands import BadOrderError
from usher.services.outbox.sweep import Sweep
from usher.services.receipts import Receipt
from usher.services.self_assignment import SelfAssignment
from usher.store import due_items, licenses

OLD_END = datetime(2027, 12, 31, 23, tzinfo=UTC)
"""The midnight at which 2028 begins in Zurich."""
NEW_END = datetime(2028, 12, 31, 23, tzinfo=UTC)
ANN = Person(email="ann@x.io", first_name="Ann", last_name="Lee")


@pytest.fixture
def held(tenant: Tenant, async_workers: AsyncWorkers) -> License:
    """The tenant's license until the end of 2027, dispatched."""
    license_ = tenant.license(20)
    async_workers.skip()
    return license_


def extend(
    tenant: Tenant,
    license_: License,
    *,
    order_id: str = "later",
    valid_until: str = "2029-01-01",
    person: Person = OPERATOR,
    organization: str | None = None,
) -> License:
    return LicenseExtensions(tenant.context).extend(
        person=person,
        organization=organization or license_.terms.organization,
        license_id=license_.id,
        order_id=order_id,
        valid_until=valid_until,
    )


def license_now(tenant: Tenant, license_: License) -> License:
    found = licenses.get(tenant.context.table, license_.terms.organization, license_.id)
    assert found is not None
    return found


def end_of(tenant: Tenant, license_: License, email: str = ANN.email) -> datetime:
    return access_now(tenant, license_, email).ends_at


def entitled(tenant: Tenant, license_: License, clock: Clock, email: str = ANN.email) -> bool:
    found = Entitlements(tenant.context).best_access(email=email, product=license_.terms.product.id)
    return found is not None and found.entitles(clock.now)


def settle(tenant: Tenant, clock: Clock) -> int:
    """Sweep once everything that had read the old end has committed; return how many were carried out."""
    clock.forward(seconds=SETTLED_AFTER.total_seconds())
    return Sweep(tenant.context).sweep().extended


def test_the_license_ends_later_and_an_event_says_so(tenant: Tenant, held: License) -> None:
    after = extend(tenant, held)

    assert license_now(tenant, held) == after
    assert (held.terms.valid_until, after.terms.valid_until) == (OLD_END, NEW_END)
    assert after.notice_at == NEW_END - timedelta(days=30)
    (event,) = events_of(tenant, "license.extended")
    assert event.actor == OPERATOR.email
    assert data_of(event)["license"]["id"] == held.id
    assert {name: value for name, value in data_of(event).items() if name != "license"} == {
        "valid_until": "2028-12-31T23:00:00Z",
        "previous_valid_until": "2027-12-31T23:00:00Z",
        "order": "later",
    }


def test_whoever_has_or_was_offered_a_seat_keeps_it_past_the_old_end(
    tenant: Tenant, held: License, async_workers: AsyncWorkers, clock: Clock
) -> None:
    tenant.accept(tenant.invite(held))
    tenant.accept(tenant.invite(held, "later@x.io", access_start="2027-06-01"))
    waiting = tenant.invite(held, "waiting@x.io")
    redeem(tenant, code_of(tenant, held), "code@x.io")

    extend(tenant, held)
    async_workers.dispatch()

    for email in (ANN.email, "later@x.io", "waiting@x.io", "code@x.io"):
        assert end_of(tenant, held, email) == NEW_END
    offered = invite_now(tenant, waiting)
    assert [terms.valid_until for terms in offered.licenses] == [NEW_END]
    assert offered.expires_at == waiting.expires_at
    tenant.accept(offered)
    clock.now = OLD_END + timedelta(hours=1)
    async_workers.sweep()
    due = due_items.due(tenant.context.table, until=clock.now)
    assert [one for one in due if isinstance(one, Access)] == []
    assert entitled(tenant, held, clock)
    assert entitled(tenant, held, clock, "code@x.io")
    assert access_now(tenant, held).state is AccessState.ACTIVE
    clock.now = NEW_END + timedelta(hours=1)
    async_workers.sweep()
    assert not entitled(tenant, held, clock)
    assert access_now(tenant, held).state is AccessState.ENDED
    assert seats(tenant, held) == (20, 0, 20)


def test_an_accepted_invite_is_moved_to_a_date_between_the_two_ends(
    tenant: Tenant, held: License, async_workers: AsyncWorkers
) -> None:
    accepted = tenant.accept(tenant.invite(held, access_start="2027-06-01"))

    extend(tenant, held)
    async_workers.dispatch()
    moved = tenant.reschedule(accepted, "2028-02-01")

    assert moved.access_start == datetime(2028, 1, 31, 23, tzinfo=UTC)
    assert end_of(tenant, held) == NEW_END


def test_an_expired_invite_is_resent_after_the_old_end(
    tenant: Tenant, held: License, async_workers: AsyncWorkers, clock: Clock
) -> None:
    invite = tenant.invite(held)
    clock.forward(days=11)
    async_workers.sweep()

    extend(tenant, held)
    async_workers.dispatch()
    settle(tenant, clock)
    clock.now = OLD_END + timedelta(days=1)
    again = tenant.resend(invite)

    assert [terms.valid_until for terms in again.licenses] == [NEW_END]
    assert end_of(tenant, held) == NEW_END


def test_a_license_without_anybody_is_carried_out_once(tenant: Tenant, held: License, clock: Clock) -> None:
    extend(tenant, held)

    assert settle(tenant, clock) == 1
    assert settle(tenant, clock) == 0


def test_the_same_order_again_changes_nothing_and_another_extends_further(
    tenant: Tenant, held: License
) -> None:
    first = extend(tenant, held)

    again = extend(tenant, held)
    further = extend(tenant, held, order_id="further", valid_until="2030-01-01")

    assert again == first
    assert further.terms.valid_until == datetime(2029, 12, 31, 23, tzinfo=UTC)
    assert extend(tenant, held) == further
    assert len(events_of(tenant, "license.extended")) == 2
    with pytest.raises(OrderReusedError):
        extend(tenant, held, valid_until="2031-01-01")


def test_an_order_of_seats_is_none_of_a_date(tenant: Tenant, held: License) -> None:
    with pytest.raises(OrderReusedError):
        extend(tenant, held, order_id=held.order)

    assert license_now(tenant, held) == held


@pytest.mark.parametrize("valid_until", ["2028-01-01", "2027-12-01", "2027-12-31T23:00:00Z"])
def test_an_end_that_is_not_later_is_refused(tenant: Tenant, held: License, valid_until: str) -> None:
    with pytest.raises(NotLaterError):
        extend(tenant, held, valid_until=valid_until)

    assert license_now(tenant, held) == held
    assert events_of(tenant, "license.extended") == []


@pytest.mark.parametrize("left", [timedelta(minutes=59), timedelta(0), timedelta(days=-1)])
def test_a_license_that_ends_within_the_hour_or_is_over_is_not_extended(
    tenant: Tenant, held: License, clock: Clock, left: timedelta
) -> None:
    clock.now = OLD_END - left

    with pytest.raises(LicenseEndingError):
        extend(tenant, held)

    assert license_now(tenant, held).terms.valid_until == OLD_END


def test_what_makes_no_sense_is_refused(tenant: Tenant, held: License) -> None:
    other = create_tenant(tenant.context, slug="other")
    with pytest.raises(ForbiddenError):
        extend(tenant, held, person=tenant.full)
    with pytest.raises(UnknownLicenseError):
        extend(tenant, held, organization=other.id)
    with pytest.raises(UnknownLicenseError):
        extend(tenant, held, organization="01J00000000000000000000000")
    with pytest.raises(BadDateError):
        extend(tenant, held, valid_until="new year")
    with pytest.raises(BadOrderError):
        extend(tenant, held, order_id="")

    assert license_now(tenant, held) == held


def test_of_two_operators_at_once_the_later_one_extends_what_the_other_did(
    tenant: Tenant, held: License
) -> None:
    with tenant.before_next_write(lambda: extend(tenant, held, order_id="rival", valid_until="2028-06-01")):
        after = extend(tenant, held)

    assert after.terms.valid_until == NEW_END
    ends = [data_of(event)["previous_valid_until"] for event in events_of(tenant, "license.extended")]
    assert ends == ["2027-12-31T23:00:00Z", "2028-05-31T22:00:00Z"]


def test_the_same_order_at_once_is_carried_out_once(tenant: Tenant, held: License) -> None:
    with tenant.before_next_write(lambda: extend(tenant, held)):
        after = extend(tenant, held)

    assert after.terms.valid_until == NEW_END
    assert len(events_of(tenant, "license.extended")) == 1


def test_a_subscription_keeps_its_start(tenant: Tenant, async_workers: AsyncWorkers) -> None:
    license_ = tenant.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-03-01")
    tenant.accept(tenant.invite(license_))

    extend(tenant, license_)
    async_workers.dispatch()

    access = access_now(tenant, license_)
    assert access.start_at == license_.terms.starts_at == access.terms.starts_at
    assert access.ends_at == NEW_END


def test_managers_are_notified_of_the_new_end_and_no_more_of_the_old_one(
    tenant: Tenant, held: License, async_workers: AsyncWorkers, clock: Clock
) -> None:
    clock.now = OLD_END - timedelta(days=1, hours=-1)
    async_workers.sweep()
    notified = len(events_of(tenant, "license.ending"))

    extend(tenant, held)
    clock.now = OLD_END
    async_workers.sweep()
    before = len(events_of(tenant, "license.ending"))
    clock.now = NEW_END - timedelta(days=30)
    async_workers.sweep()

    assert (notified, before) == (1, 1)
    (_, latest) = events_of(tenant, "license.ending")
    assert data_of(latest)["ends_at"] == "2028-12-31T23:00:00Z"


def test_a_notice_of_the_old_end_that_a_sweep_was_about_to_send_is_not_sent(
    tenant: Tenant, held: License, clock: Clock
) -> None:
    clock.now = OLD_END - timedelta(days=7)
    later = (OLD_END + timedelta(days=23)).isoformat()

    with tenant.before_next_write(lambda: extend(tenant, held, valid_until=later)):
        Sweep(tenant.context).sweep()

    assert events_of(tenant, "license.ending") == []
    assert license_now(tenant, held).notice_at == OLD_END + timedelta(days=16)


def test_an_acceptance_that_read_the_old_end_and_commits_after_the_copies_has_the_new_one(
    tenant: Tenant, held: License, async_workers: AsyncWorkers
) -> None:
    invite = tenant.invite(held)
    async_workers.dispatch()

    def rival() -> None:
        extend(tenant, held)
        async_workers.dispatch()

    with tenant.before_next_write(rival):
        accepted = AnswerInvite(tenant.context).accept(person=ANN, invite=invite.id, number=invite.number)

    assert [terms.valid_until for terms in accepted.licenses] == [NEW_END]
    assert end_of(tenant, held) == NEW_END


def test_an_enrollment_that_read_the_old_end_and_commits_after_the_copies_is_found_by_the_sweep(
    tenant: Tenant, held: License, async_workers: AsyncWorkers, clock: Clock
) -> None:
    def rival() -> None:
        extend(tenant, held)
        async_workers.dispatch()

    with tenant.before_next_write(rival):
        SelfAssignment(tenant.context).assign(
            person=tenant.full, organization=tenant.id, license_id=held.id, receipt=Receipt()
        )
    kept = end_of(tenant, held, tenant.full.email)
    early = Sweep(tenant.context).sweep().extended
    found = settle(tenant, clock)

    assert (kept, early, found) == (OLD_END, 0, 0)
    assert end_of(tenant, held, tenant.full.email) == NEW_END
    assert Sweep(tenant.context).sweep().extended == 1
    assert Sweep(tenant.context).sweep().extended == 0


def test_an_access_that_kept_the_old_end_is_extended_and_not_ended(
    tenant: Tenant, held: License, async_workers: AsyncWorkers, clock: Clock
) -> None:
    tenant.accept(tenant.invite(held))
    extend(tenant, held)  # its event is never dispatched, and no sweep runs until the old end
    clock.now = OLD_END

    swept = Sweep(tenant.context).sweep()
    async_workers.skip()

    assert (swept.ended, swept.failed) == (0, 0)
    assert entitled(tenant, held, clock)
    assert access_now(tenant, held).state is AccessState.ACTIVE
    assert seats(tenant, held) == (20, 1, 19)


def test_more_than_one_transaction_is_begun_by_the_dispatch_and_finished_by_the_sweep(
    tenant: Tenant,
    held: License,
    async_workers: AsyncWorkers,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(license_extensions, "AT_ONCE", 2)
    monkeypatch.setattr(license_extensions, "FIRST_STEPS", 2)
    emails = [f"p{n}@x.io" for n in range(7)]
    tenant.invite_all(held, ",".join(emails))

    extend(tenant, held)
    async_workers.dispatch()
    early = [end_of(tenant, held, email) for email in emails]
    settle(tenant, clock)

    assert early.count(NEW_END) == 4
    assert {end_of(tenant, held, email) for email in emails} == {NEW_END}


def test_a_death_after_any_write_loses_no_copy(
    tenant: Tenant,
    held: License,
    async_workers: AsyncWorkers,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(license_extensions, "AT_ONCE", 1)
    tenant.accept(tenant.invite(held))
    tenant.invite(held, "waiting@x.io")
    async_workers.dispatch()
    context, deaths = tenant.context, 0
    for year in range(2029, 2040):
        extend(tenant, held, order_id=f"{year}", valid_until=f"{year}-01-01")
        work = LicenseExtensions(context)
        with suppress(Crash):
            with crashing(async_workers.dynamodb, at=deaths + 1, counts=written):
                work.begin(organization=tenant.id, license_id=held.id)
            break
        deaths += 1
        settle(tenant, clock)

        ends = {end_of(tenant, held, email) for email in (ANN.email, "waiting@x.io")}
        assert ends == {license_now(tenant, held).terms.valid_until}
    assert deaths == 2, "one after each access"


def test_an_extension_during_the_last_look_is_looked_after_as_well(
    tenant: Tenant, held: License, clock: Clock
) -> None:
    extend(tenant, held)
    clock.forward(seconds=SETTLED_AFTER.total_seconds())

    with tenant.before_next_write(lambda: extend(tenant, held, order_id="two", valid_until="2030-01-01")):
        done = Sweep(tenant.context).sweep().extended

    assert done == 0
    assert settle(tenant, clock) == 1


@pytest.fixture
def sublicense(tenant: Tenant, held: License, async_workers: AsyncWorkers) -> License:
    created = sublicense_of(tenant, client_of(tenant), held, 5)
    async_workers.skip()
    return created


def test_sublicenses_are_extended_with_their_parent_each_with_its_clients_event(
    tenant: Tenant, held: License, sublicense: License, async_workers: AsyncWorkers
) -> None:
    client = sublicense.terms.organization

    extend(tenant, held)
    with async_workers.listening() as published:
        async_workers.dispatch()
        async_workers.dispatch()

    after = license_now(tenant, sublicense)
    assert (after.terms.valid_until, after.notice_at) == (NEW_END, NEW_END - timedelta(days=30))
    assert (after.total, license_now(tenant, held).sublicensed) == (5, 5)
    told = [one["Detail"] for one in published if one["DetailType"] == "license.extended"]
    assert [(one["organization"], one["actor"], one["data"]["order"]) for one in told] == [
        (tenant.id, OPERATOR.email, "later"),
        (client, SYSTEM, None),
    ]


def test_a_sublicense_that_was_created_meanwhile_is_found_by_the_sweep(
    tenant: Tenant, held: License, async_workers: AsyncWorkers, clock: Clock
) -> None:
    client = client_of(tenant)
    async_workers.skip()

    def rival() -> None:
        extend(tenant, held)
        async_workers.dispatch()

    with tenant.before_next_write(rival):
        created = sublicense_of(tenant, client, held, 5)
    assert license_now(tenant, created).terms.valid_until == OLD_END
    settle(tenant, clock)

    assert license_now(tenant, created).terms.valid_until == NEW_END


def test_a_sweep_that_comes_first_at_the_old_end_ends_nobody_of_a_sublicense(
    tenant: Tenant, held: License, sublicense: License, async_workers: AsyncWorkers, clock: Clock
) -> None:
    client = sublicense.terms.organization
    Codes(tenant.context).create(
        person=tenant.full, organization=client, draft=draft(sublicense), text="BRANCH-27", receipt=Receipt()
    )
    redeem(tenant, "BRANCH-27", organization=client)

    extend(tenant, held)  # its event is never dispatched, and no sweep runs until the old end
    clock.now = OLD_END

    async_workers.sweep()

    assert access_now(tenant, sublicense).state is AccessState.ACTIVE
    assert entitled(tenant, sublicense, clock)


def test_a_sublicense_is_not_extended_alone(tenant: Tenant, sublicense: License) -> None:
    with pytest.raises(ExtendedWithParentError):
        extend(tenant, sublicense)

    assert license_now(tenant, sublicense) == sublicense
