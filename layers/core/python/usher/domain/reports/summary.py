"""The summary for charts: counts for each day, and how long people took to accept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.errors import InvalidError
from usher.domain.events.event import Event, EventData
from usher.domain.events.invites import (
    InviteAccepted,
    InviteDeclined,
    InviteResent,
    InvitesCreated,
    InviteWithdrawn,
)
from usher.domain.events.parts import InviteRef
from usher.domain.figures import Figures
from usher.domain.instants import midnight
from usher.domain.invites import InviteState
from usher.domain.reports.daily_figures import (
    ENROLLED,
    INVITE_OUTCOMES,
    WAITED,
    day_of,
    is_of_seats,
    learner_invites,
    outcomes_of,
    seat_changes_of,
    seats_of,
)
from usher.domain.reports.enrollments import METHODS, RecordedEnrollment, enrollment_by
from usher.domain.reports.windows import BadWindowError, Window
from usher.lazy_dataclasses import dataclass

USUAL_SPAN = timedelta(days=30)
LONGEST_SPAN = timedelta(days=366)
"""The longest time between `from` and now: what is counted from then on is read."""

_STATES: Mapping[type[EventData], InviteState] = {
    InvitesCreated: InviteState.PENDING,
    InviteResent: InviteState.PENDING,
    InviteAccepted: InviteState.ACCEPTED,
    InviteDeclined: InviteState.DECLINED,
    InviteWithdrawn: InviteState.WITHDRAWN,
}
"""The state that an invite has after an event; an expired one stays pending."""

COUNTED: frozenset[str] = frozenset(kind.type for kind in (*INVITE_OUTCOMES, *_STATES, *METHODS))
"""The types of events that count, beside the seats that they change, which the daily figures have."""

MOST_EVENTS = 100_000
MOST_POINTED = 20_000
"""The most events that are counted for one summary; of those found by pointers, which are read one by one."""


class SummaryTooLargeError(InvalidError):
    """More events have to be counted for the summary than one request can read."""

    code = "summary_too_large"
    title = "Too much happened in this stretch of time"
    fields = ("from",)
    next_action = "Choose a shorter stretch of time, or a license or a group, or leave out the states."


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

    @property
    def by_license(self) -> SummaryFilter:
        """The filter by licenses alone, of which daily figures are kept."""
        return SummaryFilter(licenses=self.licenses)

    @property
    def is_kept(self) -> bool:
        """Whether daily figures are kept of what it takes: of all, and of licenses."""
        return not self.groups and not self.states

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


@dataclass(frozen=True, kw_only=True)
class Days:
    """The days that a stretch of time touches, whole, in one time zone.

    Attributes:
        first, last: the ends, both included.
    """

    first: date
    last: date
    time_zone: str

    @classmethod
    def of(cls, since: datetime, until: datetime, *, time_zone: str) -> Days:
        """Return the days from an instant to before another."""
        return cls(
            first=day_of(since, time_zone=time_zone),
            last=day_of(until - timedelta(seconds=1), time_zone=time_zone),
            time_zone=time_zone,
        )

    @property
    def begin(self) -> datetime:
        """The instant at which the first day begins."""
        return midnight(self.first, time_zone=self.time_zone)

    @property
    def end(self) -> datetime:
        """The instant at which the day after the last one begins."""
        return midnight(self.last + timedelta(days=1), time_zone=self.time_zone)

    @property
    def each(self) -> Sequence[date]:
        """All days, the oldest first."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


def summarize(by_day: Mapping[date, Figures], *, days: Days, used_now: Mapping[str, int]) -> Summary:
    """Return the summary, given the figures of each day from the first up to now.

    Those after the last are needed too: the seats in use on a day are counted back from `used_now`, by
    license, by the changes since.
    """
    span = days.each
    seats = {
        id_: _used(used, {day: figures.get(seats_of(id_), 0) for day, figures in by_day.items()}, span)
        for id_, used in used_now.items()
    }
    waits = Counter[int]()
    counted: list[Day] = []
    for at, day in enumerate(span):
        figures = by_day.get(day, {})
        waits.update({int(name.removeprefix(WAITED)): n for name, n in figures.items() if WAITED in name})
        outcomes = {name: figures.get(name, 0) for name in INVITE_OUTCOMES.values()}
        enrolled = {method: figures.get(ENROLLED + method, 0) for method in EnrollmentMethod}
        enrolled[EnrollmentMethod.INVITE] = outcomes["accepted"]
        used = sum(of[at] for of in seats.values())
        counted.append(Day(day=day, **outcomes, enrolled=enrolled, seats_used=used))
    return Summary(days=counted, waits=dict(sorted(waits.items())), seats_used=seats)


def happenings_in(by_day: Mapping[date, Figures]) -> int:
    """Return of how many invites and people the figures of days say that something happened to them."""
    outcomes = frozenset(INVITE_OUTCOMES.values())
    return sum(
        n
        for figures in by_day.values()
        for name, n in figures.items()
        if name in outcomes or name.startswith(ENROLLED)
    )


def with_seats_of(counted: Mapping[date, Figures], kept: Mapping[date, Figures]) -> Mapping[date, Figures]:
    """Return counted figures with those of seats in use replaced by those that are kept.

    Seats also change by events of types that are not counted.
    """
    sums: dict[date, Counter[str]] = {}
    for figures, of_seats in ((counted, False), (kept, True)):
        for day, numbers in figures.items():
            wanted = {name: n for name, n in numbers.items() if is_of_seats(name) is of_seats}
            sums.setdefault(day, Counter()).update(wanted)
    return sums


def count_by_day(happened: Iterable[Event], *, only: SummaryFilter, days: Days) -> Mapping[date, Figures]:
    """Count the figures of each day, as far as the filter takes them, from the events since the first day.

    The events of one invite come in their order. An invite is remembered by its id until all events are read,
    since its state is that of the newest one.
    """
    counts: dict[date, Counter[str]] = {}
    invited: list[tuple[date, str, str]] = []
    states: dict[str, InviteState] = {}
    for event in happened:
        day = day_of(event.occurred_at, time_zone=days.time_zone)
        of_day = counts.setdefault(day, Counter())
        for change in seat_changes_of(event.data):
            of_day[seats_of(change.license.id)] += change.seats
        if (enrollment := enrollment_by(event.data)) is not None:
            of_day[ENROLLED + enrollment.method] += only.people(enrollment)
        invites = [invite for invite in learner_invites(event.data) if only.takes(invite)]
        if (state := _STATES.get(type(event.data))) is not None:
            states.update({invite.id: state for invite in invites})
        invited += ((day, one.id, name) for one in invites for name in outcomes_of(event, one))
    for day, invite, name in invited:
        # Of one that expired and that no other event of the span names, nothing else came: it is pending.
        if not only.states or states.get(invite, InviteState.PENDING) in only.states:
            counts[day][name] += 1
    return counts


def _used(now: int, taken: Mapping[date, int], span: Sequence[date]) -> list[int]:
    """Return a license's seats in use at the end of each day, given those now and those taken each day."""
    used = now - sum(seats for day, seats in taken.items() if day > span[-1])
    ends: list[int] = []
    for day in reversed(span):
        ends.append(used)
        used -= taken.get(day, 0)
    return ends[::-1]
