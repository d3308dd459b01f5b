"""Buying more: managers ask for seats, operators turn the request into a top-up or refuse it, once."""

from __future__ import annotations

from usher.domain.clients import SublicensedError
from usher.domain.effects import MANAGERS
from usher.domain.errors import ForbiddenError, RefusedError, refuses
from usher.domain.events import Event, EventType, Json
from usher.domain.licenses import BadLicenseError, LicenseOverError, UnknownLicenseError, check_seats
from usher.domain.organizations import ManagerState, Permission
from usher.domain.paging import BadCursorError
from usher.domain.people import Person
from usher.domain.requests import (
    AlreadyAnsweredError,
    BadTextError,
    IncompleteRequestError,
    Reply,
    SeatRequest,
    SeatRequestState,
    UnknownRequestError,
    check_text,
    require_texts,
)
from usher.services.authorization import AUTHORIZE, authorize, require_operator
from usher.services.context import Context
from usher.services.operator_commands import BadOrderError, check_order
from usher.services.paging import ResultPage
from usher.services.receipts import Receipt
from usher.store import events, licenses, organizations, requests
from usher.store.transaction import ConditionFailedError, Write


class OrderTakenError(RefusedError):
    """An order of this id was carried out before; the request stays open."""

    code = "order_taken"
    title = "The order id was used before"
    next_action = "Approve the request under an order id of its own."


class SeatRequests:
    """Requests for more seats of a license."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(
        *AUTHORIZE, UnknownLicenseError, LicenseOverError, SublicensedError, BadLicenseError, BadTextError
    )
    def ask(
        self,
        *,
        person: Person,
        organization: str,
        license_id: str,
        seats: int,
        message: str,
        receipt: Receipt,
    ) -> SeatRequest:
        """Ask for more seats of a license."""
        at = licenses.ref(organization, license_id)
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.FILE_REQUESTS,
            also=[at],
        )
        row = membership.rows.get(at)
        if row is None:
            raise UnknownLicenseError("The organization has no such license.")
        if row.parent is not None:
            raise SublicensedError(
                "The license is a sublicense of your provider's.",
                next_action="Ask your provider to move more seats to it.",
            )
        now = self._context.now()
        terms = licenses.license_of(row).terms
        terms.require_valid(now)
        request = SeatRequest(
            id=self._context.new_id(),
            organization=organization,
            license=license_id,
            product=terms.product.name,
            seats=check_seats(seats),
            message=check_text(message),
            created_at=now,
            created_by=person.email,
        )
        event = self._event(EventType.SEATS_REQUESTED, request, by=person, facts={})
        writes = [*requests.file_seats(request), events.record(event)]
        receipt.commit(self._context, writes, request)
        return request

    @refuses(*AUTHORIZE, BadCursorError)
    def asked(
        self, *, person: Person, organization: str, limit: int, cursor: str | None
    ) -> ResultPage[SeatRequest]:
        """List the organization's requests for seats, newest first."""
        authorize(self._context, person=person, organization=organization, permission=Permission.READ)
        page = requests.seats_in_organization(self._context.table, organization, limit=limit, cursor=cursor)
        return ResultPage(items=[requests.seats_of(row) for row in page.rows], next=page.next)

    @refuses(ForbiddenError, BadCursorError)
    def everywhere(
        self, *, person: Person, state: SeatRequestState, limit: int, cursor: str | None
    ) -> ResultPage[SeatRequest]:
        """List all organizations' requests for an operator, those that wait longest first."""
        require_operator(person)
        page = requests.seats_everywhere(self._context.table, state, limit=limit, cursor=cursor)
        return ResultPage(items=[requests.seats_of(row) for row in page.rows], next=page.next)

    @refuses(ForbiddenError, UnknownRequestError)
    def request(self, *, person: Person, request: str) -> SeatRequest:
        """Read one request as an operator: two calls."""
        require_operator(person)
        home = requests.home_of(self._context.table, request)
        row = None if home is None else self._context.table.get(requests.seats_ref(home, request))
        if row is None:
            raise UnknownRequestError("There is no such request for seats.")
        return requests.seats_of(row)

    @refuses(ForbiddenError, UnknownRequestError, AlreadyAnsweredError, OrderTakenError, BadOrderError)
    def approve(self, *, person: Person, request: str, order_id: str | None, receipt: Receipt) -> SeatRequest:
        """Add the seats that were asked for, under an order of this id or of the request's own; once."""
        before = self.request(person=person, request=request)
        order = check_order(before.id if order_id is None else order_id)
        after = before.answered(self._reply(person, granted=True, text=""), order=order)
        done = licenses.record_order(
            after.organization,
            order,
            license_id=after.license,
            request={"resize": after.license, "seats": after.seats},
        )
        added = licenses.resize(after.organization, after.license, after.seats)
        return self._answer(person, after, EventType.SEATS_APPROVED, receipt, added, done)

    @refuses(ForbiddenError, UnknownRequestError, AlreadyAnsweredError, IncompleteRequestError, BadTextError)
    def refuse(self, *, person: Person, request: str, reason: str, receipt: Receipt) -> SeatRequest:
        """Refuse a request, once, with a reason that the manager is told."""
        before = self.request(person=person, request=request)
        reply = self._reply(person, granted=False, text=check_text(reason))
        require_texts(reason=reply.text)
        return self._answer(person, before.answered(reply), EventType.SEATS_REFUSED, receipt)

    def _answer(
        self, person: Person, after: SeatRequest, type_: EventType, receipt: Receipt, *writes: Write
    ) -> SeatRequest:
        asker = self._context.table.get(organizations.manager_ref(after.organization, after.created_by))
        active = asker is not None and asker.state is ManagerState.ACTIVE
        event = self._event(type_, after, by=person, facts={"tell": after.created_by if active else MANAGERS})
        answering = requests.answer_seats(after)
        try:
            receipt.commit(self._context, [answering, *writes, events.record(event)], after)
        except ConditionFailedError as stale:
            if answering in stale:
                raise AlreadyAnsweredError("The request was answered already.") from stale
            if any(isinstance(write.row, licenses.OrderRow) and write in stale for write in writes):
                raise OrderTakenError("An order of this id was carried out before.") from stale
            raise
        return after

    def _reply(self, person: Person, *, granted: bool, text: str) -> Reply:
        return Reply(text=text, granted=granted, at=self._context.now(), by=person.email)

    def _event(self, type_: EventType, request: SeatRequest, *, by: Person, facts: dict[str, Json]) -> Event:
        reply: dict[str, Json] = {}
        if request.reply is not None:
            reply = {
                "answer": request.reply.text,
                "granted": request.reply.granted,
                "order": request.order,
            }
        return self._context.event(
            type_,
            organization=request.organization,
            actor=by.email,
            at=self._context.now(),
            facts={
                "request": request.id,
                "asked_by": request.created_by,
                "license": request.license,
                "products": [request.product],
                "seats": request.seats,
                "message": request.message,
                **reply,
                **facts,
            },
        )
