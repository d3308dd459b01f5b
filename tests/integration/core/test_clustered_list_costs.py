"""What lists by address or name cost where many pass a filter, behind others that stand together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.capacity import CapacityMeter
from tests.support.clock import Clock
from tests.support.groups import group_of
from tests.support.list_contents import add_learners, learner_of
from tests.support.list_sizes import dense
from tests.support.tenant import Tenant
from usher.domain.invite_lists import InviteSort
from usher.domain.invites import InviteState
from usher.domain.learner_lists import LearnerSort
from usher.domain.licenses import License
from usher.services.invites.invite_listing import InviteQuery
from usher.services.invites.invite_queries import InvitePage, InviteQueries
from usher.services.people.learner_listing import LearnerQuery
from usher.services.people.learner_lists import LearnerLists, LearnersPage

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

OTHERS = [60, 600]
PASSING = 60
"""More than are known beforehand, as `dense` bounds that: the root of 5 * 660."""

READ = 125
"""The caller, a page in vain, what passes as keys, and a hundred at once."""


def invited(tenant: Tenant, **query: Any) -> InvitePage:
    return InviteQueries(tenant.context).listed(
        person=tenant.full, organization=tenant.id, query=InviteQuery(**query), limit=5, cursor=None
    )


def learners_of(tenant: Tenant, limit: int = 5, cursor: str | None = None, **query: Any) -> LearnersPage:
    return LearnerLists(tenant.context).learners(
        person=tenant.full, organization=tenant.id, query=LearnerQuery(**query), limit=limit, cursor=cursor
    )


def invite_many(tenant: Tenant, license_: License, beginning: str, number: int) -> None:
    for first in range(0, number, 100):
        some = range(first, min(first + 100, number))
        tenant.invite_all(license_, [f"{beginning} Lee <{beginning}{n:03}@x.io>" for n in some])


@pytest.mark.parametrize("others", OTHERS)
def test_invites_to_a_license_behind_many_to_another_one(
    tenant: Tenant,
    async_workers: AsyncWorkers,
    clock: Clock,
    dynamodb: DynamoDBClient,
    monkeypatch: pytest.MonkeyPatch,
    others: int,
) -> None:
    course, exam = tenant.license(1000), tenant.license(1000)
    invite_many(tenant, exam, "a", others)
    invite_many(tenant, course, "z", PASSING)
    async_workers.dispatch()
    clock.forward(hours=1)
    dense(monkeypatch)
    meter = CapacityMeter(dynamodb)

    for sort in (InviteSort.EMAIL, InviteSort.NAME):
        with meter() as cost:
            page = invited(tenant, licenses=(course.id,), states=(InviteState.PENDING,), sort=sort)

        assert [one.email for one in page.items] == [f"z{n:03}@x.io" for n in range(5)]
        assert page.next is not None
        assert cost.read <= READ + others / 40, (sort, "and the others as keys")


@pytest.mark.parametrize("others", [30, 100])
def test_open_invites_behind_fewer_that_expired(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock, dynamodb: DynamoDBClient, others: int
) -> None:
    license_ = tenant.license(1000)
    invite_many(tenant, license_, "a", others)
    async_workers.dispatch()
    clock.forward(days=11)
    async_workers.sweep()
    invite_many(tenant, license_, "z", 110)
    async_workers.dispatch()
    meter = CapacityMeter(dynamodb)

    with meter() as cost:
        page = invited(tenant, expired=False, states=(InviteState.PENDING,), sort=InviteSort.EMAIL)

    assert [one.email for one in page.items] == [f"z{n:03}@x.io" for n in range(5)]
    assert cost.read <= 30 + 110, "a few in vain, and a hundred at once"


@pytest.mark.parametrize("others", OTHERS)
def test_learners_of_a_group_behind_many_who_are_in_none(
    tenant: Tenant,
    async_workers: AsyncWorkers,
    dynamodb: DynamoDBClient,
    monkeypatch: pytest.MonkeyPatch,
    others: int,
) -> None:
    group = group_of(tenant, name="Nurses")
    add_learners(tenant, [(learner_of(tenant, f"a{n}@x.io", last_name="A"), [], []) for n in range(others)])
    add_learners(
        tenant, [(learner_of(tenant, f"z{n:03}@x.io", last_name="Z"), [], [group]) for n in range(PASSING)]
    )
    async_workers.dispatch()
    dense(monkeypatch)
    meter = CapacityMeter(dynamodb)

    for query in ({"sort": LearnerSort.NAME}, {"search": "ann"}):
        with meter() as cost:
            page = learners_of(tenant, groups=(group.id,), **query)

        assert [one.learner.email for one in page.items] == [f"z{n:03}@x.io" for n in range(5)]
        assert page.next is not None
        assert cost.read <= 2 * READ + others / 40, (query, "each with their membership")


@pytest.mark.parametrize("others", [40, 200])
def test_a_search_does_not_load_those_by_name_again_whom_it_found_by_address(
    tenant: Tenant, dynamodb: DynamoDBClient, others: int
) -> None:
    add_learners(tenant, [(learner_of(tenant, f"ann{n:03}@x.io"), [], []) for n in range(others)])
    add_learners(tenant, [(learner_of(tenant, "zoe@x.io"), [], [])])
    first = learners_of(tenant, limit=others, search="ann")
    meter = CapacityMeter(dynamodb)

    with meter() as cost:
        second = learners_of(tenant, limit=others, cursor=first.next, search="ann")

    assert [len(first.items), *(one.learner.email for one in second.items)] == [others, "zoe@x.io"]
    assert cost.read <= 10 + others / 20
