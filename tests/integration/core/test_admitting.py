"""Letting a person in without an invite: seats, group and place in one transaction, exact and once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.clock import Clock
from tests.support.counting import Count
from tests.support.crashing import Death, dying
from tests.support.house import House
from tests.support.joining import group_of, person
from tests.support.looking import access_now, events_of, invite_now, seats
from usher.domain.accesses import AccessState
from usher.domain.doors.grants import Grant
from usher.domain.events import EventType
from usher.domain.groups import UnknownGroupError
from usher.domain.invites import InviteState
from usher.domain.licenses import LicenseOverError, NotEnoughSeatsError, UnknownLicenseError
from usher.services.doors.admitting import Admitted, Admitting, Door
from usher.services.grouping import Grouping
from usher.store import groups
from usher.store.people import learners

ANN = "ann@x.io"


def door(house: House, grant: Grant, **more: Any) -> Door:
    return Door(organization=house.id, grant=grant, event=EventType.LEARNER_JOINED, **more)


def admit(house: House, *licenses: str, group: str | None = None, email: str = ANN) -> Admitted:
    grant = Grant(licenses=licenses, group=group)
    return Admitting(house.context).admit(person=person(email), door=door(house, grant))


def test_everything_is_given_in_one_transaction(house: House, count: Count) -> None:
    one, other = house.license(2), house.license(2)
    group = group_of(house, one, other)

    with count() as cost:
        admitted = admit(house, group=group)

    assert admitted.new
    assert [access.terms.license for access in admitted.accesses] == [one.id, other.id]
    assert cost.operations.count("TransactWriteItems") == 1
    # Two licenses, two accesses, the learner, the member and the event.
    assert cost.writes == 7
    (event,) = events_of(house, "learner.joined")
    assert event.facts["seats_taken"] == {one.id: 1, other.id: 1}
    assert event.facts["group"] == group
    assert house.context.table.get(groups.member_ref(house.id, group, ANN)) is not None


def test_what_they_have_is_not_given_again(house: House) -> None:
    one, other = house.license(2), house.license(2)
    admit(house, one.id)

    second = admit(house, one.id, other.id)

    assert [access.terms.license for access in second.accesses] == [other.id]
    assert seats(house, one) == (2, 1, 1)


def test_who_has_it_all_is_given_nothing_and_nothing_is_written(house: House, count: Count) -> None:
    license_ = house.license(2)
    admit(house, license_.id)

    with count() as cost:
        again = admit(house, license_.id)

    assert not again.new
    assert cost.writes == 0


def test_two_at_once_for_the_last_seat_leave_one_without(house: House) -> None:
    license_ = house.license(1)

    with (
        pytest.raises(NotEnoughSeatsError) as refused,
        house.before_next_write(lambda: admit(house, license_.id, email="bo@x.io")),
    ):
        admit(house, license_.id)

    assert refused.value.facts["shortfall"] == [
        {"license": license_.id, "needed": 1, "available": 0, "missing": 1}
    ]
    assert learners.get(house.context.table, house.id, ANN) is None


def test_one_license_without_a_seat_gives_nothing_of_the_others(house: House) -> None:
    plenty, none = house.license(5), house.license(1)
    house.invite(none, "x@x.io")

    with pytest.raises(NotEnoughSeatsError) as refused:
        admit(house, plenty.id, none.id)

    assert refused.value.facts["shortfall"] == [
        {"license": none.id, "needed": 1, "available": 0, "missing": 1}
    ]
    assert seats(house, plenty) == (5, 0, 5)


def test_the_same_person_twice_at_once_takes_one_seat(house: House) -> None:
    license_ = house.license(2)

    with house.before_next_write(lambda: admit(house, license_.id)):
        assert not admit(house, license_.id).new

    assert seats(house, license_) == (2, 1, 1)
    assert len(events_of(house, "learner.joined")) == 1


def test_a_seat_that_an_open_invite_holds_is_taken_up_by_accepting_it(house: House) -> None:
    license_ = house.license(1)
    invite = house.invite(license_)

    assert not admit(house, license_.id).new

    assert invite_now(house, invite).state is InviteState.ACCEPTED
    assert access_now(house, license_).state is AccessState.ACTIVE


@pytest.mark.parametrize("how", ["withdrawn", "resent"])
def test_an_invite_that_changes_at_that_moment_is_looked_at_anew(
    house: House, clock: Clock, how: str
) -> None:
    license_ = house.license(1)
    invite = house.invite(license_)
    clock.forward(minutes=2)

    with house.before_next_write(
        lambda: house.withdraw(invite) if how == "withdrawn" else house.resend(invite)
    ):
        admitted = admit(house, license_.id)

    assert admitted.new is (how == "withdrawn")
    assert access_now(house, license_).state is AccessState.ACTIVE
    assert seats(house, license_) == (1, 1, 0)


def test_a_seat_of_an_invite_that_has_run_out_is_taken_anew(house: House, clock: Clock) -> None:
    license_ = house.license(1)
    house.invite(license_)
    clock.forward(days=11)

    assert admit(house, license_.id).new

    assert seats(house, license_) == (1, 1, 0)


def test_is_in_says_whether_there_is_anything_to_give(house: House, clock: Clock, count: Count) -> None:
    license_ = house.license(2)
    grant = Grant(licenses=(license_.id,))
    admitting = Admitting(house.context)

    def is_in() -> bool:
        return admitting.is_in(person=person(), organization=house.id, grant=grant)

    assert not is_in()
    house.invite(license_)
    with count() as cost:
        assert is_in()
    clock.forward(days=11)
    assert not is_in()
    admit(house, license_.id)
    assert is_in()
    assert cost.writes == 0


def test_a_group_that_is_deleted_at_the_same_moment_gives_nothing(house: House) -> None:
    license_ = house.license(2)
    group = group_of(house, license_)

    def delete() -> None:
        Grouping(house.context).delete(person=house.full, organization=house.id, group=group)

    with pytest.raises(UnknownGroupError), house.before_next_write(delete):
        admit(house, group=group)

    assert seats(house, license_) == (2, 0, 2)


def test_what_has_ended_or_is_not_the_organizations_gives_nothing(house: House, clock: Clock) -> None:
    license_ = house.license(2)

    with pytest.raises(UnknownLicenseError):
        admit(house, "01KAP3V8Q2M4X7Y9Z1B5C6D8E0")
    with pytest.raises(UnknownGroupError):
        admit(house, group="01KAP3V8Q2M4X7Y9Z1B5C6D8E0")
    clock.forward(days=400)
    with pytest.raises(LicenseOverError):
        admit(house, license_.id)


def test_whatever_call_it_dies_at_all_or_nothing_is_given(house: House) -> None:
    one, other = house.license(9), house.license(9)
    group = group_of(house, one, other)
    client = house.context.table.connection.client
    with dying(client, at=None) as moments:
        admit(house, group=group, email="counted@x.io")
    for at in range(1, moments.passed + 1):
        email = f"p{at}@x.io"
        with pytest.raises(Death), dying(client, at=at):
            admit(house, group=group, email=email)
        admit(house, group=group, email=email)

    people = moments.passed + 1
    assert seats(house, one) == seats(house, other) == (9, people, 9 - people)
    assert len(events_of(house, "learner.joined")) == people


def test_who_lets_them_in_is_the_actor(house: House) -> None:
    Admitting(house.context).admit(person=person(), door=door(house, Grant(), actor="boss@acme.example"))

    (event,) = events_of(house, "learner.joined")
    assert (event.actor, event.facts["email"]) == ("boss@acme.example", ANN)
