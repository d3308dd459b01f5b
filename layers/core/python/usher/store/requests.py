"""Requests of managers: in their organization's partition, and listed by state for operators."""

from __future__ import annotations

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from usher.domain.accesses import AccessState
from usher.domain.invites import InviteState
from usher.domain.requests import (
    Reply,
    RequestDetails,
    SeatRequest,
    SeatRequestState,
    SupportKind,
    SupportRequest,
    SupportState,
)
from usher.store import keys
from usher.store.attributes import EnumAttribute, InstantAttribute
from usher.store.table import Page, Ref, Row, Table
from usher.store.transaction import Write, put


class RequestRow(Row):
    """What both kinds of requests have."""

    id = UnicodeAttribute()
    organization = UnicodeAttribute()
    license = UnicodeAttribute(null=True)
    product = UnicodeAttribute(null=True)
    message = UnicodeAttribute(null=True)
    created_at = InstantAttribute()
    created_by = UnicodeAttribute()
    reply = UnicodeAttribute(null=True)
    granted = BooleanAttribute(null=True)
    replied_at = InstantAttribute(null=True)
    replied_by = UnicodeAttribute(null=True)


class SupportRow(RequestRow):
    """`ORG#o`, `SUPPORT#ulid`; listed by state across the organizations."""

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
    """`ORG#o`, `SEATS#ulid`; listed by state across the organizations."""

    state = EnumAttribute(SeatRequestState)
    seats = NumberAttribute()
    order = UnicodeAttribute(null=True)


class HomeRow(Row):
    """`REQUEST#id`, `REQUEST`: which organization a request is of; operators know its id alone."""

    organization = UnicodeAttribute()


def support_ref(organization: str, request: str) -> Ref[SupportRow]:
    """Where a support request stands."""
    return Ref(SupportRow, keys.organization(organization), keys.support_request(request))


def seats_ref(organization: str, request: str) -> Ref[SeatsRow]:
    """Where a request for seats stands."""
    return Ref(SeatsRow, keys.organization(organization), keys.seat_request(request))


def home_ref(request: str) -> Ref[HomeRow]:
    """Where it stands whose a request is."""
    return Ref(HomeRow, keys.request(request), keys.REQUEST)


def support_of(row: SupportRow) -> SupportRequest:
    """Read a support request."""
    return SupportRequest(
        id=row.id,
        organization=row.organization,
        kind=row.kind,
        message=row.message or "",
        email=row.email or "",
        license=row.license or "",
        product=row.product or "",
        training=row.training or "",
        found=RequestDetails(
            access=row.access,
            access_start=row.access_start,
            invite=row.invite or "",
            invite_state=row.invite_state,
            answered_at=row.answered_at,
        ),
        created_at=row.created_at,
        created_by=row.created_by,
        reply=_reply_of(row),
    )


def seats_of(row: SeatsRow) -> SeatRequest:
    """Read a request for seats."""
    return SeatRequest(
        id=row.id,
        organization=row.organization,
        license=row.license or "",
        product=row.product or "",
        seats=int(row.seats),
        message=row.message or "",
        created_at=row.created_at,
        created_by=row.created_by,
        order=row.order or "",
        reply=_reply_of(row),
    )


def file_support(request: SupportRequest) -> list[Write]:
    """Write a new support request, and whose it is."""
    return [put(_support_row(request), condition=SupportRow.pk.does_not_exist()), _home(request)]


def file_seats(request: SeatRequest) -> list[Write]:
    """Write a new request for seats, and whose it is."""
    return [put(_seats_row(request), condition=SeatsRow.pk.does_not_exist()), _home(request)]


def answer_support(request: SupportRequest) -> Write:
    """Write a support request with its answer, if it is still open."""
    return put(_support_row(request), condition=SupportRow.state == SupportState.OPEN)


def answer_seats(request: SeatRequest) -> Write:
    """Write a request for seats with its answer, if it is still open."""
    return put(_seats_row(request), condition=SeatsRow.state == SeatRequestState.OPEN)


def home_of(table: Table, request: str) -> str | None:
    """Return the organization that the request is of: one call."""
    row = table.get(home_ref(request))
    return None if row is None else row.organization


def support_in_organization(
    table: Table, organization: str, *, limit: int, cursor: str | None
) -> Page[SupportRow]:
    """List an organization's support requests, newest first."""
    return table.query(
        SupportRow,
        keys.organization(organization),
        SupportRow.sk.startswith(keys.SUPPORT_PREFIX),
        limit=limit,
        cursor=cursor,
        newest_first=True,
    )


def seats_in_organization(
    table: Table, organization: str, *, limit: int, cursor: str | None
) -> Page[SeatsRow]:
    """List an organization's requests for seats, newest first."""
    return table.query(
        SeatsRow,
        keys.organization(organization),
        SeatsRow.sk.startswith(keys.SEATS_PREFIX),
        limit=limit,
        cursor=cursor,
        newest_first=True,
    )


def support_everywhere(
    table: Table, state: SupportState, *, limit: int, cursor: str | None
) -> Page[SupportRow]:
    """List all organizations' support requests in a state, those that wait longest first."""
    return table.query(SupportRow, keys.support_listing(state), index="listing", limit=limit, cursor=cursor)


def seats_everywhere(
    table: Table, state: SeatRequestState, *, limit: int, cursor: str | None
) -> Page[SeatsRow]:
    """List all organizations' requests for seats in a state, those that wait longest first."""
    return table.query(SeatsRow, keys.seats_listing(state), index="listing", limit=limit, cursor=cursor)


def _home(request: SupportRequest | SeatRequest) -> Write:
    at = home_ref(request.id)
    return put(
        HomeRow(at.pk, at.sk, organization=request.organization), condition=HomeRow.pk.does_not_exist()
    )


def _reply_of(row: RequestRow) -> Reply | None:
    if row.replied_at is None:
        return None
    return Reply(text=row.reply or "", granted=bool(row.granted), at=row.replied_at, by=row.replied_by or "")


def _support_row(request: SupportRequest) -> SupportRow:
    at, reply, found = support_ref(request.organization, request.id), request.reply, request.found
    return SupportRow(
        at.pk,
        at.sk,
        listing_pk=keys.support_listing(request.state),
        listing_sk=request.id,
        id=request.id,
        organization=request.organization,
        license=request.license or None,
        product=request.product or None,
        message=request.message or None,
        created_at=request.created_at,
        created_by=request.created_by,
        reply=None if reply is None else reply.text or None,
        granted=None if reply is None else reply.granted,
        replied_at=None if reply is None else reply.at,
        replied_by=None if reply is None else reply.by,
        state=request.state,
        kind=request.kind,
        email=request.email or None,
        training=request.training or None,
        access=found.access,
        access_start=found.access_start,
        invite=found.invite or None,
        invite_state=found.invite_state,
        answered_at=found.answered_at,
    )


def _seats_row(request: SeatRequest) -> SeatsRow:
    at, reply = seats_ref(request.organization, request.id), request.reply
    return SeatsRow(
        at.pk,
        at.sk,
        listing_pk=keys.seats_listing(request.state),
        listing_sk=request.id,
        id=request.id,
        organization=request.organization,
        license=request.license or None,
        product=request.product or None,
        message=request.message or None,
        created_at=request.created_at,
        created_by=request.created_by,
        reply=None if reply is None else reply.text or None,
        granted=None if reply is None else reply.granted,
        replied_at=None if reply is None else reply.at,
        replied_by=None if reply is None else reply.by,
        state=request.state,
        seats=request.seats,
        order=request.order or None,
    )
