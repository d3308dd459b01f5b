"""Who of those to be invited has a seat already, and who still needs one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from usher.domain.accesses import Access, AccessState
from usher.domain.invites import Invite
from usher.services.context import Context
from usher.services.invites.group_invites import offering
from usher.services.invites.reserve_seats import Batch, Candidate, Invited, Outcome
from usher.store import accesses


@dataclass(frozen=True, kw_only=True)
class SeatsHeld:
    """The accesses that hold a seat, and those whose invite has expired with the seat not given back yet."""

    live: Sequence[Access]
    lapsed: Sequence[Access]


def seats_held(context: Context, drafts: Mapping[int, Invite], now: datetime) -> SeatsHeld:
    """Return what the people have of what they are to be invited to: one call for each hundred seats."""
    refs = [accesses.ref(draft.email, terms.license) for draft in drafts.values() for terms in draft.licenses]
    found = context.table.get_many(refs)
    held = [accesses.access_of(row) for ref in dict.fromkeys(refs) if (row := found.get(ref)) is not None]
    lapsed = [access for access in held if access.is_live() and access.has_lapsed(now)]
    live = [access for access in held if access.is_live() and not access.has_lapsed(now)]
    return SeatsHeld(live=live, lapsed=lapsed)


def candidates_of(
    context: Context, drafts: Mapping[int, Invite], live: Sequence[Access], batch: Batch
) -> list[Candidate]:
    """Return who still needs a seat, by position in the request, settling those who have theirs.

    A draft names all that its address is to have; its invite gives what is missing. Where two drafts of one
    address name the same license, the first gives it.
    """
    known = {(access.email, access.terms.license): access for access in live}
    promised: set[tuple[str, str]] = set()
    candidates: list[Candidate] = []
    for at, draft in drafts.items():
        if at in batch.done:
            continue
        seats = [(draft.email, terms.license) for terms in draft.licenses]
        missing = tuple(
            terms
            for terms, seat in zip(draft.licenses, seats, strict=True)
            if seat not in known and seat not in promised
        )
        if not missing:
            held = [known[seat] for seat in seats if seat in known]
            if not draft.group or any(access.state is AccessState.RESERVED for access in held):
                if len(held) < len(seats):
                    batch.settle(at, Invited(email=draft.email, outcome=Outcome.ALREADY_INVITED))
                else:
                    batch.settle_holder(at, draft.email, held)
                continue
        promised.update(seats)
        candidates.append(Candidate(at=at, invite=replace(draft, id=context.new_id(), licenses=missing)))
    batch.find_invites()
    return offering(context, candidates, batch)
