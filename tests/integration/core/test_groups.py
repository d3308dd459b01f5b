"""Groups: their names, their licenses and who is in them."""

from __future__ import annotations

import pytest

from tests.support.clock import Clock
from tests.support.groups import (
    add,
    delete,
    group_of,
    invite,
    invite_all,
    join,
    licenses_of,
    member_count,
    members,
    remove,
)
from tests.support.reading_back import access_now, events_of, invite_now, seats
from tests.support.tenant import Tenant
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
from usher.services.groups import Groups
from usher.services.license_assignment import LicenseAssignment
from usher.services.receipts import Receipt


def test_names_are_unlike_each_other_whatever_their_capitals(tenant: Tenant) -> None:
    group = group_of(tenant, name="Night Shift")
    other = group_of(tenant, name="Day shift")
    service = Groups(tenant.context)

    with pytest.raises(GroupNameTakenError):
        group_of(tenant, name="night  shift")
    with pytest.raises(GroupNameTakenError):
        service.rename(person=tenant.full, organization=tenant.id, group=other.id, name="NIGHT SHIFT")
    recased = service.rename(person=tenant.full, organization=tenant.id, group=group.id, name="night shift")
    service.rename(person=tenant.full, organization=tenant.id, group=group.id, name="Evening")

    assert recased.group.name == "night shift"
    assert group_of(tenant, name="Night shift").id != group.id, "a freed name can be had"


def test_two_at_once_cannot_have_the_same_name(tenant: Tenant) -> None:
    with (
        tenant.before_next_write(lambda: group_of(tenant, name="Night shift")),
        pytest.raises(GroupNameTakenError),
    ):
        group_of(tenant, name="NIGHT SHIFT")

    assert len(events_of(tenant, "group.created")) == 1


def test_deleting_leaves_access_and_lets_open_invites_give_their_seats(tenant: Tenant) -> None:
    license_ = tenant.license()
    group = group_of(tenant, license_)
    join(tenant, group, *(f"a{n}@x.io" for n in range(3)))
    pending = invite(tenant, group)

    delete(tenant, group)
    tenant.accept(pending)

    with pytest.raises(UnknownGroupError):
        members(tenant, group)
    with pytest.raises(UnknownGroupError):
        invite_all(tenant, group, "ben@x.io")
    with pytest.raises(UnknownGroupError):
        delete(tenant, group)
    assert seats(tenant, license_) == (10, 4, 6)
    assert access_now(tenant, license_).state is AccessState.ACTIVE
    assert group_of(tenant, name="Night shift").id != group.id


def test_who_accepts_while_the_group_is_deleted_gets_the_seats(tenant: Tenant) -> None:
    license_ = tenant.license()
    group = group_of(tenant, license_)
    pending = invite(tenant, group)

    with tenant.before_next_write(lambda: delete(tenant, group)):
        accepted = tenant.accept(pending)

    assert accepted.state is InviteState.ACCEPTED
    assert access_now(tenant, license_).state is AccessState.ACTIVE


def test_removing_a_member_or_a_license_takes_no_access_away(tenant: Tenant) -> None:
    license_ = tenant.license()
    group = group_of(tenant, license_)
    join(tenant, group, "ann@x.io", "ben@x.io")
    service = Groups(tenant.context)

    service.remove_member(person=tenant.full, organization=tenant.id, group=group.id, email="ann@x.io")
    remove(tenant, group, license_)

    assert members(tenant, group) == ["ben@x.io"]
    assert licenses_of(tenant, group) == ()
    assert seats(tenant, license_) == (10, 2, 8)
    with pytest.raises(UnknownMemberError):
        service.remove_member(person=tenant.full, organization=tenant.id, group=group.id, email="ann@x.io")
    with pytest.raises(NotInGroupError):
        remove(tenant, group, license_)


def test_members_are_counted_however_they_join_and_leave(tenant: Tenant) -> None:
    group = group_of(tenant, tenant.license(), name="Night shift")
    join(tenant, group, "ann@x.io", "ben@x.io", "cat@x.io")
    service = Groups(tenant.context)

    service.rename(person=tenant.full, organization=tenant.id, group=group.id, name="Late shift")
    service.remove_member(person=tenant.full, organization=tenant.id, group=group.id, email="ben@x.io")
    with pytest.raises(UnknownMemberError):
        service.remove_member(person=tenant.full, organization=tenant.id, group=group.id, email="ben@x.io")

    assert member_count(tenant, group) == 2
    (listed,) = service.listed(person=tenant.full, organization=tenant.id, limit=50, cursor=None).items
    assert listed.group.members == 2


def test_who_joins_by_two_ways_at_once_is_counted_once(tenant: Tenant) -> None:
    group = group_of(tenant, tenant.license())
    first = invite(tenant, group)
    add(tenant, group, tenant.license(), apply=False)
    second = invite(tenant, group)

    with tenant.before_next_write(lambda: tenant.accept(first)):
        tenant.accept(second)

    assert invite_now(tenant, second).state is InviteState.ACCEPTED
    assert members(tenant, group) == ["ann@x.io"]
    assert member_count(tenant, group) == 1


def test_members_are_listed_page_by_page(tenant: Tenant) -> None:
    group = group_of(tenant, tenant.license(5))
    join(tenant, group, *(f"a{n}@x.io" for n in range(5)))

    assert members(tenant, group, limit=2) == [f"a{n}@x.io" for n in range(5)]


def test_a_group_has_twenty_licenses_at_most_and_none_that_is_over(tenant: Tenant, clock: Clock) -> None:
    product = tenant.product()
    many = [tenant.license(1, product=product) for _ in range(21)]
    group = group_of(tenant, *many[:20])

    with pytest.raises(TooManyLicensesError):
        add(tenant, group, many[20], apply=False)
    with pytest.raises(TooManyLicensesError):
        group_of(tenant, *many, name="Other")
    clock.forward(days=400)
    with pytest.raises(LicenseOverError):
        group_of(tenant, many[0], name="Other")


def test_the_catalogue_is_searched_by_words_of_the_name(tenant: Tenant) -> None:
    fire = tenant.license(product=tenant.product(name="Fire Safety at Work"))
    tenant.license(product=tenant.product(name="First aid"))
    service = Groups(tenant.context)

    found = service.catalogue(person=tenant.limited, organization=tenant.id, name="work FIRE")

    assert [one.id for one in found] == [fire.id]
    assert len(service.catalogue(person=tenant.limited, organization=tenant.id, name="")) == 2


def test_limited_managers_look_and_change_nothing_and_others_do_not_even_look(tenant: Tenant) -> None:
    group = group_of(tenant)
    service = Groups(tenant.context)
    stranger = Person(email="stranger@x.io")

    page = service.listed(person=tenant.limited, organization=tenant.id, limit=10, cursor=None)

    assert [one.group.id for one in page.items] == [group.id]
    with pytest.raises(ForbiddenError):
        service.delete(person=tenant.limited, organization=tenant.id, group=group.id)
    with pytest.raises(ForbiddenError):
        LicenseAssignment(tenant.context).add(
            person=tenant.limited,
            organization=tenant.id,
            group=group.id,
            license_id=tenant.license().id,
            apply=False,
            receipt=Receipt(),
        )
    with pytest.raises(Exception, match="no such organization"):
        service.group(person=stranger, organization=tenant.id, group=group.id)
