"""The life that support requests and seat requests share: filed, listed, and answered once."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from usher.domain.errors import ForbiddenError, refuses
from usher.domain.events.event import EventData
from usher.domain.organizations import Permission
from usher.domain.people import Person
from usher.domain.requests import AlreadyAnsweredError, ManagerRequest, Reply, UnknownRequestError
from usher.services.authorization import authorize, require_operator
from usher.services.context import Context
from usher.services.paging import ResultPage
from usher.services.receipts import Receipt
from usher.services.transactions import record_event
from usher.store.requests import RequestKind
from usher.store.transaction import ConditionFailedError, Write

_T = TypeVar("_T", bound=ManagerRequest)


class RequestLifecycle(Generic[_T]):
    """Files, lists and answers the requests of one kind."""

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
        self, *, person: Person, organization: str, limit: int, cursor: str | None
    ) -> ResultPage[_T]:
        """List the organization's requests for a manager, newest first: two calls."""
        authorize(self._context, person=person, organization=organization, permission=Permission.READ)
        page = self._kind.of_organization(self._context.table, organization, limit=limit, cursor=cursor)
        return ResultPage(items=[self._kind.read(row) for row in page.rows], next=page.next)

    def in_state(self, *, person: Person, state: str, limit: int, cursor: str | None) -> ResultPage[_T]:
        """List all organizations' requests in one state for an operator, oldest first: one call."""
        require_operator(person)
        page = self._kind.in_state(self._context.table, state, limit=limit, cursor=cursor)
        return ResultPage(items=[self._kind.read(row) for row in page.rows], next=page.next)

    @refuses(ForbiddenError, UnknownRequestError)
    def get(self, *, person: Person, request: str) -> _T:
        """Read one request for an operator: two calls."""
        require_operator(person)
        found = self._kind.get(self._context.table, request)
        if found is None:
            raise UnknownRequestError("There is no such request.")
        return found

    def reply(self, *, person: Person, text: str, granted: bool) -> Reply:
        """Return the operator's reply, dated now."""
        return Reply(text=text, granted=granted, at=self._context.now(), by=person.email)

    @refuses(AlreadyAnsweredError)
    def answer(self, answered: _T, data: EventData, *writes: Write, person: Person, receipt: Receipt) -> None:
        """Record the answer, once, with its event and the writes that grant the request.

        Raises:
            AlreadyAnsweredError: the request was answered meanwhile.
            ConditionFailedError: a condition of the other writes failed.
        """
        answer = self._kind.answer(answered)
        event = record_event(self._context, data, organization=answered.organization, actor=person.email)
        try:
            receipt.commit(self._context, [answer, *writes, event], answered)
        except ConditionFailedError as stale:
            if answer in stale:
                raise AlreadyAnsweredError("The request was answered already.") from stale
            raise
