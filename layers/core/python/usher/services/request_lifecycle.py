"""The life that support requests and seat requests share: filed, listed, and answered once or taken back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

from usher.domain.errors import ForbiddenError, refuses
from usher.domain.events.event import EventData
from usher.domain.figures import OrganizationFigures
from usher.domain.organizations import Permission
from usher.domain.people import Person
from usher.domain.requests import (
    AlreadyAnsweredError,
    ManagerRequest,
    NotRequesterError,
    Reply,
    RequestWithdrawnError,
    UnknownRequestError,
)
from usher.services.authorization import AUTHORIZE, authorize, require_operator
from usher.services.context import Context
from usher.services.display_names import DisplayNames, read_display_names
from usher.services.list_figures import authorize_to_list
from usher.services.merged_lists import Section, read_page
from usher.services.paging import ResultPage
from usher.services.receipts import Receipt
from usher.services.transactions import record_event
from usher.store.requests import RequestKind
from usher.store.transaction import ConditionFailedError, Write

_T = TypeVar("_T", bound=ManagerRequest)


def names_in_requests(context: Context, requests: Sequence[ManagerRequest]) -> DisplayNames:
    """Read the names of the requests' organizations and of who made them: see read_display_names."""
    return read_display_names(context, actors=[(one.organization, one.created_by) for one in requests])


class RequestLifecycle(Generic[_T]):
    """Files, lists, answers and withdraws the requests of one kind."""

    def __init__(self, context: Context, kind: RequestKind[Any, _T]) -> None:
        self._context = context
        self._kind = kind

    def file(self, request: _T, data: EventData, *, receipt: Receipt) -> None:
        """Record a new request with its event."""
        event = record_event(
            self._context,
            data,
            organization=request.organization,
            actor=request.created_by,
            at=request.created_at,
        )
        receipt.commit(self._context, [*self._kind.file(request), event], request)

    def of_organization(
        self,
        *,
        person: Person,
        organization: str,
        states: Collection[str],
        limit: int,
        cursor: str | None,
        with_figures: bool,
    ) -> ResultPage[_T]:
        """List the organization's requests for a manager, newest first: two calls.

        With states, those in any of them: one call for each, and one for each hundred requests.
        """
        counted = authorize_to_list(
            self._context, person=person, organization=organization, with_figures=with_figures
        )
        page = self._own(organization, frozenset(states), limit=limit, cursor=cursor)
        return ResultPage(items=page.items, next=page.next, figures=counted)

    def _own(
        self, organization: str, states: frozenset[str], *, limit: int, cursor: str | None
    ) -> ResultPage[_T]:
        """Read a page of all of an organization's requests, or of the index that has them by state."""
        table = self._context.table
        if not states or states == {*self._kind.states}:
            page = self._kind.of_organization(table, organization, limit=limit, cursor=cursor)
            return ResultPage(items=[self._kind.read(row) for row in page.rows], next=page.next)
        section = Section(
            [self._kind.own_in_state(organization, state) for state in sorted(states)],
            partial(self._kind.found_in_directory, table),
            lambda one: self._kind.state_of(one) in states,
        )
        query = (self._kind.figure, organization, *sorted(states))
        return read_page(table, [section], query=query, limit=limit, cursor=cursor)

    def in_states(
        self,
        *,
        person: Person,
        states: Collection[str],
        limit: int,
        cursor: str | None,
        with_figures: bool,
    ) -> ResultPage[_T]:
        """List all organizations' requests in some states for an operator, oldest first: one call for each.

        Without states, those that are open. With figures, one more for each state there is, counted up to
        MOST_COUNTED: figures are kept for each organization, and not for all together.
        """
        require_operator(person)
        wanted = sorted(set(states)) or [self._kind.opened]
        section = Section(
            ranges=[self._kind.in_state(state) for state in wanted],
            load=self._kind.found_in_listing,
            wanted=lambda _: True,
        )
        page = read_page(
            self._context.table, [section], query=(self._kind.figure, *wanted), limit=limit, cursor=cursor
        )
        counted = OrganizationFigures(counts=self._kind.counts(self._context.table)) if with_figures else None
        return ResultPage(items=page.items, next=page.next, figures=counted)

    @refuses(ForbiddenError, UnknownRequestError)
    def get(self, *, person: Person, request: str) -> _T:
        """Read one request for an operator: two calls."""
        require_operator(person)
        found = self._kind.get(self._context.table, request)
        if found is None:
            raise UnknownRequestError("There is no such request.")
        return found

    @refuses(*AUTHORIZE, UnknownRequestError)
    def one_of_organization(self, *, person: Person, organization: str, request: str) -> _T:
        """Read one of the organization's requests for a manager: one call.

        Raises:
            UnknownRequestError: the organization has no such request.
        """
        at = self._kind.ref(organization, request)
        membership = authorize(
            self._context, person=person, organization=organization, permission=Permission.READ, also=[at]
        )
        row = membership.rows.get(at)
        if row is None:
            raise UnknownRequestError("The organization has no such request.")
        return self._kind.read(row)

    def reply(self, *, person: Person, text: str, granted: bool) -> Reply:
        """Return the operator's reply, dated now."""
        return Reply(
            text=text,
            granted=granted,
            at=self._context.now(),
            by=person.email,
            by_name=person.full_name,
        )

    @refuses(*AUTHORIZE, UnknownRequestError, NotRequesterError, AlreadyAnsweredError, RequestWithdrawnError)
    def withdraw(
        self,
        *,
        person: Person,
        organization: str,
        request: str,
        data: Callable[[_T], EventData],
        receipt: Receipt,
    ) -> _T:
        """Take a request back, for whoever made it: two calls. Taking it back again changes nothing.

        Raises:
            UnknownRequestError: the organization has no such request.
            NotRequesterError: somebody else made it.
            AlreadyAnsweredError, RequestWithdrawnError: it was answered, or taken back at this moment.
        """
        at = self._kind.ref(organization, request)
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.FILE_REQUESTS,
            also=[at],
        )
        row = membership.rows.get(at)
        if row is None:
            raise UnknownRequestError("The organization has no such request.")
        before = self._kind.read(row)
        before.require_made_by(person.email)
        if before.withdrawn_at is not None:
            receipt.note(0, before)
            receipt.finish(self._context)
            return before
        after = before.withdrawn(now=self._context.now())
        self._close(after, data(after), person=person, receipt=receipt)
        return after

    @refuses(AlreadyAnsweredError, RequestWithdrawnError)
    def answer(self, answered: _T, data: EventData, *writes: Write, person: Person, receipt: Receipt) -> None:
        """Record the answer, once, with its event and the writes that grant the request.

        Raises:
            AlreadyAnsweredError: the request was answered meanwhile.
            RequestWithdrawnError: the request was taken back meanwhile.
            ConditionFailedError: a condition of the other writes failed.
        """
        self._close(answered, data, *writes, person=person, receipt=receipt)

    def _close(self, closed: _T, data: EventData, *writes: Write, person: Person, receipt: Receipt) -> None:
        closing = self._kind.close(closed)
        event = record_event(self._context, data, organization=closed.organization, actor=person.email)
        try:
            receipt.commit(self._context, [closing, *writes, event], closed)
        except ConditionFailedError as stale:
            if closing not in stale:
                raise
            now = self._kind.get(self._context.table, closed.id)
            if now is not None:
                now.require_open()
            raise
