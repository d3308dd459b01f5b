"""DESIGN 2, Invite life: what the invited person can do, and what each kind of dead link answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.clock import MONDAY, Clock
from tests.support.counting import Count
from tests.support.house import House
from tests.support.looking import access_now, events_of, invite_now, seats
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
from usher.services.invites.answering import Answering
from usher.services.outbox.sweeping import Sweeping
from usher.services.people.learning import Learning
from usher.services.receipts import Receipt
from usher.services.teaming import Teaming

BOB = Person(email="bob@x.io", first_name="Bob")


def test_looking_changes_nothing(house: House, count: Count) -> None:
    invite = house.invite(house.license())

    with count() as cost:
        offer = Answering(house.context).look(invite=invite.id)

    assert (cost.calls, cost.items) == (2, 0)
    assert offer.invite == invite_now(house, invite)
    assert offer.organization.name == "Acme"


def test_there_is_nothing_to_see_of_an_invite_that_never_was(house: House) -> None:
    with pytest.raises(UnknownInviteError):
        Answering(house.context).look(invite="01ARZ3NDEKTSV4RRFFQ69G5FAV")


def test_acceptance_starts_access_at_once_and_makes_a_learner(house: House) -> None:
    license_ = house.license()

    accepted = house.accept(house.invite(license_))

    assert accepted.state is InviteState.ACCEPTED
    access = access_now(house, license_)
    assert (access.state, access.start_at) == (AccessState.ACTIVE, MONDAY)
    assert access.entitles(MONDAY)
    detail = Learning(house.context).learner(person=house.limited, organization=house.id, email="Ann@x.io")
    assert (detail.learner.first_name, detail.learner.last_name) == ("Ann", "Lee")
    assert detail.learner.joined_at == MONDAY
    assert seats(house, license_) == (10, 1, 9)
    assert not events_of(house, "invite.accepted")[0].facts["starts"]


def test_acceptance_before_the_chosen_date_schedules_access(house: House) -> None:
    license_ = house.license()

    house.accept(house.invite(license_, access_start="2027-02-01"))

    access = access_now(house, license_)
    assert (access.state, access.start_at) == (AccessState.SCHEDULED, datetime(2027, 1, 31, 23, tzinfo=UTC))
    assert not access.entitles(MONDAY)
    assert events_of(house, "invite.accepted")[0].facts["starts"] == [
        {"email": "ann@x.io", "license": license_.id, "start_at": "2027-01-31T23:00:00Z"}
    ]


def test_acceptance_after_the_chosen_date_starts_access_at_once(house: House, clock: Clock) -> None:
    license_ = house.license()
    invite = house.invite(license_, access_start="2027-01-06")
    clock.forward(days=5)

    house.accept(invite)

    assert access_now(house, license_).start_at == clock.now


def test_a_subscription_accepted_early_waits_for_its_own_start(house: House) -> None:
    license_ = house.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-03-01")

    house.accept(house.invite(license_))

    assert access_now(house, license_).start_at == datetime(2027, 2, 28, 23, tzinfo=UTC)


def test_each_license_of_one_invite_starts_in_its_own_way(house: House) -> None:
    course = house.license()
    subscription = house.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-03-01")

    house.accept(house.invite([course, subscription]))

    assert access_now(house, course).state is AccessState.ACTIVE
    assert access_now(house, subscription).state is AccessState.SCHEDULED


def test_a_second_click_is_no_error_and_changes_nothing(house: House, clock: Clock) -> None:
    license_ = house.license()
    invite = house.invite(license_)
    first = house.accept(invite)
    clock.forward(days=30)

    second = house.accept(invite)

    assert (second.state, second.answered_at) == (InviteState.ACCEPTED, first.answered_at)
    assert seats(house, license_) == (10, 1, 9)
    assert len(events_of(house, "invite.accepted")) == 1


def test_two_clicks_at_once_are_one_acceptance(house: House) -> None:
    license_ = house.license()
    invite = house.invite(license_)

    with house.before_next_write(lambda: house.accept(invite)):
        assert house.accept(invite).state is InviteState.ACCEPTED

    assert len(events_of(house, "invite.accepted")) == 1
    assert seats(house, license_) == (10, 1, 9)


def test_signed_in_as_somebody_else_changes_nothing(house: House) -> None:
    license_ = house.license()
    invite = house.invite(license_)

    for _ in range(2):
        with pytest.raises(OtherPersonError):
            Answering(house.context).accept(person=BOB, invite=invite.id, number=1)
        house.accept(invite)
    assert seats(house, license_) == (10, 1, 9)


def test_no_dead_link_changes_anything(house: House, clock: Clock) -> None:
    license_ = house.license()
    replaced = house.invite(license_, "a@x.io")
    house.resend(replaced)
    withdrawn = house.invite(license_, "b@x.io")
    house.withdraw(withdrawn)
    declined = house.invite(license_, "c@x.io")
    house.decline(declined)
    expired = house.invite(license_, "d@x.io")
    before = seats(house, license_)
    events = len(events_of(house, "invite.accepted"))

    clock.forward(days=9)
    for invite, refusal in (
        (replaced, ReplacedError),
        (withdrawn, WithdrawnError),
        (declined, DeclinedError),
    ):
        with pytest.raises(refusal):
            house.accept(invite)
    clock.forward(days=1)
    with pytest.raises(ExpiredError):
        house.accept(expired)
    with pytest.raises(ExpiredError):
        house.decline(expired)

    assert seats(house, license_) == before
    assert len(events_of(house, "invite.accepted")) == events


def test_the_link_works_until_the_last_second_swept_or_not(house: House, clock: Clock) -> None:
    license_ = house.license()
    invite = house.invite(license_)
    clock.forward(days=10, seconds=-1)
    Sweeping(house.context).sweep()

    assert house.accept(invite).state is InviteState.ACCEPTED


def test_a_swept_invite_is_answered_like_an_expired_one(house: House, clock: Clock) -> None:
    license_ = house.license()
    invite = house.invite(license_)
    clock.forward(days=10)
    assert Sweeping(house.context).sweep().expired == 1

    with pytest.raises(ExpiredError):
        house.accept(invite)
    assert seats(house, license_) == (10, 0, 10)


def test_declining_gives_the_seat_back_and_tells_the_managers_once(house: House) -> None:
    license_ = house.license()
    invite = house.invite(license_)

    assert house.decline(invite).state is InviteState.DECLINED
    assert house.decline(invite).state is InviteState.DECLINED

    assert seats(house, license_) == (10, 0, 10)
    assert access_now(house, license_).state is AccessState.RELEASED
    assert len(events_of(house, "invite.declined")) == 1


def test_an_accepted_invite_cannot_be_declined(house: House) -> None:
    invite = house.invite(house.license())
    house.accept(invite)

    with pytest.raises(AlreadyAcceptedError):
        house.decline(invite)


def test_who_joined_earlier_keeps_that_date(house: House, clock: Clock) -> None:
    house.accept(house.invite(house.license()))
    clock.forward(days=3)
    house.accept(house.invite(house.license()))

    found = Learning(house.context).learner(person=house.full, organization=house.id, email="ann@x.io")
    assert found.learner.joined_at == MONDAY
    assert len(found.accesses) == 2


def test_a_team_invite_gives_a_role_when_accepted(house: House) -> None:
    teaming, answering = Teaming(house.context), Answering(house.context)
    pending = teaming.invite(
        person=house.full,
        organization=house.id,
        email="bob@x.io",
        first_name="Bob",
        last_name="Roe",
        role=Role.FULL,
        receipt=Receipt(),
    )
    answering.accept(person=BOB, invite=pending.invite, number=1)
    again = answering.accept(person=BOB, invite=pending.invite, number=1)

    team = {one.email: one for one in teaming.team(person=BOB, organization=house.id)}
    assert again.state is InviteState.ACCEPTED
    assert (team["bob@x.io"].role, team["bob@x.io"].state) == (Role.FULL, ManagerState.ACTIVE)


def test_a_declined_team_invite_vanishes_from_the_team(house: House) -> None:
    teaming = Teaming(house.context)
    pending = teaming.invite(
        person=house.full,
        organization=house.id,
        email="bob@x.io",
        first_name="Bob",
        last_name="Roe",
        role=Role.LIMITED,
        receipt=Receipt(),
    )

    Answering(house.context).decline(invite=pending.invite, number=1)

    assert "bob@x.io" not in {one.email for one in teaming.team(person=house.full, organization=house.id)}


def test_a_team_invite_expires_once_and_can_no_longer_be_accepted(house: House, clock: Clock) -> None:
    pending = Teaming(house.context).invite(
        person=house.full,
        organization=house.id,
        email="bob@x.io",
        first_name="Bob",
        last_name="Roe",
        role=Role.LIMITED,
        receipt=Receipt(),
    )
    clock.forward(days=10)

    assert Sweeping(house.context).sweep().expired == 1
    clock.forward(minutes=15)
    assert Sweeping(house.context).sweep().expired == 0
    with pytest.raises(ExpiredError):
        Answering(house.context).accept(person=BOB, invite=pending.invite, number=1)
    assert pending.since == MONDAY
    assert clock.now == MONDAY + timedelta(days=10, minutes=15)
