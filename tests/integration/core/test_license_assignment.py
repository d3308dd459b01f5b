"""Adding a license to a group, and giving it to those who are members already."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.clock import Clock
from tests.support.groups import (
    add,
    group_of,
    invite_all,
    join,
    licenses_of,
)
from tests.support.published_events import starts
from tests.support.reading_back import access_now, events_of, lacking, seats
from tests.support.tenant import Tenant
from usher.domain.accesses import AccessState
from usher.domain.licenses import NotEnoughSeatsError, ProductKind
from usher.services.license_assignment import LicenseAssignment

MAY = datetime(2027, 4, 30, 22, 0, tzinfo=UTC)


def test_adding_a_license_reaches_later_invites_only_unless_it_is_applied(tenant: Tenant) -> None:
    old, new = tenant.license(), tenant.license()
    group = group_of(tenant, old)
    join(tenant, group, "ann@x.io")

    added = add(tenant, group, new, apply=False)
    join(tenant, group, "ben@x.io")

    assert (added.given, added.left) == (0, 1)
    assert licenses_of(tenant, group) == (old.id, new.id)
    assert seats(tenant, new) == (10, 1, 9)


def test_applying_gives_it_to_those_who_lack_it_after_a_preview(
    tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    new = tenant.license(5, product=tenant.product(name="Ladders"))
    group = group_of(tenant, tenant.license())
    join(tenant, group, "ann@x.io", "ben@x.io", "cat@x.io", "dan@x.io")
    tenant.accept(tenant.invite(new, "cat@x.io"))
    tenant.invite(new, "dan@x.io")
    async_workers.skip()

    needs = LicenseAssignment(tenant.context).preview(
        person=tenant.limited, organization=tenant.id, group=group.id, license_id=new.id
    )
    untouched = licenses_of(tenant, group)
    done = add(tenant, group, new)
    repeated = add(tenant, group, new)
    async_workers.settle()

    assert (needs.members, needs.have, needs.needed, needs.available, needs.missing) == (4, 2, 2, 3, 0)
    assert new.id not in untouched
    assert (done.given, done.have, done.left) == (2, 2, 0)
    assert (repeated.given, repeated.have, repeated.left) == (0, 4, 0)
    assert seats(tenant, new) == (5, 4, 1)
    assert access_now(tenant, new).state is AccessState.ACTIVE
    assert async_workers.sent_to("ann@x.io") == async_workers.sent_to("ben@x.io") == ["access_started"]
    assert len(events_of(tenant, "group.license_added")) == 1


def test_a_shortfall_refuses_the_whole_of_it(tenant: Tenant) -> None:
    new = tenant.license(1)
    group = group_of(tenant, tenant.license())
    join(tenant, group, "ann@x.io", "ben@x.io")

    with pytest.raises(NotEnoughSeatsError) as refused:
        add(tenant, group, new)

    assert refused.value.facts["shortfall"] == [lacking(new, needed=2, available=1)]
    assert new.id not in licenses_of(tenant, group)
    assert seats(tenant, new) == (1, 0, 1)


def test_the_last_seat_going_at_that_moment_refuses_the_whole_of_it(tenant: Tenant) -> None:
    new = tenant.license(2)
    group = group_of(tenant, tenant.license())
    join(tenant, group, "ann@x.io", "ben@x.io")

    with tenant.before_next_write(lambda: tenant.invite(new, "eve@x.io")), pytest.raises(NotEnoughSeatsError):
        add(tenant, group, new)

    assert new.id not in licenses_of(tenant, group)
    assert seats(tenant, new) == (2, 1, 1)


def test_who_gets_it_at_that_moment_is_not_given_it_twice(tenant: Tenant) -> None:
    new = tenant.license(3)
    group = group_of(tenant, tenant.license())
    join(tenant, group, "ann@x.io", "ben@x.io")

    with tenant.before_next_write(lambda: tenant.accept(tenant.invite(new, "ann@x.io"))):
        done = add(tenant, group, new)

    assert (done.given, done.have, done.left) == (1, 1, 0)
    assert seats(tenant, new) == (3, 2, 1)


def test_more_members_than_one_transaction_holds_are_all_given_it(tenant: Tenant) -> None:
    new = tenant.license(200)
    group = group_of(tenant)
    emails = [f"a{n}@x.io" for n in range(120)]
    for one in invite_all(tenant, group, emails):
        assert one.invite is not None
        tenant.accept(one.invite)

    done = add(tenant, group, new)

    assert (done.given, done.have, done.left) == (120, 0, 0)
    assert seats(tenant, new) == (200, 120, 80)


def test_an_expired_reservation_does_not_keep_a_member_from_it(tenant: Tenant, clock: Clock) -> None:
    new = tenant.license(1)
    group = group_of(tenant)
    join(tenant, group, "ann@x.io")
    tenant.invite(new)
    clock.forward(days=11)

    done = add(tenant, group, new)

    assert (done.given, done.have, done.left) == (1, 0, 0)
    assert access_now(tenant, new).state is AccessState.ACTIVE


def test_an_applied_subscription_starts_on_its_own_date(tenant: Tenant, async_workers: AsyncWorkers) -> None:
    agreed = tenant.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-05-01")
    group = group_of(tenant)
    join(tenant, group, "ann@x.io")

    add(tenant, group, agreed)

    assert access_now(tenant, agreed).state is AccessState.SCHEDULED
    assert access_now(tenant, agreed).start_at == MAY
    (event,) = events_of(tenant, "group.license_added")
    assert starts(event)
    async_workers.settle()
