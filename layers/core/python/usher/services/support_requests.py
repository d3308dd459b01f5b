"""Support requests: managers file them with the facts attached, operators answer them once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from usher.domain.accesses import Access, AccessState
from usher.domain.addresses import BadAddressError
from usher.domain.erasures import as_kept
from usher.domain.errors import ForbiddenError, RefusedError, refuses
from usher.domain.events import Event, EventType, Json
from usher.domain.licenses import License, UnknownLicenseError
from usher.domain.organizations import Permission
from usher.domain.paging import BadCursorError
from usher.domain.people import Person
from usher.domain.requests import (
    MAX_TRAINING,
    AlreadyAnsweredError,
    BadTextError,
    GrantNotAskedError,
    IncompleteRequestError,
    Reply,
    SeatNotInUseError,
    SupportKind,
    SupportRequest,
    SupportState,
    UnknownRequestError,
    check_text,
    request_details,
    require_in_use,
    require_texts,
)
from usher.services.authorization import AUTHORIZE, authorize, require_operator
from usher.services.context import Context
from usher.services.paging import ResultPage
from usher.services.receipts import Receipt
from usher.services.transactions import retry_on_conflict
from usher.store import accesses, events, invites, licenses, requests
from usher.store.table import Ref
from usher.store.transaction import ConditionFailedError, Write


class SeatTakenAnewError(RefusedError):
    """The seat that was to be released is gone, and the person has been given another since."""

    code = "seat_taken_anew"
    title = "The person has another seat by now"
    next_action = "Answer the request with `grant` false; the manager can file a new one."


@dataclass(frozen=True, kw_only=True)
class SupportRequestDraft:
    """What a manager writes. `training` names what progress is to be transferred in."""

    kind: SupportKind
    message: str
    email: str | None = None
    license: str | None = None
    training: str | None = None


class SupportRequests:
    """The requests of managers that people decide."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(
        *AUTHORIZE,
        UnknownLicenseError,
        SeatNotInUseError,
        IncompleteRequestError,
        BadTextError,
        BadAddressError,
    )
    def file(
        self, *, person: Person, organization: str, draft: SupportRequestDraft, receipt: Receipt
    ) -> SupportRequest:
        """File a request, with what is known now about the learner's access and invite attached.

        Raises:
            SeatNotInUseError: there is no accepted seat to release.
        """
        email = as_kept(draft.email) if draft.email else ""
        license_id = draft.license or ""
        at_license, at_access = licenses.ref(organization, license_id), accesses.ref(email, license_id)
        also: list[Ref[Any]] = [at_license] if license_id else []
        also += [at_access] if license_id and email else []
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.FILE_REQUESTS,
            also=also,
        )
        held = membership.rows.get(at_license) if license_id else None
        if license_id and held is None:
            raise UnknownLicenseError("The organization has no such license.")
        row = membership.rows.get(at_access) if license_id and email else None
        request = self._request(
            person,
            organization,
            draft,
            email=email,
            held=None if held is None else licenses.license_of(held),
            access=None if row is None else accesses.access_of(row),
        )
        event = self._event(EventType.SUPPORT_REQUEST_FILED, request, by=person, facts={})
        writes = [*requests.file_support(request), events.record(event)]
        receipt.commit(self._context, writes, request)
        return request

    @refuses(*AUTHORIZE, BadCursorError)
    def filed(
        self, *, person: Person, organization: str, limit: int, cursor: str | None
    ) -> ResultPage[SupportRequest]:
        """List the organization's requests, newest first."""
        authorize(self._context, person=person, organization=organization, permission=Permission.READ)
        page = requests.support_in_organization(self._context.table, organization, limit=limit, cursor=cursor)
        return ResultPage(items=[requests.support_of(row) for row in page.rows], next=page.next)

    @refuses(ForbiddenError, BadCursorError)
    def everywhere(
        self, *, person: Person, state: SupportState, limit: int, cursor: str | None
    ) -> ResultPage[SupportRequest]:
        """List all organizations' requests for an operator, those that wait longest first."""
        require_operator(person)
        page = requests.support_everywhere(self._context.table, state, limit=limit, cursor=cursor)
        return ResultPage(items=[requests.support_of(row) for row in page.rows], next=page.next)

    @refuses(ForbiddenError, UnknownRequestError)
    def request(self, *, person: Person, request: str) -> SupportRequest:
        """Read one request as an operator: two calls."""
        require_operator(person)
        home = requests.home_of(self._context.table, request)
        row = None if home is None else self._context.table.get(requests.support_ref(home, request))
        if row is None:
            raise UnknownRequestError("There is no such support request.")
        return requests.support_of(row)

    @refuses(
        ForbiddenError,
        UnknownRequestError,
        AlreadyAnsweredError,
        SeatNotInUseError,
        SeatTakenAnewError,
        GrantNotAskedError,
        IncompleteRequestError,
        BadTextError,
    )
    @retry_on_conflict
    def answer(
        self, *, person: Person, request: str, text: str, grant: bool, receipt: Receipt
    ) -> SupportRequest:
        """Answer a request, once; granting a release gives the seat back and tells the learner.

        All managers are told, the one who asked among them.

        Raises:
            SeatNotInUseError, SeatTakenAnewError: the seat is not there to be released any more.
        """
        now = self._context.now()
        before = self.request(person=person, request=request)
        reply = Reply(text=check_text(text), granted=grant, at=now, by=person.email)
        require_texts(answer=reply.text)
        after = before.answered(reply)
        facts: dict[str, Json] = {}
        writes: list[Write] = []
        if grant:
            access = accesses.get(self._context.table, after.email, after.license)
            writes, released = self._release(after, access)
            facts = {"invites": [released], "seats_taken": {after.license: -1}}
        event = self._event(EventType.SUPPORT_REQUEST_ANSWERED, after, by=person, facts=facts)
        answering = requests.answer_support(after)
        try:
            receipt.commit(self._context, [answering, *writes, events.record(event)], after)
        except ConditionFailedError as stale:
            if answering in stale:
                raise AlreadyAnsweredError("The request was answered already.") from stale
            raise
        return after

    def _request(
        self,
        person: Person,
        organization: str,
        draft: SupportRequestDraft,
        *,
        email: str,
        held: License | None,
        access: Access | None,
    ) -> SupportRequest:
        now = self._context.now()
        if draft.kind is SupportKind.RELEASE_SEAT and email and held is not None:
            require_in_use(access, now=now)
        invite = None
        if access is not None and access.invite:
            invite = invites.get(self._context.table, access.invite)
        return SupportRequest(
            id=self._context.new_id(),
            organization=organization,
            kind=draft.kind,
            message=check_text(draft.message),
            email=email,
            license="" if held is None else held.id,
            product="" if held is None else held.terms.product.name,
            training=check_text(draft.training or "", longest=MAX_TRAINING),
            found=request_details(access, invite, now=now),
            created_at=now,
            created_by=person.email,
        )

    def _release(self, request: SupportRequest, held: Access | None) -> tuple[list[Write], dict[str, Json]]:
        """Return the writes that give the seat back, and what the event says of whose it was."""
        access = require_in_use(held, now=self._context.now())
        if access.invite != request.found.invite:
            raise SeatTakenAnewError("The seat in use is not the one that the request was about.")
        writes = [
            accesses.move(
                access, replace(access, state=AccessState.RELEASED, released_at=self._context.now())
            ),
            licenses.give_back(request.organization, request.license, 1),
        ]
        released: dict[str, Json] = {
            "id": access.invite,
            "kind": "learner",
            "email": access.email,
            "number": 0,
            "licenses": [request.license],
            "products": [request.product],
        }
        return writes, released

    def _event(
        self, type_: EventType, request: SupportRequest, *, by: Person, facts: dict[str, Json]
    ) -> Event:
        reply: dict[str, Json] = {}
        if request.reply is not None:
            reply = {"answer": request.reply.text, "granted": request.reply.granted}
        return self._context.event(
            type_,
            organization=request.organization,
            actor=by.email,
            at=self._context.now(),
            facts={
                "request": request.id,
                "asked_by": request.created_by,
                "kind": request.kind,
                "email": request.email,
                "license": request.license,
                "products": [request.product] if request.product else [],
                "training": request.training,
                "message": request.message,
                **reply,
                **facts,
            },
        )
