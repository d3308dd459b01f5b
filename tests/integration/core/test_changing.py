"""DESIGN 2, Invite life: resend, withdraw and the edited start, through the services."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.clock import MONDAY, Clock
from tests.support.house import House, found_house
from tests.support.looking import access_now, emails_of, events_of, invite_now, seats
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
from usher.domain.starts import (
    StartInPastError,
    StartNotEditableError,
    StartOutsideLicenseError,
    StartRequiredError,
)
from usher.services.context import Context
from usher.services.invites.answering import Answering
from usher.services.invites.changing import AccessBegunError, BadBulkError, BulkAction, ChangingInvites
from usher.services.outbox.sweeping import Sweeping
from usher.services.receipts import Receipt
from usher.store import invites

NOWHERE = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


def test_a_resend_kills_the_old_link_and_keeps_the_seat(house: House, clock: Clock) -> None:
    license_ = house.license()
    old = house.invite(license_)
    clock.forward(days=4)

    new = house.resend(old)

    assert (new.number, new.expires_at) == (2, MONDAY + timedelta(days=14))
    assert access_now(house, license_).reserved_until == new.expires_at
    with pytest.raises(ReplacedError):
        house.accept(old)
    assert house.accept(invite_now(house, new)).state is InviteState.ACCEPTED
    assert seats(house, license_) == (10, 1, 9)
    assert emails_of(house, "invite.resent") == ["ann@x.io"]


def test_a_resend_of_an_expired_invite_keeps_the_seat_that_is_still_held(house: House, clock: Clock) -> None:
    license_ = house.license(1)
    invite = house.invite(license_)
    clock.forward(days=11)

    assert not house.resend(invite).has_expired(clock.now)
    assert seats(house, license_) == (1, 1, 0)


def test_a_resend_reserves_the_seat_again_that_was_given_back(house: House, clock: Clock) -> None:
    license_ = house.license(1)
    invite = house.invite(license_)
    clock.forward(days=11)
    Sweeping(house.context).sweep()
    assert seats(house, license_) == (1, 0, 1)

    house.resend(invite)

    assert seats(house, license_) == (1, 1, 0)
    assert access_now(house, license_).state is AccessState.RESERVED


def test_a_resend_says_when_no_seat_is_left_to_reserve(house: House, clock: Clock) -> None:
    license_ = house.license(1)
    invite = house.invite(license_)
    clock.forward(days=11)
    Sweeping(house.context).sweep()
    house.invite(license_, "bob@x.io")

    with pytest.raises(NotEnoughSeatsError):
        house.resend(invite)
    assert seats(house, license_) == (1, 1, 0)
    assert not events_of(house, "invite.resent")


def test_an_expired_invite_cannot_be_resent_to_who_was_invited_anew(house: House, clock: Clock) -> None:
    license_ = house.license()
    old = house.invite(license_)
    clock.forward(days=11)
    new = house.invite(license_)

    with pytest.raises(AlreadyAssignedError):
        house.resend(old)
    assert house.accept(new).state is InviteState.ACCEPTED


def test_resends_have_limits(house: House, clock: Clock) -> None:
    invite = house.resend(house.invite(house.license()))

    with pytest.raises(ResendTooSoonError) as refused:
        house.resend(invite)
    assert refused.value.retry_after == 60
    for _ in range(9):
        clock.forward(minutes=1)
        house.resend(invite)
    clock.forward(minutes=1)
    with pytest.raises(ResendTooSoonError) as refused:
        house.resend(invite)
    assert refused.value.retry_after == (15 * 60 - 10) * 60
    clock.forward(hours=15)
    assert house.resend(invite).number == 12


def test_a_license_that_has_ended_is_offered_no_more(house: House, clock: Clock) -> None:
    invite = house.invite(house.license(valid_until="2027-01-08"))
    clock.forward(days=5)

    with pytest.raises(LicenseOverError):
        house.resend(invite)


def test_a_resend_shows_its_own_delivery_and_not_that_of_the_sending_before(house: House) -> None:
    invite = house.invite(house.license())

    def bounce() -> None:
        invites.record_delivery(
            house.context.table, invite.id, number=1, delivery=Delivery.BOUNCED, message_id="m"
        )

    with house.before_next_write(bounce):
        house.resend(invite)

    assert invite_now(house, invite).delivery is Delivery.QUEUED


def test_a_withdrawal_gives_the_seat_back_and_kills_the_link(house: House) -> None:
    license_ = house.license()
    invite = house.invite(license_)

    withdrawn = house.withdraw(invite)

    assert withdrawn.state is InviteState.WITHDRAWN
    assert seats(house, license_) == (10, 0, 10)
    assert access_now(house, license_).state is AccessState.RELEASED
    with pytest.raises(WithdrawnError):
        house.accept(invite)
    with pytest.raises(WithdrawnError):
        house.decline(invite)
    with pytest.raises(WithdrawnError):
        house.withdraw(invite)
    with pytest.raises(WithdrawnError):
        house.resend(invite)
    assert emails_of(house, "invite.withdrawn") == ["ann@x.io"]


def test_a_withdrawal_after_acceptance_is_refused_and_points_to_a_support_request(house: House) -> None:
    license_ = house.license()
    invite = house.invite(license_)
    house.accept(invite)

    with pytest.raises(AlreadyAcceptedError) as refused:
        house.withdraw(invite)
    assert "support request" in refused.value.next_action
    assert seats(house, license_) == (10, 1, 9)


def test_an_expired_invite_can_be_withdrawn_swept_or_not(house: House, clock: Clock) -> None:
    license_ = house.license()
    unswept, swept = house.invite(license_, "ann@x.io"), house.invite(license_, "bob@x.io")
    clock.forward(days=11)
    house.withdraw(unswept)
    Sweeping(house.context).sweep()
    house.withdraw(swept)

    assert seats(house, license_) == (10, 0, 10)


def test_a_start_can_be_moved_while_pending_and_taken_away_again(house: House) -> None:
    license_ = house.license()
    invite = house.invite(license_)

    moved = house.reschedule(invite, "2027-02-01")

    assert moved.access_start == datetime(2027, 1, 31, 23, tzinfo=UTC)
    assert events_of(house, "invite.start_changed")[0].facts["access_start"] == "2027-01-31T23:00:00Z"
    assert house.reschedule(invite, None).access_start is None
    house.accept(invite)
    assert access_now(house, license_).state is AccessState.ACTIVE
    assert emails_of(house, "invite.start_changed") == ["ann@x.io", "ann@x.io"]


def test_a_start_can_be_moved_after_acceptance_while_it_lies_ahead(house: House, clock: Clock) -> None:
    license_ = house.license()
    invite = house.invite(license_, access_start="2027-02-01")
    house.accept(invite)

    house.reschedule(invite, "2027-03-01")

    access = access_now(house, license_)
    assert (access.state, access.start_at) == (AccessState.SCHEDULED, datetime(2027, 2, 28, 23, tzinfo=UTC))
    (event,) = events_of(house, "invite.start_changed")
    assert event.facts["starts"] == [
        {"email": "ann@x.io", "license": license_.id, "start_at": "2027-02-28T23:00:00Z"}
    ]
    with pytest.raises(StartRequiredError):
        house.reschedule(invite, None)
    clock.forward(days=90)
    with pytest.raises(AccessBegunError):
        house.reschedule(invite, "2027-06-01")


def test_a_start_that_has_begun_cannot_be_moved(house: House) -> None:
    invite = house.invite(house.license())
    house.accept(invite)

    with pytest.raises(AccessBegunError):
        house.reschedule(invite, "2027-02-01")


def test_a_start_cannot_be_moved_on_an_invite_that_came_to_nothing(house: House, clock: Clock) -> None:
    license_ = house.license()
    withdrawn, declined = house.invite(license_, "ann@x.io"), house.invite(license_, "bob@x.io")
    expired = house.invite(license_, "eve@x.io")
    house.withdraw(withdrawn)
    house.decline(declined)
    clock.forward(days=11)

    for invite, refusal in ((withdrawn, WithdrawnError), (declined, DeclinedError), (expired, ExpiredError)):
        with pytest.raises(refusal):
            house.reschedule(invite, "2027-02-01")


@pytest.mark.parametrize(
    ("date", "refusal"), [("2027-01-03", StartInPastError), ("2029-01-01", StartOutsideLicenseError)]
)
def test_a_start_is_not_moved_into_the_past_or_out_of_the_license(
    house: House, date: str, refusal: type[Exception]
) -> None:
    invite = house.invite(house.license())

    with pytest.raises(refusal):
        house.reschedule(invite, date)


def test_only_a_flex_subscription_can_be_moved(house: House) -> None:
    fixed = house.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-03-01")
    flex = house.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-03-01", flex=True)
    fixed_invite, flex_invite = house.invite(fixed), house.invite(flex)

    with pytest.raises(StartNotEditableError):
        house.reschedule(fixed_invite, "2027-04-01")
    house.reschedule(flex_invite, "2027-04-01")
    house.accept(fixed_invite)
    house.accept(flex_invite)
    with pytest.raises(StartNotEditableError):
        house.reschedule(fixed_invite, "2027-04-01")
    house.reschedule(flex_invite, "2027-05-01")

    assert access_now(house, fixed).start_at == datetime(2027, 2, 28, 23, tzinfo=UTC)
    assert access_now(house, flex).start_at == datetime(2027, 4, 30, 22, tzinfo=UTC)


def test_of_two_who_withdraw_at_once_one_is_told_that_it_was_withdrawn(house: House) -> None:
    license_ = house.license()
    invite = house.invite(license_)

    with house.before_next_write(lambda: house.withdraw(invite)), pytest.raises(WithdrawnError):
        house.withdraw(invite)

    assert seats(house, license_) == (10, 0, 10)
    assert len(events_of(house, "invite.withdrawn")) == 1


def test_an_acceptance_between_read_and_write_stands(house: House) -> None:
    license_ = house.license()
    invite = house.invite(license_)

    with house.before_next_write(lambda: house.accept(invite)), pytest.raises(AlreadyAcceptedError):
        house.withdraw(invite)

    assert seats(house, license_) == (10, 1, 9)


def test_many_invites_are_changed_each_by_itself(house: House) -> None:
    license_ = house.license()
    some = [house.invite(license_, f"a{n}@x.io") for n in range(3)]
    house.accept(some[1])
    changing = ChangingInvites(house.context)

    results = changing.bulk(
        person=house.full,
        organization=house.id,
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
    assert seats(house, license_) == (10, 1, 9)


def test_many_can_be_resent_or_rescheduled(house: House) -> None:
    some = [house.invite(house.license(), f"a{n}@x.io") for n in range(2)]
    changing = ChangingInvites(house.context)
    for action, date in ((BulkAction.RESEND, None), (BulkAction.RESCHEDULE, "2027-02-01")):
        results = changing.bulk(
            person=house.full,
            organization=house.id,
            action=action,
            invite_ids=[one.id for one in some],
            access_start=date,
            receipt=Receipt(),
        )
        assert all(one.error is None for one in results)

    assert [invite_now(house, one).number for one in some] == [2, 2]
    assert all(invite_now(house, one).access_start for one in some)


@pytest.mark.parametrize("ids", [[], [f"{n}" for n in range(501)]])
def test_a_list_of_none_or_too_many_is_refused(house: House, ids: list[str]) -> None:
    with pytest.raises(BadBulkError):
        ChangingInvites(house.context).bulk(
            person=house.full,
            organization=house.id,
            action=BulkAction.RESEND,
            invite_ids=ids,
            access_start=None,
            receipt=Receipt(),
        )


def test_a_limited_manager_changes_nothing(house: House) -> None:
    invite = house.invite(house.license())
    changing = ChangingInvites(house.context)

    for command in (changing.resend, changing.withdraw):
        with pytest.raises(ForbiddenError):
            command(person=house.limited, organization=house.id, invite=invite.id, receipt=Receipt())
    assert invite_now(house, invite).number == 1


def test_nobody_changes_an_invite_of_another_organization(house: House, context: Context) -> None:
    other = found_house(context, slug="other")
    theirs = other.invite(other.license())
    changing = ChangingInvites(context)

    for command in (changing.resend, changing.withdraw):
        with pytest.raises(UnknownInviteError):
            command(person=house.full, organization=house.id, invite=theirs.id, receipt=Receipt())
        with pytest.raises(UnknownOrganizationError):
            command(person=house.full, organization=other.id, invite=theirs.id, receipt=Receipt())
    (result,) = changing.bulk(
        person=house.full,
        organization=house.id,
        action=BulkAction.WITHDRAW,
        invite_ids=[theirs.id],
        access_start=None,
        receipt=Receipt(),
    )
    assert isinstance(result.error, UnknownInviteError)
    assert Answering(context).look(invite=theirs.id).invite.state is InviteState.PENDING
