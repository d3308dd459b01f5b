"""DESIGN 2, Invite life: what the invited person can do, and what each kind of dead link answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.call_counts import Count
from tests.support.clock import MONDAY, Clock
from tests.support.published_events import starts
from tests.support.reading_back import access_now, events_of, invite_now, seats
from tests.support.tenant import Tenant
from usher.domain.accesses import AccessState
from usher.domain.invites import (
    AlreadyAcceptedError,
    DeclinedError,
    ExpiredError,
    InviteState,
    OtherPersonError,
    ReplacedError,
    UnknownInviteError,
    WithdrawnError,
)
from usher.domain.licenses import ProductKind
from usher.domain.organizations import ManagerState, Role
from usher.domain.people import Person
from usher.services.invites.answer_invite import AnswerInvite
from usher.services.outbox.sweep import Sweep
from usher.services.people.learner_details import LearnerDetails
from usher.services.receipts import Receipt
from usher.services.team_members import TeamMembers

BOB = Person(email="bob@x.io", first_name="Bob")


def test_looking_changes_nothing(tenant: Tenant, count: Count) -> None:
    invite = tenant.invite(tenant.license())

    with count() as cost:
        offer = AnswerInvite(tenant.context).preview(invite=invite.id)

    assert (cost.calls, cost.items) == (2, 0)
    assert offer.invite == invite_now(tenant, invite)
    assert offer.organization.name == "Acme"


def test_there_is_nothing_to_see_of_an_invite_that_never_was(tenant: Tenant) -> None:
    with pytest.raises(UnknownInviteError):
        AnswerInvite(tenant.context).preview(invite="01ARZ3NDEKTSV4RRFFQ69G5FAV")


def test_acceptance_starts_access_at_once_and_makes_a_learner(tenant: Tenant) -> None:
    license_ = tenant.license()

    accepted = tenant.accept(tenant.invite(license_))

    assert accepted.state is InviteState.ACCEPTED
    access = access_now(tenant, license_)
    assert (access.state, access.start_at) == (AccessState.ACTIVE, MONDAY)
    assert access.entitles(MONDAY)
    detail = LearnerDetails(tenant.context).learner(
        person=tenant.limited, organization=tenant.id, email="ann@x.io"
    )
    assert (detail.learner.first_name, detail.learner.last_name) == ("Ann", "Lee")
    assert detail.learner.joined_at == MONDAY
    assert seats(tenant, license_) == (10, 1, 9)
    assert not starts(events_of(tenant, "invite.accepted")[0])


def test_acceptance_before_the_chosen_date_schedules_access(tenant: Tenant) -> None:
    license_ = tenant.license()

    tenant.accept(tenant.invite(license_, access_start="2027-02-01"))

    access = access_now(tenant, license_)
    assert (access.state, access.start_at) == (AccessState.SCHEDULED, datetime(2027, 1, 31, 23, tzinfo=UTC))
    assert not access.entitles(MONDAY)
    assert starts(events_of(tenant, "invite.accepted")[0]) == [
        ("ann@x.io", license_.id, "2027-01-31T23:00:00Z")
    ]


def test_acceptance_after_the_chosen_date_starts_access_at_once(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license()
    invite = tenant.invite(license_, access_start="2027-01-06")
    clock.forward(days=5)

    tenant.accept(invite)

    assert access_now(tenant, license_).start_at == clock.now


def test_a_subscription_accepted_early_waits_for_its_own_start(tenant: Tenant) -> None:
    license_ = tenant.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-03-01")

    tenant.accept(tenant.invite(license_))

    assert access_now(tenant, license_).start_at == datetime(2027, 2, 28, 23, tzinfo=UTC)


def test_each_license_of_one_invite_starts_in_its_own_way(tenant: Tenant) -> None:
    course = tenant.license()
    subscription = tenant.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-03-01")

    tenant.accept(tenant.invite([course, subscription]))

    assert access_now(tenant, course).state is AccessState.ACTIVE
    assert access_now(tenant, subscription).state is AccessState.SCHEDULED


def test_a_second_click_is_no_error_and_changes_nothing(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license()
    invite = tenant.invite(license_)
    first = tenant.accept(invite)
    clock.forward(days=30)

    second = tenant.accept(invite)

    assert (second.state, second.answered_at) == (InviteState.ACCEPTED, first.answered_at)
    assert seats(tenant, license_) == (10, 1, 9)
    assert len(events_of(tenant, "invite.accepted")) == 1


def test_two_clicks_at_once_are_one_acceptance(tenant: Tenant) -> None:
    license_ = tenant.license()
    invite = tenant.invite(license_)

    with tenant.before_next_write(lambda: tenant.accept(invite)):
        assert tenant.accept(invite).state is InviteState.ACCEPTED

    assert len(events_of(tenant, "invite.accepted")) == 1
    assert seats(tenant, license_) == (10, 1, 9)


def test_signed_in_as_somebody_else_changes_nothing(tenant: Tenant) -> None:
    license_ = tenant.license()
    invite = tenant.invite(license_)

    for _ in range(2):
        with pytest.raises(OtherPersonError):
            AnswerInvite(tenant.context).accept(person=BOB, invite=invite.id, number=1)
        tenant.accept(invite)
    assert seats(tenant, license_) == (10, 1, 9)


def test_no_dead_link_changes_anything(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license()
    replaced = tenant.invite(license_, "a@x.io")
    tenant.resend(replaced)
    withdrawn = tenant.invite(license_, "b@x.io")
    tenant.withdraw(withdrawn)
    declined = tenant.invite(license_, "c@x.io")
    tenant.decline(declined)
    expired = tenant.invite(license_, "d@x.io")
    before = seats(tenant, license_)
    events = len(events_of(tenant, "invite.accepted"))

    clock.forward(days=9)
    for invite, refusal in (
        (replaced, ReplacedError),
        (withdrawn, WithdrawnError),
        (declined, DeclinedError),
    ):
        with pytest.raises(refusal):
            tenant.accept(invite)
    clock.forward(days=1)
    with pytest.raises(ExpiredError):
        tenant.accept(expired)
    with pytest.raises(ExpiredError):
        tenant.decline(expired)

    assert seats(tenant, license_) == before
    assert len(events_of(tenant, "invite.accepted")) == events


def test_the_link_works_until_the_last_second_swept_or_not(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license()
    invite = tenant.invite(license_)
    clock.forward(days=10, seconds=-1)
    Sweep(tenant.context).sweep()

    assert tenant.accept(invite).state is InviteState.ACCEPTED


def test_a_swept_invite_is_answered_like_an_expired_one(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license()
    invite = tenant.invite(license_)
    clock.forward(days=10)
    assert Sweep(tenant.context).sweep().expired == 1

    with pytest.raises(ExpiredError):
        tenant.accept(invite)
    assert seats(tenant, license_) == (10, 0, 10)


def test_declining_gives_the_seat_back_and_tells_the_managers_once(tenant: Tenant) -> None:
    license_ = tenant.license()
    invite = tenant.invite(license_)

    assert tenant.decline(invite).state is InviteState.DECLINED
    assert tenant.decline(invite).state is InviteState.DECLINED

    assert seats(tenant, license_) == (10, 0, 10)
    assert access_now(tenant, license_).state is AccessState.RELEASED
    assert len(events_of(tenant, "invite.declined")) == 1


def test_an_accepted_invite_cannot_be_declined(tenant: Tenant) -> None:
    invite = tenant.invite(tenant.license())
    tenant.accept(invite)

    with pytest.raises(AlreadyAcceptedError):
        tenant.decline(invite)


def test_who_joined_earlier_keeps_that_date(tenant: Tenant, clock: Clock) -> None:
    tenant.accept(tenant.invite(tenant.license()))
    clock.forward(days=3)
    tenant.accept(tenant.invite(tenant.license()))

    found = LearnerDetails(tenant.context).learner(
        person=tenant.full, organization=tenant.id, email="ann@x.io"
    )
    assert found.learner.joined_at == MONDAY
    assert len(found.accesses) == 2


def test_a_team_invite_gives_a_role_when_accepted(tenant: Tenant) -> None:
    team_members, answer_invite = TeamMembers(tenant.context), AnswerInvite(tenant.context)
    pending = team_members.invite(
        person=tenant.full,
        organization=tenant.id,
        email="bob@x.io",
        first_name="Bob",
        last_name="Roe",
        role=Role.FULL,
        receipt=Receipt(),
    )
    answer_invite.accept(person=BOB, invite=pending.invite, number=1)
    again = answer_invite.accept(person=BOB, invite=pending.invite, number=1)

    team = {one.email: one for one in team_members.team(person=BOB, organization=tenant.id)}
    assert again.state is InviteState.ACCEPTED
    assert (team["bob@x.io"].role, team["bob@x.io"].state) == (Role.FULL, ManagerState.ACTIVE)


def test_a_declined_team_invite_vanishes_from_the_team(tenant: Tenant) -> None:
    team_members = TeamMembers(tenant.context)
    pending = team_members.invite(
        person=tenant.full,
        organization=tenant.id,
        email="bob@x.io",
        first_name="Bob",
        last_name="Roe",
        role=Role.LIMITED,
        receipt=Receipt(),
    )

    AnswerInvite(tenant.context).decline(invite=pending.invite, number=1)

    assert "bob@x.io" not in {
        one.email for one in team_members.team(person=tenant.full, organization=tenant.id)
    }


def test_a_team_invite_expires_once_and_can_no_longer_be_accepted(tenant: Tenant, clock: Clock) -> None:
    pending = TeamMembers(tenant.context).invite(
        person=tenant.full,
        organization=tenant.id,
        email="bob@x.io",
        first_name="Bob",
        last_name="Roe",
        role=Role.LIMITED,
        receipt=Receipt(),
    )
    clock.forward(days=10)

    assert Sweep(tenant.context).sweep().expired == 1
    clock.forward(minutes=15)
    assert Sweep(tenant.context).sweep().expired == 0
    with pytest.raises(ExpiredError):
        AnswerInvite(tenant.context).accept(person=BOB, invite=pending.invite, number=1)
    assert pending.since == MONDAY
    assert clock.now == MONDAY + timedelta(days=10, minutes=15)
