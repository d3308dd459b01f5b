"""Adding a license to a group, and giving it to those who are members already."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.support.clock import Clock
from tests.support.grouping import (
    add,
    group_of,
    invite_all,
    join,
    licenses_of,
)
from tests.support.house import House
from tests.support.looking import access_now, events_of, seats
from tests.support.machinery import Machinery
from usher.domain.accesses import AccessState
from usher.domain.licenses import NotEnoughSeatsError, ProductKind
from usher.services.giving import Giving

MAY = datetime(2027, 4, 30, 22, 0, tzinfo=UTC)


def test_adding_a_license_reaches_later_invites_only_unless_it_is_applied(house: House) -> None:
    old, new = house.license(), house.license()
    group = group_of(house, old)
    join(house, group, "ann@x.io")

    added = add(house, group, new, apply=False)
    join(house, group, "ben@x.io")

    assert (added.given, added.left) == (0, 1)
    assert licenses_of(house, group) == (old.id, new.id)
    assert seats(house, new) == (10, 1, 9)


def test_applying_gives_it_to_those_who_lack_it_after_a_preview(house: House, machinery: Machinery) -> None:
    new = house.license(5, product=house.product(name="Ladders"))
    group = group_of(house, house.license())
    join(house, group, "ann@x.io", "ben@x.io", "cat@x.io", "dan@x.io")
    house.accept(house.invite(new, "cat@x.io"))
    house.invite(new, "dan@x.io")
    machinery.skip()

    needs = Giving(house.context).preview(
        person=house.limited, organization=house.id, group=group.id, license_id=new.id
    )
    untouched = licenses_of(house, group)
    done = add(house, group, new)
    repeated = add(house, group, new)
    machinery.settle()

    assert (needs.members, needs.have, needs.needed, needs.available, needs.missing) == (4, 2, 2, 3, 0)
    assert new.id not in untouched
    assert (done.given, done.have, done.left) == (2, 2, 0)
    assert (repeated.given, repeated.have, repeated.left) == (0, 4, 0)
    assert seats(house, new) == (5, 4, 1)
    assert access_now(house, new).state is AccessState.ACTIVE
    assert machinery.sent_to("ann@x.io") == machinery.sent_to("ben@x.io") == ["access_started"]
    assert len(events_of(house, "group.license_added")) == 1


def test_a_shortfall_refuses_the_whole_of_it(house: House) -> None:
    new = house.license(1)
    group = group_of(house, house.license())
    join(house, group, "ann@x.io", "ben@x.io")

    with pytest.raises(NotEnoughSeatsError) as refused:
        add(house, group, new)

    assert refused.value.facts["shortfall"] == [
        {"license": new.id, "needed": 2, "available": 1, "missing": 1}
    ]
    assert new.id not in licenses_of(house, group)
    assert seats(house, new) == (1, 0, 1)


def test_the_last_seat_going_at_that_moment_refuses_the_whole_of_it(house: House) -> None:
    new = house.license(2)
    group = group_of(house, house.license())
    join(house, group, "ann@x.io", "ben@x.io")

    with house.before_next_write(lambda: house.invite(new, "eve@x.io")), pytest.raises(NotEnoughSeatsError):
        add(house, group, new)

    assert new.id not in licenses_of(house, group)
    assert seats(house, new) == (2, 1, 1)


def test_who_gets_it_at_that_moment_is_not_given_it_twice(house: House) -> None:
    new = house.license(3)
    group = group_of(house, house.license())
    join(house, group, "ann@x.io", "ben@x.io")

    with house.before_next_write(lambda: house.accept(house.invite(new, "ann@x.io"))):
        done = add(house, group, new)

    assert (done.given, done.have, done.left) == (1, 1, 0)
    assert seats(house, new) == (3, 2, 1)


def test_more_members_than_one_transaction_holds_are_all_given_it(house: House) -> None:
    new = house.license(200)
    group = group_of(house)
    emails = [f"a{n}@x.io" for n in range(120)]
    for one in invite_all(house, group, emails):
        assert one.invite is not None
        house.accept(one.invite)

    done = add(house, group, new)

    assert (done.given, done.have, done.left) == (120, 0, 0)
    assert seats(house, new) == (200, 120, 80)


def test_an_expired_reservation_does_not_keep_a_member_from_it(house: House, clock: Clock) -> None:
    new = house.license(1)
    group = group_of(house)
    join(house, group, "ann@x.io")
    house.invite(new)
    clock.forward(days=11)

    done = add(house, group, new)

    assert (done.given, done.have, done.left) == (1, 0, 0)
    assert access_now(house, new).state is AccessState.ACTIVE


def test_an_applied_subscription_starts_on_its_own_date(house: House, machinery: Machinery) -> None:
    agreed = house.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-05-01")
    group = group_of(house)
    join(house, group, "ann@x.io")

    add(house, group, agreed)

    assert access_now(house, agreed).state is AccessState.SCHEDULED
    assert access_now(house, agreed).start_at == MAY
    (event,) = events_of(house, "group.license_added")
    assert event.facts["starts"]
    machinery.settle()
