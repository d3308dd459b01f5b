"""Support requests: filed by managers, with what is known about the case, answered once or taken back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any, TypedDict

from usher.domain.accesses import Access, AccessState
from usher.domain.addresses import BadAddressError
from usher.domain.erasures import stored_address
from usher.domain.errors import ForbiddenError, RefusedError, refusals_of, refuses
from usher.domain.events.parts import AccessRef, LicenseRef, SeatChange
from usher.domain.events.requests import (
    SupportRequestAnswered,
    SupportRequestFiled,
    SupportRequestWithdrawn,
)
from usher.domain.licenses import LicenseTerms, UnknownLicenseError
from usher.domain.organizations import Permission
from usher.domain.paging import BadCursorError
from usher.domain.people import Person
from usher.domain.requests import (
    MAX_TRAINING,
    AlreadyAnsweredError,
    BadTextError,
    GrantNotAskedError,
    IncompleteRequestError,
    RequestWithdrawnError,
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
from usher.lazy_dataclasses import dataclass
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.paging import ResultPage
from usher.services.receipts import Receipt
from usher.services.request_lifecycle import RequestLifecycle
from usher.services.transactions import retry_on_conflict
from usher.store import accesses, invites, license_pools, licenses, requests
from usher.store.table import Ref
from usher.store.transaction import Write


class SeatTakenAnewError(RefusedError):
    """The seat to release is gone, and the person has been given another since."""

    code = "seat_taken_anew"
    title = "The person has another seat by now"
    next_action = "Answer the request without granting it; the manager can file a new one."


@dataclass(frozen=True, kw_only=True)
class SupportRequestDraft:
    """A support request as a manager enters it; `training` names the course to transfer progress in."""

    kind: SupportKind
    message: str
    email: str | None = None
    license: str | None = None
    training: str | None = None


class SupportRequests:
    """Files, lists, answers and withdraws support requests."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._lifecycle = RequestLifecycle(context, requests.SUPPORT)

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
        """File a request with the present details of the learner's access and invite.

        Raises:
            SeatNotInUseError: there is no accepted seat to release.
        """
        email = stored_address(draft.email) if draft.email else ""
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
        request = self._new_request(
            person,
            organization,
            draft,
            email=email,
            terms=None if held is None else licenses.terms_of(held),
            access=None if row is None else accesses.access_of(row),
        )
        self._lifecycle.file(request, SupportRequestFiled(**_request_fields(request)), receipt=receipt)
        return request

    @refuses(*AUTHORIZE, BadCursorError)
    def listed(
        self,
        *,
        person: Person,
        organization: str,
        states: Collection[SupportState] = (),
        limit: int,
        cursor: str | None,
        with_figures: bool = False,
    ) -> ResultPage[SupportRequest]:
        """List the organization's requests, in any of some states, newest first."""
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
        states: Collection[SupportState] = (),
        limit: int,
        cursor: str | None,
        with_figures: bool = False,
    ) -> ResultPage[SupportRequest]:
        """List all organizations' requests in some states, or the open ones, for an operator."""
        return self._lifecycle.in_states(
            person=person, states=states, limit=limit, cursor=cursor, with_figures=with_figures
        )

    @refuses(*refusals_of(RequestLifecycle.one_of_organization))
    def one(self, *, person: Person, organization: str, request: str) -> SupportRequest:
        """Read one of the organization's requests, as one of its managers: one call."""
        return self._lifecycle.one_of_organization(person=person, organization=organization, request=request)

    @refuses(ForbiddenError, UnknownRequestError)
    def request(self, *, person: Person, request: str) -> SupportRequest:
        """Read one request as an operator: two calls."""
        return self._lifecycle.get(person=person, request=request)

    @refuses(
        ForbiddenError,
        UnknownRequestError,
        AlreadyAnsweredError,
        RequestWithdrawnError,
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
        """Answer a request, once; granting a release gives the seat back and emails the learner.

        Granting a transfer of progress says that it was done, outside Usher, with the text as the note. All
        managers get an email, the one who asked included.

        Raises:
            SeatNotInUseError, SeatTakenAnewError: the seat cannot be released any more.
        """
        before = self.request(person=person, request=request)
        reply = self._lifecycle.reply(person=person, text=check_text(text, field="answer"), granted=grant)
        require_texts(answer=reply.text)
        after = before.answered(reply)
        releases = grant and after.kind is SupportKind.RELEASE_SEAT
        released = self._access_to_release(after) if releases else None
        data = SupportRequestAnswered(
            **_request_fields(after),
            answer=reply.text,
            granted=reply.granted,
            released=None if released is None else AccessRef.of(released),
            seat_changes=() if released is None else SeatChange.given_back([released.terms]),
        )
        writes = [] if released is None else self._release_writes(released)
        self._lifecycle.answer(after, data, *writes, person=person, receipt=receipt)
        return after

    @refuses(*refusals_of(RequestLifecycle.withdraw))
    def withdraw(
        self, *, person: Person, organization: str, request: str, receipt: Receipt
    ) -> SupportRequest:
        """Take a request back, for whoever made it; see RequestLifecycle.withdraw."""
        return self._lifecycle.withdraw(
            person=person,
            organization=organization,
            request=request,
            data=lambda one: SupportRequestWithdrawn(**_request_fields(one)),
            receipt=receipt,
        )

    def _new_request(
        self,
        person: Person,
        organization: str,
        draft: SupportRequestDraft,
        *,
        email: str,
        terms: LicenseTerms | None,
        access: Access | None,
    ) -> SupportRequest:
        now = self._context.now()
        if draft.kind is SupportKind.RELEASE_SEAT and email and terms is not None:
            require_in_use(access, now=now)
        invite = None
        if access is not None and access.invite:
            invite = invites.get(self._context.table, access.invite)
        return SupportRequest(
            id=self._context.new_id(),
            organization=organization,
            kind=draft.kind,
            message=check_text(draft.message, field="message"),
            email=email,
            terms=terms,
            training=check_text(draft.training or "", field="training", longest=MAX_TRAINING),
            details=request_details(access, invite, now=now),
            created_at=now,
            created_by=person.email,
        )

    def _access_to_release(self, request: SupportRequest) -> Access:
        """Return the access in use that the request asks to release: one call.

        Raises:
            SeatNotInUseError, SeatTakenAnewError.
        """
        found = accesses.get(self._context.table, request.email, request.license)
        access = require_in_use(found, now=self._context.now())
        if access.invite != request.details.invite:
            raise SeatTakenAnewError("The seat in use is not the one that the request was about.")
        return access

    def _release_writes(self, access: Access) -> list[Write]:
        """Return the writes that end the access and give its seat back."""
        after = replace(access, state=AccessState.RELEASED, released_at=self._context.now())
        terms = access.terms
        return [
            accesses.move(access, after),
            license_pools.give_back(terms, 1),
        ]


class _RequestFields(TypedDict):
    request: str
    asked_by: str
    kind: SupportKind
    email: str | None
    license: LicenseRef | None
    training: str | None
    message: str


def _request_fields(request: SupportRequest) -> _RequestFields:
    """Return the fields that every event of the request has."""
    return _RequestFields(
        request=request.id,
        asked_by=request.created_by,
        kind=request.kind,
        email=request.email or None,
        license=None if request.terms is None else LicenseRef.of(request.terms),
        training=request.training or None,
        message=request.message,
    )
