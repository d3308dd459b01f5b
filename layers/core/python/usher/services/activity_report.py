"""The activity report: who was invited or enrolled, however they came, and what came of it."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import field
from datetime import datetime
from functools import partial
from itertools import chain
from operator import itemgetter
from typing import Any

from ulid import ULID

from usher.domain.accesses import Access
from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.errors import refuses
from usher.domain.events.event import Event
from usher.domain.instants import BadDateError
from usher.domain.invite_lists import InviteCriteria
from usher.domain.invites import InviteState
from usher.domain.learners import Learner
from usher.domain.organizations import Organization
from usher.domain.paging import BadCursorError
from usher.domain.people import Person
from usher.domain.reports.activity import (
    ActivityRow,
    EnrollmentEntry,
    Entry,
    entries_of_event,
    entries_of_invite,
)
from usher.domain.reports.enrollments import enrollment_by
from usher.domain.reports.windows import BadWindowError, Window, read_window
from usher.lazy_dataclasses import dataclass
from usher.services.context import Context
from usher.services.invites.invite_listing import newest_id
from usher.services.invites.pointed_invites import enrollment_sources, pointed_invites
from usher.services.merged_lists import Section, read_newest
from usher.services.paging import ResultPage
from usher.services.report_filters import FILTERED, authorize_filtered
from usher.store import accesses, invite_lists, list_pointers
from usher.store.id_ranges import ids_from, last_before
from usher.store.key_sources import KeySource
from usher.store.people import learners
from usher.store.table import BatchResult, Ref

_WITHOUT_INVITE = frozenset(EnrollmentMethod) - {EnrollmentMethod.INVITE}


@dataclass(frozen=True, kw_only=True)
class ActivityQuery:
    """The filter of the report: time, licenses, groups, methods and states; None, or none, does not filter.

    Of several values any has to hold. The time is that of the invite, or of the enrollment of those who had
    none. States are those of invites: who came without one is in none of them.
    """

    since: str | None = None
    until: str | None = None
    licenses: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    methods: frozenset[EnrollmentMethod] = frozenset()
    states: frozenset[InviteState] | None = None


@dataclass(frozen=True, kw_only=True)
class ActivityPage(ResultPage[ActivityRow]):
    """A page of the report, with the organization that it is of and the instant of reading."""

    organization: Organization
    read_at: datetime


class ActivityReport:
    """Reads the report of an organization, for all its managers."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(*FILTERED, BadCursorError, BadDateError, BadWindowError)
    def page(
        self, *, person: Person, organization: str, query: ActivityQuery, limit: int, cursor: str | None
    ) -> ActivityPage:
        """Read a page of at most `limit` rows, the newest first.

        Six calls: the caller, four listings of invites and that of enrollments; with states, one for each in
        place of the five. One more reads a hundred accesses and names, of which a row has two at most. With
        methods, a call for each in place of the last of the six, one for the newest enrollments, and one for
        each hundred events.
        """
        membership = authorize_filtered(
            self._context,
            person=person,
            organization=organization,
            licenses_=query.licenses,
            groups_=query.groups,
        )
        window = read_window(query.since, query.until, time_zone=membership.organization.time_zone)
        position = _Position(id=newest_id(window)) if cursor is None else _Position.read(cursor)
        reading = _Reading(
            self._context,
            membership.organization,
            query,
            window=window,
            before=position.before,
            limit=limit,
        )
        entries, after = _cut(reading.parts(), position=position, limit=limit)
        now = self._context.now()
        return ActivityPage(
            items=self._rows(membership.organization, entries, now=now),
            next=after,
            organization=membership.organization,
            read_at=now,
        )

    def _rows(
        self, organization: Organization, entries: Sequence[Entry], *, now: datetime
    ) -> list[ActivityRow]:
        """Return the rows, with the accesses, and the names of those who came without an invite."""
        refs = [ref for entry in entries for ref in _refs(organization.id, entry)]
        found = self._context.table.get_many(refs)
        client = organization.name if organization.provider else ""
        return [
            entry.with_products(organization.products).row(
                access=_access(found, entry),
                learner=_learner(found, organization.id, entry),
                client=client,
                now=now,
            )
            for entry in entries
        ]


@dataclass(frozen=True, kw_only=True)
class _Position:
    """The place behind the first `rows` rows of an invite or event, or behind all of them where it is None.

    As a cursor it is written `id` or `id.rows`, since one event may have enrolled a hundred people.
    """

    id: str
    rows: int | None = None

    @classmethod
    def read(cls, cursor: str) -> _Position:
        """Read a cursor, or raise BadCursorError."""
        id_, dot, rows = cursor.partition(".")
        if dot and not (rows.isascii() and rows.isdigit()):
            raise BadCursorError("The cursor cannot be read.")
        try:
            return cls(id=str(ULID.from_str(id_)), rows=int(rows) if dot else None)
        except ValueError as error:
            raise BadCursorError("The cursor cannot be read.") from error

    def __str__(self) -> str:
        return self.id if self.rows is None else f"{self.id}.{self.rows}"

    @property
    def before(self) -> str:
        """An id above all that is left to read: the id itself is left where rows of it are."""
        return self.id if self.rows is None else str(ULID.from_int(int(ULID.from_str(self.id)) + 1))

    def given(self, id_: str) -> int:
        """Return how many rows of an invite or event an earlier page had."""
        return self.rows or 0 if id_ == self.id else 0


@dataclass(frozen=True, kw_only=True)
class _Part:
    """The entries of invites or of events, the newest first, and the id down to which they are all there."""

    entries: list[tuple[str, list[Entry]]] = field(default_factory=list)
    floor: str | None = None


class _Reading:
    """The reading of one page: invites and enrollments older than the id `before`."""

    def __init__(
        self,
        context: Context,
        organization: Organization,
        query: ActivityQuery,
        *,
        window: Window,
        before: str,
        limit: int,
    ) -> None:
        self._context = context
        self._organization = organization
        self._query = query
        self._window = window
        self._before = before
        self._limit = limit

    def parts(self) -> Iterator[_Part]:
        """Read what the query's methods ask for: up to five calls."""
        if self._before <= self._after:
            return
        methods = self._query.methods or frozenset(EnrollmentMethod)
        if EnrollmentMethod.INVITE in methods:
            yield self._invited()
        if methods != {EnrollmentMethod.INVITE} and self._query.states is None:
            yield self._enrolled()

    def _invited(self) -> _Part:
        query, now = self._query, self._context.now()
        criteria = InviteCriteria(
            licenses=query.licenses,
            groups=query.groups,
            states=tuple(sorted(query.states or ())),
            created=self._window,
        )
        wanted = partial(criteria.matches, now=now)
        if query.licenses or query.groups:
            load = partial(list_pointers.invites_at, self._context.table)
            section = Section(self._pointed(criteria), load, wanted)
        else:
            section = Section(self._listed(criteria), invite_lists.in_listing, wanted)
        found, floor = read_newest(self._context.table, section, limit=self._limit)
        entries: list[tuple[str, list[Entry]]] = [
            (invite.id, [*entries_of_invite(invite, only=query.licenses)]) for invite in found
        ]
        return _Part(entries=entries, floor=floor)

    def _pointed(self, criteria: InviteCriteria) -> Sequence[KeySource]:
        """The sources of the invites to licenses or groups, by their pointers."""
        pointed = pointed_invites(
            self._organization.id,
            self._organization.shards,
            criteria,
            now=self._context.now(),
            low=self._after,
            high=self._last,
            descending=True,
        )
        return pointed.sources()

    def _listed(self, criteria: InviteCriteria) -> Sequence[KeySource]:
        """The sources of the invites to any license or group: the listings of the states."""
        of_states = (
            invite_lists.listing_ranges(
                self._organization.id,
                self._organization.shards,
                state,
                criteria=criteria,
                now=self._context.now(),
                low=self._after,
                high=self._last,
                descending=True,
            )
            for state in criteria.possible_states
        )
        return [*chain.from_iterable(of_states)]

    def _enrolled(self) -> _Part:
        query, organization = self._query, self._organization
        methods = query.methods - {EnrollmentMethod.INVITE}
        sources = enrollment_sources(
            organization.id,
            organization.shards,
            query.groups,
            query.licenses,
            methods=() if methods == _WITHOUT_INVITE else sorted(methods),
            now=self._context.now(),
            low=self._after,
            high=self._last,
        )
        load = partial(list_pointers.events_at, self._context.table, organization.id)
        section = Section(sources, load, self._is_wanted)
        found, floor = read_newest(self._context.table, section, limit=self._limit)
        entries: list[tuple[str, list[Entry]]] = [
            (event.id, [*entries_of_event(event, enrollment, only=query.licenses)])
            for event in found
            if (enrollment := enrollment_by(event.data)) is not None
        ]
        return _Part(entries=entries, floor=floor)

    @property
    def _after(self) -> str:
        return "" if self._window.since is None else ids_from(self._window.since)

    @property
    def _last(self) -> str:
        return last_before(self._before)

    def _is_wanted(self, event: Event) -> bool:
        """Whether an event enrolled somebody as the query asks."""
        query, enrollment = self._query, enrollment_by(event.data)
        return (
            enrollment is not None
            and self._window.contains(event.occurred_at)
            and (not query.methods or enrollment.method in query.methods)
            and (not query.licenses or not set(query.licenses).isdisjoint(enrollment.licenses))
            and (not query.groups or (enrollment.group is not None and enrollment.group.id in query.groups))
        )


def _cut(parts: Iterator[_Part], *, position: _Position, limit: int) -> tuple[list[Entry], str | None]:
    """Merge the parts, newest first, and return one page with the cursor of the next."""
    read = list(parts)
    # A listing that was cut short hides what is older than where it was cut: stop at the first such.
    floor = max((part.floor for part in read if part.floor is not None), default=None)
    page: list[Entry] = []
    for id_, entries in heapq.merge(*(part.entries for part in read), key=itemgetter(0), reverse=True):
        if floor is not None and id_ < floor:
            break
        given = position.given(id_)
        room = limit - len(page)
        page += entries[given : given + room]
        if given + room < len(entries):
            return page, str(_Position(id=id_, rows=given + room))
    return page, floor


def _refs(organization: str, entry: Entry) -> Iterator[Ref[Any]]:
    """Yield the references of what the entry's row says beside the invite or event."""
    if entry.is_enrolled and entry.license is not None:
        yield accesses.ref(entry.email, entry.license)
    if isinstance(entry, EnrollmentEntry) or (entry.is_enrolled and not entry.is_named):
        yield learners.ref(organization, entry.email)


def _access(found: BatchResult, entry: Entry) -> Access | None:
    if not entry.is_enrolled or entry.license is None:
        return None
    row = found.get(accesses.ref(entry.email, entry.license))
    return None if row is None else accesses.access_of(row)


def _learner(found: BatchResult, organization: str, entry: Entry) -> Learner | None:
    row = found.get(learners.ref(organization, entry.email))
    return None if row is None else learners.learner_of(row)
