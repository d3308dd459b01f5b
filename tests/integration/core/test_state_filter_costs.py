"""What lists by state cost: what they return, however many are in other states (decision 0103)."""

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
from tests.support.imports import ImportDriver
from tests.support.list_costs import Lists, check_costs
from tests.support.tenant import OPERATOR, Tenant
from usher.domain.enrollment.join_requests import JoinRequest, JoinState
from usher.domain.imports.imports import Import, ImportState
from usher.domain.integrations.webhook_deliveries import DeliveryState, WebhookDelivery
from usher.domain.integrations.webhooks import Webhook
from usher.domain.list_sorts import CreationSort, JoinRequestSort
from usher.domain.requests import (
    Reply,
    RequestDetails,
    SeatRequest,
    SeatRequestState,
    SupportKind,
    SupportRequest,
    SupportState,
)
from usher.services.enrollment.join_requests import JoinRequests
from usher.services.imports.import_lists import ImportQuery
from usher.services.integrations.webhook_redelivery import WebhookRedelivery
from usher.services.paging import ResultPage
from usher.services.seat_requests import SeatRequests
from usher.services.support_requests import SupportRequests
from usher.store import imports as stored_imports
from usher.store import requests
from usher.store.enrollment import join_requests
from usher.store.integrations import webhook_deliveries

OTHERS = [60, 600]
"""How many items there are that no filter lets pass."""

ANSWER = Reply(text="No.", granted=False, at=MONDAY, by=OPERATOR.email)


@pytest.mark.parametrize("others", OTHERS)
def test_deliveries_of_a_state_cost_what_they_are(
    tenant: Tenant, webhook: Webhook, dynamodb: DynamoDBClient, others: int
) -> None:
    ids = [f"{n:026}" for n in range(others + 3)]
    pending, made, failed = DeliveryState.PENDING, DeliveryState.DELIVERED, DeliveryState.FAILED
    states = {ids[0]: made, ids[1]: pending, ids[-1]: made}
    for id_ in ids:
        state = states.get(id_, failed)
        one = WebhookDelivery(
            id=id_,
            organization=tenant.id,
            webhook=webhook.id,
            type="invites.created",
            state=state,
            created_at=MONDAY,
            since=MONDAY,
            next_attempt_at=MONDAY if state is pending else None,
        )
        webhook_deliveries.ensure(tenant.context.table, one)
    log = partial(
        WebhookRedelivery(tenant.context).log,
        person=tenant.limited,
        organization=tenant.id,
        webhook=webhook.id,
    )

    lists: Lists = [
        # states, what they find, calls: the membership with the webhook, one for each state, the deliveries
        ({"states": [made]}, [ids[-1], ids[0]], 1 + 1 + 1, 3 + 0.5 + 2),
        ({"states": [pending]}, [ids[1]], 1 + 1 + 1, 3 + 0.5 + 1),
        ({"states": [made, pending]}, [ids[-1], ids[1], ids[0]], 1 + 2 + 1, 3 + 1 + 3),
    ]
    check_costs(dynamodb, lists, log, lambda one: one.id)
    every = log(states=[made, pending, failed], limit=5, cursor=None)
    assert [one.id for one in every.items] == ids[:-6:-1]


@pytest.mark.parametrize("others", OTHERS)
def test_support_requests_of_a_state_cost_what_they_are(
    tenant: Tenant, dynamodb: DynamoDBClient, async_workers: AsyncWorkers, others: int
) -> None:
    asked = [
        SupportRequest(
            id=f"{n:026}",
            organization=tenant.id,
            kind=SupportKind.OTHER,
            message="Help",
            details=RequestDetails(),
            created_at=MONDAY,
            created_by=tenant.full.email,
        )
        for n in range(others + 3)
    ]
    write_all(tenant, (write for one in asked for write in requests.SUPPORT.file(one)))
    closed = [one.answered(ANSWER) for one in asked[1:-2]]
    taken_back = asked[-2].withdrawn(now=MONDAY)
    write_all(tenant, (requests.SUPPORT.close(one) for one in [*closed, taken_back]))
    async_workers.dispatch()
    service = SupportRequests(tenant.context)
    first, last, withdrawn = asked[0].id, asked[-1].id, taken_back.id
    opened, gone = SupportState.OPEN, SupportState.WITHDRAWN

    own: Lists = [
        # states, what they find, calls: the membership, one for each state, the requests
        ({"states": [opened]}, [last, first], 1 + 1 + 1, 2 + 0.5 + 2),
        ({"states": [gone]}, [withdrawn], 1 + 1 + 1, 2 + 0.5 + 1),
        ({"states": [gone, opened]}, [last, withdrawn, first], 1 + 2 + 1, 2 + 1 + 3),
    ]
    listed = partial(service.listed, person=tenant.limited, organization=tenant.id)
    check_costs(dynamodb, own, listed, lambda one: one.id)
    of_all: Lists = [
        ({}, [first, last], 1, 0.5),
        ({"states": [gone]}, [withdrawn], 1, 0.5),
        ({"states": [opened, gone]}, [first, withdrawn, last], 2, 1),
    ]
    for_operators = partial(service.listed_for_operators, person=OPERATOR)
    check_costs(dynamodb, of_all, for_operators, lambda one: one.id)
    every = listed(states=[*SupportState], limit=2, cursor=None)
    assert [one.id for one in every.items] == [last, withdrawn]


@pytest.mark.parametrize("others", OTHERS)
def test_seat_requests_of_a_state_cost_what_they_are(
    tenant: Tenant, dynamodb: DynamoDBClient, async_workers: AsyncWorkers, others: int
) -> None:
    terms = tenant.license().terms
    asked = [
        SeatRequest(
            id=f"{n:026}",
            organization=tenant.id,
            terms=terms,
            seats=1,
            message="More",
            created_at=MONDAY,
            created_by=tenant.full.email,
        )
        for n in range(others + 3)
    ]
    write_all(tenant, (write for one in asked for write in requests.SEATS.file(one)))
    approved = asked[-2].answered(Reply(text="", granted=True, at=MONDAY, by=OPERATOR.email), order="o")
    closed = [*(one.answered(ANSWER) for one in asked[1:-2]), approved]
    write_all(tenant, (requests.SEATS.close(one) for one in closed))
    async_workers.dispatch()
    service = SeatRequests(tenant.context)
    first, last = asked[0].id, asked[-1].id
    opened, given = SeatRequestState.OPEN, SeatRequestState.APPROVED

    own: Lists = [
        ({"states": [opened]}, [last, first], 1 + 1 + 1, 2 + 0.5 + 2),
        ({"states": [given]}, [approved.id], 1 + 1 + 1, 2 + 0.5 + 1),
        ({"states": [given, opened]}, [last, approved.id, first], 1 + 2 + 1, 2 + 1 + 3),
        ({"states": [SeatRequestState.WITHDRAWN]}, [], 1 + 1, 2 + 0.5),
    ]
    listed = partial(service.listed, person=tenant.limited, organization=tenant.id)
    check_costs(dynamodb, own, listed, lambda one: one.id)
    of_all: Lists = [
        ({}, [first, last], 1, 0.5),
        ({"states": [opened, given]}, [first, approved.id, last], 2, 1),
    ]
    for_operators = partial(service.listed_for_operators, person=OPERATOR)
    check_costs(dynamodb, of_all, for_operators, lambda one: one.id)


@pytest.mark.parametrize("others", OTHERS)
def test_imports_of_a_state_cost_what_they_are(
    tenant: Tenant, dynamodb: DynamoDBClient, imports: ImportDriver, async_workers: AsyncWorkers, others: int
) -> None:
    """All others begin with the same name, as far as they are not sought by it."""
    made = [
        Import(
            id=f"{n:026}",
            organization=tenant.id,
            file_name="staff.csv",
            created_at=MONDAY,
            created_by=tenant.full.email,
            state=ImportState.FINISHED,
        )
        for n in range(others)
    ]
    first, last = (
        Import(
            id=id_,
            organization=tenant.id,
            file_name=name,
            created_at=MONDAY,
            created_by=tenant.full.email,
            state=ImportState.FAILED,
        )
        for id_, name in (("0" * 26 + "0", "staff.csv"), ("9" * 26, "zoo.csv"))
    )
    write_all(tenant, map(stored_imports.create, [*made, first, last]))
    running = imports.create()
    async_workers.dispatch()
    failed, waiting, over = ImportState.FAILED, ImportState.AWAITING_FILE, ImportState.CANCELED

    def query(*states: ImportState, **fields: Any) -> dict[str, Any]:
        return {"query": ImportQuery(states=states, **fields)}

    lists: Lists = [
        # states, what they find, calls: the membership, one for each state, the imports
        (query(failed), [last.id, first.id], 1 + 1 + 1, 2 + 0.5 + 2),
        (query(failed, sort=CreationSort.OLDEST), [first.id, last.id], 1 + 1 + 1, 2 + 0.5 + 2),
        (query(failed, waiting), [last.id, running.id, first.id], 1 + 2 + 1, 2 + 1 + 3),
        (query(over), [], 1 + 1, 2 + 0.5),
        # By name, too.
        (query(failed, search="s"), [first.id], 1 + 1 + 1, 2 + 0.5 + 1),
        (query(failed, waiting, search="staff"), [first.id], 1 + 2 + 1, 2 + 1 + 1),
        (query(waiting, search="staff"), [], 1 + 1, 2 + 0.5),
        (query(search="zoo"), [last.id], 1 + 1 + 1, 2 + 0.5 + 1),
    ]
    listed = partial(imports.service.listed, person=tenant.limited, organization=tenant.id)
    check_costs(dynamodb, lists, listed, lambda one: one.id)


def test_an_import_is_listed_in_its_state_alone_whatever_it_went_through(
    tenant: Tenant, imports: ImportDriver
) -> None:
    def listed(state: ImportState, search: str | None = None) -> ResultPage[Import]:
        return imports.service.listed(
            person=tenant.full,
            organization=tenant.id,
            query=ImportQuery(states=(state,), search=search),
            limit=5,
            cursor=None,
        )

    def check(state: ImportState) -> None:
        for one in ImportState:
            expected = [new.id] if one is state else []
            assert [found.id for found in listed(one).items] == expected, (state, one)
            assert [found.id for found in listed(one, "people").items] == expected, (state, one)

    tenant.license()
    new = imports.create()
    check(ImportState.AWAITING_FILE)
    imports.upload(new, b"Email,Licenses\r\nann@x.io,Fire safety\r\n")
    imports.check(new)
    check(ImportState.CHECKING)
    imports.work(new)
    check(ImportState.CHECKED)
    imports.confirm(new)
    check(ImportState.RUNNING)
    imports.work(new)
    check(ImportState.FINISHED)


@pytest.mark.parametrize("others", OTHERS)
def test_join_requests_of_a_state_cost_what_they_are(
    tenant: Tenant, dynamodb: DynamoDBClient, async_workers: AsyncWorkers, others: int
) -> None:
    """All others were refused, and are called as some are sought, or have such an address.

    More were admitted than are read to be sorted; none of them is sought.
    """

    def asked(n: int, email: str, state: JoinState, name: str = "Ann") -> JoinRequest:
        return JoinRequest(
            id=f"{n:026}",
            organization=tenant.id,
            email=email,
            first_name=name,
            last_name="Lee" if name else "",
            state=state,
            asked_at=MONDAY,
        )

    wanted = [
        asked(0, "ann@x.io", JoinState.PENDING),
        asked(others + 1, "zoe@x.io", JoinState.PENDING, "Zoe"),
        asked(others + 2, "max@x.io", JoinState.WAITING),
        asked(others + 3, "b@x.io", JoinState.PENDING, ""),
    ]
    refused = [asked(n + 1, f"a{n}@x.io", JoinState.REFUSED) for n in range(others)]
    admitted = [asked(others + 9 + n, f"zed{n}@x.io", JoinState.ADMITTED, "Zed") for n in range(120)]
    every = [*wanted, *refused, *admitted]
    write_all(tenant, (write for one in every for write in join_requests.write(None, one)))
    async_workers.dispatch()
    pending, waiting = [JoinState.PENDING], [JoinState.PENDING, JoinState.WAITING]

    lists: Lists = [
        # which, whom they find, calls: the membership, one for each state, and those that the directory found
        ({}, ["ann", "zoe", "b"], 1 + 1, 2 + 0.5),
        ({"states": waiting}, ["ann", "zoe", "max", "b"], 1 + 2, 2 + 1),
        ({"states": waiting, "sort": JoinRequestSort.NEWEST}, ["b", "max", "zoe", "ann"], 1 + 2, 2 + 1),
        ({"states": [JoinState.WAITING]}, ["max"], 1 + 1, 2 + 0.5),
        ({"email": "zoe@x.io"}, ["zoe"], 1, 3),
        # By address, first and last names in turn.
        ({"states": pending, "search": "ann"}, ["ann"], 1 + 3 + 1, 2 + 1.5 + 1),
        ({"states": pending, "search": "lee"}, ["ann", "zoe"], 1 + 3 + 1, 2 + 1.5 + 2),
        ({"states": waiting, "search": "lee ann"}, ["ann", "max"], 1 + 4 + 1, 2 + 2 + 2),
        ({"states": pending, "search": "b@"}, ["b"], 1 + 1 + 1, 2 + 0.5 + 1),
        ({"states": [JoinState.ADMITTED], "search": "a"}, [], 1 + 3, 2 + 1.5),
        ({"search": "zoe"}, ["zoe"], 1 + 1 + 4 + 4, 2 + 1 + 2 + 2),
    ]
    listed = partial(JoinRequests(tenant.context).listed, person=tenant.limited, organization=tenant.id)
    check_costs(dynamodb, lists, listed, lambda one: one.email.partition("@")[0])


def test_an_entry_by_state_takes_a_unit_and_two_when_the_state_changes(
    tenant: Tenant, dynamodb: DynamoDBClient, async_workers: AsyncWorkers
) -> None:
    table, organization = tenant.context.table, tenant.id
    delivery = WebhookDelivery(
        id="d",
        organization=organization,
        webhook="w",
        type="invites.created",
        state=DeliveryState.PENDING,
        created_at=MONDAY,
        since=MONDAY,
        next_attempt_at=MONDAY,
    )
    made = replace(delivery, state=DeliveryState.DELIVERED, next_attempt_at=None)
    filed = SupportRequest(
        id="s",
        organization=organization,
        kind=SupportKind.OTHER,
        message="Help",
        details=RequestDetails(),
        created_at=MONDAY,
        created_by=tenant.full.email,
    )
    asked = JoinRequest(
        id="j",
        organization=organization,
        email="ann@x.io",
        first_name="Ann",
        last_name="Lee",
        state=JoinState.PENDING,
        asked_at=MONDAY,
    )
    stored = replace(asked, version=1)
    refused = replace(stored, state=JoinState.REFUSED)
    begun = Import(
        id="i", organization=organization, file_name="staff.csv", created_at=MONDAY, created_by="a@x.io"
    )
    uploaded = begun.uploaded(file_tag="t")
    read = uploaded.read(rows=1, columns=(), chunks=1, suggestions=0, pools={})

    steps: list[tuple[Callable[[], object], int]] = [
        # a write, and the units of the directory's indexes
        (lambda: webhook_deliveries.ensure(table, delivery), 1),
        (lambda: webhook_deliveries.move(table, delivery, made), 2),
        (lambda: write_all(tenant, requests.SUPPORT.file(filed)), 1),
        (lambda: write_all(tenant, [requests.SUPPORT.close(filed.answered(ANSWER))]), 2),
        (lambda: write_all(tenant, join_requests.write(None, asked)), 3),
        (lambda: write_all(tenant, join_requests.write(stored, refused)), 6),
        (lambda: write_all(tenant, [stored_imports.create(begun)]), 3),
        (lambda: write_all(tenant, [stored_imports.change(begun, uploaded)]), 4),
        (lambda: write_all(tenant, [stored_imports.change(uploaded, read)]), 0),
    ]
    measured = []
    for step, _ in steps:
        with CapacityMeter(dynamodb)() as capacity:
            step()
        in_directory = (n for index, n in capacity.written.items() if index.startswith("directory"))
        measured.append(sum(in_directory))
    async_workers.dispatch()

    assert measured == [units for _, units in steps]
