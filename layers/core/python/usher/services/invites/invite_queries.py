"""Reads and lists an organization's learner invites."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace

from usher.domain.addresses import BadAddressError
from usher.domain.erasures import stored_address
from usher.domain.errors import refuses
from usher.domain.invites import Invite, InviteKind, InviteState, UnknownInviteError
from usher.domain.organizations import Permission
from usher.domain.paging import BadCursorError
from usher.domain.people import Person
from usher.domain.reports.windows import ALWAYS, Window
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.paging import ResultPage
from usher.store import invites
from usher.store.events import LONGEST_COMMAND
from usher.store.id_ranges import LAST_ID, ids_from


@dataclass(frozen=True, kw_only=True)
class InviteQuery:
    """Which invites to list; None does not filter."""

    state: InviteState | None = None
    license: str | None = None
    group: str | None = None
    email: str | None = None
    expired: bool | None = None


class InviteQueries:
    """Reads an organization's learner invites."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(*AUTHORIZE, UnknownInviteError)
    def invite(self, *, person: Person, organization: str, invite: str) -> Invite:
        """Read one invite: one call."""
        at = invites.ref(invite)
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.READ,
            also=[at],
        )
        row = membership.rows.get(at)
        if row is None or row.organization != organization or row.kind is not InviteKind.LEARNER:
            raise UnknownInviteError("The organization has no such invite.")
        return invites.invite_of(row).with_products(membership.organization.products)

    @refuses(*AUTHORIZE, BadCursorError, BadAddressError)
    def listed(
        self,
        *,
        person: Person,
        organization: str,
        query: InviteQuery,
        limit: int,
        cursor: str | None,
    ) -> ResultPage[Invite]:
        """List invites newest first: two calls for one state, five for all of them.

        Only pending invites can be expired, so `expired: true` asks for those alone.
        """
        membership = authorize(
            self._context, person=person, organization=organization, permission=Permission.READ
        )
        only = invites.InviteFilter(
            license_id=query.license,
            group=query.group,
            email=None if query.email is None else stored_address(query.email),
            expired=query.expired,
            now=self._context.now(),
        )
        state = InviteState.PENDING if query.expired and query.state is None else query.state
        if state is not None:
            page = invites.listed(
                self._context.table, organization, state, only=only, limit=limit, cursor=cursor
            )
            found = ResultPage(items=[invites.invite_of(row) for row in page.rows], next=page.next)
        else:
            found = of_every_state(self._context, organization, only=only, limit=limit, cursor=cursor)
        products = membership.organization.products
        return replace(found, items=[invite.with_products(products) for invite in found.items])


def of_every_state(
    context: Context,
    organization: str,
    *,
    only: invites.InviteFilter,
    window: Window = ALWAYS,
    limit: int,
    cursor: str | None,
) -> ResultPage[Invite]:
    """Merge the four listings, newest first; the cursor is the id of the last invite that was read.

    Ids outside the window are not read; a little more is read at its end, since an id may be made up to
    LONGEST_COMMAND after the invite's `created_at`.

    Raises:
        BadCursorError: the cursor is none of this list.
    """
    before = newest_id(window) if cursor is None else cursor
    if len(before) != len(LAST_ID) or not before.isalnum():
        raise BadCursorError("The cursor cannot be read.")
    after = "" if window.since is None else ids_from(window.since)
    if after and before <= after:
        return ResultPage(items=[], next=None)
    pages = [
        invites.listed_before(
            context.table, organization, state, before=before, after=after, only=only, limit=limit
        )
        for state in InviteState
    ]
    merged = heapq.merge(
        *([invites.invite_of(row) for row in page.rows] for page in pages),
        key=lambda invite: invite.id,
        reverse=True,
    )
    items = list(merged)
    # A listing that was cut short hides what is older than where it was cut: stop at the first such.
    floor = max((page.read_to for page in pages if page.read_to is not None), default=None)
    if floor is not None:
        items = [invite for invite in items if invite.id >= floor]
    if len(items) > limit:
        items = items[:limit]
        floor = items[-1].id
    return ResultPage(items=[invite for invite in items if window.contains(invite.created_at)], next=floor)


def newest_id(window: Window) -> str:
    """Return an id that sorts after all those made in the window."""
    if window.until is None:
        return LAST_ID
    return ids_from(window.until + LONGEST_COMMAND).ljust(len(LAST_ID), "0")
