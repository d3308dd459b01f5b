"""Events that are dispatched together share the pointers of their trails, and each is found as if alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count, islice

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ulid import ULID

from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.capacity import CapacityMeter
from tests.support.clock import Clock
from tests.support.list_costs import in_full_pages
from tests.support.people_data import ANN, People
from tests.support.reading_back import events_of
from tests.support.tenant import Tenant
from usher.domain.events.event import Event
from usher.domain.events.mentions import mentions_of
from usher.domain.licenses import License
from usher.domain.reports.windows import ALWAYS, Window
from usher.services.event_log import EventLog, EventQuery
from usher.services.merged_lists import Section, read_page
from usher.store import event_trails, packed_ids, packed_pointers
from usher.store.event_trails import TrailRow
from usher.store.events import LONGEST_COMMAND
from usher.store.invite_pointers import PointerRow
from usher.store.key_ranges import KeyRange
from usher.store.keys.event_trails import type_trail

START = datetime(2027, 1, 4, 9, tzinfo=UTC)
_numbers = count()


def id_at(milliseconds: int, n: int) -> str:
    """Return the id of the nth event so many milliseconds after the start."""
    at = int(START.timestamp() * 1000) + milliseconds
    return str(ULID.from_bytes(at.to_bytes(6, "big") + n.to_bytes(10, "big")))


Batches = list[list[str]]
batches = st.lists(
    st.lists(st.builds(id_at, st.integers(0, 150_000), st.integers(0, 2)), min_size=1, max_size=40),
    max_size=6,
)
"""The ids of batches of events; one may be in several, and their times lie among each other."""

on_one_table = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def a_license(tenant: Tenant) -> str:
    """Return a trail that nothing is in."""
    return event_trails.of_license(tenant.id, f"{next(_numbers):026}")


def written(tenant: Tenant, of: Batches, trail: str) -> str:
    """Write batches into a trail, and return it."""
    keys = {key for batch in of for key in packed_ids.keys_of(batch)}
    tenant.context.table.write_many(puts=[TrailRow(trail, key) for key in keys])
    return trail


def held(of: Batches) -> list[str]:
    return sorted({id_ for batch in of for id_ in batch}, reverse=True)


@given(st.lists(st.builds(id_at, st.integers(0, 150_000), st.integers(0, 2)), max_size=120))
def test_keys_hold_each_id_once_and_few_of_half_a_minute(ids: list[str]) -> None:
    keys = packed_ids.keys_of(ids)

    assert sorted(id_ for key in keys for id_ in packed_ids.ids_in(key)) == sorted(set(ids))
    for key in keys:
        of_key = packed_ids.ids_in(key)
        assert of_key == sorted(of_key, reverse=True)
        assert packed_ids.newest_in(key) == of_key[0]
        assert all(key <= packed_ids.last_key(id_) for id_ in of_key)
        first, last = (ULID.from_str(id_).datetime for id_ in (of_key[-1], of_key[0]))
        assert last - first < timedelta(seconds=33)


def test_the_longest_pointer_is_one_unit(tenant: Tenant) -> None:
    trail = event_trails.of_actor(tenant.id, tenant.full.email)
    ids = [id_at(0, n) for n in range(packed_ids.MOST)]
    meter = CapacityMeter(tenant.context.table.connection.client)

    with meter() as taken:
        tenant.context.table.write_many(puts=[TrailRow(trail, key) for key in packed_ids.keys_of(ids)])

    assert taken.writes == 1


@on_one_table
@given(of=batches, limit=st.integers(1, 50))
def test_a_trail_is_read_newest_first_page_by_page(tenant: Tenant, of: Batches, limit: int) -> None:
    trail = written(tenant, of, a_license(tenant))
    found: list[str] = []
    before, has_older = None, True

    while has_older:
        ids, has_older = event_trails.newest(
            tenant.context.table, trail, window=ALWAYS, before=before, limit=limit
        )
        assert len(ids) == limit or not has_older
        found += ids
        before = ids[-1] if ids else before

    assert found == held(of)


@on_one_table
@given(of=batches, since=st.integers(-90, 160), seconds=st.integers(0, 100))
def test_a_window_cuts_pointers_where_it_begins_and_ends(
    tenant: Tenant, of: Batches, since: int, seconds: int
) -> None:
    trail = written(tenant, of, a_license(tenant))
    first, last = START + timedelta(seconds=since), START + timedelta(seconds=since + seconds)
    window = Window(since=first, until=last + timedelta(seconds=1))

    made = {id_: ULID.from_str(id_).datetime for id_ in held(of)}
    right = [id_ for id_, at in made.items() if first <= at < last + timedelta(seconds=1) + LONGEST_COMMAND]
    table = tenant.context.table
    assert event_trails.newest(table, trail, window=window, before=None, limit=300) == (right, False)
    assert sorted(event_trails.within(table, trail, window=window, most=300), reverse=True) == right
    assert len([*event_trails.within(table, trail, window=window, most=5)]) == min(len(right), 5)


@on_one_table
@given(of=st.lists(batches, min_size=2, max_size=2), limit=st.integers(1, 50))
def test_trails_are_merged_in_exact_pages(tenant: Tenant, of: Sequence[Batches], limit: int) -> None:
    kinds = [f"kind.{next(_numbers)}" for _ in of]
    for kind, one in zip(kinds, of, strict=True):
        written(tenant, one, type_trail(tenant.id, kind, 0))
    section = Section[str](
        event_trails.ranges(tenant.id, 1, types=kinds, actor=None, window=ALWAYS),
        lambda found: [one.key for one in found],
        lambda _: True,
    )

    found = in_full_pages(partial(read_page, tenant.context.table, [section], query=kinds), limit=limit)

    assert found == held([*of[0], *of[1]])


@on_one_table
@given(
    of=batches,
    alike=st.sampled_from([packed_ids.HALF_A_MINUTE, packed_ids.A_SECOND]),
    order=st.sampled_from(["newest first", "oldest first"]),
    since=st.integers(-90, 160),
    seconds=st.integers(0, 200),
    limit=st.integers(1, 50),
)
def test_lasting_pointers_are_read_in_both_directions(
    tenant: Tenant, of: Batches, alike: int, order: str, since: int, seconds: int, limit: int
) -> None:
    partition, descending = a_license(tenant), order == "newest first"
    keys = {key for batch in of for key in packed_ids.keys_of(batch, alike=alike)}
    tenant.context.table.write_many(puts=[PointerRow(partition, key) for key in keys])
    low, high = id_at(since * 1000, 0), id_at((since + seconds) * 1000, 0)
    every = KeyRange(partition=partition, low=low, high=high, descending=descending, packed=alike)
    section = Section[str]([every], lambda found: [one.key for one in found], lambda _: True)

    found = in_full_pages(partial(read_page, tenant.context.table, [section], query=low), limit=limit)

    wanted = [id_ for id_ in held(of) if low <= id_ <= high]
    assert found == (wanted if descending else wanted[::-1])


def test_a_page_from_the_oldest_on_reads_a_second_of_them(tenant: Tenant) -> None:
    partition = a_license(tenant)
    ids = [id_at(milliseconds, 0) for milliseconds in range(0, 60_000, 20)]
    keys = packed_ids.keys_of(ids, alike=packed_ids.A_SECOND)
    tenant.context.table.write_many(puts=[PointerRow(partition, key) for key in keys])
    meter = CapacityMeter(tenant.context.table.connection.client)
    oldest = KeyRange(partition=partition, packed=packed_ids.A_SECOND)

    with meter() as taken:
        found = [one.key for one in islice(oldest.read(tenant.context.table, first=6), 6)]

    assert found == ids[:6]
    assert taken.read <= 2


@on_one_table
@given(of=batches, others=batches)
def test_a_trail_is_brought_to_what_the_events_give(tenant: Tenant, of: Batches, others: Batches) -> None:
    table, trail = tenant.context.table, written(tenant, of, a_license(tenant))
    wanted = held([*of[::2], *others])

    missing, wrong = packed_pointers.changes(TrailRow, trail, event_trails.all_in(table, trail), wanted)
    table.write_many(puts=missing, deletes=wrong)

    assert event_trails.newest(table, trail, window=ALWAYS, before=None, limit=500) == (wanted, False)
    again = packed_pointers.changes(TrailRow, trail, event_trails.all_in(table, trail), wanted)
    assert again == ([], [])


def listed(tenant: Tenant, query: EventQuery, *, limit: int = 50) -> list[Event]:
    found: list[Event] = []
    cursor, is_first = None, True
    while cursor is not None or is_first:
        page = EventLog(tenant.context).listed(
            person=tenant.limited, organization=tenant.id, query=query, limit=limit, cursor=cursor
        )
        found += page.items
        cursor, is_first = page.next, False
    return found


@pytest.fixture
def answered(tenant: Tenant, async_workers: AsyncWorkers) -> License:
    """A license that 40 people were invited to, and whose answers were not dispatched yet."""
    license_ = tenant.license(50)
    results = tenant.invite_all(license_, [f"a{n}@x.io" for n in range(40)])
    async_workers.dispatch()
    for result in results:
        assert result.invite is not None
        tenant.accept(result.invite)
    return license_


@pytest.mark.usefixtures("answered")
def test_a_batch_writes_a_pointer_for_each_person_and_few_for_what_its_events_share(
    async_workers: AsyncWorkers, count: Count
) -> None:
    with count() as cost:
        async_workers.dispatch_batch(async_workers.waiting_events())

    written_to = [pk.split("#TRAIL#")[1].split("#")[0] for pk, _ in cost.written if "#TRAIL#" in pk]
    assert {kind: written_to.count(kind) for kind in written_to} == {
        "PERSON": 40,
        "TYPE": 2,  # 33 and 7
        "LICENSE": 2,
    }


@pytest.mark.parametrize("limit", [1, 7, 50])
def test_events_of_a_batch_are_listed_as_if_each_was_dispatched_alone(
    tenant: Tenant, async_workers: AsyncWorkers, answered: License, clock: Clock, limit: int
) -> None:
    async_workers.dispatch_batch(async_workers.waiting_events())
    clock.forward(hours=1)
    accepted = events_of(tenant, "invite.accepted")[::-1]
    happened = [*accepted, *events_of(tenant, "invites.created")[::-1], *events_of(tenant, "license.granted")]

    assert len(accepted) == 40
    assert listed(tenant, EventQuery(types=("invite.accepted",)), limit=limit) == accepted
    assert listed(tenant, EventQuery(license=answered.id), limit=limit) == happened
    assert listed(tenant, EventQuery(license=answered.id, email="a7@x.io"), limit=limit) == [
        event for event in happened if "a7@x.io" in mentions_of(event.data).people
    ]


def test_a_page_of_a_batch_costs_what_it_did(
    tenant: Tenant, async_workers: AsyncWorkers, answered: License, clock: Clock, count: Count
) -> None:
    async_workers.dispatch_batch(async_workers.waiting_events())
    clock.forward(hours=1)

    of_type = EventQuery(types=("invite.accepted",))  # a first page looks at the newest of all as well
    for query, each in ((EventQuery(license=answered.id), (3, 3, 3)), (of_type, (4, 3, 3))):
        cursor = None
        for calls in each:
            with count() as cost:
                page = EventLog(tenant.context).listed(
                    person=tenant.limited, organization=tenant.id, query=query, limit=5, cursor=cursor
                )
            assert (len(page.items), cost.calls) == (5, calls)
            cursor = page.next


def test_what_of_a_batch_is_dispatched_again_takes_nothing_out_of_its_trails(
    tenant: Tenant, async_workers: AsyncWorkers, answered: License, clock: Clock
) -> None:
    again = [event for event in async_workers.waiting_events() if event.type == "invite.accepted"]
    async_workers.dispatch_batch(async_workers.waiting_events())
    before = listed(tenant, EventQuery(license=answered.id))

    for some in (again[-1:], again[::2], again[:5], [*again, again[0]]):
        async_workers.dispatch_batch(some)

    clock.forward(hours=1)
    assert listed(tenant, EventQuery(license=answered.id)) == before
    assert listed(tenant, EventQuery(types=("invite.accepted",))) == again[::-1]


def test_an_erasure_moves_the_events_of_a_batch(people: People, async_workers: AsyncWorkers) -> None:
    tenant = people.tenant
    async_workers.skip()
    tenant.accept(tenant.invite(tenant.license(), ANN))
    async_workers.dispatch_batch(async_workers.waiting_events())

    erased = people.erase()

    assert listed(tenant, EventQuery(email=ANN)) == []
    found = listed(tenant, EventQuery(email=erased.pseudonym))
    assert [one.type for one in found] == ["invite.accepted", "invites.created"]
