"""Where the invites and enrollments of a list with a filter are found, by pointers (decision 0085)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.invite_lists import InviteCriteria
from usher.domain.invite_pointers import EXPIRED, OF_PENDING, RESENT, names_of
from usher.lazy_dataclasses import dataclass
from usher.store import event_trails, events, invite_lists, list_pointers
from usher.store.id_ranges import ids_from
from usher.store.key_ranges import KeyRange
from usher.store.key_sources import CommonKeys, KeySource

NOT_POINTED_TO_YET = timedelta(minutes=2)
"""How long after its creation an invite is looked for in the listing, since its pointers follow its event."""


@dataclass(frozen=True, kw_only=True)
class PointedInvites:
    """Where the invites that a filter lets pass are found by pointers, in a stretch of ids.

    Attributes:
        unions: of each filter that has pointers, the ranges of all that it lets pass; those to be expected
            the smallest first. What they lead to is to be compared with the whole filter.
        names: of each filter the licenses or groups, or some of OF_PENDING.
        newest: ranges of the newest invites of all, to which pointers follow by moments. There are none
            beside pointers to those that expired, were sent again or have a delivery problem.
    """

    unions: Sequence[Sequence[KeyRange]]
    names: Sequence[Sequence[str]]
    newest: Sequence[KeyRange]

    def sources(self) -> list[KeySource]:
        """Return the sources, by id, that have what is wanted; none where no filter has pointers."""
        if len(self.unions) > 1:
            return [CommonKeys(self.unions), *self.newest]
        return [*(one for union in self.unions for one in union), *self.newest]


def pointed_invites(
    organization: str,
    shards: int,
    criteria: InviteCriteria,
    *,
    now: datetime,
    low: str,
    high: str,
    descending: bool,
    resent: bool = False,
) -> PointedInvites:
    """Return where the pointers of the filters are; if `resent`, of those that were sent again alone."""
    states = criteria.possible_states
    filters = [*([(RESENT,)] if resent else []), *_pointed_to(criteria)] if states else []
    unions = [
        [
            list_pointers.invites_range(organization, of, state, low=low, high=high, descending=descending)
            for of in names
            for state in states
        ]
        for names in filters
    ]
    since = max(low, ids_from(now - NOT_POINTED_TO_YET))
    if not filters or filters[0][0] in OF_PENDING or since > high:
        return PointedInvites(unions=unions, names=filters, newest=[])
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
    return PointedInvites(unions=unions, names=filters, newest=newest)


def enrollment_sources(
    organization: str,
    shards: int,
    *filters: Sequence[str],
    methods: Collection[EnrollmentMethod] = (),
    now: datetime,
    low: str,
    high: str,
) -> list[KeySource]:
    """Return the sources, newest first, of enrollments for licenses, by groups, by methods.

    Of several licenses, groups or methods any, and of several filters all have to be met; an empty one is
    none. The newest enrollments of all are among them, or all, if there is no filter.
    """
    unions: list[list[KeyRange]] = [
        [list_pointers.enrollments_range(organization, of, low=low, high=high) for of in dict.fromkeys(names)]
        for names in filters
        if names
    ]
    if methods:
        unions.append(event_trails.method_ranges(organization, shards, methods, low=low, high=high))
    if not unions:
        return [*events.enrollments_ranges(organization, shards, low=low, high=high)]
    pointed: list[KeySource] = [CommonKeys(unions)] if len(unions) > 1 else [*unions[0]]
    since = max(low, ids_from(now - NOT_POINTED_TO_YET))
    if since > high:
        return pointed
    return [*pointed, *events.enrollments_ranges(organization, shards, low=since, high=high)]


def _pointed_to(criteria: InviteCriteria) -> list[Sequence[str]]:
    """Return of each filter that has pointers the licenses or groups, or the kind of invites."""
    filters: list[Sequence[str]] = []
    if criteria.problems:
        filters.append(names_of(criteria.problems))
    if criteria.expired:
        filters.append((EXPIRED,))
    filters += [tuple(dict.fromkeys(names)) for names in (criteria.groups, criteria.licenses) if names]
    return filters
