"""Joining by an organization's page: an address is proven, then the person is let in, or waits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from usher.domain.addresses import BadAddressError, normalize
from usher.domain.enrollment.email_verifications import VerificationPurpose, VerificationRequest
from usher.domain.enrollment.join_pages import JoinPage, UnknownJoinPageError, WhenFull, WrongDomainError
from usher.domain.enrollment.join_requests import JoinRequest, JoinState
from usher.domain.enrollment.rate_limits import LimitReachedError
from usher.domain.errors import refuses
from usher.domain.events.enrollment import JoinRequested, JoinWaiting, LearnerJoined
from usher.domain.groups import UnknownGroupError
from usher.domain.licenses import LicenseOverError, NotEnoughSeatsError, UnknownLicenseError
from usher.domain.organizations import Organization, is_slug
from usher.domain.people import BadNameError, Person
from usher.services.context import Context
from usher.services.enrollment.email_verification import EmailVerification
from usher.services.enrollment.enrollment import Enrollment, EnrollmentRoute
from usher.services.enrollment.waitlist import LineError, refusing, request_event
from usher.services.transactions import retry_on_conflict
from usher.store import organizations
from usher.store.enrollment import join_pages, join_requests
from usher.store.transaction import ConflictError, Write, commit


class JoinOutcome(StrEnum):
    """What became of somebody who wants to join."""

    IN = "in"
    PENDING = "pending"
    WAITING = "waiting"
    REFUSED = "refused"
    FULL = "full"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, kw_only=True)
class OpenPage:
    """A join page that is on, and whose it is."""

    page: JoinPage
    organization: Organization


class JoinPageFlow:
    """What people do on a join page. It is looked at anew each time, so that off means gone at once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._enrollment = Enrollment(context)
        self._verification = EmailVerification(context)

    @refuses(UnknownJoinPageError)
    def look(self, *, slug: str) -> OpenPage:
        """Read the page at an address, and whose it is: two calls."""
        home = join_pages.by_slug(self._context.table, slug.lower()) if is_slug(slug.lower()) else None
        if home is None:
            raise UnknownJoinPageError("There is no page at this address.")
        at_page, at_home = join_pages.ref(home), organizations.ref(home)
        found = self._context.table.get_many([at_page, at_home])
        row, organization = found.get(at_page), found.get(at_home)
        if row is None or organization is None or not row.is_on or row.slug != slug.lower():
            raise UnknownJoinPageError("There is no page at this address.")
        return OpenPage(
            page=join_pages.page_of(row, home),
            organization=organizations.organization_of(organization),
        )

    def open_page(self, *, organization: str) -> JoinPage | None:
        """Return an organization's page if it is on: one call."""
        page = join_pages.get(self._context.table, organization)
        return page if page is not None and page.is_on else None

    @refuses(UnknownJoinPageError, WrongDomainError, BadAddressError, BadNameError, LimitReachedError)
    def ask(
        self, *, slug: str, email: str, first_name: str, last_name: str, network_address: str
    ) -> VerificationRequest:
        """Have a link sent that proves the address, of which nothing that is known is looked at or told."""
        page = self.look(slug=slug).page
        page.require_allowed(normalize(email))
        return self._verification.ask(
            organization=page.organization,
            kind=VerificationPurpose.JOIN,
            email=email,
            first_name=first_name,
            last_name=last_name,
            network_address=network_address,
        )

    @refuses(UnknownJoinPageError, WrongDomainError)
    @retry_on_conflict
    def join(self, *, person: Person, organization: str) -> JoinOutcome:
        """Let the person with the proven address in, or have them wait; who is in is given nothing anew.

        Raises:
            UnknownJoinPageError: the page is off by now.
            WrongDomainError: their domain may not join (any more).
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
            return self._joined(page, request, person)
        except (LicenseOverError, UnknownLicenseError, UnknownGroupError):
            return JoinOutcome.UNAVAILABLE

    def _joined(self, page: JoinPage, request: JoinRequest | None, person: Person) -> JoinOutcome:
        if self._enrollment.is_in(person=person, organization=page.organization, grant=page.grant):
            # Nothing is left to give but what an open invite holds for them: they overtake nobody.
            try:
                self._enrollment.admit(person=person, door=self._way_in(page, request, line=[]))
            except NotEnoughSeatsError as gone:
                raise ConflictError from gone  # the invite came to nothing at this moment
            return JoinOutcome.IN
        if request is not None and (answer := _answered(request, page)) is not None:
            return answer
        if page.approval:
            return self._asked(page, request, person, JoinState.PENDING)
        return self._entered(page, request, person)

    def _entered(self, page: JoinPage, request: JoinRequest | None, person: Person) -> JoinOutcome:
        line = [] if page.grant.is_empty else [join_requests.is_waitlist_empty(page.organization)]
        try:
            self._enrollment.admit(person=person, door=self._way_in(page, request, line=line))
        except (NotEnoughSeatsError, LineError):
            if page.when_full is WhenFull.REFUSE:
                return JoinOutcome.FULL
            return self._asked(page, request, person, JoinState.WAITING)
        return JoinOutcome.IN

    def _way_in(self, page: JoinPage, request: JoinRequest | None, *, line: list[Write]) -> EnrollmentRoute:
        """Return the door by which somebody comes in at once; with `line`, not before those who wait."""
        own = [join_pages.unchanged(page), *self._settling(request)]
        return EnrollmentRoute(
            organization=page.organization,
            grant=page.grant,
            event=partial(LearnerJoined, slug=page.slug),
            writes=lambda _admitted: [*own, *line],
            refuse=refusing(own, line),
        )

    def _settling(self, request: JoinRequest | None) -> list[Write]:
        """Return the writes that answer a request that was made when a manager still had to decide."""
        if request is None or request.state is not JoinState.PENDING:
            return []
        return join_requests.write(request, request.admitted(by="", now=self._context.now()))

    def _asked(
        self, page: JoinPage, request: JoinRequest | None, person: Person, state: JoinState
    ) -> JoinOutcome:
        """Record that the person waits: for a manager's answer, or for a seat."""
        waits = state is JoinState.WAITING
        after = JoinRequest(
            id=self._context.new_id(),
            organization=page.organization,
            email=person.email,
            first_name=person.first_name,
            last_name=person.last_name,
            state=state,
            asked_at=self._context.now(),
        )
        if request is not None and request.is_open:
            after = replace(request, state=state)  # who asked before keeps the place that this gives them
        event = request_event(
            self._context,
            JoinWaiting if waits else JoinRequested,
            after,
            actor=person.email,
        )
        writes = [*join_requests.write(request, after), join_pages.unchanged(page), event]
        commit(self._context.table, writes)
        return JoinOutcome.WAITING if waits else JoinOutcome.PENDING


def _answered(request: JoinRequest, page: JoinPage) -> JoinOutcome | None:
    """Return what an earlier request says; None where it says nothing about now."""
    if request.state is JoinState.REFUSED:
        return JoinOutcome.REFUSED
    if request.state is JoinState.WAITING:
        return JoinOutcome.WAITING
    if request.state is JoinState.PENDING and page.approval:
        return JoinOutcome.PENDING
    return None
