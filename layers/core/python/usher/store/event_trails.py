"""Event trails: pointers to the events that name somebody or something, of an actor, a type or a method.

See decisions 0057, 0090, 0095, 0097 and 0104.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.events.event import Event
from usher.domain.events.mentions import addresses_in, mentions_of
from usher.domain.reports.enrollments import enrollment_by
from usher.domain.reports.windows import Window
from usher.domain.shards import shard_of
from usher.store import packed_ids, packed_pointers
from usher.store.events import LONGEST_COMMAND
from usher.store.id_ranges import FIRST_ID, LAST_ID, ids_from, last_before
from usher.store.key_ranges import KeyRange, read
from usher.store.keys import event_trails as keys
from usher.store.table import Ref, Row, Table


class TrailRow(Row):
    """`ORG#o#TRAIL#of#which`, the event's id, or the ids of several of one dispatch; nothing else.

    Of persons and actors by a hash, of licenses and groups by id, of types and methods by name.
    """


def pointers(events: Iterable[Event]) -> list[TrailRow]:
    """Return the pointers to events: for the type of each, and each person, license and group that it names.

    An actor whom it names is found by that; any other has a pointer, too, and so has the method of an event
    that enrolled people without an invite. Events in the same trail share pointers, as many as an item holds.
    """
    ids: dict[str, list[str]] = defaultdict(list)
    for event in events:
        for trail in _trails_of(event):
            ids[trail].append(event.id)
    return [row for trail, own in ids.items() for row in packed_pointers.holding(TrailRow, trail, own)]


def _trails_of(event: Event) -> list[str]:
    named, people = mentions_of(event.data), addresses_in(event.data)
    return [
        keys.type_trail(event.organization, event.type, shard_of(event.id)),
        *([] if event.actor in people else [keys.actor_trail(event.organization, event.actor)]),
        *(keys.person_trail(event.organization, email) for email in sorted(people)),
        *_trails_of_methods(event),
        *(keys.license_trail(event.organization, id_) for id_ in sorted(named.licenses)),
        *(keys.group_trail(event.organization, id_) for id_ in sorted(named.groups)),
    ]


def _trails_of_methods(event: Event) -> list[str]:
    enrollment = enrollment_by(event.data)
    if enrollment is None:
        return []
    return [keys.method_trail(event.organization, enrollment.method, shard_of(event.id))]


def of_person(organization: str, email: str) -> str:
    """Return the trail of a person."""
    return keys.person_trail(organization, email)


def of_actor(organization: str, actor: str) -> str:
    """Return the trail of what an actor caused without being named."""
    return keys.actor_trail(organization, actor)


def of_license(organization: str, license_id: str) -> str:
    """Return the trail of a license."""
    return keys.license_trail(organization, license_id)


def of_group(organization: str, group: str) -> str:
    """Return the trail of a group."""
    return keys.group_trail(organization, group)


def of_methods(organization: str, shards: int, methods: Collection[EnrollmentMethod]) -> list[str]:
    """Return the trails of the events that enrolled people by these methods, of each shard one."""
    return [keys.method_trail(organization, one, shard) for one in methods for shard in range(shards)]


def rebuilt_trails(event: Event) -> list[str]:
    """Return the trails of an event that can be rebuilt: of the groups that it names, and of its method."""
    groups = mentions_of(event.data).groups
    return [*(keys.group_trail(event.organization, id_) for id_ in groups), *_trails_of_methods(event)]


def all_in(table: Table, trail: str) -> list[TrailRow]:
    """Return the pointers of a trail: one call for each thousand, or each MB."""
    return [*table.query_all(TrailRow, trail)]


def within(table: Table, trail: str, *, window: Window, most: int) -> Iterator[str]:
    """Yield the ids of a trail's events in a window, `most` of them and in no order: one call for each MB.

    A little more than the window is read at its end, since an id may be later than its event.
    """
    first, last = _ends(window)
    rows = table.query_all(TrailRow, trail, TrailRow.sk.between(first, packed_ids.last_key(last)), page=most)
    held = (id_ for row in rows for id_ in packed_ids.ids_in(row.sk))
    return islice(_each_once(id_ for id_ in held if first <= id_ <= last), most)


def _each_once(ids: Iterator[str]) -> Iterator[str]:
    """Yield each id once: an event that was dispatched twice may be in two pointers."""
    seen: set[str] = set()
    for id_ in ids:
        if id_ not in seen:
            seen.add(id_)
            yield id_


def ranges(
    organization: str, shards: int, *, types: Collection[str], actor: str | None, window: Window
) -> list[KeyRange]:
    """Return the ranges by id, newest first, with the events of an actor, or else of types.

    Of both, all events of the actor are in them; without either there are none. A little more than the window
    is read at its end, as of the events themselves.
    """
    if actor is not None:
        trails = [keys.actor_trail(organization, actor), keys.person_trail(organization, actor)]
    else:
        trails = [
            keys.type_trail(organization, one, shard)
            for one in dict.fromkeys(types)
            for shard in range(shards)
        ]
    first, last = _ends(window)
    return [_range(trail, first, last) for trail in trails]


def method_ranges(
    organization: str, shards: int, methods: Collection[EnrollmentMethod], *, low: str, high: str
) -> list[KeyRange]:
    """Return the ranges by id, newest first, of the events that enrolled people by these methods."""
    return [_range(trail, low, high) for trail in of_methods(organization, shards, methods)]


def range_of(trail: str, *, window: Window) -> KeyRange:
    """Return the range by id, newest first, of a trail's events in a window, and a little more at its end."""
    return _range(trail, *_ends(window))


def newest(
    table: Table, trail: str, *, window: Window, before: str | None, limit: int
) -> tuple[list[str], bool]:
    """Return the ids of a trail's newest events older than the id `before`, and whether there are more.

    One call; more where many items hold newer ids of the same half a minute. A little more than the window is
    read at its end, since an id may be later than its event.
    """
    first, last = _ends(window)
    if before is not None:
        last = min(last, last_before(before))
    if last < first:  # the cursor lies before the window
        return [], False
    found = read(table, _range(trail, first, last), first=limit + 1)
    ids = [one.key for one in islice(found, limit + 1)]
    return ids[:limit], len(ids) > limit


def _range(trail: str, first: str, last: str) -> KeyRange:
    return KeyRange(partition=trail, low=first, high=last, descending=True, packed=packed_ids.HALF_A_MINUTE)


def _ends(window: Window) -> tuple[str, str]:
    first = FIRST_ID if window.since is None else ids_from(window.since)
    last = LAST_ID if window.until is None else ids_from(window.until + LONGEST_COMMAND)
    return first, last


def move(table: Table, *, source: str, target: str) -> None:
    """Move a trail's pointers to another trail; repeated, it moves those that are left."""
    rows = all_in(table, source)
    table.write_many(puts=[TrailRow(target, row.sk) for row in rows])
    table.write_many(deletes=[Ref(TrailRow, row.pk, row.sk) for row in rows])
