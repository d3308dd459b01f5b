"""Where the invites and enrollments of a list with a filter are found, by pointers (decision 0085)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from usher.domain.figures import FAILED_DELIVERIES
from usher.domain.invite_lists import InviteCriteria
from usher.domain.invite_pointers import EXPIRED, UNDELIVERED
from usher.domain.invites import InviteState
from usher.store import events, invite_lists, list_pointers
from usher.store.id_ranges import ids_from
from usher.store.key_ranges import KeyRange

NOT_POINTED_TO_YET = timedelta(minutes=2)
"""How long after its creation an invite is looked for in the listing, since its pointers follow its event."""


def pointer_ranges(
    organization: str,
    shards: int,
    criteria: InviteCriteria,
    *,
    now: datetime,
    low: str,
    high: str,
    descending: bool,
) -> list[KeyRange]:
    """Return the ranges of pointers that have what is wanted, by id; none where no filter has pointers.

    Of a license or a group beside these, the newest invites of all: their pointers follow by moments. Where
    both are asked for, those of the licenses; what they lead to is to be compared with the whole filter.
    """
    states = criteria.possible_states
    names = _pointed_to(criteria)
    if not names or not states:
        return []
    pointed = [
        list_pointers.invites_range(organization, of, state, low=low, high=high, descending=descending)
        for of in names
        for state in ([InviteState.PENDING] if of in {EXPIRED, UNDELIVERED} else states)
    ]
    since = max(low, ids_from(now - NOT_POINTED_TO_YET))
    if names[0] in {EXPIRED, UNDELIVERED} or since > high:
        return pointed
    newest = [
        newest_of_shard
        for state in states
        for newest_of_shard in invite_lists.listing_ranges(
            organization,
            shards,
            state,
            criteria=criteria,
            now=now,
            low=since,
            high=high,
            descending=descending,
        )
    ]
    return [*pointed, *newest]


def enrollment_ranges(
    organization: str, shards: int, pointed_to: Sequence[str], *, now: datetime, low: str, high: str
) -> list[KeyRange]:
    """Return the ranges, newest first, of enrollments for licenses or by groups, and of the newest of all."""
    pointed = [
        list_pointers.enrollments_range(organization, of, low=low, high=high)
        for of in dict.fromkeys(pointed_to)
    ]
    since = max(low, ids_from(now - NOT_POINTED_TO_YET))
    if since > high:
        return pointed
    return [*pointed, *events.enrollments_ranges(organization, shards, low=since, high=high)]


def _pointed_to(criteria: InviteCriteria) -> Sequence[str]:
    """Return the licenses or groups, or the kind of invites, whose pointers have all that is wanted."""
    if criteria.licenses or criteria.groups:
        return tuple(dict.fromkeys(criteria.licenses or criteria.groups))
    if criteria.expired:
        return (EXPIRED,)
    if criteria.deliveries and FAILED_DELIVERIES.issuperset(criteria.deliveries):
        return (UNDELIVERED,)
    return ()
