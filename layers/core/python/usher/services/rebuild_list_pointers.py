"""The rebuilding of an organization's pointers from its events: of lists, and of groups (0085, 0090)."""

from __future__ import annotations

from itertools import product

from usher.domain.invite_pointers import EXPIRED, UNDELIVERED
from usher.domain.invites import InviteState
from usher.domain.organizations import Organization
from usher.services.context import Context
from usher.store import event_trails, events, groups, licenses, list_pointers
from usher.store.list_pointers import PointerRow
from usher.store.table import Ref


def rebuild_list_pointers(context: Context, organization: Organization) -> None:
    """Write the pointers that the events give and that are missing, and delete the others.

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
    wanted: set[Ref[PointerRow]] = set()
    for event in events.between(table, organization.id, organization.shards):
        wanted.update(Ref(PointerRow, row.pk, row.sk) for row in list_pointers.added_by(event))
        wanted.difference_update(list_pointers.removed_by(event))
        of_groups = event_trails.pointers_of_groups(event)
        wanted.update(Ref(PointerRow, row.pk, row.sk) for row in of_groups)
    table.write_many(
        puts=[PointerRow(missing.pk, missing.sk) for missing in wanted - there],
        deletes=[*(there - wanted)],
    )


def _partitions(context: Context, organization: str) -> list[str]:
    """Return the partitions of the pointers that the organization may have."""
    table = context.table
    of_groups = [row.id for row in groups.all_of(table, organization)]
    named = [*(one.id for one in licenses.of_organization(table, organization)), *of_groups]
    return [
        *(event_trails.of_group(organization, of) for of in of_groups),
        *(list_pointers.invites_to(organization, *one) for one in product(named, InviteState)),
        *(
            list_pointers.invites_to(organization, kind, InviteState.PENDING)
            for kind in (EXPIRED, UNDELIVERED)
        ),
        *(list_pointers.enrollments_of(organization, of) for of in named),
    ]
