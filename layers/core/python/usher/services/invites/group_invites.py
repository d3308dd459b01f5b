"""Offers of a group alone: to somebody who has a seat in all of its licenses and is no member yet.

Joining needs acceptance (DESIGN 1, group), so there is an invite, and it brings no seat (decision 20).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from usher.domain.invites import InviteState
from usher.services.context import Context
from usher.services.invites.reserve_seats import Batch, Candidate, Invited, Outcome
from usher.store import groups, invites


def offering(context: Context, candidates: Sequence[Candidate], batch: Batch) -> list[Candidate]:
    """Return the candidates with what notes their offer, settling members and those with an open offer.

    Candidates with seats to reserve pass as they are; for the others it takes two calls for each hundred.
    """
    bare = [one for one in candidates if not one.invite.licenses]
    if not bare:
        return list(candidates)
    places = {
        one.at: groups.member_ref(one.invite.organization, str(one.invite.group), one.email) for one in bare
    }
    notes = {
        one.at: groups.offer_ref(one.invite.organization, str(one.invite.group), one.email) for one in bare
    }
    found = context.table.get_many([*places.values(), *notes.values()])
    offered = {at: row.invite for at, ref in notes.items() if (row := found.get(ref)) is not None}
    earlier = context.table.get_many([invites.ref(id_) for id_ in offered.values()])
    left: list[Candidate] = []
    for one in candidates:
        if one.invite.licenses:
            left.append(one)
            continue
        before = offered.get(one.at)
        made = None if before is None else earlier.get(invites.ref(before))
        open_offer = None if made is None else invites.invite_of(made)
        if found.get(places[one.at]) is not None:
            batch.settle(one.at, Invited(email=one.email, outcome=Outcome.ALREADY_ASSIGNED))
        elif (
            open_offer is not None
            and open_offer.state is InviteState.PENDING
            and not open_offer.has_expired(context.now())
        ):
            batch.settle(one.at, Invited(email=one.email, outcome=Outcome.ALREADY_INVITED, invite=open_offer))
        else:
            note = groups.offer(one.invite, group=str(one.invite.group), instead_of=before)
            left.append(replace(one, offer=note))
    return left
