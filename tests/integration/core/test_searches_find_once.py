"""Searches load nothing again that they have found by an earlier field (decision 0105).

Each finds very many by one field; behind them, by a later field, stand the same again and somebody else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from tests.support.async_workers import AsyncWorkers
from tests.support.bulk_writes import write_all
from tests.support.capacity import CapacityMeter
from tests.support.clock import MONDAY
from tests.support.codes import code_of, used_up
from tests.support.list_contents import access_of, add_learners, learner_of
from tests.support.list_costs import ReadPage
from tests.support.tenant import Tenant
from usher.domain.enrollment.codes import CodeKey, CodeState, Use
from usher.domain.enrollment.join_requests import JoinRequest, JoinState
from usher.domain.licenses import License
from usher.services.enrollment.code_uses import CodeUses
from usher.services.enrollment.codes import Codes
from usher.services.enrollment.join_requests import JoinRequests
from usher.services.invites.invite_listing import InviteQuery
from usher.services.invites.invite_queries import InviteQueries
from usher.services.license_accesses import LicenseAccesses
from usher.services.people.learner_listing import LearnerQuery
from usher.services.people.learner_lists import LearnerLists
from usher.store.enrollment import code_uses, codes, join_requests

OTHERS = [120, 600]
"""More than are read and sorted."""

LIMIT = 20

READ = 120
"""The caller, what is loaded before anything is looked up, with what stands beside it, and keys."""


def check(
    dynamodb: DynamoDBClient,
    read: ReadPage[Any],
    name: Callable[[Any], str],
    others: list[str],
    last: str,
    *,
    most: float = READ,
) -> None:
    """Read a search to its end: all pages are full but the last, which costs what it returns."""
    found: list[str] = []
    cursor, is_first = None, True
    while cursor is not None or is_first:
        with CapacityMeter(dynamodb)() as cost:
            page = read(limit=LIMIT, cursor=cursor)
        found += map(name, page.items)
        assert page.next is None or len(page.items) == LIMIT
        cursor, is_first = page.next, False

    assert found == [*others, last]
    assert cost.read <= most


def emails(others: int) -> list[str]:
    return [f"x{n:03}@x.io" for n in range(others)]


def learners_called_alike(tenant: Tenant, others: int, license_: License | None = None) -> None:
    """First and last name of all but one begin with Q, of whom there is a last name alone."""
    people = [*(("Qa", "Qb", email) for email in emails(others)), ("Zoe", "Qz", "zoe@x.io")]
    add_learners(
        tenant,
        [
            (
                learner_of(tenant, email, first_name=first, last_name=last),
                [] if license_ is None else [access_of(license_, email)],
                [],
            )
            for first, last, email in people
        ],
    )


def invited_alike(tenant: Tenant, async_workers: AsyncWorkers, others: int) -> License:
    """Invite all; the addresses of all but one begin with X, and so do all first names."""
    license_ = tenant.license(1000)
    for first in range(0, others, 100):
        tenant.invite_all(license_, [f"X Y <{one}>" for one in emails(others)[first : first + 100]])
    tenant.invite_all(license_, ["X Z <zoe@x.io>"])
    async_workers.dispatch()
    return license_


@pytest.mark.parametrize("others", OTHERS)
def test_learners(tenant: Tenant, dynamodb: DynamoDBClient, others: int) -> None:
    learners_called_alike(tenant, others)
    listed = partial(
        LearnerLists(tenant.context).learners,
        person=tenant.limited,
        organization=tenant.id,
        query=LearnerQuery(search="q"),
    )

    check(dynamodb, listed, lambda one: one.learner.email, emails(others), "zoe@x.io")


@pytest.mark.parametrize("others", OTHERS)
def test_invites(tenant: Tenant, async_workers: AsyncWorkers, dynamodb: DynamoDBClient, others: int) -> None:
    invited_alike(tenant, async_workers, others)
    listed = partial(
        InviteQueries(tenant.context).listed,
        person=tenant.limited,
        organization=tenant.id,
        query=InviteQuery(search="x"),
    )

    check(dynamodb, listed, lambda one: one.email, emails(others), "zoe@x.io")


@pytest.mark.parametrize("states", [(), (CodeState.USED_UP, CodeState.ACTIVE)])
@pytest.mark.parametrize("others", OTHERS)
def test_codes(
    tenant: Tenant,
    async_workers: AsyncWorkers,
    dynamodb: DynamoDBClient,
    others: int,
    states: tuple[CodeState, ...],
) -> None:
    license_ = tenant.license(10)
    used_up(tenant, license_, others, prefix="A", name="Autumn", batch=True)
    code_of(tenant, license_, text="Z-OPEN", name="Azure")
    async_workers.dispatch()
    listed = partial(
        Codes(tenant.context).listed,
        person=tenant.limited,
        organization=tenant.id,
        search="a",
        states=states,
    )

    check(dynamodb, listed, lambda one: one.code.text, [f"A{n:05}" for n in range(others)], "Z-OPEN")


@pytest.mark.parametrize("others", OTHERS)
def test_join_requests(tenant: Tenant, dynamodb: DynamoDBClient, others: int) -> None:
    people = [*(("Qa", "Qb", email) for email in emails(others)), ("Zoe", "Qz", "zoe@x.io")]
    asked = (
        JoinRequest(
            id=f"{n:026}",
            organization=tenant.id,
            email=email,
            first_name=first,
            last_name=last,
            state=JoinState.PENDING,
            asked_at=MONDAY,
        )
        for n, (first, last, email) in enumerate(people)
    )
    write_all(tenant, (write for one in asked for write in join_requests.write(None, one)))
    listed = partial(
        JoinRequests(tenant.context).listed, person=tenant.limited, organization=tenant.id, search="q"
    )

    check(dynamodb, listed, lambda one: one.email, emails(others), "zoe@x.io")


@pytest.mark.parametrize("others", OTHERS)
def test_accesses_of_a_license(
    tenant: Tenant, async_workers: AsyncWorkers, dynamodb: DynamoDBClient, others: int
) -> None:
    license_ = tenant.license(1000)
    learners_called_alike(tenant, others, license_)
    async_workers.dispatch()
    listed = partial(
        LicenseAccesses(tenant.context).listed,
        person=tenant.limited,
        organization=tenant.id,
        license_id=license_.id,
        search="q",
    )

    check(dynamodb, listed, lambda one: one.access.email, emails(others), "zoe@x.io")


@pytest.mark.parametrize("others", OTHERS)
def test_reserved_seats_of_a_license(
    tenant: Tenant, async_workers: AsyncWorkers, dynamodb: DynamoDBClient, others: int
) -> None:
    license_ = invited_alike(tenant, async_workers, others)
    listed = partial(
        LicenseAccesses(tenant.context).listed,
        person=tenant.limited,
        organization=tenant.id,
        license_id=license_.id,
        search="x",
    )

    # Beside each invite stand the access, and the learner that its person may be.
    check(dynamodb, listed, lambda one: one.access.email, emails(others), "zoe@x.io", most=2 * READ)


@pytest.mark.parametrize("others", OTHERS)
def test_redemptions_of_a_code(tenant: Tenant, dynamodb: DynamoDBClient, others: int) -> None:
    learners_called_alike(tenant, others)
    code = replace(code_of(tenant, tenant.license()), text="SPRING", uses=others + 1, cap=10_000)
    uses = (
        Use(organization=tenant.id, code=code.key, email=email, at=MONDAY, grant=code.grant)
        for email in (*emails(others), "zoe@x.io")
    )
    write_all(tenant, [codes.create(code), *(code_uses.record(one, before=None)[0] for one in uses)])
    listed = partial(
        CodeUses(tenant.context).of_code,
        person=tenant.limited,
        organization=tenant.id,
        code=CodeKey(id=code.id, text=code.text),
        search="q",
    )

    check(dynamodb, listed, lambda one: one.use.email, emails(others), "zoe@x.io")
