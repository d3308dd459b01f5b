"""Requests for more seats: filed by managers, approved or refused by operators, once."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypedDict

from usher.domain.clients import SublicensedError
from usher.domain.effects.kinds import MANAGERS
from usher.domain.errors import ForbiddenError, RefusedError, refusals_of, refuses
from usher.domain.events.parts import LicenseRef
from usher.domain.events.requests import SeatRequestWithdrawn, SeatsApproved, SeatsRefused, SeatsRequested
from usher.domain.licenses import BadLicenseError, LicenseOverError, UnknownLicenseError, check_seats
from usher.domain.organizations import ManagerState, Permission
from usher.domain.paging import BadCursorError
from usher.domain.people import Person
from usher.domain.requests import (
    AlreadyAnsweredError,
    BadTextError,
    IncompleteRequestError,
    RequestWithdrawnError,
    SeatRequest,
    SeatRequestState,
    UnknownRequestError,
    check_text,
    require_texts,
)
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.operator_commands import BadOrderError, check_order
from usher.services.paging import ResultPage
from usher.services.receipts import Receipt
from usher.services.request_lifecycle import RequestLifecycle
from usher.store import license_pools, licenses, managers, requests
from usher.store.transaction import ConditionFailedError


class OrderTakenError(RefusedError):
    """An order with this id was carried out before; the request stays open."""

    code = "order_taken"
    title = "The order id was used before"
    fields = ("order_id",)
    next_action = "Approve the request under an order id of its own."


class SeatRequests:
    """Files, lists, approves, refuses and withdraws requests for more seats of a license."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._lifecycle = RequestLifecycle(context, requests.SEATS)

    @refuses(
        *AUTHORIZE, UnknownLicenseError, LicenseOverError, SublicensedError, BadLicenseError, BadTextError
    )
    def file(
        self,
        *,
        person: Person,
        organization: str,
        license_id: str,
        seats: int,
        message: str,
        receipt: Receipt,
    ) -> SeatRequest:
        """File a request for more seats of a license.

        Raises:
            SublicensedError: more seats of a sublicense come from the provider.
        """
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
        terms = licenses.terms_of(row)
        terms.require_valid(now)
        request = SeatRequest(
            id=self._context.new_id(),
            organization=organization,
            terms=terms,
            seats=check_seats(seats),
            message=check_text(message, field="message"),
            created_at=now,
            created_by=person.email,
        )
        self._lifecycle.file(request, SeatsRequested(**_request_fields(request)), receipt=receipt)
        return request

    @refuses(*AUTHORIZE, BadCursorError)
    def listed(
        self,
        *,
        person: Person,
        organization: str,
        states: Collection[SeatRequestState] = (),
        limit: int,
        cursor: str | None,
        with_figures: bool = False,
    ) -> ResultPage[SeatRequest]:
        """List the organization's requests for seats, in any of some states, newest first."""
        return self._lifecycle.of_organization(
            person=person,
            organization=organization,
            states=states,
            limit=limit,
            cursor=cursor,
            with_figures=with_figures,
        )

    @refuses(ForbiddenError, BadCursorError)
    def listed_for_operators(
        self,
        *,
        person: Person,
        states: Collection[SeatRequestState] = (),
        limit: int,
        cursor: str | None,
        with_figures: bool = False,
    ) -> ResultPage[SeatRequest]:
        """List all organizations' requests in some states, or the open ones, for an operator."""
        return self._lifecycle.in_states(
            person=person, states=states, limit=limit, cursor=cursor, with_figures=with_figures
        )

    @refuses(*refusals_of(RequestLifecycle.one_of_organization))
    def one(self, *, person: Person, organization: str, request: str) -> SeatRequest:
        """Read one of the organization's requests, as one of its managers: one call."""
        return self._lifecycle.one_of_organization(person=person, organization=organization, request=request)

    @refuses(ForbiddenError, UnknownRequestError)
    def request(self, *, person: Person, request: str) -> SeatRequest:
        """Read one request as an operator: two calls."""
        return self._lifecycle.get(person=person, request=request)

    @refuses(
        ForbiddenError,
        UnknownRequestError,
        AlreadyAnsweredError,
        RequestWithdrawnError,
        OrderTakenError,
        BadOrderError,
    )
    def approve(self, *, person: Person, request: str, order_id: str | None, receipt: Receipt) -> SeatRequest:
        """Add the requested seats, once, under an order with this id or else with the request's id."""
        before = self.request(person=person, request=request)
        order = check_order(before.id if order_id is None else order_id)
        after = before.answered(self._lifecycle.reply(person=person, text="", granted=True), order=order)
        license_id = after.terms.license
        recorded = licenses.record_order(
            after.organization,
            order,
            license_id=license_id,
            request={"resize": license_id, "seats": after.seats},
        )
        added = license_pools.resize(after.terms, after.seats)
        data = SeatsApproved(**_request_fields(after), order=order, notified=self._notified(after))
        try:
            self._lifecycle.answer(after, data, added, recorded, person=person, receipt=receipt)
        except ConditionFailedError as stale:
            if recorded in stale:
                raise OrderTakenError("An order of this id was carried out before.") from stale
            raise
        return after

    @refuses(
        ForbiddenError,
        UnknownRequestError,
        AlreadyAnsweredError,
        RequestWithdrawnError,
        IncompleteRequestError,
        BadTextError,
    )
    def refuse(self, *, person: Person, request: str, reason: str, receipt: Receipt) -> SeatRequest:
        """Refuse a request, once, with a reason, which is emailed to the manager."""
        before = self.request(person=person, request=request)
        reply = self._lifecycle.reply(person=person, text=check_text(reason, field="reason"), granted=False)
        require_texts(reason=reply.text)
        after = before.answered(reply)
        data = SeatsRefused(**_request_fields(after), answer=reply.text, notified=self._notified(after))
        self._lifecycle.answer(after, data, person=person, receipt=receipt)
        return after

    @refuses(*refusals_of(RequestLifecycle.withdraw))
    def withdraw(self, *, person: Person, organization: str, request: str, receipt: Receipt) -> SeatRequest:
        """Take a request back, for whoever made it; see RequestLifecycle.withdraw."""
        return self._lifecycle.withdraw(
            person=person,
            organization=organization,
            request=request,
            data=lambda one: SeatRequestWithdrawn(**_request_fields(one)),
            receipt=receipt,
        )

    def _notified(self, request: SeatRequest) -> str:
        """Return who gets the answer: the manager who asked, if still active, else all managers. One call."""
        manager = self._context.table.get(managers.manager_ref(request.organization, request.created_by))
        active = manager is not None and manager.state is ManagerState.ACTIVE
        return request.created_by if active else MANAGERS


class _RequestFields(TypedDict):
    request: str
    asked_by: str
    license: LicenseRef
    seats: int
    message: str


def _request_fields(request: SeatRequest) -> _RequestFields:
    """Return the fields that every event of the request has."""
    return _RequestFields(
        request=request.id,
        asked_by=request.created_by,
        license=LicenseRef.of(request.terms),
        seats=request.seats,
        message=request.message,
    )
