"""The events that name a person, an invite or a license are found by pointers, which dispatch writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.codes import code_of, redeem
from tests.support.people_data import ANN, People
from tests.support.reading_back import events_of
from tests.support.tables import items
from tests.support.tenant import Tenant, create_tenant
from usher.domain.events.event import Event
from usher.domain.invites import UnknownInviteError
from usher.domain.licenses import License, UnknownLicenseError
from usher.domain.organizations import UnknownOrganizationError
from usher.domain.paging import BadCursorError
from usher.services.event_log import EventLog, EventQuery, UnknownPersonError
from usher.store import key_sources

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ANNS = ["invites.created", "invite.accepted", "invites.created"]


def listed(tenant: Tenant, query: EventQuery, *, limit: int = 50) -> list[Event]:
    found: list[Event] = []
    cursor = None
    while True:
        page = EventLog(tenant.context).listed(
            person=tenant.limited, organization=tenant.id, query=query, limit=limit, cursor=cursor
        )
        assert len(page.items) <= limit
        found += page.items
        cursor = page.next
        if cursor is None:
            return found


def types(tenant: Tenant, query: EventQuery, *, limit: int = 50) -> list[str]:
    return [event.type for event in listed(tenant, query, limit=limit)]


@pytest.fixture
def license_(tenant: Tenant) -> License:
    return tenant.license()


@pytest.fixture
def log(tenant: Tenant, license_: License, async_workers: AsyncWorkers, clock: Clock) -> str:
    """Ann and Bo are invited together, Ann accepts, and is invited to more; return her first invite."""
    ann, _ = tenant.invite_all(license_, "ann@x.io, bo@x.io")
    assert ann.invite is not None
    clock.forward(days=1)
    tenant.accept(ann.invite)
    clock.forward(days=1)
    tenant.invite(tenant.license(), "ann@x.io")
    async_workers.dispatch()
    return ann.invite.id


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("limit", [1, 2, 50])
def test_events_are_listed_by_person_newest_first(tenant: Tenant, limit: int) -> None:
    assert types(tenant, EventQuery(email="ann@x.io"), limit=limit) == ANNS
    assert types(tenant, EventQuery(email="bo@x.io"), limit=limit) == ["invites.created"]
    assert types(tenant, EventQuery(email="nobody@x.io"), limit=limit) == []


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_events_are_listed_by_invite(tenant: Tenant, log: str, limit: int) -> None:
    assert types(tenant, EventQuery(invite=log), limit=limit) == ["invite.accepted", "invites.created"]


@pytest.mark.usefixtures("log")
def test_events_are_listed_by_license(tenant: Tenant, license_: License) -> None:
    found = types(tenant, EventQuery(license=license_.id))

    assert found == ["invite.accepted", "invites.created", "license.granted"]


def test_filters_hold_together(tenant: Tenant, license_: License, log: str) -> None:
    both = EventQuery(email="ann@x.io", license=license_.id)

    assert types(tenant, both) == ["invite.accepted", "invites.created"]
    assert types(tenant, EventQuery(email="ann@x.io", types=("invite.accepted",))) == ["invite.accepted"]
    assert types(tenant, EventQuery(email="ann@x.io", actor="ann@x.io")) == ["invite.accepted"]
    assert types(tenant, EventQuery(email="bo@x.io", invite=log)) == ["invites.created"]  # of both
    assert types(tenant, EventQuery(email="ann@x.io", since="2027-01-06")) == ["invites.created"]
    assert types(tenant, EventQuery(email="ann@x.io", until="2027-01-04")) == ["invites.created"]
    assert types(tenant, EventQuery(email="ann@x.io", since="2028-01-01")) == []


@pytest.mark.usefixtures("log")
def test_a_page_costs_the_caller_the_pointers_and_the_events(tenant: Tenant, count: Count) -> None:
    with count() as cost:
        listed(tenant, EventQuery(email="ann@x.io"))

    assert cost.operations == ["BatchGetItem", "Query", "BatchGetItem"]


def test_the_cost_does_not_grow_with_the_log(
    tenant: Tenant, license_: License, async_workers: AsyncWorkers, count: Count
) -> None:
    tenant.invite(license_, "ann@x.io")
    for _ in range(30):
        tenant.license(product=license_.terms.product)
    async_workers.dispatch()

    with count() as cost:
        found = types(tenant, EventQuery(email="ann@x.io"))

    assert (found, cost.calls) == (["invites.created"], 3)


def test_a_dispatch_writes_a_pointer_for_type_actor_and_each_person_and_license_named(
    tenant: Tenant, license_: License, async_workers: AsyncWorkers, count: Count
) -> None:
    async_workers.skip()
    tenant.invite_all(license_, ["ann@x.io", "bo@x.io", "cy@x.io"])

    with count() as cost:
        async_workers.dispatch()

    assert cost.operations.count("BatchWriteItem") == 1
    assert len([pk for pk, _ in cost.written if "#TRAIL#" in pk]) == 1 + 1 + 3 + 1


def test_an_event_that_is_dispatched_twice_is_listed_once(
    tenant: Tenant, license_: License, async_workers: AsyncWorkers
) -> None:
    tenant.invite(license_, "ann@x.io")
    (event,) = events_of(tenant, "invites.created")

    async_workers.dispatch_events.dispatch(event)
    async_workers.dispatch_events.dispatch(event)

    assert types(tenant, EventQuery(email="ann@x.io")) == ["invites.created"]


@pytest.mark.usefixtures("log")
def test_no_pointer_has_an_address(dynamodb: DynamoDBClient) -> None:
    trail = [item for item in items(dynamodb) if "#TRAIL#" in item["pk"]["S"]]

    assert {name for item in trail for name in item} == {"pk", "sk"}
    assert not any("@" in item["pk"]["S"] for item in trail)


def test_after_an_erasure_the_trail_is_the_pseudonyms(
    tenant: Tenant, people: People, async_workers: AsyncWorkers
) -> None:
    license_ = tenant.license()
    invite = tenant.invite(license_, ANN)
    tenant.accept(invite)
    redeem(tenant, code_of(tenant, tenant.license()), ANN)
    async_workers.dispatch()

    erased = people.erase(ANN)

    of_pseudonym = ["code.redeemed", "invite.accepted", "invites.created"]
    assert types(tenant, EventQuery(email=ANN)) == []
    assert types(tenant, EventQuery(email=erased.pseudonym)) == of_pseudonym
    assert types(tenant, EventQuery(invite=invite.id)) == of_pseudonym[1:]
    assert "invite.accepted" in types(tenant, EventQuery(license=license_.id))


def test_an_event_that_is_dispatched_after_the_erasure_names_nobody_by_the_address(
    tenant: Tenant, people: People, async_workers: AsyncWorkers, dynamodb: DynamoDBClient
) -> None:
    tenant.accept(tenant.invite(tenant.license(), ANN))
    (late,) = events_of(tenant, "invite.accepted")
    people.erase(ANN)

    async_workers.dispatch_events.dispatch(late)

    assert types(tenant, EventQuery(email=ANN)) == []
    assert not any(ANN in str(item) for item in items(dynamodb) if "#TRAIL#" in item["pk"]["S"])


def test_what_the_organization_does_not_have_is_refused(tenant: Tenant, license_: License) -> None:
    other = create_tenant(tenant.context, slug="globex")
    invite = tenant.invite(license_)

    with pytest.raises(UnknownPersonError):
        listed(tenant, EventQuery(email=""))
    with pytest.raises(UnknownInviteError):
        listed(other, EventQuery(invite=invite.id))
    with pytest.raises(UnknownLicenseError):
        listed(other, EventQuery(license=license_.id))
    with pytest.raises(UnknownOrganizationError):
        EventLog(tenant.context).listed(
            person=other.full,
            organization=tenant.id,
            query=EventQuery(invite=invite.id),
            limit=5,
            cursor=None,
        )


@pytest.mark.parametrize("cursor", ["x", "é" * 26, "0" * 25])
def test_a_cursor_that_is_none_is_refused(tenant: Tenant, cursor: str) -> None:
    with pytest.raises(BadCursorError):
        EventLog(tenant.context).listed(
            person=tenant.full,
            organization=tenant.id,
            query=EventQuery(email="ann@x.io"),
            limit=5,
            cursor=cursor,
        )


@pytest.mark.usefixtures("log")
def test_a_cursor_from_before_the_window_leads_to_the_end(tenant: Tenant) -> None:
    page = EventLog(tenant.context).listed(
        person=tenant.full,
        organization=tenant.id,
        query=EventQuery(email="ann@x.io", since="2027-01-06"),
        limit=5,
        cursor="0" * 26,
    )

    assert (page.items, page.next) == ([], None)


@pytest.mark.parametrize("others", [20, 200])
def test_the_events_of_a_type_or_an_actor_cost_what_they_are(
    tenant: Tenant, license_: License, async_workers: AsyncWorkers, clock: Clock, count: Count, others: int
) -> None:
    withdrawn = tenant.withdraw(tenant.invite(license_, "bo@x.io"))
    tenant.accept(tenant.invite(license_, ANN))
    many = tenant.license(others)
    for n in range(others):
        tenant.invite(many, f"a{n}@x.io")
    async_workers.dispatch()
    clock.forward(hours=1)

    queries: list[tuple[EventQuery, list[str], int]] = [
        # what it finds; calls: the membership, each trail and one of the newest, the events
        (EventQuery(types=("invite.withdrawn",)), ["invite.withdrawn"], 1 + 2 + 1),
        (EventQuery(types=("invite.declined",)), [], 1 + 2),
        (
            EventQuery(types=("invite.declined", "invite.withdrawn", "invite.accepted")),
            ["invite.accepted", "invite.withdrawn"],
            1 + 4 + 1,
        ),
        (EventQuery(actor=ANN), ["invite.accepted"], 1 + 3 + 1),
        (EventQuery(actor="nobody@x.io"), [], 1 + 3),
        (EventQuery(actor=ANN, types=("invite.withdrawn",)), [], 1 + 3 + 1),
        # Of a person or an invite one trail, and none of the newest.
        (EventQuery(email="bo@x.io"), ["invite.withdrawn", "invites.created"], 1 + 1 + 1),
        (EventQuery(invite=withdrawn.id), ["invite.withdrawn", "invites.created"], 1 + 1 + 1),
        (EventQuery(invite=withdrawn.id, types=("invite.declined",)), [], 1 + 1 + 1),
        (EventQuery(invite=withdrawn.id, actor=ANN), [], 1 + 1 + 1),
        # Of a time, nothing else is read.
        (EventQuery(types=("invites.created",), until="2027-01-03"), [], 1 + 1),
        (EventQuery(types=("invites.created",), since="2027-01-05"), [], 1 + 1 + 1),
        (EventQuery(actor=ANN, until="2027-01-03"), [], 1 + 2),
        (EventQuery(license=many.id, until="2027-01-03"), [], 1 + 1),
        (EventQuery(until="2027-01-03"), [], 1 + 1),
    ]
    for query, found, calls in queries:
        with count() as cost:
            page = EventLog(tenant.context).listed(
                person=tenant.limited, organization=tenant.id, query=query, limit=5, cursor=None
            )

        assert ([one.type for one in page.items], page.next) == (found, None), query
        assert cost.calls == calls, query


@pytest.mark.parametrize("others", [20, 200])
def test_of_two_filters_the_events_of_the_smaller_trail_are_read(
    tenant: Tenant,
    license_: License,
    async_workers: AsyncWorkers,
    clock: Clock,
    count: Count,
    monkeypatch: pytest.MonkeyPatch,
    others: int,
) -> None:
    """Few are five here, in place of a hundred."""
    monkeypatch.setattr(key_sources, "BATCH_GET", 5)
    tenant.withdraw(tenant.invite(license_, "bo@x.io"))
    many = tenant.license(others)
    for n in range(others):
        tenant.invite(many, f"a{n}@x.io")
    async_workers.dispatch()
    clock.forward(hours=1)

    withdrawn, created = ("invite.withdrawn",), ("invites.created",)
    manager = tenant.full.email
    queries: list[tuple[EventQuery, list[str], int]] = [
        # what it finds; calls: the membership, a trail each (an actor has two), one of the newest, the events
        (EventQuery(license=license_.id, types=withdrawn), [*withdrawn], 1 + 1 + 1),
        (EventQuery(license=many.id, types=withdrawn), [], 1 + 2 + 1),
        (EventQuery(license=many.id, types=("invite.declined",)), [], 1 + 2),
        (EventQuery(license=many.id, types=created), [*created] * 3, 1 + 2 + 1),
        (EventQuery(license=many.id, actor=ANN), [], 1 + 3),
        (EventQuery(license=many.id, email="a3@x.io"), [*created], 1 + 1 + 1),
        (EventQuery(email="bo@x.io", types=withdrawn), [*withdrawn], 1 + 1 + 1),
        (EventQuery(actor=manager, types=withdrawn), [*withdrawn], 1 + 3 + 1 + 1),
        (EventQuery(actor=manager, types=created), [*created] * 3, 1 + 3 + 1 + 1),
        (EventQuery(actor=manager, license=many.id, types=withdrawn), [], 1 + 4 + 1),
    ]
    for query, found, calls in queries:
        with count() as cost:
            page = EventLog(tenant.context).listed(
                person=tenant.limited, organization=tenant.id, query=query, limit=3, cursor=None
            )

        assert [one.type for one in page.items] == found, query
        assert (page.next is not None) == (len(found) == 3), query
        assert cost.calls == calls, query


def test_the_newest_events_are_listed_before_dispatch_and_once(
    tenant: Tenant, license_: License, async_workers: AsyncWorkers, clock: Clock
) -> None:
    created = EventQuery(types=("invites.created",))
    of_manager = EventQuery(actor=tenant.full.email, types=("invites.created",))
    tenant.invite(license_, "a1@x.io")
    async_workers.dispatch()
    clock.forward(seconds=30)
    tenant.invite(license_, "a2@x.io")

    assert types(tenant, created) == types(tenant, of_manager) == ["invites.created"] * 2
    assert types(tenant, created, limit=1) == ["invites.created"] * 2

    async_workers.dispatch()
    clock.forward(days=1)
    assert types(tenant, created) == types(tenant, of_manager) == ["invites.created"] * 2
    assert types(tenant, EventQuery(types=("invites.created",), until="2027-01-03")) == []


def test_what_an_erased_person_did_is_found_by_their_pseudonym(
    people: People, async_workers: AsyncWorkers, clock: Clock
) -> None:
    tenant = people.tenant
    tenant.accept(tenant.invite(tenant.license(), ANN))
    async_workers.dispatch()
    clock.forward(hours=1)
    erased = people.erase()

    assert types(tenant, EventQuery(actor=ANN)) == []
    assert types(tenant, EventQuery(actor=erased.pseudonym)) == ["invite.accepted"]
