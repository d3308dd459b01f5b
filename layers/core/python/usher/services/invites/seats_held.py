"""Reads the seats, memberships and open invites that the addresses of a batch already have."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from usher.domain.invite_batches import (
    MembershipKey,
    SeatsHeld,
    groups_to_ask_for,
    missing_seats,
    reservation_of,
)
from usher.domain.invites import Invite
from usher.services.context import Context
from usher.services.invites.expire_invites import expire_lapsed
from usher.store import accesses, groups, invites


def read_seats_held(context: Context, drafts: Mapping[int, Invite], *, now: datetime) -> SeatsHeld:
    """Read which seats, memberships and open invites the drafts' addresses already have.

    One call for each hundred seats, one more if an address has all of its seats, and one for each hundred
    addresses that ask for membership alone: an invite to it brings no seat (decision 20).
    """
    refs = [accesses.ref(draft.email, terms.license) for draft in drafts.values() for terms in draft.licenses]
    found = context.table.get_many(refs)
    held = [accesses.access_of(row) for ref in dict.fromkeys(refs) if (row := found.get(ref)) is not None]
    holding = [access for access in held if access.is_live()]
    live = {(access.email, access.terms.license): access for access in holding if not access.has_lapsed(now)}
    complete = [drafts[position] for position, missing in missing_seats(drafts, live).items() if not missing]
    members, markers = _read_memberships(
        context,
        {
            (group.id, draft.email): draft.organization
            for draft in complete
            for group in groups_to_ask_for(draft, live)
        },
    )
    reservations = [reservation_of(draft, live) for draft in complete]
    return SeatsHeld(
        live=live,
        lapsed=[access for access in holding if access.has_lapsed(now)],
        members=members,
        markers=markers,
        invites=read_invites(context, {*(one.invite for one in reservations if one), *markers.values()}),
    )


def read_and_expire_lapsed(context: Context, drafts: Mapping[int, Invite], *, now: datetime) -> SeatsHeld:
    """Read as `read_seats_held` does, and expire the invites of lapsed reservations before returning.

    An expired invite never blocks a new one (DESIGN 2), even if the sweep has not reached it. Where
    `SeatsHeld.lapsed` is not empty, the pools have more seats than were read before the call.
    """
    held = read_seats_held(context, drafts, now=now)
    if held.lapsed:
        expire_lapsed(context, held.lapsed)
    return held


def _read_memberships(
    context: Context, keys: Mapping[MembershipKey, str]
) -> tuple[frozenset[MembershipKey], Mapping[MembershipKey, str]]:
    """Read which addresses are members of the groups, and which have an invite; by key, the organization."""
    members = {(group, email): groups.member_ref(of, group, email) for (group, email), of in keys.items()}
    markers = {
        (group, email): groups.invite_marker_ref(of, group, email) for (group, email), of in keys.items()
    }
    found = context.table.get_many([*members.values(), *markers.values()])
    return (
        frozenset(key for key, ref in members.items() if found.get(ref) is not None),
        {key: row.invite for key, ref in markers.items() if (row := found.get(ref)) is not None},
    )


def read_invites(context: Context, ids: set[str]) -> Mapping[str, Invite]:
    """Read invites by their ids: one call for each hundred, and none where there are none."""
    refs = {id_: invites.ref(id_) for id_ in sorted(ids)}
    found = context.table.get_many(list(refs.values()))
    return {id_: invites.invite_of(row) for id_, ref in refs.items() if (row := found.get(ref)) is not None}
