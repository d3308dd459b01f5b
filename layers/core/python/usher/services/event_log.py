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
from usher.domain.organizations import Permission
from usher.domain.paging import BadCursorError
from usher.domain.people import PROGRAM, Person
from usher.domain.reports.windows import BadWindowError, Window, read_window
from usher.lazy_dataclasses import dataclass
from usher.services.authorization import AUTHORIZE, Membership, authorize
from usher.services.context import Context
from usher.services.cursors import Place, cursor_of, place_of
from usher.services.invites.pointed_invites import NOT_POINTED_TO_YET
from usher.services.merged_lists import Section, read_page
from usher.services.paging import ResultPage
from usher.store import event_trails, events, invites, licenses, list_pointers
from usher.store.id_ranges import LAST_ID, ids_from
from usher.store.key_sources import CommonKeys, KeySource
from usher.store.table import Ref


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
        of their trails and one for the events; a type has a trail in each shard. Of several of these, the
        trails are read as far as one has few events left, or until a page is found in all of them.

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
        reading = _Reading(self._context, membership, query, window=window)
        return reading.page(limit=limit, cursor=cursor)


class _Reading:
    """The reading of one page: of all events, or by trails, each event being compared with the whole query.

    Of several trails or unions of them it is read what they have in common.
    """

    def __init__(
        self, context: Context, membership: Membership, query: EventQuery, *, window: Window
    ) -> None:
        self._context = context
        self._organization = membership.organization
        self._query = query
        self._window = window
        self._actor = _stored_actor(query.actor)
        self._named = _trails(membership, query)

    def page(self, *, limit: int, cursor: str | None) -> ResultPage[Event]:
        """Read a page.

        Raises:
            BadCursorError: the cursor is none of this list.
        """
        table, section, query = self._context.table, self._section(), (self._organization.id, self._query)
        if not self._named:
            return read_page(table, [section], query=query, limit=limit, cursor=cursor)
        # The cursor is the id of the event that was read last.
        if cursor is not None and not (len(cursor) == len(LAST_ID) and cursor.isascii() and cursor.isalnum()):
            raise BadCursorError("The cursor cannot be read.")
        behind = None if cursor is None else cursor_of(query, Place(0, cursor))
        page = read_page(table, [section], query=query, limit=limit, cursor=behind)
        return ResultPage(
            items=page.items, next=None if page.next is None else place_of(query, page.next).key
        )

    def _section(self) -> Section[Event]:
        """All events, or those of the trails and the newest of all, since trails follow by moments.

        What names somebody or something is found when its trail has it.
        """
        table, id_, shards = self._context.table, self._organization.id, self._organization.shards
        query, window = self._query, self._window
        every = events.ranges(id_, shards, types=query.types, actor=self._actor, window=window)
        of_actor = event_trails.ranges(id_, shards, types=(), actor=self._actor, window=window)
        of_types = event_trails.ranges(id_, shards, types=query.types, actor=None, window=window)
        named = [[event_trails.range_of(trail, window=window)] for trail in self._named]
        unions = [union for union in (*named, of_actor, of_types) if union]
        if not unions:
            return Section(every, events.read_found, lambda _: True)
        since = ids_from(self._context.now() - NOT_POINTED_TO_YET)
        newest = [] if named else [left for one in every if (left := one.from_key(since)) is not None]
        trails: list[KeySource] = [CommonKeys(unions)] if len(unions) > 1 else [*unions[0]]
        return Section([*trails, *newest], partial(list_pointers.events_at, table, id_), self._matches)

    def _matches(self, event: Event) -> bool:
        query, named = self._query, mentions_of(event.data)
        return (
            (not query.types or event.type in query.types)
            and self._actor in {None, event.actor}
            and self._window.contains(event.occurred_at)
            and (query.email is None or query.email in named.people)
            and (query.invite is None or query.invite in named.invites)
            and (query.license is None or query.license in named.licenses)
        )


def _trails(membership: Membership, query: EventQuery) -> list[str]:
    """Return the trails of whom and what the query names, or raise the error for what is not there.

    An invite has none: its events are in the trail of its person, who is read with the caller.
    """
    organization, email = membership.organization.id, query.email
    if query.license is not None:
        licenses.terms_at(membership.rows, licenses.ref(organization, query.license))
    if query.invite is not None:
        row = membership.rows.get(invites.ref(query.invite))
        invite = None if row is None else invites.invite_of(row)
        if invite is None or invite.organization != organization:
            raise UnknownInviteError("The organization has no such invite.")
        email = invite.email
    if email == "":
        raise UnknownPersonError("The id is none of this organization's.")
    return [
        *([] if email is None else [event_trails.of_person(organization, email)]),
        *([] if query.license is None else [event_trails.of_license(organization, query.license)]),
    ]


def _stored_actor(actor: str | None) -> str | None:
    if actor is None or actor == SYSTEM or actor.startswith(PROGRAM):
        return actor
    return stored_address(actor)
