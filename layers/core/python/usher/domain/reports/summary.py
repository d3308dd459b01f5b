"""The summary for charts: counts for each day, and how long people took to accept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ulid import ULID

from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.events.event import Event, EventData
from usher.domain.events.invites import (
    InviteAccepted,
    InviteDeclined,
    InvitesCreated,
    InvitesExpired,
    InviteWithdrawn,
)
from usher.domain.events.parts import InviteRef, SeatChange
from usher.domain.instants import zone
from usher.domain.invites import InviteKind
from usher.domain.reports.enrollments import RecordedEnrollment, enrollment_by
from usher.domain.reports.windows import BadWindowError, Window

USUAL_SPAN = timedelta(days=30)
LONGEST_SPAN = timedelta(days=366)
"""The longest time between `from` and now; every event since then is read."""

_COUNTED: Mapping[type[EventData], str] = {
    InvitesCreated: "invited",
    InviteAccepted: "accepted",
    InviteDeclined: "declined",
    InviteWithdrawn: "withdrawn",
    InvitesExpired: "expired",
}


@dataclass(frozen=True, kw_only=True)
class Day:
    """The numbers of learners' invites by what happened to them on a day, and the seats in use at its end.

    `enrolled` has how many people were enrolled by each method; by an invite are those who accepted.
    """

    day: date
    invited: int
    accepted: int
    declined: int
    withdrawn: int
    expired: int
    enrolled: Mapping[EnrollmentMethod, int]
    seats_used: int


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The days of the span, the oldest first.

    Attributes:
        waits: how many people accepted after how many whole days, from 0.
        seats_used: the seats of each license, by its id, in use at the end of each day.
    """

    days: Sequence[Day]
    waits: Mapping[int, int]
    seats_used: Mapping[str, Sequence[int]]


@dataclass(frozen=True, kw_only=True)
class SummaryFilter:
    """Whose invites and enrollments are counted: of a license and of a group, by id; None does not filter."""

    license: str | None = None
    group: str | None = None

    def takes(self, invite: InviteRef) -> bool:
        """Return whether the invite is to the license and the group."""
        return self.license in {None, *(one.id for one in invite.licenses)} and self.group in {
            None,
            *(one.id for one in invite.groups),
        }

    def people(self, enrollment: RecordedEnrollment) -> int:
        """Return how many people of the enrollment came by the group and were given the license."""
        if self.group is not None and (enrollment.group is None or enrollment.group.id != self.group):
            return 0
        if self.license is None:
            return len(enrollment.emails)
        return len({one.email for one in enrollment.accesses if one.license.id == self.license})


ALL = SummaryFilter()
"""No filter."""


def span_of(window: Window, *, now: datetime) -> tuple[datetime, datetime]:
    """Return the begin and end of the summary: by default the last thirty days, and at most up to `now`.

    Raises:
        BadWindowError: the window begins in the future, or more than a year ago.
    """
    latest = now + timedelta(seconds=1)
    until = latest if window.until is None else min(window.until, latest)
    since = until - USUAL_SPAN if window.since is None else window.since
    if since >= until:
        raise BadWindowError("`from` lies in the future.", fields=("from",))
    if now - since > LONGEST_SPAN:
        raise BadWindowError(f"`from` lies more than {LONGEST_SPAN.days} days back.", fields=("from",))
    return since, until


def summarize(
    happened: Iterable[Event],
    *,
    since: datetime,
    until: datetime,
    time_zone: str,
    used_now: Mapping[str, int],
    only: SummaryFilter = ALL,
) -> Summary:
    """Return the summary, given all events from `since` up to now, those after `until` included.

    The seats in use on each day are counted back from `used_now`, by license, by the events after it.
    """
    local = zone(time_zone)
    counts: dict[date, Counter[str]] = {}
    enrolled: dict[date, Counter[EnrollmentMethod]] = {}
    taken: dict[date, Counter[str]] = {}
    waits: Counter[int] = Counter()
    for event in happened:
        day = event.occurred_at.astimezone(local).date()
        for change in seat_changes_of(event.data):
            taken.setdefault(day, Counter())[change.license.id] += change.seats
        if event.occurred_at >= until:
            continue
        enrolled.setdefault(day, Counter()).update(_enrolled(event.data, only))
        counted = _COUNTED.get(type(event.data))
        if counted is None:
            continue
        invites = _learner_invites(event.data, only)
        counts.setdefault(day, Counter())[counted] += len(invites)
        if isinstance(event.data, InviteAccepted):
            waits.update(_wait(event, invite.id) for invite in invites)
    first, last = since.astimezone(local).date(), (until - timedelta(seconds=1)).astimezone(local).date()
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    seats = {
        id_: _used(used, {day: change[id_] for day, change in taken.items()}, span)
        for id_, used in used_now.items()
    }
    days = [
        Day(
            day=day,
            **{name: counts.get(day, Counter())[name] for name in _COUNTED.values()},
            enrolled={method: enrolled.get(day, Counter())[method] for method in EnrollmentMethod},
            seats_used=sum(used[at] for used in seats.values()),
        )
        for at, day in enumerate(span)
    ]
    return Summary(days=days, waits=dict(sorted(waits.items())), seats_used=seats)


def _used(now: int, taken: Mapping[date, int], span: Sequence[date]) -> list[int]:
    """Return a license's seats in use at the end of each day, given those now and those taken each day."""
    used = now - sum(seats for day, seats in taken.items() if day > span[-1])
    ends: list[int] = []
    for day in reversed(span):
        ends.append(used)
        used -= taken.get(day, 0)
    return ends[::-1]


def _enrolled(data: EventData, only: SummaryFilter) -> Mapping[EnrollmentMethod, int]:
    """Return how many people an event enrolled, by the method."""
    if isinstance(data, InviteAccepted):
        return {EnrollmentMethod.INVITE: len(_learner_invites(data, only))}
    enrollment = enrollment_by(data)
    return {} if enrollment is None else {enrollment.method: only.people(enrollment)}


def seat_changes_of(data: EventData) -> Sequence[SeatChange]:
    """Return the seats that people took or gave back by the event; none for events of other types."""
    changes: Sequence[SeatChange] = getattr(data, "seat_changes", ())
    return changes


def _wait(event: Event, invite: str) -> int:
    """Return the whole days from the creation of the invite, by its id, to the event."""
    return max(0, (event.occurred_at - ULID.from_str(invite).datetime).days)


def _learner_invites(data: EventData, only: SummaryFilter) -> Sequence[InviteRef]:
    match data:
        case InvitesCreated() | InvitesExpired():
            invites: Sequence[InviteRef] = data.invites
        case InviteAccepted() | InviteDeclined() | InviteWithdrawn():
            invites = (data.invite,)
        case _:
            invites = ()
    return [invite for invite in invites if invite.kind is InviteKind.LEARNER and only.takes(invite)]
