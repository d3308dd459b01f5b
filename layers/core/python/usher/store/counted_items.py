"""All of an organization's items that its figures count, for counting them anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from usher.domain import figures
from usher.domain.accesses import LIVE, Access
from usher.domain.invites import Invite, InviteState
from usher.store import accesses, imports, invite_lists, invites, keys, requests
from usher.store.enrollment import join_requests
from usher.store.people.learners import LearnerRow
from usher.store.table import Table


def invites_of(table: Table, organization: str, shards: int) -> Iterator[Invite]:
    """Yield the invites to learners; eventually consistent."""
    for state in InviteState:
        for row in invite_lists.all_in_state(table, organization, shards, state):
            yield invites.invite_of(row)


def learners_of(table: Table, organization: str) -> int:
    """Return how many learners there are."""
    rows = table.query_all(
        LearnerRow, keys.organization(organization), LearnerRow.sk.startswith(keys.LEARNER_PREFIX)
    )
    return sum(1 for _ in rows)


def accesses_of(table: Table, license_id: str) -> Iterator[Access]:
    """Yield a license's accesses that hold a seat; eventually consistent."""
    live = accesses.AccessRow.state.is_in(*sorted(LIVE))
    rows = table.query_all(accesses.AccessRow, keys.license(license_id), index="listing", only=live)
    return map(accesses.access_of, rows)


def states_of(table: Table, organization: str, kind: str) -> Iterator[str]:
    """Yield the state of each request to join, request to the operators or import."""
    rows: Mapping[str, tuple[type[Any], str]] = {
        figures.JOIN_REQUESTS: (join_requests.JoinRequestRow, keys.JOIN_REQUEST_PREFIX),
        figures.SUPPORT_REQUESTS: (requests.SupportRow, keys.SUPPORT_PREFIX),
        figures.SEAT_REQUESTS: (requests.SeatsRow, keys.SEATS_PREFIX),
        figures.IMPORTS: (imports.ImportRow, keys.IMPORT_PREFIX),
    }
    row, prefix = rows[kind]
    for one in table.query_all(row, keys.organization(organization), row.sk.startswith(prefix)):
        yield one.state
