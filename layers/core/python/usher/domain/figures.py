"""Figures: how many of each kind and state an organization has (decision 0052).

What one thing counts for follows from the thing alone; a change of it changes the figures by the difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from datetime import datetime

from usher.domain.accesses import LIVE, Access, AccessState
from usher.domain.enrollment.codes import Code
from usher.domain.invites import Delivery, Invite, InviteKind, InviteState
from usher.domain.licenses import License
from usher.lazy_dataclasses import dataclass

Figures = Mapping[str, int]
"""How many of each, by the name of the figure; or by how many they change.

The name of a figure of one license ends with `@` and the license's id (see of_access).
"""

NONE: Figures = {}

FAILED_DELIVERIES = frozenset({Delivery.BOUNCED, Delivery.COMPLAINED})

LEARNER: Figures = {"learners": 1}
"""What a learner counts for."""

JOIN_REQUESTS = "join_requests"
SUPPORT_REQUESTS = "support_requests"
SEAT_REQUESTS = "seat_requests"
IMPORTS = "imports"
CODES = "codes"
ACCESSES = "accesses"


@dataclass(frozen=True, kw_only=True)
class FiguresChange:
    """By how much a write changes an organization's figures."""

    organization: str
    figures: Figures


@dataclass(frozen=True, kw_only=True)
class OrganizationFigures:
    """An organization's figures.

    Attributes:
        counts: the figures that were ever other than zero.
        as_of: when they were last brought up to date; None if nothing happened yet.
        last_activity: when the newest event occurred that a person or a program caused.
    """

    counts: Figures = field(default_factory=dict)
    as_of: datetime | None = None
    last_activity: datetime | None = None

    def get(self, name: str) -> int:
        """Return a figure."""
        return self.counts.get(name, 0)

    def of_state(self, kind: str, state: str) -> int:
        """Return the figure of one kind in one state."""
        return self.get(f"{kind}_{state}")

    def with_reserved_seats(self, license_: License) -> License:
        """Return the license of which these are the figures with its reserved seats.

        They are at most those that are assigned at the moment, since the figures follow.
        """
        counted = self.of_state(ACCESSES, AccessState.RESERVED)
        return replace(license_, reserved=min(max(counted, 0), license_.assigned))

    def by_state(self, kind: str, states: Iterable[str]) -> dict[str, int]:
        """Return the figures of one kind by state, such as those of `invites`."""
        return {str(state): self.of_state(kind, state) for state in states}


def of_invite(invite: Invite) -> Figures:
    """Return what an invite to a learner counts for; one to the team counts for nothing.

    An invite is `expiring_soon` from when its reminder is due, three days before it expires, and `expired`
    from when its expiry was processed: both are moved by the sweep. A pending or expired one is `bounced`
    while its newest email could not be delivered, or was complained about.
    """
    if invite.kind is not InviteKind.LEARNER:
        return NONE
    if invite.state is not InviteState.PENDING:
        return {f"invites_{invite.state}": 1}
    shown = ["pending"] if invite.holds_seats else ["expired"]
    if invite.holds_seats and invite.remind_at is None:
        shown.append("expiring_soon")
    if invite.delivery in FAILED_DELIVERIES:
        shown.append("bounced")
    return {f"invites_{one}": 1 for one in shown}


def of_access(access: Access) -> Figures:
    """Return what an access counts for among those of its license; one that holds no seat counts for nothing.

    A new access is written in the place of an ended or released one, whose state is not read for it.
    """
    return {f"{ACCESSES}_{access.state}@{access.terms.license}": 1} if access.state in LIVE else NONE


def of_code(code: Code) -> Figures:
    """Return what a code counts for; it has ended from when its end was processed by the sweep."""
    return of_state(CODES, code.processed_state)


def of_state(kind: str, state: str) -> Figures:
    """Return what a request to join, a request to the operators or an import in this state counts for."""
    return {f"{kind}_{state}": 1}


def of_seats(*, total: int = 0, assigned: int = 0, sublicensed: int = 0) -> Figures:
    """Return what the seats of a license count for."""
    return {"seats_total": total, "seats_assigned": assigned, "seats_sublicensed": sublicensed}


def difference(before: Figures, after: Figures) -> Figures:
    """Return by how much the figures change where one thing counts for `after` in place of `before`."""
    return total([after, negative(before)])


def negative(figures: Figures) -> Figures:
    """Return by how much the figures change where what they count goes away."""
    return {name: -n for name, n in figures.items()}


def total(figures: Iterable[Figures]) -> Figures:
    """Return the sums, without those that are zero."""
    sums = Counter[str]()
    for one in figures:
        sums.update(one)
    return {name: n for name, n in sums.items() if n}


def total_by_organization(changes: Iterable[FiguresChange]) -> dict[str, Figures]:
    """Return the sums for each organization whose figures change."""
    by_organization: dict[str, list[Figures]] = {}
    for one in changes:
        by_organization.setdefault(one.organization, []).append(one.figures)
    sums = {organization: total(figures) for organization, figures in by_organization.items()}
    return {organization: figures for organization, figures in sums.items() if figures}


def by_license(figures: Figures) -> dict[str, Figures]:
    """Return the figures of each license by its id, and those of the whole organization under ""."""
    parted: dict[str, dict[str, int]] = {}
    for name, n in figures.items():
        short, _, license_id = name.partition("@")
        parted.setdefault(license_id, {})[short] = n
    return dict(parted)
