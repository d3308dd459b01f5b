"""Daily figures: what became of invites, people and seats on one day (decision 0085).

A figure of a license counts what concerns the license and no other under a plain name, such as `invited`.
What concerns several stands with each of them, under the name followed by the ids of the others, such as
`invited+01J…`, so that it is counted once whichever of them are asked for together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime

from ulid import ULID

from usher.domain.events.event import Event, EventData
from usher.domain.events.invites import (
    InviteAccepted,
    InviteDeclined,
    InviteResent,
    InvitesCreated,
    InvitesExpired,
    InviteWithdrawn,
)
from usher.domain.events.parts import InviteRef, SeatChange
from usher.domain.figures import Figures
from usher.domain.instants import zone
from usher.domain.invites import InviteKind
from usher.domain.reports.enrollments import RecordedEnrollment, enrollment_by

OF_ORGANIZATION = ""
"""What stands in place of a license's id where the figures are those of the whole organization."""

INVITE_OUTCOMES: Mapping[type[EventData], str] = {
    InvitesCreated: "invited",
    InviteAccepted: "accepted",
    InviteDeclined: "declined",
    InviteWithdrawn: "withdrawn",
    InvitesExpired: "expired",
}
"""The figure of invites that each type of event adds to."""

ENROLLED = "enrolled_"
"""Begins the figure of the people enrolled by a method, which follows."""

WAITED = "waited_"
"""Begins the figure of the people who accepted after a number of days, which follows."""

SEATS = "seats"
"""By how much a license's seats in use changed; with the organization's figures under `seats@` and its id."""

_AND = "+"
_OF = "@"


def day_of(at: datetime, *, time_zone: str) -> date:
    """Return the day of an instant in a time zone."""
    return at.astimezone(zone(time_zone)).date()


def daily_figures_of(event: Event) -> Mapping[str, Figures]:
    """Return by how much an event changes the figures of its day.

    Those of each license by its id, and those of the organization under OF_ORGANIZATION.
    """
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for invite in learner_invites(event.data):
        licenses = {one.id for one in invite.licenses}
        for name in outcomes_of(event, invite):
            sums[OF_ORGANIZATION][name] += 1
            for id_, shared in _shared(licenses):
                sums[id_][name + shared] += 1
    if (enrollment := enrollment_by(event.data)) is not None:
        name = ENROLLED + enrollment.method
        sums[OF_ORGANIZATION][name] += len(enrollment.emails)
        for licenses in _given(enrollment).values():
            for id_, shared in _shared(licenses):
                sums[id_][name + shared] += 1
    for change in seat_changes_of(event.data):
        sums[OF_ORGANIZATION][seats_of(change.license.id)] += change.seats
        sums[change.license.id][SEATS] += change.seats
    counted = {id_: {name: n for name, n in of.items() if n} for id_, of in sums.items()}
    return {id_: of for id_, of in counted.items() if of}


def of_any(by_license: Mapping[str, Figures]) -> Figures:
    """Return the figures of what concerns any of the licenses, named as those of an organization.

    What concerns several of them is counted with the first one by id.
    """
    sums = Counter[str]()
    for id_, figures in by_license.items():
        for name, n in figures.items():
            short, *others = name.split(_AND)
            if short == SEATS:
                sums[seats_of(id_)] += n
            elif all(other not in by_license or id_ < other for other in others):
                sums[short] += n
    return sums


def outcomes_of(event: Event, invite: InviteRef) -> Iterator[str]:
    """Yield the figures that an event adds one to for an invite."""
    outcome = INVITE_OUTCOMES.get(type(event.data))
    if outcome is not None:
        yield outcome
    if isinstance(event.data, InviteAccepted):
        # The id has the time of the invite's creation.
        yield f"{WAITED}{max(0, (event.occurred_at - ULID.from_str(invite.id).datetime).days)}"


def learner_invites(data: EventData) -> Sequence[InviteRef]:
    """Return the learners' invites to which something happened by the event."""
    match data:
        case InvitesCreated() | InvitesExpired():
            invites: Sequence[InviteRef] = data.invites
        case InviteAccepted() | InviteDeclined() | InviteResent() | InviteWithdrawn():
            invites = (data.invite,)
        case _:
            invites = ()
    return [invite for invite in invites if invite.kind is InviteKind.LEARNER]


def seat_changes_of(data: EventData) -> Sequence[SeatChange]:
    """Return the seats that people took or gave back by the event; none for events of other types."""
    changes: Sequence[SeatChange] = getattr(data, "seat_changes", ())
    return changes


def seats_of(license_id: str) -> str:
    """Return the organization's figure of the seats of one license."""
    return f"{SEATS}{_OF}{license_id}"


def is_of_seats(name: str) -> bool:
    """Return whether an organization's figure is that of the seats of a license."""
    return name.startswith(SEATS + _OF)


def _shared(licenses: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield each license with what its figures' names end with: the ids of the others."""
    for id_ in licenses:
        yield id_, "".join(_AND + other for other in sorted(licenses) if other != id_)


def _given(enrollment: RecordedEnrollment) -> Mapping[str, set[str]]:
    """Return the licenses that each person was given."""
    given: dict[str, set[str]] = defaultdict(set)
    for access in enrollment.accesses:
        given[access.email].add(access.license.id)
    return given
