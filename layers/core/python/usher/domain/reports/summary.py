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
    InviteResent,
    InvitesCreated,
    InvitesExpired,
    InviteWithdrawn,
)
from usher.domain.events.parts import InviteRef, SeatChange
from usher.domain.instants import zone
from usher.domain.invites import InviteKind, InviteState
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

_STATES: Mapping[type[EventData], InviteState] = {
    InvitesCreated: InviteState.PENDING,
    InviteResent: InviteState.PENDING,
    InviteAccepted: InviteState.ACCEPTED,
    InviteDeclined: InviteState.DECLINED,
    InviteWithdrawn: InviteState.WITHDRAWN,
}
"""The state that an invite has after an event; an expired one stays pending."""


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
    """Whose invites and enrollments are counted: of licenses and of groups, by id; none does not filter.

    Of several values any has to hold. `states` are those of invites as they are by the newest event: who came
    without one is in none of them.
    """

    licenses: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    states: frozenset[InviteState] = frozenset()

    def takes(self, invite: InviteRef) -> bool:
        """Return whether the invite is to one of the licenses and of the groups."""
        return (not self.licenses or any(one.id in self.licenses for one in invite.licenses)) and (
            not self.groups or any(one.id in self.groups for one in invite.groups)
        )

    def people(self, enrollment: RecordedEnrollment) -> int:
        """Return how many people of the enrollment came by one of the groups and were given a license."""
        if self.states:
            return 0
        if self.groups and (enrollment.group is None or enrollment.group.id not in self.groups):
            return 0
        if not self.licenses:
            return len(enrollment.emails)
        return len({one.email for one in enrollment.accesses if one.license.id in self.licenses})


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
    tally = _Tally(only=only, until=until, time_zone=time_zone)
    for event in happened:
        tally.add(event)
    counts, waits = tally.by_day()
    local = zone(time_zone)
    first, last = since.astimezone(local).date(), (until - timedelta(seconds=1)).astimezone(local).date()
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    seats = {
        id_: _used(used, {day: change[id_] for day, change in tally.taken.items()}, span)
        for id_, used in used_now.items()
    }
    days = [
        Day(
            day=day,
            **{name: counts.get(day, Counter())[name] for name in _COUNTED.values()},
            enrolled=_enrolled(
                tally.enrolled.get(day, Counter()), accepted=counts.get(day, Counter())["accepted"]
            ),
            seats_used=sum(used[at] for used in seats.values()),
        )
        for at, day in enumerate(span)
    ]
    return Summary(days=days, waits=dict(sorted(waits.items())), seats_used=seats)


class _Tally:
    """What is counted of events as they are read, the oldest first.

    An invite is remembered by its id until all events are read, since its state is that of the newest one.
    """

    def __init__(self, *, only: SummaryFilter, until: datetime, time_zone: str) -> None:
        self._only = only
        self._until = until
        self._local = zone(time_zone)
        self._happened: list[tuple[date, str, str, int]] = []
        self._states: dict[str, InviteState] = {}
        self.enrolled: dict[date, Counter[EnrollmentMethod]] = {}
        self.taken: dict[date, Counter[str]] = {}

    def add(self, event: Event) -> None:
        """Count an event; of those after the end of the span, the seats and the states of invites."""
        day = event.occurred_at.astimezone(self._local).date()
        for change in seat_changes_of(event.data):
            self.taken.setdefault(day, Counter())[change.license.id] += change.seats
        invites = _learner_invites(event.data, self._only)
        if (state := _STATES.get(type(event.data))) is not None:
            self._states.update({invite.id: state for invite in invites})
        if event.occurred_at >= self._until:
            return
        enrollment = enrollment_by(event.data)
        if enrollment is not None:
            self.enrolled.setdefault(day, Counter())[enrollment.method] += self._only.people(enrollment)
        counted = _COUNTED.get(type(event.data))
        if counted is not None:
            self._happened += ((day, counted, one.id, _wait(event, one.id)) for one in invites)

    def by_day(self) -> tuple[Mapping[date, Counter[str]], Counter[int]]:
        """Return the numbers of invites by what happened to them on a day, and by the days to acceptance."""
        counts: dict[date, Counter[str]] = {}
        waits: Counter[int] = Counter()
        for day, counted, invite, wait in self._happened:
            # Of one that expired and that no other event of the span names, nothing else came: it is pending.
            if self._only.states and self._states.get(invite, InviteState.PENDING) not in self._only.states:
                continue
            counts.setdefault(day, Counter())[counted] += 1
            if counted == _COUNTED[InviteAccepted]:
                waits[wait] += 1
        return counts, waits


def _used(now: int, taken: Mapping[date, int], span: Sequence[date]) -> list[int]:
    """Return a license's seats in use at the end of each day, given those now and those taken each day."""
    used = now - sum(seats for day, seats in taken.items() if day > span[-1])
    ends: list[int] = []
    for day in reversed(span):
        ends.append(used)
        used -= taken.get(day, 0)
    return ends[::-1]


def _enrolled(others: Counter[EnrollmentMethod], *, accepted: int) -> Mapping[EnrollmentMethod, int]:
    """Return how many people were enrolled on a day by each method; by an invite are those who accepted."""
    return {method: others[method] for method in EnrollmentMethod} | {EnrollmentMethod.INVITE: accepted}


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
        case InviteAccepted() | InviteDeclined() | InviteResent() | InviteWithdrawn():
            invites = (data.invite,)
        case _:
            invites = ()
    return [invite for invite in invites if invite.kind is InviteKind.LEARNER and only.takes(invite)]
