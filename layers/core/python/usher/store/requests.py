"""Managers' requests, in their organization's partition, by state in the directory and for operators."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Generic, TypeVar

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from usher.domain import figures
from usher.domain.accesses import AccessState
from usher.domain.directory import DirectoryField
from usher.domain.invites import InviteState
from usher.domain.requests import (
    MOST_COUNTED,
    ManagerRequest,
    Reply,
    RequestDetails,
    SeatRequest,
    SeatRequestState,
    SupportKind,
    SupportRequest,
    SupportState,
)
from usher.lazy_dataclasses import dataclass
from usher.store import keys
from usher.store.attributes import EnumAttribute, InstantAttribute
from usher.store.key_ranges import Found, KeyRange, refs_of
from usher.store.keys import directory
from usher.store.table import Page, Ref, Row, Table
from usher.store.terms import TermsMap, terms_map, terms_of
from usher.store.transaction import Write, put


class RequestRow(Row):
    """The attributes that the rows of both kinds of requests have; each kind has its own `state`."""

    id = UnicodeAttribute()
    organization = UnicodeAttribute()
    terms = TermsMap(null=True)  # type: ignore[no-untyped-call] # PynamoDB does not type its maps
    message = UnicodeAttribute(null=True)
    created_at = InstantAttribute()
    created_by = UnicodeAttribute()
    reply = UnicodeAttribute(null=True)
    granted = BooleanAttribute(null=True)
    replied_at = InstantAttribute(null=True)
    replied_by = UnicodeAttribute(null=True)
    replied_by_name = UnicodeAttribute(null=True)
    withdrawn_at = InstantAttribute(null=True)


class SupportRow(RequestRow):
    """`ORG#o`, `SUPPORT#ulid`; listed by state across the organizations, in the directory of its own."""

    state = EnumAttribute(SupportState)
    kind = EnumAttribute(SupportKind)
    email = UnicodeAttribute(null=True)
    training = UnicodeAttribute(null=True)
    access = EnumAttribute(AccessState, null=True)
    access_start = InstantAttribute(null=True)
    invite = UnicodeAttribute(null=True)
    invite_state = EnumAttribute(InviteState, null=True)
    answered_at = InstantAttribute(null=True)


class SeatsRow(RequestRow):
    """`ORG#o`, `SEATS#ulid`; listed by state across the organizations, in the directory of its own."""

    state = EnumAttribute(SeatRequestState)
    seats = NumberAttribute()
    order = UnicodeAttribute(null=True)


class RequestOwnerRow(Row):
    """`REQUEST#id`, `REQUEST`: the organization of a request, since operators name the request's id alone."""

    organization = UnicodeAttribute()


_R = TypeVar("_R", bound=RequestRow)
_T = TypeVar("_T", bound=ManagerRequest)


@dataclass(frozen=True, kw_only=True)
class RequestKind(Generic[_R, _T]):
    """The way in which one kind of request is stored.

    Attributes:
        row: the class of its rows.
        key, prefix: the sort key of a request, and the prefix of all of them.
        listing: the partition of the `listing` index with the requests in a state.
        directory: the partition of the directory with an organization's requests.
        read: returns the request in a row.
        own: returns the attributes that the other kind does not have.
        figure: the kind's name among the organization's figures.
        opened: the state of an open request.
        states: all states.
    """

    row: type[_R]
    key: Callable[[str], str]
    prefix: str
    listing: Callable[[str], str]
    directory: Callable[[str], str]
    read: Callable[[_R], _T]
    own: Callable[[_T], dict[str, Any]]
    figure: str
    opened: str
    states: Collection[str]

    def ref(self, organization: str, request: str) -> Ref[_R]:
        """Return the reference to the request's item."""
        return Ref(self.row, keys.organization(organization), self.key(request))

    def state_of(self, request: _T) -> str:
        """Return the state of a request."""
        return str(self.own(request)["state"])

    def file(self, request: _T) -> list[Write]:
        """Write a new request, and its organization."""
        at = _owner_ref(request.id)
        owner = RequestOwnerRow(at.pk, at.sk, organization=request.organization)
        return [
            put(
                self._row(request),
                condition=self.row.pk.does_not_exist(),
                change=figures.FiguresChange(
                    organization=request.organization, figures=figures.of_state(self.figure, self.opened)
                ),
            ),
            put(owner, condition=RequestOwnerRow.pk.does_not_exist()),
        ]

    def close(self, request: _T) -> Write:
        """Write a request that was answered or taken back, if it is open."""
        is_open = self.row.replied_at.does_not_exist() & self.row.withdrawn_at.does_not_exist()
        closed = figures.of_state(self.figure, self.state_of(request))
        moved = figures.difference(figures.of_state(self.figure, self.opened), closed)
        return put(
            self._row(request),
            condition=self.row.pk.exists() & is_open,
            change=figures.FiguresChange(organization=request.organization, figures=moved),
        )

    def get(self, table: Table, request: str) -> _T | None:
        """Read a request by its id alone: two calls."""
        owner = table.get(_owner_ref(request))
        row = None if owner is None else table.get(self.ref(owner.organization, request))
        return None if row is None else self.read(row)

    def of_organization(self, table: Table, organization: str, *, limit: int, cursor: str | None) -> Page[_R]:
        """List an organization's requests, newest first."""
        return table.query(
            self.row,
            keys.organization(organization),
            self.row.sk.startswith(self.prefix),
            limit=limit,
            cursor=cursor,
            newest_first=True,
        )

    def own_in_state(self, organization: str, state: str) -> KeyRange:
        """Return the range of an organization's requests in a state, newest first."""
        return KeyRange(
            partition=self.directory(organization),
            index=directory.INDEXES[DirectoryField.EMAIL],
            prefix=directory.in_state(state),
            descending=True,
        )

    def found_in_directory(self, table: Table, found: Sequence[Found]) -> list[_T | None]:
        """Read the requests that the directory found by their state: one call for each hundred."""
        refs = refs_of(self.row, found)
        rows = table.get_many(refs)
        return [None if (row := rows.get(at)) is None else self.read(row) for at in refs]

    def in_state(self, state: str) -> KeyRange:
        """Return the range of all organizations' requests in a state, oldest first."""
        return KeyRange(partition=self.listing(state), index="listing")

    def found_in_listing(self, found: Sequence[Found]) -> list[_T | None]:
        """Read the requests that a listing has whole."""
        items = (one.item for one in found)
        return [None if item is None else self.read(self.row.from_raw_data(item)) for item in items]

    def counts(self, table: Table) -> figures.Figures:
        """Count all organizations' requests in each state, up to MOST_COUNTED: one call for each state."""
        return {
            f"{self.figure}_{state}": table.count(self.listing(state), index="listing", limit=MOST_COUNTED)
            for state in self.states
        }

    def _row(self, request: _T) -> _R:
        at, reply, own = self.ref(request.organization, request.id), request.reply, self.own(request)
        return self.row(
            at.pk,
            at.sk,
            listing_pk=self.listing(own["state"]),
            listing_sk=request.id,
            directory_pk=self.directory(request.organization),
            email_sk=directory.in_state(own["state"], request.id),
            id=request.id,
            organization=request.organization,
            terms=None if request.terms is None else terms_map(request.terms),
            message=request.message or None,
            created_at=request.created_at,
            created_by=request.created_by,
            reply=None if reply is None else reply.text or None,
            granted=None if reply is None else reply.granted,
            replied_at=None if reply is None else reply.at,
            replied_by=None if reply is None else reply.by,
            replied_by_name=None if reply is None else reply.by_name or None,
            withdrawn_at=request.withdrawn_at,
            **own,
        )


def _owner_ref(request: str) -> Ref[RequestOwnerRow]:
    return Ref(RequestOwnerRow, keys.request(request), keys.REQUEST)


def _shared(row: RequestRow) -> dict[str, Any]:
    """Read the attributes that both kinds have."""
    reply = None
    terms: TermsMap | None = row.terms
    if row.replied_at is not None:
        reply = Reply(
            text=row.reply or "",
            granted=bool(row.granted),
            at=row.replied_at,
            by=row.replied_by or "",
            by_name=row.replied_by_name or "",
        )
    return {
        "id": row.id,
        "organization": row.organization,
        "terms": None if terms is None else terms_of(terms),
        "message": row.message or "",
        "created_at": row.created_at,
        "created_by": row.created_by,
        "reply": reply,
        "withdrawn_at": row.withdrawn_at,
    }


def _support_of(row: SupportRow) -> SupportRequest:
    return SupportRequest(
        **_shared(row),
        kind=row.kind,
        email=row.email or "",
        training=row.training or "",
        details=RequestDetails(
            access=row.access,
            access_start=row.access_start,
            invite=row.invite or "",
            invite_state=row.invite_state,
            answered_at=row.answered_at,
        ),
    )


def _support_own(request: SupportRequest) -> dict[str, Any]:
    details = request.details
    return {
        "state": request.state,
        "kind": request.kind,
        "email": request.email or None,
        "training": request.training or None,
        "access": details.access,
        "access_start": details.access_start,
        "invite": details.invite or None,
        "invite_state": details.invite_state,
        "answered_at": details.answered_at,
    }


def _seats_of(row: SeatsRow) -> SeatRequest:
    return SeatRequest(**_shared(row), seats=int(row.seats), order=row.order or "")


def _seats_own(request: SeatRequest) -> dict[str, Any]:
    return {"state": request.state, "seats": request.seats, "order": request.order or None}


SUPPORT: RequestKind[SupportRow, SupportRequest] = RequestKind(
    row=SupportRow,
    key=keys.support_request,
    prefix=keys.SUPPORT_PREFIX,
    listing=keys.support_listing,
    directory=directory.support_requests,
    read=_support_of,
    own=_support_own,
    figure=figures.SUPPORT_REQUESTS,
    opened=SupportState.OPEN,
    states=[*SupportState],
)

SEATS: RequestKind[SeatsRow, SeatRequest] = RequestKind(
    row=SeatsRow,
    key=keys.seat_request,
    prefix=keys.SEATS_PREFIX,
    listing=keys.seats_listing,
    directory=directory.seat_requests,
    read=_seats_of,
    own=_seats_own,
    figure=figures.SEAT_REQUESTS,
    opened=SeatRequestState.OPEN,
    states=[*SeatRequestState],
)
