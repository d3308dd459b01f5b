"""The rebuilding of an organization's pointers from its events and invites: of lists, groups and methods.

See decisions 0085, 0090, 0101, 0104 and 0106.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import product
from typing import TypeVar

from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.invite_pointers import OF_PENDING
from usher.domain.invites import InviteState
from usher.domain.organizations import Organization
from usher.services.context import Context
from usher.store import (
    counted_items,
    event_trails,
    events,
    groups,
    invite_pointers,
    licenses,
    list_pointers,
    packed_ids,
    packed_pointers,
)
from usher.store.event_trails import TrailRow
from usher.store.invite_pointers import PointerRow
from usher.store.table import Ref, Row, Table

R = TypeVar("R", bound=Row)


def rebuild_list_pointers(context: Context, organization: Organization) -> None:
    """Write the pointers that the events and the invites give and that are missing, and delete the others.

    What there is, of the organization's licenses and groups, is read before the events. So a pointer that
    `dispatch` writes meanwhile is not deleted; one that it deletes meanwhile may be written again, and costs
    whoever reads it one item more, since the invite decides.
    """
    table = context.table
    there = {
        Ref(PointerRow, row.pk, row.sk)
        for partition in _of_pending(context, organization.id)
        for row in list_pointers.all_in(table, partition)
    }
    lasting = {one: list_pointers.all_in(table, one) for one in _lasting(context, organization.id)}
    trails = {one: event_trails.all_in(table, one) for one in _trails(context, organization)}
    by_problem: set[Ref[PointerRow]] = {
        Ref(PointerRow, row.pk, row.sk)
        for invite in counted_items.invites_of(table, organization.id, organization.shards)
        for row in invite_pointers.of_problems(invite)
    }
    wanted: set[Ref[PointerRow]] = set()
    in_lists: dict[str, list[str]] = {partition: [] for partition in lasting}
    in_trails: dict[str, list[str]] = {trail: [] for trail in trails}
    for event in events.between(table, organization.id, organization.shards):
        wanted.update(Ref(PointerRow, row.pk, row.sk) for row in list_pointers.added_by(event))
        wanted.difference_update(list_pointers.removed_by(event))
        for partition, id_ in list_pointers.lasting_by(event):
            in_lists.setdefault(partition, []).append(id_)
        for trail in event_trails.rebuilt_trails(event):
            in_trails.setdefault(trail, []).append(event.id)
    wanted |= by_problem
    table.write_many(
        puts=[PointerRow(missing.pk, missing.sk) for missing in wanted - there],
        deletes=[*(there - wanted)],
    )
    _bring_up_to_date(table, PointerRow, lasting, in_lists, alike=list_pointers.ALIKE)
    _bring_up_to_date(table, TrailRow, trails, in_trails, alike=packed_ids.HALF_A_MINUTE)


def _bring_up_to_date(
    table: Table,
    row: type[R],
    there: Mapping[str, Collection[R]],
    wanted: Mapping[str, Collection[str]],
    *,
    alike: int,
) -> None:
    """Write what is missing in partitions of packed ids, and delete what holds others."""
    for partition, ids in wanted.items():
        missing, wrong = packed_pointers.changes(row, partition, there.get(partition, []), ids, alike=alike)
        table.write_many(puts=missing, deletes=wrong)


def _of_pending(context: Context, organization: str) -> list[str]:
    """Return the partitions of the pointers to pending invites that the organization may have."""
    return [
        list_pointers.invites_to(organization, of, InviteState.PENDING)
        for of in (*_licenses_and_groups(context, organization), *OF_PENDING)
    ]


def _lasting(context: Context, organization: str) -> list[str]:
    """Return the partitions of the pointers that stay, to answered invites and to enrollments."""
    named = _licenses_and_groups(context, organization)
    answered = [state for state in InviteState if state is not InviteState.PENDING]
    return [
        *(list_pointers.invites_to(organization, *one) for one in product(named, answered)),
        *(list_pointers.enrollments_of(organization, of) for of in named),
    ]


def _licenses_and_groups(context: Context, organization: str) -> list[str]:
    of_licenses = (one.id for one in licenses.of_organization(context.table, organization))
    return [*of_licenses, *_groups(context, organization)]


def _trails(context: Context, organization: Organization) -> list[str]:
    """Return the trails that are rebuilt, as far as the organization may have them."""
    of_groups = (event_trails.of_group(organization.id, of) for of in _groups(context, organization.id))
    methods = [*EnrollmentMethod]
    return [*of_groups, *event_trails.of_methods(organization.id, organization.shards, methods)]


def _groups(context: Context, organization: str) -> list[str]:
    return [row.id for row in groups.all_of(context.table, organization)]
