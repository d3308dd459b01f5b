"""Pointers to invites and to enrollments, for lists with a filter, which dispatch writes.

See decisions 0085 and 0106.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from usher.domain.events.event import Event
from usher.domain.invite_pointers import pointer_changes_by
from usher.domain.invites import Invite, InviteState
from usher.domain.reports.enrollments import enrollment_by
from usher.store import events, invite_lists, invites, packed_ids, packed_pointers
from usher.store.invite_pointers import PointerRow, row_of
from usher.store.key_ranges import Found, KeyRange
from usher.store.keys import list_pointers as keys
from usher.store.table import Ref, Table

ALIKE = packed_ids.A_SECOND
"""How far the ids in a lasting pointer begin alike. A list of invites may be read upwards (packed_ids)."""


def added_by(event: Event) -> list[PointerRow]:
    """Return the pointers that an event adds and that a later one may remove: to pending invites."""
    added = pointer_changes_by(event.data).added
    return [row_of(event.organization, one) for one in added if one.state is InviteState.PENDING]


def lasting(events: Iterable[Event]) -> list[PointerRow]:
    """Return the pointers that events add and that stay: to answered invites, and to enrollments.

    Those of one partition share items, as many as one holds (decision 0106).
    """
    ids: dict[str, list[str]] = defaultdict(list)
    for event in events:
        for partition, id_ in lasting_by(event):
            ids[partition].append(id_)
    packed = (packed_pointers.holding(PointerRow, *one, alike=ALIKE) for one in ids.items())
    return [*chain.from_iterable(packed)]


def lasting_by(event: Event) -> Iterator[tuple[str, str]]:
    """Yield the partitions of the lasting pointers that an event adds, with the id of each."""
    for one in pointer_changes_by(event.data).added:
        if one.state is not InviteState.PENDING:
            yield keys.invites(event.organization, one.of, one.state), one.invite
    enrollment = enrollment_by(event.data)
    if enrollment is not None:
        by_group = [] if enrollment.group is None else [enrollment.group.id]
        for of in (*enrollment.licenses, *by_group):
            yield keys.enrollments(event.organization, of), event.id


def removed_by(event: Event) -> list[Ref[PointerRow]]:
    """Return the references of the pointers that an event removes."""
    rows = (row_of(event.organization, one) for one in pointer_changes_by(event.data).removed)
    return [Ref(PointerRow, row.pk, row.sk) for row in rows]


def invites_to(organization: str, of: str, state: InviteState) -> str:
    """Return the partition of the pointers to the invites of a license, a group or a kind in one state."""
    return keys.invites(organization, of, state)


def enrollments_of(organization: str, of: str) -> str:
    """Return the partition of the pointers to the enrollments for a license or by a group."""
    return keys.enrollments(organization, of)


def all_in(table: Table, partition: str) -> list[PointerRow]:
    """Return all pointers of a partition: one call for each thousand, or each MB."""
    return [*table.query_all(PointerRow, partition)]


def invites_range(
    organization: str, of: str, state: InviteState, *, low: str, high: str, descending: bool
) -> KeyRange:
    """Return the range by id of the invites of a license, a group or a kind in one state."""
    partition = keys.invites(organization, of, state)
    alike = 0 if state is InviteState.PENDING else ALIKE
    return KeyRange(partition=partition, low=low, high=high, descending=descending, packed=alike)


def enrollments_range(organization: str, of: str, *, low: str, high: str) -> KeyRange:
    """Return the range, newest first, of the events that enrolled people for a license or by a group."""
    partition = keys.enrollments(organization, of)
    return KeyRange(partition=partition, low=low, high=high, descending=True, packed=ALIKE)


def invites_at(table: Table, found: Sequence[Found]) -> list[Invite | None]:
    """Read invites that were found by pointers, one call for each hundred, or whole in a listing."""
    refs = {one.key: invites.ref(one.key) for one in found if _is_pointer(one)}
    rows = table.get_many([*refs.values()])
    read: list[Invite | None] = []
    for one in found:
        if (at := refs.get(one.key)) is None:
            read += invite_lists.in_listing([one])
        else:
            row = rows.get(at)
            read.append(None if row is None else invites.invite_of(row))
    return read


def events_at(table: Table, organization: str, found: Sequence[Found]) -> list[Event | None]:
    """Read events that were found by pointers, one call for each hundred, or whole in a listing."""
    refs = {one.key: events.ref(organization, one.key) for one in found if _is_pointer(one)}
    rows = table.get_many([*refs.values()])
    read: list[Event | None] = []
    for one in found:
        if (at := refs.get(one.key)) is not None:
            row = rows.get(at)
            read.append(None if row is None else events.event_of(row))
        elif one.item is not None:
            read.append(events.from_stream(one.item))
    return read


def _is_pointer(found: Found) -> bool:
    """Return whether the item has nothing but its keys."""
    return found.item is not None and found.item.keys() <= {"pk", "sk"}
