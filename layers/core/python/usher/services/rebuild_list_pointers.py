"""The rebuilding of an organization's pointers from its events and invites: of lists, groups and methods.

See decisions 0085, 0090, 0101 and 0104.
"""

from __future__ import annotations

from itertools import product

from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.invite_pointers import OF_PENDING
from usher.domain.invites import InviteState
from usher.domain.organizations import Organization
from usher.services.context import Context
from usher.store import counted_items, event_trails, events, groups, invite_pointers, licenses, list_pointers
from usher.store.invite_pointers import PointerRow
from usher.store.table import Ref


def rebuild_list_pointers(context: Context, organization: Organization) -> None:
    """Write the pointers that the events and the invites give and that are missing, and delete the others.

    What there is, of the organization's licenses and groups, is read before the events. So a pointer that
    `dispatch` writes meanwhile is not deleted; one that it deletes meanwhile may be written again, and costs
    whoever reads it one item more, since the invite decides.
    """
    table = context.table
    there = {
        Ref(PointerRow, row.pk, row.sk)
        for partition in _partitions(context, organization.id)
        for row in list_pointers.all_in(table, partition)
    }
    trails = {trail: event_trails.all_in(table, trail) for trail in _trails(context, organization)}
    by_problem: set[Ref[PointerRow]] = {
        Ref(PointerRow, row.pk, row.sk)
        for invite in counted_items.invites_of(table, organization.id, organization.shards)
        for row in invite_pointers.of_problems(invite)
    }
    wanted: set[Ref[PointerRow]] = set()
    in_trails: dict[str, list[str]] = {trail: [] for trail in trails}
    for event in events.between(table, organization.id, organization.shards):
        wanted.update(Ref(PointerRow, row.pk, row.sk) for row in list_pointers.added_by(event))
        wanted.difference_update(list_pointers.removed_by(event))
        for trail in event_trails.rebuilt_trails(event):
            in_trails.setdefault(trail, []).append(event.id)
    wanted |= by_problem
    table.write_many(
        puts=[PointerRow(missing.pk, missing.sk) for missing in wanted - there],
        deletes=[*(there - wanted)],
    )
    for trail, ids in in_trails.items():
        missing, wrong = event_trails.changes(trail, trails.get(trail, []), ids)
        table.write_many(puts=missing, deletes=wrong)


def _partitions(context: Context, organization: str) -> list[str]:
    """Return the partitions of the pointers to invites and enrollments that the organization may have."""
    of_licenses = (one.id for one in licenses.of_organization(context.table, organization))
    named = [*of_licenses, *_groups(context, organization)]
    return [
        *(list_pointers.invites_to(organization, *one) for one in product(named, InviteState)),
        *(list_pointers.invites_to(organization, kind, InviteState.PENDING) for kind in OF_PENDING),
        *(list_pointers.enrollments_of(organization, of) for of in named),
    ]


def _trails(context: Context, organization: Organization) -> list[str]:
    """Return the trails that are rebuilt, as far as the organization may have them."""
    of_groups = (event_trails.of_group(organization.id, of) for of in _groups(context, organization.id))
    methods = [*EnrollmentMethod]
    return [*of_groups, *event_trails.of_methods(organization.id, organization.shards, methods)]


def _groups(context: Context, organization: str) -> list[str]:
    return [row.id for row in groups.all_of(context.table, organization)]
