"""Requests to join, and the waitlist of those that wait for a seat, with its length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, VersionAttribute

from usher.domain import figures
from usher.domain.directory import DirectoryField
from usher.domain.enrollment.join_requests import (
    MOST_COUNTED,
    JoinRequest,
    JoinState,
    OpenJoinRequest,
    directory_entry,
)
from usher.domain.languages import Language
from usher.store import keys
from usher.store.attributes import EnumAttribute, InstantAttribute
from usher.store.key_ranges import Found, KeyRange, last_beginning_with, refs_of
from usher.store.keys import directory
from usher.store.table import Ref, Row, Table
from usher.store.transaction import Write, check, delete, put, update

_PAGE = 25
"""How many addresses of the waitlist are read in one call; few are enrolled at once."""


class JoinRequestRow(Row):
    """`ORG#o`, `JOIN_REQUEST#email`; listed by state, in the order of asking.

    In the directory by address and name in each state.
    """

    id = UnicodeAttribute()
    organization = UnicodeAttribute()
    email = UnicodeAttribute()
    first_name = UnicodeAttribute(null=True)
    last_name = UnicodeAttribute(null=True)
    state = EnumAttribute(JoinState)
    asked_at = InstantAttribute()
    language = EnumAttribute(Language, null=True)
    answered_at = InstantAttribute(null=True)
    answered_by = UnicodeAttribute(null=True)
    version = VersionAttribute()


class JoinRequestMarkerRow(Row):
    """`PERSON#email`, `JOIN_REQUEST_MARKER#o`: an open request, where it is read with a person's accesses."""

    id = UnicodeAttribute()
    organization = UnicodeAttribute()
    state = EnumAttribute(JoinState)
    asked_at = InstantAttribute()


class WaitingRow(Row):
    """`ORG#o`, `WAITING#id`: a request on the waitlist, in the order of asking."""

    email = UnicodeAttribute()


class WaitlistLengthRow(Row):
    """`ORG#o`, `JOIN_LINE`: the length of the waitlist, so that nobody who comes later gets a seat first."""

    waiting = NumberAttribute()


def ref(organization: str, email: str) -> Ref[JoinRequestRow]:
    """Return the reference to the request's item."""
    return Ref(JoinRequestRow, keys.organization(organization), keys.join_request(email))


def _waitlist_length(organization: str) -> WaitlistLengthRow:
    return WaitlistLengthRow(keys.organization(organization), keys.JOIN_LINE)


def request_of(row: JoinRequestRow) -> JoinRequest:
    """Read a request."""
    return JoinRequest(
        id=row.id,
        organization=row.organization,
        email=row.email,
        first_name=row.first_name or "",
        last_name=row.last_name or "",
        state=row.state,
        asked_at=row.asked_at,
        language=row.language,
        answered_at=row.answered_at,
        answered_by=row.answered_by or "",
        version=row.version,
    )


def open_request_of(row: JoinRequestMarkerRow) -> OpenJoinRequest:
    """Read the marker of an open request."""
    return OpenJoinRequest(id=row.id, organization=row.organization, state=row.state, asked_at=row.asked_at)


def write(before: JoinRequest | None, after: JoinRequest) -> list[Write]:
    """Write a request, if it has not changed since it was read, with its marker and place on the waitlist.

    Only an open request has a marker, and only one that waits for a seat a place.
    """
    at = ref(after.organization, after.email)
    row = JoinRequestRow(
        at.pk,
        at.sk,
        listing_pk=keys.join_requests_listing(after.organization, after.state),
        listing_sk=keys.join_request_listing(after.id),
        id=after.id,
        organization=after.organization,
        email=after.email,
        first_name=after.first_name or None,
        last_name=after.last_name or None,
        state=after.state,
        asked_at=after.asked_at,
        language=after.language,
        answered_at=after.answered_at,
        answered_by=after.answered_by or None,
        directory_pk=directory.join_requests(after.organization),
        email_sk=directory.in_state(after.state, after.email),
        first_name_sk=_name_key(after, DirectoryField.FIRST_NAME),
        last_name_sk=_name_key(after, DirectoryField.LAST_NAME),
    )
    if before is not None and before.version is not None:
        row.version = before.version
    was = before is not None and before.state is JoinState.WAITING
    waits = after.state is JoinState.WAITING
    marker = _marker(after)
    return [
        put(row, change=_change(before, after)),
        put(marker) if after.is_open else delete(marker),
        *(_move(after, waits=waits) if waits is not was else []),
    ]


def _name_key(request: JoinRequest, field: DirectoryField) -> str | None:
    key = directory.sort_key(directory_entry(request), field, request.email)
    return None if key is None else directory.in_state(request.state, key)


def _change(before: JoinRequest | None, after: JoinRequest | None) -> figures.FiguresChange:
    was, now = (
        figures.NONE if one is None else figures.of_state(figures.JOIN_REQUESTS, one.state)
        for one in (before, after)
    )
    organization = next(one.organization for one in (after, before) if one is not None)
    return figures.FiguresChange(organization=organization, figures=figures.difference(was, now))


def _marker(request: JoinRequest) -> JoinRequestMarkerRow:
    return JoinRequestMarkerRow(
        keys.person(request.email),
        keys.join_request_marker(request.organization),
        id=request.id,
        organization=request.organization,
        state=request.state,
        asked_at=request.asked_at,
    )


def _move(request: JoinRequest, *, waits: bool) -> list[Write]:
    waiting = WaitingRow(
        keys.organization(request.organization), keys.waiting(request.id), email=request.email
    )
    counted = update(
        _waitlist_length(request.organization), WaitlistLengthRow.waiting.add(1 if waits else -1)
    )
    return [put(waiting) if waits else delete(waiting, condition=WaitingRow.pk.exists()), counted]


def forget(request: JoinRequest) -> list[Write]:
    """Remove a request with its marker and place on the waitlist, if it has not changed since it was read."""
    at = ref(request.organization, request.email)
    gone = delete(
        _VersionRow(at.pk, at.sk),
        condition=_VersionRow.version == request.version,
        change=_change(request, None),
    )
    return [
        gone,
        delete(_marker(request)),
        *(_move(request, waits=False) if request.state is JoinState.WAITING else []),
    ]


class _VersionRow(Row):
    """A request's key and version alone."""

    version = NumberAttribute()


def is_waitlist_empty(organization: str) -> Write:
    """Require, without a change, that the waitlist is empty."""
    return check(
        _waitlist_length(organization),
        WaitlistLengthRow.waiting.does_not_exist() | (WaitlistLengthRow.waiting <= 0),
    )


def get(table: Table, organization: str, email: str) -> JoinRequest | None:
    """Read a request: one call."""
    row = table.get(ref(organization, email))
    return None if row is None else request_of(row)


def waitlist(table: Table, organization: str) -> Iterator[str]:
    """Yield the addresses on the waitlist, in the order of asking; strongly consistent."""
    rows = table.query_all(
        WaitingRow,
        keys.organization(organization),
        WaitingRow.sk.startswith(keys.WAITING_PREFIX),
        page=_PAGE,
    )
    return (row.email for row in rows)


def place(table: Table, organization: str, request: str) -> int:
    """Return the request's place on the waitlist, from 1; MOST_COUNTED + 1 stands for all later ones.

    Strongly consistent, one call.
    """
    page = table.query(
        WaitingRow,
        keys.organization(organization),
        WaitingRow.sk.between(keys.WAITING_PREFIX, keys.waiting(request)),
        limit=MOST_COUNTED,
    )
    return len(page.rows) + (page.next is not None)


def in_state(organization: str, state: JoinState, *, descending: bool = False) -> KeyRange:
    """Return the range of an organization's requests in one state, in the order of asking or from its end."""
    return KeyRange(
        partition=keys.join_requests_listing(organization, state), index="listing", descending=descending
    )


def range_beginning(organization: str, state: JoinState, field: DirectoryField, beginning: str) -> KeyRange:
    """Return the range of an organization's requests in a state whose address or name has a beginning."""
    return KeyRange(
        partition=directory.join_requests(organization),
        index=directory.INDEXES[field],
        prefix=directory.in_state(state),
        low=beginning,
        high=last_beginning_with(beginning),
    )


def address_range(organization: str, beginning: str) -> KeyRange:
    """Return the range of an organization's requests, in every state, whose address has a beginning."""
    return KeyRange(
        partition=keys.organization(organization),
        prefix=keys.JOIN_REQUEST_PREFIX,
        low=beginning,
        high=last_beginning_with(beginning),
    )


def address_of(found: Found) -> str:
    """Return the address of a request that the directory found."""
    return "" if found.item is None else str(found.item["sk"]["S"]).removeprefix(keys.JOIN_REQUEST_PREFIX)


def in_directory(table: Table, found: Sequence[Found]) -> list[JoinRequest | None]:
    """Read requests that the directory found: one call for each hundred."""
    refs = refs_of(JoinRequestRow, found)
    rows = table.get_many(refs)
    return [None if (row := rows.get(at)) is None else request_of(row) for at in refs]


def whole(found: Sequence[Found]) -> list[JoinRequest | None]:
    """Read the requests that a listing, or the table itself, has whole."""
    items = (one.item for one in found)
    return [None if item is None else request_of(JoinRequestRow.from_raw_data(item)) for item in items]
