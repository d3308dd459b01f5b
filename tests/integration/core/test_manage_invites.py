"""DESIGN 2, Invite life: resend, withdraw and the edited start, through the services."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.clock import MONDAY, Clock
from tests.support.published_events import data_of, starts
from tests.support.reading_back import access_now, emails_of, events_of, invite_now, lacking, seats
from tests.support.tenant import Tenant, create_tenant
from usher.domain.accesses import AccessState, AlreadyAssignedError
from usher.domain.errors import ForbiddenError
from usher.domain.invites import (
    AlreadyAcceptedError,
    DeclinedError,
    Delivery,
    ExpiredError,
    InviteState,
    ReplacedError,
    ResendTooSoonError,
    UnknownInviteError,
    WithdrawnError,
)
from usher.domain.licenses import LicenseOverError, NotEnoughSeatsError, ProductKind
from usher.domain.organizations import UnknownOrganizationError
from usher.domain.sendings import Sending
from usher.domain.starts import (
    StartInPastError,
    StartNotEditableError,
    StartOutsideLicenseError,
    StartRequiredError,
)
from usher.services.context import Context
from usher.services.invites.answer_invite import AnswerInvite
from usher.services.invites.manage_invites import (
    AccessBegunError,
    BadBulkError,
    BulkAction,
    ManageInvites,
)
from usher.services.outbox.sweep import Sweep
from usher.services.receipts import Receipt
from usher.store import invite_deliveries

NOWHERE = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


def test_a_resend_kills_the_old_link_and_keeps_the_seat(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license()
    old = tenant.invite(license_)
    clock.forward(days=4)

    new = tenant.resend(old)

    assert (new.number, new.expires_at) == (2, MONDAY + timedelta(days=14))
    assert access_now(tenant, license_).reserved_until == new.expires_at
    with pytest.raises(ReplacedError):
        tenant.accept(old)
    assert tenant.accept(invite_now(tenant, new)).state is InviteState.ACCEPTED
    assert seats(tenant, license_) == (10, 1, 9)
    assert emails_of(tenant, "invite.resent") == ["ann@x.io"]


def test_a_resend_of_an_expired_invite_keeps_the_seat_that_is_still_held(
    tenant: Tenant, clock: Clock
) -> None:
    license_ = tenant.license(1)
    invite = tenant.invite(license_)
    clock.forward(days=11)

    assert not tenant.resend(invite).has_expired(clock.now)
    assert seats(tenant, license_) == (1, 1, 0)


def test_a_resend_reserves_the_seat_again_that_was_given_back(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license(1)
    invite = tenant.invite(license_)
    clock.forward(days=11)
    Sweep(tenant.context).sweep()
    assert seats(tenant, license_) == (1, 0, 1)

    tenant.resend(invite)

    assert seats(tenant, license_) == (1, 1, 0)
    assert access_now(tenant, license_).state is AccessState.RESERVED


def test_a_resend_says_when_no_seat_is_left_to_reserve(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license(1)
    invite = tenant.invite(license_)
    clock.forward(days=11)
    Sweep(tenant.context).sweep()
    tenant.invite(license_, "bob@x.io")

    with pytest.raises(NotEnoughSeatsError) as refused:
        tenant.resend(invite)
    assert refused.value.facts["shortfall"] == [lacking(license_, needed=1, available=0)]
    assert license_.terms.product.name in refused.value.detail
    assert seats(tenant, license_) == (1, 1, 0)
    assert not events_of(tenant, "invite.resent")


def test_an_expired_invite_cannot_be_resent_to_who_was_invited_anew(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license()
    old = tenant.invite(license_)
    clock.forward(days=11)
    new = tenant.invite(license_)

    with pytest.raises(AlreadyAssignedError):
        tenant.resend(old)
    assert tenant.accept(new).state is InviteState.ACCEPTED


def test_resends_have_limits(tenant: Tenant, clock: Clock) -> None:
    invite = tenant.resend(tenant.invite(tenant.license()))

    with pytest.raises(ResendTooSoonError) as refused:
        tenant.resend(invite)
    assert refused.value.retry_after == 60
    for _ in range(9):
        clock.forward(minutes=1)
        tenant.resend(invite)
    clock.forward(minutes=1)
    with pytest.raises(ResendTooSoonError) as refused:
        tenant.resend(invite)
    assert refused.value.retry_after == (15 * 60 - 10) * 60
    clock.forward(hours=15)
    assert tenant.resend(invite).number == 12


def test_a_license_that_has_ended_is_offered_no_more(tenant: Tenant, clock: Clock) -> None:
    invite = tenant.invite(tenant.license(valid_until="2027-01-08"))
    clock.forward(days=5)

    with pytest.raises(LicenseOverError):
        tenant.resend(invite)


def test_a_resend_shows_its_own_delivery_and_not_that_of_the_sending_before(tenant: Tenant) -> None:
    invite = tenant.invite(tenant.license())

    def bounce() -> None:
        sending = Sending(invite=invite.id, number=1)
        invite_deliveries.record_delivery(tenant.context.table, sending, delivery=Delivery.BOUNCED)

    with tenant.before_next_write(bounce):
        tenant.resend(invite)

    assert invite_now(tenant, invite).delivery is Delivery.QUEUED


def test_a_withdrawal_gives_the_seat_back_and_kills_the_link(tenant: Tenant) -> None:
    license_ = tenant.license()
    invite = tenant.invite(license_)

    withdrawn = tenant.withdraw(invite)

    assert withdrawn.state is InviteState.WITHDRAWN
    assert seats(tenant, license_) == (10, 0, 10)
    assert access_now(tenant, license_).state is AccessState.RELEASED
    with pytest.raises(WithdrawnError):
        tenant.accept(invite)
    with pytest.raises(WithdrawnError):
        tenant.decline(invite)
    with pytest.raises(WithdrawnError):
        tenant.withdraw(invite)
    with pytest.raises(WithdrawnError):
        tenant.resend(invite)
    assert emails_of(tenant, "invite.withdrawn") == ["ann@x.io"]


def test_a_withdrawal_after_acceptance_is_refused_and_points_to_a_support_request(tenant: Tenant) -> None:
    license_ = tenant.license()
    invite = tenant.invite(license_)
    tenant.accept(invite)

    with pytest.raises(AlreadyAcceptedError) as refused:
        tenant.withdraw(invite)
    assert "support request" in refused.value.next_action
    assert seats(tenant, license_) == (10, 1, 9)


def test_an_expired_invite_can_be_withdrawn_swept_or_not(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license()
    unswept, swept = tenant.invite(license_, "ann@x.io"), tenant.invite(license_, "bob@x.io")
    clock.forward(days=11)
    tenant.withdraw(unswept)
    Sweep(tenant.context).sweep()
    tenant.withdraw(swept)

    assert seats(tenant, license_) == (10, 0, 10)


def test_a_start_can_be_moved_while_pending_and_taken_away_again(tenant: Tenant) -> None:
    license_ = tenant.license()
    invite = tenant.invite(license_)

    moved = tenant.reschedule(invite, "2027-02-01")

    assert moved.access_start == datetime(2027, 1, 31, 23, tzinfo=UTC)
    (event,) = events_of(tenant, "invite.start_changed")
    assert data_of(event)["invite"]["access_start"] == "2027-01-31T23:00:00Z"
    assert tenant.reschedule(invite, None).access_start is None
    tenant.accept(invite)
    assert access_now(tenant, license_).state is AccessState.ACTIVE
    assert emails_of(tenant, "invite.start_changed") == ["ann@x.io", "ann@x.io"]


def test_a_start_can_be_moved_after_acceptance_while_it_lies_ahead(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license()
    invite = tenant.invite(license_, access_start="2027-02-01")
    tenant.accept(invite)

    tenant.reschedule(invite, "2027-03-01")

    access = access_now(tenant, license_)
    assert (access.state, access.start_at) == (AccessState.SCHEDULED, datetime(2027, 2, 28, 23, tzinfo=UTC))
    (event,) = events_of(tenant, "invite.start_changed")
    assert starts(event) == [("ann@x.io", license_.id, "2027-02-28T23:00:00Z")]
    with pytest.raises(StartRequiredError):
        tenant.reschedule(invite, None)
    clock.forward(days=90)
    with pytest.raises(AccessBegunError):
        tenant.reschedule(invite, "2027-06-01")


def test_a_start_that_has_begun_cannot_be_moved(tenant: Tenant) -> None:
    invite = tenant.invite(tenant.license())
    tenant.accept(invite)

    with pytest.raises(AccessBegunError):
        tenant.reschedule(invite, "2027-02-01")


def test_a_start_cannot_be_moved_on_an_invite_that_came_to_nothing(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license()
    withdrawn, declined = tenant.invite(license_, "ann@x.io"), tenant.invite(license_, "bob@x.io")
    expired = tenant.invite(license_, "eve@x.io")
    tenant.withdraw(withdrawn)
    tenant.decline(declined)
    clock.forward(days=11)

    for invite, refusal in ((withdrawn, WithdrawnError), (declined, DeclinedError), (expired, ExpiredError)):
        with pytest.raises(refusal):
            tenant.reschedule(invite, "2027-02-01")


@pytest.mark.parametrize(
    ("date", "refusal"), [("2027-01-03", StartInPastError), ("2029-01-01", StartOutsideLicenseError)]
)
def test_a_start_is_not_moved_into_the_past_or_out_of_the_license(
    tenant: Tenant, date: str, refusal: type[Exception]
) -> None:
    invite = tenant.invite(tenant.license())

    with pytest.raises(refusal):
        tenant.reschedule(invite, date)


def test_only_a_flex_subscription_can_be_moved(tenant: Tenant) -> None:
    fixed = tenant.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-03-01")
    flex = tenant.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-03-01", flex=True)
    fixed_invite, flex_invite = tenant.invite(fixed), tenant.invite(flex)

    with pytest.raises(StartNotEditableError):
        tenant.reschedule(fixed_invite, "2027-04-01")
    tenant.reschedule(flex_invite, "2027-04-01")
    tenant.accept(fixed_invite)
    tenant.accept(flex_invite)
    with pytest.raises(StartNotEditableError):
        tenant.reschedule(fixed_invite, "2027-04-01")
    tenant.reschedule(flex_invite, "2027-05-01")

    assert access_now(tenant, fixed).start_at == datetime(2027, 2, 28, 23, tzinfo=UTC)
    assert access_now(tenant, flex).start_at == datetime(2027, 4, 30, 22, tzinfo=UTC)


def test_of_two_who_withdraw_at_once_one_is_told_that_it_was_withdrawn(tenant: Tenant) -> None:
    license_ = tenant.license()
    invite = tenant.invite(license_)

    with tenant.before_next_write(lambda: tenant.withdraw(invite)), pytest.raises(WithdrawnError):
        tenant.withdraw(invite)

    assert seats(tenant, license_) == (10, 0, 10)
    assert len(events_of(tenant, "invite.withdrawn")) == 1


def test_an_acceptance_between_read_and_write_stands(tenant: Tenant) -> None:
    license_ = tenant.license()
    invite = tenant.invite(license_)

    with tenant.before_next_write(lambda: tenant.accept(invite)), pytest.raises(AlreadyAcceptedError):
        tenant.withdraw(invite)

    assert seats(tenant, license_) == (10, 1, 9)


def test_many_invites_are_changed_each_by_itself(tenant: Tenant) -> None:
    license_ = tenant.license()
    some = [tenant.invite(license_, f"a{n}@x.io") for n in range(3)]
    tenant.accept(some[1])
    manage_invites = ManageInvites(tenant.context)

    results = manage_invites.bulk(
        person=tenant.full,
        organization=tenant.id,
        action=BulkAction.WITHDRAW,
        invite_ids=[some[0].id, some[1].id, some[2].id, NOWHERE, some[0].id],
        access_start=None,
        receipt=Receipt(),
    )

    assert [(one.id, type(one.error)) for one in results] == [
        (some[0].id, type(None)),
        (some[1].id, AlreadyAcceptedError),
        (some[2].id, type(None)),
        (NOWHERE, UnknownInviteError),
    ]
    assert seats(tenant, license_) == (10, 1, 9)


def test_many_can_be_resent_or_rescheduled(tenant: Tenant) -> None:
    some = [tenant.invite(tenant.license(), f"a{n}@x.io") for n in range(2)]
    manage_invites = ManageInvites(tenant.context)
    for action, date in ((BulkAction.RESEND, None), (BulkAction.RESCHEDULE, "2027-02-01")):
        results = manage_invites.bulk(
            person=tenant.full,
            organization=tenant.id,
            action=action,
            invite_ids=[one.id for one in some],
            access_start=date,
            receipt=Receipt(),
        )
        assert all(one.error is None for one in results)

    assert [invite_now(tenant, one).number for one in some] == [2, 2]
    assert all(invite_now(tenant, one).access_start for one in some)


@pytest.mark.parametrize("ids", [[], [f"{n}" for n in range(501)]])
def test_a_list_of_none_or_too_many_is_refused(tenant: Tenant, ids: list[str]) -> None:
    with pytest.raises(BadBulkError):
        ManageInvites(tenant.context).bulk(
            person=tenant.full,
            organization=tenant.id,
            action=BulkAction.RESEND,
            invite_ids=ids,
            access_start=None,
            receipt=Receipt(),
        )


def test_a_limited_manager_changes_nothing(tenant: Tenant) -> None:
    invite = tenant.invite(tenant.license())
    manage_invites = ManageInvites(tenant.context)

    for command in (manage_invites.resend, manage_invites.withdraw):
        with pytest.raises(ForbiddenError):
            command(person=tenant.limited, organization=tenant.id, invite=invite.id, receipt=Receipt())
    assert invite_now(tenant, invite).number == 1


def test_nobody_changes_an_invite_of_another_organization(tenant: Tenant, context: Context) -> None:
    other = create_tenant(context, slug="other")
    theirs = other.invite(other.license())
    manage_invites = ManageInvites(context)

    for command in (manage_invites.resend, manage_invites.withdraw):
        with pytest.raises(UnknownInviteError):
            command(person=tenant.full, organization=tenant.id, invite=theirs.id, receipt=Receipt())
        with pytest.raises(UnknownOrganizationError):
            command(person=tenant.full, organization=other.id, invite=theirs.id, receipt=Receipt())
    (result,) = manage_invites.bulk(
        person=tenant.full,
        organization=tenant.id,
        action=BulkAction.WITHDRAW,
        invite_ids=[theirs.id],
        access_start=None,
        receipt=Receipt(),
    )
    assert isinstance(result.error, UnknownInviteError)
    assert AnswerInvite(context).preview(invite=theirs.id).invite.state is InviteState.PENDING
