"""The flow of a join page: an address is verified, then the person is enrolled or waits."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from functools import partial

from usher.domain.addresses import BadAddressError, read_address
from usher.domain.enrollment.email_verifications import VerificationPurpose, VerificationRequest
from usher.domain.enrollment.join_pages import JoinPage, UnknownJoinPageError, WhenFull, WrongDomainError
from usher.domain.enrollment.join_requests import JoinRequest, JoinRequestAnsweredError, JoinState
from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.errors import refuses
from usher.domain.events.enrollment import JoinRequested, JoinWaiting, JoinWithdrawn, LearnerJoined
from usher.domain.languages import Language
from usher.domain.licenses import NotEnoughSeatsError
from usher.domain.organizations import Organization, is_slug
from usher.domain.people import Person
from usher.domain.rate_limits import LimitReachedError
from usher.domain.sessions import SessionRevokedError
from usher.lazy_dataclasses import dataclass
from usher.services.context import Context
from usher.services.enrollment.email_verification import EmailVerification
from usher.services.enrollment.enrollment import UNGRANTABLE, Enrollment, EnrollmentRoute
from usher.services.enrollment.waitlist import WaitlistNotEmptyError, conflict_check, request_event
from usher.services.sessions import require_session, session_refs
from usher.services.transactions import retry_on_conflict
from usher.store import organizations
from usher.store.enrollment import join_pages, join_requests
from usher.store.transaction import ConflictError, Write, commit


class JoinOutcome(StrEnum):
    """What became of a person who wants to join."""

    ENROLLED = "enrolled"
    PENDING = "pending"
    WAITING = "waiting"
    REFUSED = "refused"
    FULL = "full"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, kw_only=True)
class OpenPage:
    """A join page that is on, with its organization."""

    page: JoinPage
    organization: Organization


class JoinPageFlow:
    """Serves the people on a join page, which is read each time, so that one turned off is gone at once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._enrollment = Enrollment(context)
        self._verification = EmailVerification(context)

    @refuses(UnknownJoinPageError, SessionRevokedError)
    def read_page(self, *, slug: str, viewer: Person | None = None) -> OpenPage:
        """Read the page with the slug and its organization: two calls.

        Raises:
            UnknownJoinPageError: there is none, or it is off.
            SessionRevokedError: the viewer's session is over.
        """
        owner = join_pages.by_slug(self._context.table, slug.lower()) if is_slug(slug.lower()) else None
        if owner is None:
            raise UnknownJoinPageError("There is no page at this address.")
        at_page, at_owner = join_pages.ref(owner), organizations.ref(owner)
        found = self._context.table.get_many([at_page, at_owner, *session_refs(viewer)])
        require_session(viewer, found)
        row, organization = found.get(at_page), found.get(at_owner)
        if row is None or organization is None or not row.is_on or row.slug != slug.lower():
            raise UnknownJoinPageError("There is no page at this address.")
        found_owner = organizations.organization_of(organization)
        if found_owner.is_closed:
            raise UnknownJoinPageError("There is no page at this address.")
        return OpenPage(page=join_pages.page_of(row, owner), organization=found_owner)

    def open_page(self, *, organization: str) -> JoinPage | None:
        """Return an organization's page if it is on: one call."""
        page = join_pages.get(self._context.table, organization)
        return page if page is not None and page.is_on else None

    @refuses(UnknownJoinPageError, WrongDomainError, BadAddressError, LimitReachedError)
    def ask(
        self, *, slug: str, email: str, network_address: str, language: Language | None = None
    ) -> VerificationRequest:
        """Ask for a link that proves the address; the answer does not depend on whether it is known.

        Its email is in `language`, in which the person reads the page.

        Raises:
            WrongDomainError: the page does not admit the address's domain. A page that names single addresses
                sends the link all the same, so that only an address's owner learns whether it is named.
            LimitReachedError: too many links for this address, or from this IP address.
        """
        page = self.read_page(slug=slug).page
        if not page.addresses:
            page.require_allowed(read_address(email))
        return self._verification.ask(
            organization=page.organization,
            kind=VerificationPurpose.JOIN,
            email=email,
            network_address=network_address,
            language=language or page.language,
        )

    @refuses(UnknownJoinPageError, WrongDomainError)
    @retry_on_conflict
    def join(self, *, person: Person, organization: str) -> JoinOutcome:
        """Enroll the person, whose address is proven, or have them wait; an enrolled one is given nothing.

        Raises:
            UnknownJoinPageError: the page is off by now.
            WrongDomainError: the page does not admit the address's domain (any more).
        """
        at_page, at_request = join_pages.ref(organization), join_requests.ref(organization, person.email)
        found = self._context.table.get_many([at_page, at_request])
        row, asked = found.get(at_page), found.get(at_request)
        if row is None or not row.is_on:
            raise UnknownJoinPageError("The page is closed.")
        page = join_pages.page_of(row, organization)
        page.require_allowed(person.email)
        request = None if asked is None else join_requests.request_of(asked)
        try:
            return self._join(page, request, person)
        except UNGRANTABLE:
            return JoinOutcome.UNAVAILABLE

    @refuses(JoinRequestAnsweredError, SessionRevokedError)
    @retry_on_conflict
    def withdraw(self, *, person: Person, organization: str) -> None:
        """Take back the person's own request, and give up their place on the waitlist: two calls.

        Nothing is kept of it, so that the person may ask again, as one who comes last. A second time it is no
        error and changes nothing.

        Raises:
            JoinRequestAnsweredError: the person was enrolled, or refused, before.
            SessionRevokedError: the person's session is over.
        """
        at = join_requests.ref(organization, person.email)
        found = self._context.table.get_many([at, *session_refs(person)])
        require_session(person, found)
        row = found.get(at)
        if row is None:
            return
        request = join_requests.request_of(row)
        request.require_open()
        event = request_event(self._context, JoinWithdrawn, request, actor=person.email)
        commit(self._context.table, [*join_requests.forget(request), event])

    def _join(self, page: JoinPage, request: JoinRequest | None, person: Person) -> JoinOutcome:
        if self._enrollment.is_enrolled(person=person, organization=page.organization, grant=page.grant):
            # All that they still lack is reserved for them by an open invite, so that they overtake nobody.
            try:
                self._enrollment.enroll(person=person, route=self._route(page, request, waitlist_check=[]))
            except NotEnoughSeatsError as gone:
                raise ConflictError from gone  # the invite was answered or expired meanwhile
            return JoinOutcome.ENROLLED
        if request is not None and (answer := _earlier_answer(request, page)) is not None:
            return answer
        if page.approval:
            return self._record_request(page, request, person, JoinState.PENDING)
        return self._enroll(page, request, person)

    def _enroll(self, page: JoinPage, request: JoinRequest | None, person: Person) -> JoinOutcome:
        waitlist_check = [] if page.grant.is_empty else [join_requests.is_waitlist_empty(page.organization)]
        try:
            self._enrollment.enroll(
                person=person, route=self._route(page, request, waitlist_check=waitlist_check)
            )
        except (NotEnoughSeatsError, WaitlistNotEmptyError):
            if page.when_full is WhenFull.REFUSE:
                return JoinOutcome.FULL
            return self._record_request(page, request, person, JoinState.WAITING)
        return JoinOutcome.ENROLLED

    def _route(
        self, page: JoinPage, request: JoinRequest | None, *, waitlist_check: list[Write]
    ) -> EnrollmentRoute:
        """Return the route that enrolls at once; with `waitlist_check`, only while nobody waits."""
        own = [join_pages.unchanged(page), *self._answer_pending(request)]
        return EnrollmentRoute(
            organization=page.organization,
            method=EnrollmentMethod.JOIN_PAGE,
            grant=page.grant,
            language=page.language,
            event=partial(LearnerJoined, slug=page.slug),
            writes=lambda _enrolled: [*own, *waitlist_check],
            refuse=conflict_check(own, waitlist_check),
        )

    def _answer_pending(self, request: JoinRequest | None) -> list[Write]:
        """Return the writes that answer a pending request, made while the page still asked for approval."""
        if request is None or request.state is not JoinState.PENDING:
            return []
        return join_requests.write(request, request.admitted(by="", now=self._context.now()))

    def _record_request(
        self, page: JoinPage, request: JoinRequest | None, person: Person, state: JoinState
    ) -> JoinOutcome:
        """Record a request that waits for a manager's approval, or for a seat."""
        waits = state is JoinState.WAITING
        after = JoinRequest(
            id=self._context.new_id(),
            organization=page.organization,
            email=person.email,
            first_name=person.first_name,
            last_name=person.last_name,
            state=state,
            asked_at=self._context.now(),
            language=page.language,
        )
        if request is not None and request.is_open:
            after = replace(request, state=state)  # keeps its position on the waitlist
        event = request_event(
            self._context,
            JoinWaiting if waits else JoinRequested,
            after,
            actor=person.email,
        )
        writes = [*join_requests.write(request, after), join_pages.unchanged(page), event]
        commit(self._context.table, writes)
        return JoinOutcome.WAITING if waits else JoinOutcome.PENDING


def _earlier_answer(request: JoinRequest, page: JoinPage) -> JoinOutcome | None:
    """Return the outcome that an earlier request still decides; None where it decides none."""
    if request.state is JoinState.REFUSED:
        return JoinOutcome.REFUSED
    if request.state is JoinState.WAITING:
        return JoinOutcome.WAITING
    if request.state is JoinState.PENDING and page.approval:
        return JoinOutcome.PENDING
    return None
