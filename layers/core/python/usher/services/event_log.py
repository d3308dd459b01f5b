"""The event log of an organization: all of it, of types, by an actor, or what names one person or thing."""

from __future__ import annotations

from functools import partial
from typing import Any

from usher.domain.addresses import BadAddressError
from usher.domain.erasures import stored_address
from usher.domain.errors import InvalidError, refuses
from usher.domain.events.event import SYSTEM, Event
from usher.domain.events.mentions import mentions_of
from usher.domain.instants import BadDateError
from usher.domain.invites import UnknownInviteError
from usher.domain.licenses import UnknownLicenseError
from usher.domain.organizations import Organization, Permission
from usher.domain.paging import BadCursorError
from usher.domain.people import PROGRAM, Person
from usher.domain.reports.windows import BadWindowError, Window, read_window
from usher.lazy_dataclasses import dataclass
from usher.services.authorization import AUTHORIZE, Membership, authorize
from usher.services.context import Context
from usher.services.invites.pointed_invites import NOT_POINTED_TO_YET
from usher.services.merged_lists import Section, read_page
from usher.services.paging import ResultPage
from usher.store import event_trails, events, invites, licenses, list_pointers
from usher.store.id_ranges import LAST_ID, ids_from
from usher.store.table import Ref

_READS = 10
"""The most pages of a trail that are read for one page of the list that has an event."""

_READS_IN_VAIN = 200
"""The most that are read while the page has none, since an empty one would look like the end."""


class UnknownPersonError(InvalidError):
    """No person of this organization has the id."""

    code = "unknown_person"
    title = "No such person"
    fields = ("person",)
    next_action = "Take the id from where the person is listed in this organization."


@dataclass(frozen=True, kw_only=True)
class EventQuery:
    """Which events to list: by types, actor, time, and whom or what they name; None or none filters none.

    `email` is the address behind the id of a person; empty where the id was none of the organization's.
    """

    types: tuple[str, ...] = ()
    actor: str | None = None
    since: str | None = None
    until: str | None = None
    email: str | None = None
    invite: str | None = None
    license: str | None = None

    @property
    def names_somebody(self) -> bool:
        """Whether only events are listed that name a person, an invite or a license."""
        return (self.email, self.invite, self.license) != (None, None, None)


class EventLog:
    """Lists the events of an organization for its managers."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(
        *AUTHORIZE,
        BadCursorError,
        BadDateError,
        BadWindowError,
        BadAddressError,
        UnknownPersonError,
        UnknownInviteError,
        UnknownLicenseError,
    )
    def listed(
        self, *, person: Person, organization: str, query: EventQuery, limit: int, cursor: str | None
    ) -> ResultPage[Event]:
        """List the events, newest first: two calls a page, of which one for each shard of the organization.

        Those that name a person, an invite or a license are three. Of an actor or of types, one more for each
        of their trails and one for the events; a type has a trail in each shard.

        Operators list those of every organization (decision 0058).

        Raises:
            UnknownPersonError, UnknownInviteError, UnknownLicenseError: the organization has none of the id.
        """
        also: list[Ref[Any]] = [
            *([] if query.invite is None else [invites.ref(query.invite)]),
            *([] if query.license is None else [licenses.ref(organization, query.license)]),
        ]
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.READ,
            also=also,
            operators=True,
        )
        window = read_window(query.since, query.until, time_zone=membership.organization.time_zone)
        actor = _stored_actor(query.actor)
        if query.names_somebody:
            reading = _TrailReading(self._context, membership, query, window=window, actor=actor)
            return reading.page(limit=limit, cursor=cursor)
        listed = self._section(membership.organization, query, actor=actor, window=window)
        return read_page(
            self._context.table, [listed], query=(organization, query), limit=limit, cursor=cursor
        )

    def _section(
        self, organization: Organization, query: EventQuery, *, actor: str | None, window: Window
    ) -> Section[Event]:
        """Return the events by their trails and the newest of all, since trails follow by moments."""
        table, id_, shards = self._context.table, organization.id, organization.shards
        every = events.ranges(id_, shards, types=query.types, actor=actor, window=window)
        trails = event_trails.ranges(id_, shards, types=query.types, actor=actor, window=window)
        if not trails:
            return Section(every, events.read_found, lambda _: True)
        since = ids_from(self._context.now() - NOT_POINTED_TO_YET)
        newest = [one.from_key(since) for one in every]
        return Section(
            [*trails, *(one for one in newest if one is not None)],
            partial(list_pointers.events_at, table, id_),
            partial(_is_wanted, query, actor, window),
        )


class _TrailReading:
    """The reading of one page of the events that name a person, an invite or a license.

    The trail of the person is read, or else that of the license; an invite's person is read with the caller.
    Each event is compared with the whole query.
    """

    def __init__(
        self,
        context: Context,
        membership: Membership,
        query: EventQuery,
        *,
        window: Window,
        actor: str | None,
    ) -> None:
        self._table = context.table
        self._organization = membership.organization.id
        self._query = query
        self._window = window
        self._actor = actor
        self._trail = _trail(membership, query)

    def page(self, *, limit: int, cursor: str | None) -> ResultPage[Event]:
        """Read pages of the trail until one of the list is full, or many were read."""
        before = cursor
        if before is not None and (
            len(before) != len(LAST_ID) or not (before.isascii() and before.isalnum())
        ):
            raise BadCursorError("The cursor cannot be read.")
        found: list[Event] = []
        for at in range(_READS_IN_VAIN):
            if at >= _READS and found:
                break
            ids, has_older = event_trails.newest(
                self._table, self._trail, window=self._window, before=before, limit=limit
            )
            found += self._matching(ids)
            before = ids[-1] if has_older else None
            if before is None or len(found) >= limit:
                break
        if len(found) > limit:
            return ResultPage(items=found[:limit], next=found[limit - 1].id)
        return ResultPage(items=found, next=before)

    def _matching(self, ids: list[str]) -> list[Event]:
        refs = [events.ref(self._organization, id_) for id_ in ids]
        rows = self._table.get_many(refs)
        read = (events.event_of(row) for at in refs if (row := rows.get(at)) is not None)
        return [event for event in read if self._matches(event)]

    def _matches(self, event: Event) -> bool:
        query, named = self._query, mentions_of(event.data)
        return (
            _is_wanted(query, self._actor, self._window, event)
            and (query.email is None or query.email in named.people)
            and (query.invite is None or query.invite in named.invites)
            and (query.license is None or query.license in named.licenses)
        )


def _is_wanted(query: EventQuery, actor: str | None, window: Window, event: Event) -> bool:
    """Return whether an event is of a type, by the actor, and in the stretch of time that are asked for."""
    return (
        (not query.types or event.type in query.types)
        and actor in {None, event.actor}
        and window.contains(event.occurred_at)
    )


def _trail(membership: Membership, query: EventQuery) -> str:
    """Return the trail to read, or raise the error for what the query names and is not there."""
    organization, email = membership.organization.id, query.email
    if query.license is not None:
        licenses.terms_at(membership.rows, licenses.ref(organization, query.license))
    if query.invite is not None:
        row = membership.rows.get(invites.ref(query.invite))
        invite = None if row is None else invites.invite_of(row)
        if invite is None or invite.organization != organization:
            raise UnknownInviteError("The organization has no such invite.")
        email = invite.email
    if email is None:
        return event_trails.of_license(organization, query.license or "")
    if not email:
        raise UnknownPersonError("The id is none of this organization's.")
    return event_trails.of_person(organization, email)


def _stored_actor(actor: str | None) -> str | None:
    if actor is None or actor == SYSTEM or actor.startswith(PROGRAM):
        return actor
    return stored_address(actor)
