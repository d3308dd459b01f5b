"""Shards of an organization: at one, two and eight, and while they grow, every list has each thing once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.reading_back import every_event, invite_now
from tests.support.tenant import Tenant
from usher.domain.events.event import Event
from usher.domain.invite_lists import InviteSort
from usher.domain.invites import InviteState
from usher.domain.paging import BadCursorError
from usher.domain.shards import MOST_SHARDS, UNITS_A_SECOND, UNITS_OF_AN_EVENT, shard_of
from usher.services.activity_report import ActivityQuery, ActivityReport
from usher.services.event_log import EventLog, EventQuery
from usher.services.invites.invite_listing import InviteQuery
from usher.services.invites.invite_queries import InviteQueries
from usher.services.outbox.shard_growth import WORTH_COUNTING, ShardGrowth
from usher.services.outbox.sweep import Sweep
from usher.services.paging import ResultPage
from usher.services.rebuild_figures import RebuildFigures
from usher.store import events, organizations
from usher.store.people import exported_records, personal_records

PEOPLE = 30

Listing = Callable[[Tenant, str | None], ResultPage[object]]
"""Reads a page of seven of a list, from a cursor on."""


def grow(tenant: Tenant, number: int) -> None:
    organizations.grow_shards(tenant.context.table, tenant.id, number)


def some_invites(tenant: Tenant, clock: Clock, people: Sequence[int], *, answer: bool = True) -> None:
    """Invite each alone, a second apart; every third accepts, and every fourth declines."""
    license_ = tenant.license(len(people))
    for n in people:
        clock.forward(seconds=1)
        invite = tenant.invite(license_, f"a{n}@x.io")
        if answer and n % 3 == 0:
            tenant.accept(invite)
        elif answer and n % 4 == 0:
            tenant.decline(invite)


def log(tenant: Tenant, cursor: str | None) -> ResultPage[object]:
    page = EventLog(tenant.context).listed(
        person=tenant.full, organization=tenant.id, query=EventQuery(), limit=7, cursor=cursor
    )
    return ResultPage(items=[*page.items], next=page.next)


def log_of_a_type(tenant: Tenant, cursor: str | None) -> ResultPage[object]:
    query = EventQuery(types=("invite.accepted",))
    page = EventLog(tenant.context).listed(
        person=tenant.full, organization=tenant.id, query=query, limit=7, cursor=cursor
    )
    return ResultPage(items=[*page.items], next=page.next)


def log_of_a_type_by_an_actor(tenant: Tenant, cursor: str | None) -> ResultPage[object]:
    query = EventQuery(types=("invites.created",), actor=tenant.full.email)
    page = EventLog(tenant.context).listed(
        person=tenant.full, organization=tenant.id, query=query, limit=7, cursor=cursor
    )
    return ResultPage(items=[*page.items], next=page.next)


def _invites(query: InviteQuery) -> Listing:
    def listed(tenant: Tenant, cursor: str | None) -> ResultPage[object]:
        page = InviteQueries(tenant.context).listed(
            person=tenant.full, organization=tenant.id, query=query, limit=7, cursor=cursor
        )
        return ResultPage(items=[*page.items], next=page.next)

    return listed


def activity(tenant: Tenant, cursor: str | None) -> ResultPage[object]:
    page = ActivityReport(tenant.context).page(
        person=tenant.full, organization=tenant.id, query=ActivityQuery(), limit=7, cursor=cursor
    )
    return ResultPage(items=[*page.items], next=page.next)


def pages(
    tenant: Tenant, listing: Listing, *, between: Callable[[int], object] = lambda _: None
) -> list[object]:
    """Return all of a list, page by page, each of seven but the last; `between` gets the number of each."""
    found: list[object] = []
    cursor: str | None = None
    for number in range(100):
        page = listing(tenant, cursor)
        found += page.items
        assert len(page.items) == 7 or page.next is None
        cursor = page.next
        if cursor is None:
            return found
        between(number)
    raise AssertionError("the list never ends")


LISTS: dict[str, Listing] = {
    "log": log,
    "log of a type": log_of_a_type,
    "log of a type by an actor": log_of_a_type_by_an_actor,
    "invites": _invites(InviteQuery()),
    "pending": _invites(InviteQuery(states=(InviteState.PENDING,))),
    "oldest": _invites(InviteQuery(sort=InviteSort.OLDEST)),
    "by address": _invites(InviteQuery(sort=InviteSort.EMAIL)),
    "by address in a time": _invites(InviteQuery(sort=InviteSort.EMAIL, created_from="2027-01-04")),
    "activity": activity,
}


def identity(item: object) -> str:
    return str(getattr(item, "id", None) or getattr(item, "email", item))


@pytest.mark.parametrize("number", [1, 2, 8])
def test_every_list_has_each_thing_once_and_in_order(tenant: Tenant, clock: Clock, number: int) -> None:
    grow(tenant, number)
    some_invites(tenant, clock, range(PEOPLE))
    happened = every_event(tenant)
    accepted = [one for one in happened if one.type == "invite.accepted"]

    read = {name: pages(tenant, listing) for name, listing in LISTS.items()}

    assert {shard_of(one.id) for one in happened} <= set(range(number))
    assert len({shard_of(one.id) for one in happened}) > number // 2
    assert read["log"] == happened[::-1]
    assert read["log of a type"] == accepted[::-1]
    assert read["log of a type by an actor"] == [
        one for one in happened[::-1] if one.type == "invites.created"
    ]
    newest = [identity(one) for one in read["invites"]]
    assert len(newest) == PEOPLE
    assert newest == sorted(newest, reverse=True) == [identity(one) for one in read["oldest"]][::-1]
    assert len(read["pending"]) == PEOPLE - len(accepted) - 5
    assert len({identity(one) for one in read["by address"]}) == PEOPLE
    assert read["by address in a time"] == read["by address"]
    assert [identity(one) for one in read["activity"]] == [f"a{n}@x.io" for n in reversed(range(PEOPLE))]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("to", [2, MOST_SHARDS])
def test_a_cursor_holds_while_the_organization_grows(
    tenant: Tenant, clock: Clock, name: str, to: int
) -> None:
    some_invites(tenant, clock, range(PEOPLE))
    before = pages(tenant, LISTS[name])

    def more(number: int) -> None:
        if number == 0:
            grow(tenant, to)
            if not name.startswith("by address"):  # where what is new stands anywhere
                some_invites(tenant, clock, range(PEOPLE, PEOPLE + 5), answer=False)

    read = pages(tenant, LISTS[name], between=more)

    assert read[: len(before)] == before
    new = 5 if name == "oldest" else 0  # in the others it stands before the first page
    assert len(read) == len(before) + new


def test_a_writer_that_knows_an_old_number_is_read_all_the_same(tenant: Tenant, clock: Clock) -> None:
    grow(tenant, 8)
    some_invites(tenant, clock, range(10))
    stale = Tenant(**{**vars(tenant), "context": _fresh(tenant)})
    invite = tenant.invite(tenant.license(), "late@x.io")
    stale.accept(invite)

    assert invite_now(tenant, invite).state is InviteState.ACCEPTED
    accepted = next(one for one in every_event(tenant) if _names(one, "late@x.io", "invite.accepted"))
    assert shard_of(accepted.id) == shard_of(invite.id), "the events of an invite stay in their order"
    assert accepted in pages(tenant, log)


def test_the_invites_of_a_command_and_their_events_are_in_one_shard(tenant: Tenant) -> None:
    grow(tenant, 8)
    tenant.invite_all(tenant.license(200), [f"b{n}@x.io" for n in range(60)])

    created = [one for one in every_event(tenant) if one.type == "invites.created"]
    invited = [invite.id for one in created for invite in one.data.invites]  # type: ignore[attr-defined] # its type has them

    assert len(created) == 2
    assert len(invited) == 60
    assert len({shard_of(id_) for id_ in (*invited, *(one.id for one in created))}) == 1


def _fresh(tenant: Tenant) -> object:
    """Return a context as of a process that has read nothing of the organization yet."""
    own = tenant.context
    return type(own)(table=own.table, now=own.now, new_id=own.new_id)


def _names(event: Event, email: str, type_: str) -> bool:
    return event.type == type_ and event.data.invite.email == email  # type: ignore[attr-defined] # its type has one


@pytest.mark.parametrize("number", [1, 8])
def test_figures_are_counted_anew_from_all_shards(
    tenant: Tenant, clock: Clock, async_workers: AsyncWorkers, number: int
) -> None:
    grow(tenant, number)
    some_invites(tenant, clock, range(PEOPLE))
    async_workers.dispatch()

    rebuilt = RebuildFigures(tenant.context).rebuild(organization=tenant.id)

    assert (rebuilt.get("invites_accepted"), rebuilt.get("invites_declined")) == (10, 5)
    assert rebuilt.get("invites_pending") == PEOPLE - 15


def test_the_events_of_a_person_are_exported_and_erased_from_every_shard(
    tenant: Tenant, clock: Clock
) -> None:
    grow(tenant, 8)
    some_invites(tenant, clock, range(12))
    table = tenant.context.table
    named = {one.id for one in every_event(tenant) if "a6@x.io" in str(one.data)}

    exported = exported_records.about(
        table, tenant.id, 8, "a6@x.io", undispatched_since=clock.now - timedelta(hours=1)
    )
    erased = [
        record
        for stretch in personal_records.stretches(table, tenant.id, "a6@x.io", events_since=None)
        for page, _ in personal_records.pages(table, stretch, "a6@x.io", position="")
        for record in page
    ]

    assert len(named) == 2
    assert {one.attributes["id"] for one in exported if one.kind == "event"} == named
    assert {one.attributes["id"] for one in erased if one.kind == "event"} == named


@pytest.mark.parametrize("number", [1, 2, 8])
def test_a_page_costs_a_call_for_each_shard(tenant: Tenant, clock: Clock, count: Count, number: int) -> None:
    grow(tenant, number)
    some_invites(tenant, clock, range(PEOPLE))
    with count() as of_events:
        log(tenant, None)
    with count() as of_invites:
        LISTS["pending"](tenant, None)

    assert of_events.operations == ["BatchGetItem", *["Query"] * number]
    assert of_invites.operations == ["BatchGetItem", *["Query"] * number]


def test_what_is_due_is_swept_in_every_shard(tenant: Tenant, clock: Clock) -> None:
    grow(tenant, 8)
    some_invites(tenant, clock, range(PEOPLE), answer=False)
    clock.forward(days=11)

    assert Sweep(tenant.context).sweep().expired == PEOPLE


def test_an_organization_grows_when_a_minute_has_more_than_its_shards_take(tenant: Tenant) -> None:
    growth = ShardGrowth(tenant.context)
    event = every_event(tenant)[-1]
    needed = 60 * UNITS_A_SECOND // UNITS_OF_AN_EVENT
    table = tenant.context.table

    growth.follow([event] * needed)
    assert organizations.shards_of(table, tenant.id) == 1, "so many it takes"
    growth.follow([event] * (WORTH_COUNTING // UNITS_OF_AN_EVENT))
    assert organizations.shards_of(table, tenant.id) == 2
    growth.follow([event] * 3 * needed)
    assert organizations.shards_of(table, tenant.id) == 8
    assert not organizations.grow_shards(table, tenant.id, 4), "it never shrinks"


def test_few_events_are_not_counted_and_those_of_other_minutes_apart(
    tenant: Tenant, clock: Clock, count: Count
) -> None:
    growth = ShardGrowth(tenant.context)
    event = every_event(tenant)[-1]
    with count() as few:
        growth.follow([event] * (WORTH_COUNTING // UNITS_OF_AN_EVENT - 1))
    clock.forward(minutes=1)
    tenant.license()
    later = every_event(tenant)[-1]
    half = 60 * UNITS_A_SECOND // UNITS_OF_AN_EVENT
    growth.follow([event] * half + [later] * half)

    assert few.calls == 0
    assert later.occurred_at - event.occurred_at >= timedelta(minutes=1)
    assert organizations.shards_of(tenant.context.table, tenant.id) == 1


def test_a_cursor_of_another_list_is_refused(tenant: Tenant, clock: Clock) -> None:
    some_invites(tenant, clock, range(10))
    cursor = log(tenant, None).next

    with pytest.raises(BadCursorError):
        log_of_a_type(tenant, cursor)


def test_an_event_is_found_by_its_id_in_any_shard(tenant: Tenant, clock: Clock) -> None:
    grow(tenant, MOST_SHARDS)
    some_invites(tenant, clock, range(10))
    table = tenant.context.table

    for event in every_event(tenant):
        assert events.get(table, tenant.id, event.id) == event
