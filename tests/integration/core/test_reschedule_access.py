"""DESIGN 2, Start of access: a start that no invite gave is moved like one that an invite gave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.codes import code_of, redeem
from tests.support.groups import add, group_of, join
from tests.support.published_events import data_of
from tests.support.reading_back import access_now, events_of
from tests.support.tenant import Tenant, create_tenant
from usher.domain.accesses import (
    Access,
    AccessState,
    GivenByInviteError,
    SelfAssignedError,
    UnknownAccessError,
)
from usher.domain.email_budgets import UNASKED_EMAILS, TooManyEmailsError
from usher.domain.errors import ForbiddenError, UsherError
from usher.domain.instants import BadDateError
from usher.domain.learners import UnknownLearnerError
from usher.domain.licenses import License, ProductKind
from usher.domain.organizations import UnknownOrganizationError
from usher.domain.people import Person
from usher.domain.starts import (
    StartInPastError,
    StartNotEditableError,
    StartOutsideLicenseError,
    StartRequiredError,
)
from usher.services.activity_report import ActivityQuery, ActivityReport
from usher.services.invites.manage_invites import AccessBegunError
from usher.services.learner_assignment import LearnerAssignment
from usher.services.outbox.sweep import Sweep
from usher.services.receipts import Receipt
from usher.services.reschedule_access import RescheduleAccess
from usher.services.self_assignment import SelfAssignment

MARCH = datetime(2027, 2, 28, 23, tzinfo=UTC)
APRIL = datetime(2027, 3, 31, 22, tzinfo=UTC)


def move(
    tenant: Tenant,
    license_: License,
    start: str | None = "2027-04-01",
    *,
    email: str = "ann@x.io",
    person: Person | None = None,
) -> Access:
    return RescheduleAccess(tenant.context).reschedule(
        person=person or tenant.full,
        organization=tenant.id,
        email=email,
        license_id=license_.id,
        access_start=start,
    )


@pytest.fixture
def license_(tenant: Tenant) -> License:
    """A license that starts on the first of March, and that Ann got by a code."""
    license_ = tenant.license(valid_from="2027-03-01")
    redeem(tenant, code_of(tenant, license_))
    assert access_now(tenant, license_).start_at == MARCH
    return license_


def by_group(tenant: Tenant, license_: License) -> None:
    group = group_of(tenant)
    join(tenant, group, "ann@x.io")
    add(tenant, group, license_)


def by_hand(tenant: Tenant, license_: License) -> None:
    tenant.accept(tenant.invite(tenant.license()))
    LearnerAssignment(tenant.context).assign_license(
        person=tenant.full,
        organization=tenant.id,
        license_id=license_.id,
        emails="ann@x.io",
        people={},
        receipt=Receipt(),
    )


def test_a_start_by_a_code_is_moved_and_told_and_waited_for(
    tenant: Tenant, license_: License, async_workers: AsyncWorkers
) -> None:
    async_workers.skip()

    moved = move(tenant, license_)
    async_workers.settle()

    assert (moved.state, moved.start_at) == (AccessState.SCHEDULED, APRIL)
    assert access_now(tenant, license_) == moved
    (event,) = events_of(tenant, "access.start_changed")
    assert event.actor == tenant.full.email
    assert data_of(event)["previous_start_at"] == "2027-02-28T23:00:00Z"
    assert data_of(event)["access"]["start_at"] == "2027-03-31T22:00:00Z"
    assert async_workers.sent_to("ann@x.io") == ["access_start_changed"]
    assert [one["start_at"] for one in async_workers.waits()][-1:] == ["2027-03-31T22:00:00Z"]
    report = ActivityReport(tenant.context).page(
        person=tenant.full, organization=tenant.id, query=ActivityQuery(), limit=10, cursor=None
    )
    assert [(row.access, row.access_start) for row in report.items] == [(AccessState.SCHEDULED, APRIL)]


@pytest.mark.parametrize("give", [by_group, by_hand])
def test_a_start_by_a_group_or_by_hand_is_moved(
    tenant: Tenant, give: Callable[[Tenant, License], None]
) -> None:
    license_ = tenant.license(valid_from="2027-03-01")
    give(tenant, license_)

    assert move(tenant, license_).start_at == APRIL


def test_a_flex_subscription_is_moved_and_another_is_not(tenant: Tenant) -> None:
    kind = ProductKind.SUBSCRIPTION
    flex = tenant.license(kind=kind, flex=True, starts_at="2027-03-01")
    fixed = tenant.license(kind=kind, starts_at="2027-03-01")
    redeem(tenant, code_of(tenant, flex, fixed))

    assert move(tenant, flex).start_at == APRIL
    with pytest.raises(StartNotEditableError):
        move(tenant, fixed)


def test_one_that_an_invite_gave_is_moved_there(tenant: Tenant) -> None:
    license_ = tenant.license()
    invite = tenant.invite(license_, access_start="2027-03-01")
    with pytest.raises(UnknownLearnerError):
        move(tenant, license_)
    tenant.accept(invite)

    with pytest.raises(GivenByInviteError) as refused:
        move(tenant, license_)

    assert refused.value.facts["invite"] == invite.id
    assert "invite" in refused.value.next_action


def test_one_that_has_begun_is_not_sent_to_its_invite(tenant: Tenant) -> None:
    license_ = tenant.license()
    tenant.accept(tenant.invite(license_))

    with pytest.raises(AccessBegunError):
        move(tenant, license_)


def test_a_seat_taken_for_oneself_is_not_moved(tenant: Tenant) -> None:
    license_ = tenant.license(valid_from="2027-03-01")
    SelfAssignment(tenant.context).assign(
        person=tenant.full, organization=tenant.id, license_id=license_.id, receipt=Receipt()
    )

    with pytest.raises(SelfAssignedError):
        move(tenant, license_, email=tenant.full.email)


@pytest.mark.parametrize(
    ("start", "error"),
    [
        (None, StartRequiredError),
        ("soon", BadDateError),
        ("2027-01-03", StartInPastError),
        ("2027-02-01", StartOutsideLicenseError),
        ("2028-01-01", StartOutsideLicenseError),
    ],
)
def test_a_start_that_cannot_be_is_refused(
    tenant: Tenant, license_: License, start: str | None, error: type[UsherError]
) -> None:
    with pytest.raises(error):
        move(tenant, license_, start)

    assert access_now(tenant, license_).start_at == MARCH


def test_an_access_that_has_started_stays_even_before_the_worker_has_written_it(
    tenant: Tenant, license_: License, clock: Clock
) -> None:
    clock.forward(days=60)
    assert access_now(tenant, license_).state is AccessState.SCHEDULED

    with pytest.raises(AccessBegunError):
        move(tenant, license_)


def test_the_start_of_before_begins_nothing_after_a_move(
    tenant: Tenant, license_: License, clock: Clock
) -> None:
    move(tenant, license_)
    clock.forward(days=60)
    Sweep(tenant.context).sweep()

    assert access_now(tenant, license_).state is AccessState.SCHEDULED
    clock.forward(days=30)
    Sweep(tenant.context).sweep()
    assert access_now(tenant, license_).state is AccessState.ACTIVE


def test_a_second_click_changes_nothing_and_emails_nobody(
    tenant: Tenant, license_: License, async_workers: AsyncWorkers
) -> None:
    first = move(tenant, license_)
    async_workers.settle()
    async_workers.skip()

    assert move(tenant, license_) == first
    async_workers.settle()
    assert len(events_of(tenant, "access.start_changed")) == 1


def test_an_email_about_a_start_that_was_moved_again_is_not_sent(
    tenant: Tenant, license_: License, async_workers: AsyncWorkers
) -> None:
    async_workers.skip()
    move(tenant, license_)
    move(tenant, license_, "2027-05-01")

    async_workers.settle()

    assert async_workers.sent_to("ann@x.io") == ["access_start_changed"]


def test_of_two_at_once_the_second_decides_on_what_the_first_wrote(tenant: Tenant, license_: License) -> None:
    with tenant.before_next_write(lambda: move(tenant, license_, "2027-05-01")):
        move(tenant, license_)

    first, second = events_of(tenant, "access.start_changed")
    assert data_of(second)["previous_start_at"] == data_of(first)["access"]["start_at"]
    assert access_now(tenant, license_).start_at == APRIL


def test_a_budget_of_emails_that_is_used_up_refuses(tenant: Tenant, license_: License) -> None:
    for n in range(UNASKED_EMAILS.times):
        move(tenant, license_, f"2027-04-{n + 1:02}")

    with pytest.raises(TooManyEmailsError):
        move(tenant, license_, "2027-06-01")
    assert access_now(tenant, license_).start_at == datetime(2027, 4, 19, 22, tzinfo=UTC)


def test_only_the_organizations_own_accesses_are_moved_by_who_may_invite(
    tenant: Tenant, license_: License
) -> None:
    other = create_tenant(tenant.context, slug="globex")
    redeem(other, code_of(other, other.license(valid_from="2027-03-01"), text="GLOBEX-2027"))

    with pytest.raises(ForbiddenError):
        move(tenant, license_, person=tenant.limited)
    with pytest.raises(UnknownOrganizationError):
        move(tenant, license_, person=other.full)
    with pytest.raises(UnknownAccessError):
        move(other, license_)
    with pytest.raises(UnknownAccessError):
        move(tenant, tenant.license())


def test_moving_a_start_costs_one_read_and_one_transaction(
    tenant: Tenant, license_: License, count: Count
) -> None:
    with count() as cost:
        move(tenant, license_)

    assert (cost.calls, cost.items) == (2, 3)
