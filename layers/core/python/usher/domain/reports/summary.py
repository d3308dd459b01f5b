"""The summary for charts: counts for each day, and how long people took to accept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ulid import ULID

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
    """The numbers of learners' invites by what happened to them on a day, and the seats in use at its end."""

    day: date
    invited: int
    accepted: int
    declined: int
    withdrawn: int
    expired: int
    seats_used: int


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The days of the span, and in `waits` how many people accepted after how many whole days, from 0."""

    days: Sequence[Day]
    waits: Mapping[int, int]


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
    happened: Iterable[Event], *, since: datetime, until: datetime, time_zone: str, used_now: int
) -> Summary:
    """Return the summary, given all events from `since` up to now, those after `until` included.

    The seats in use on each day are counted back from `used_now` by the events after it.
    """
    local = zone(time_zone)
    counts: dict[date, Counter[str]] = {}
    taken: Counter[date] = Counter()
    waits: Counter[int] = Counter()
    for event in happened:
        day = event.occurred_at.astimezone(local).date()
        taken[day] += sum(change.seats for change in seat_changes_of(event.data))
        counted = _COUNTED.get(type(event.data))
        if counted is None or event.occurred_at >= until:
            continue
        invites = _learner_invites(event.data)
        counts.setdefault(day, Counter())[counted] += len(invites)
        if isinstance(event.data, InviteAccepted):
            waits.update(_wait(event, invite.id) for invite in invites)
    used = used_now
    days: list[Day] = []
    first, last = since.astimezone(local).date(), (until - timedelta(seconds=1)).astimezone(local).date()
    for day in sorted(taken, reverse=True):
        used -= taken[day] if day > last else 0
    for back in range((last - first).days + 1):
        day = last - timedelta(days=back)
        of_day = counts.get(day, Counter())
        days.append(Day(day=day, **{name: of_day[name] for name in _COUNTED.values()}, seats_used=used))
        used -= taken[day]
    return Summary(days=days[::-1], waits=dict(sorted(waits.items())))


def seat_changes_of(data: EventData) -> Sequence[SeatChange]:
    """Return the seats that people took or gave back by the event; none for events of other types."""
    changes: Sequence[SeatChange] = getattr(data, "seat_changes", ())
    return changes


def _wait(event: Event, invite: str) -> int:
    """Return the whole days from the creation of the invite, by its id, to the event."""
    return max(0, (event.occurred_at - ULID.from_str(invite).datetime).days)


def _learner_invites(data: EventData) -> Sequence[InviteRef]:
    match data:
        case InvitesCreated() | InvitesExpired():
            invites: Sequence[InviteRef] = data.invites
        case InviteAccepted() | InviteDeclined() | InviteWithdrawn():
            invites = (data.invite,)
        case _:
            invites = ()
    return [invite for invite in invites if invite.kind is InviteKind.LEARNER]
