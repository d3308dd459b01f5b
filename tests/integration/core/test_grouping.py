"""Groups: their names, their licenses and who is in them."""

from __future__ import annotations

import pytest

from tests.support.clock import Clock
from tests.support.grouping import (
    add,
    delete,
    group_of,
    invite,
    invite_all,
    join,
    licenses_of,
    members,
    remove,
)
from tests.support.house import House
from tests.support.looking import access_now, events_of, seats
from usher.domain.accesses import AccessState
from usher.domain.errors import ForbiddenError
from usher.domain.groups import (
    GroupNameTakenError,
    NotInGroupError,
    TooManyLicensesError,
    UnknownGroupError,
    UnknownMemberError,
)
from usher.domain.invites import InviteState
from usher.domain.licenses import LicenseOverError
from usher.domain.people import Person
from usher.services.giving import Giving
from usher.services.grouping import Grouping
from usher.services.receipts import Receipt


def test_names_are_unlike_each_other_whatever_their_capitals(house: House) -> None:
    group = group_of(house, name="Night Shift")
    other = group_of(house, name="Day shift")
    grouping = Grouping(house.context)

    with pytest.raises(GroupNameTakenError):
        group_of(house, name="night  shift")
    with pytest.raises(GroupNameTakenError):
        grouping.rename(person=house.full, organization=house.id, group=other.id, name="NIGHT SHIFT")
    recased = grouping.rename(person=house.full, organization=house.id, group=group.id, name="night shift")
    grouping.rename(person=house.full, organization=house.id, group=group.id, name="Evening")

    assert recased.group.name == "night shift"
    assert group_of(house, name="Night shift").id != group.id, "a freed name can be had"


def test_two_at_once_cannot_have_the_same_name(house: House) -> None:
    with (
        house.before_next_write(lambda: group_of(house, name="Night shift")),
        pytest.raises(GroupNameTakenError),
    ):
        group_of(house, name="NIGHT SHIFT")

    assert len(events_of(house, "group.created")) == 1


def test_deleting_leaves_access_and_lets_open_invites_give_their_seats(house: House) -> None:
    license_ = house.license()
    group = group_of(house, license_)
    join(house, group, *(f"a{n}@x.io" for n in range(3)))
    pending = invite(house, group)

    delete(house, group)
    house.accept(pending)

    with pytest.raises(UnknownGroupError):
        members(house, group)
    with pytest.raises(UnknownGroupError):
        invite_all(house, group, "ben@x.io")
    with pytest.raises(UnknownGroupError):
        delete(house, group)
    assert seats(house, license_) == (10, 4, 6)
    assert access_now(house, license_).state is AccessState.ACTIVE
    assert group_of(house, name="Night shift").id != group.id


def test_who_accepts_while_the_group_is_deleted_gets_the_seats(house: House) -> None:
    license_ = house.license()
    group = group_of(house, license_)
    pending = invite(house, group)

    with house.before_next_write(lambda: delete(house, group)):
        accepted = house.accept(pending)

    assert accepted.state is InviteState.ACCEPTED
    assert access_now(house, license_).state is AccessState.ACTIVE


def test_removing_a_member_or_a_license_takes_no_access_away(house: House) -> None:
    license_ = house.license()
    group = group_of(house, license_)
    join(house, group, "ann@x.io", "ben@x.io")
    grouping = Grouping(house.context)

    grouping.remove_member(person=house.full, organization=house.id, group=group.id, email="Ann@x.io")
    remove(house, group, license_)

    assert members(house, group) == ["ben@x.io"]
    assert licenses_of(house, group) == ()
    assert seats(house, license_) == (10, 2, 8)
    with pytest.raises(UnknownMemberError):
        grouping.remove_member(person=house.full, organization=house.id, group=group.id, email="ann@x.io")
    with pytest.raises(NotInGroupError):
        remove(house, group, license_)


def test_members_are_listed_page_by_page(house: House) -> None:
    group = group_of(house, house.license(5))
    join(house, group, *(f"a{n}@x.io" for n in range(5)))

    assert members(house, group, limit=2) == [f"a{n}@x.io" for n in range(5)]


def test_a_group_has_twenty_licenses_at_most_and_none_that_is_over(house: House, clock: Clock) -> None:
    product = house.product()
    many = [house.license(1, product=product) for _ in range(21)]
    group = group_of(house, *many[:20])

    with pytest.raises(TooManyLicensesError):
        add(house, group, many[20], apply=False)
    with pytest.raises(TooManyLicensesError):
        group_of(house, *many, name="Other")
    clock.forward(days=400)
    with pytest.raises(LicenseOverError):
        group_of(house, many[0], name="Other")


def test_the_catalogue_is_searched_by_words_of_the_name(house: House) -> None:
    fire = house.license(product=house.product(name="Fire Safety at Work"))
    house.license(product=house.product(name="First aid"))
    grouping = Grouping(house.context)

    found = grouping.catalogue(person=house.limited, organization=house.id, name="work FIRE")

    assert [one.id for one in found] == [fire.id]
    assert len(grouping.catalogue(person=house.limited, organization=house.id, name="")) == 2


def test_limited_managers_look_and_change_nothing_and_others_do_not_even_look(house: House) -> None:
    group = group_of(house)
    grouping = Grouping(house.context)
    stranger = Person(email="stranger@x.io")

    page = grouping.listed(person=house.limited, organization=house.id, limit=10, cursor=None)

    assert [one.group.id for one in page.items] == [group.id]
    with pytest.raises(ForbiddenError):
        grouping.delete(person=house.limited, organization=house.id, group=group.id)
    with pytest.raises(ForbiddenError):
        Giving(house.context).add(
            person=house.limited,
            organization=house.id,
            group=group.id,
            license_id=house.license().id,
            apply=False,
            receipt=Receipt(),
        )
    with pytest.raises(Exception, match="no such organization"):
        grouping.group(person=stranger, organization=house.id, group=group.id)
