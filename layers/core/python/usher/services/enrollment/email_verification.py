"""Email verification: a link that proves an address before a join page or a code grants anything."""

from __future__ import annotations

from contextlib import suppress

from usher.domain.addresses import BadAddressError, read_address
from usher.domain.enrollment.email_verifications import (
    FEW_PER_ADDRESS,
    PER_ADDRESS,
    PER_ADDRESS_AND_DAY,
    PER_NETWORK_ADDRESS,
    VerificationOverError,
    VerificationPurpose,
    VerificationRequest,
)
from usher.domain.enrollment.join_requests import JoinRequest
from usher.domain.errors import refuses
from usher.domain.events.enrollment import EmailVerificationRequested
from usher.domain.languages import Language
from usher.domain.organizations import Organization
from usher.domain.people import BadNameError, Person, clean_name
from usher.domain.rate_limits import LimitReachedError
from usher.domain.sessions import SessionRevokedError
from usher.lazy_dataclasses import dataclass
from usher.services.context import Context
from usher.services.rate_limits import NarrowingLimits, spend_narrowing
from usher.services.sessions import require_session, session_refs
from usher.services.transactions import record_event
from usher.store import organizations
from usher.store.enrollment import email_verifications, join_requests
from usher.store.people import learners
from usher.store.transaction import BusyError, ConditionFailedError, commit


@dataclass(frozen=True, kw_only=True)
class PendingVerification:
    """A verification request, with the organization that the person wants to enroll in.

    Attributes:
        is_learner: whether they are a learner of it by now.
        join_request: their request to join it, if there is one.
    """

    request: VerificationRequest
    organization: Organization
    is_learner: bool = False
    join_request: JoinRequest | None = None


class EmailVerification:
    """Requests verification links, and reads the requests that they lead to."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(BadAddressError, BadNameError, LimitReachedError)
    def ask(
        self,
        *,
        organization: str,
        kind: VerificationPurpose,
        email: str,
        first_name: str = "",
        last_name: str = "",
        code: str = "",
        network_address: str,
        language: Language | None = None,
    ) -> VerificationRequest:
        """Record that somebody at `network_address` asks for a link; the event sends it in the language.

        The answer is the same whether or not the address is known and the code is right: neither is read.

        Raises:
            LimitReachedError: too many links for this address, or from this IP address.
        """
        request = VerificationRequest(
            id=self._context.new_id(),
            organization=organization,
            kind=kind,
            email=read_address(email),
            first_name=clean_name(first_name, field="first_name", required=False),
            last_name=clean_name(last_name, field="last_name", required=False),
            code=code,
            created_at=self._context.now(),
        )
        count_email(self._context, email=request.email, network_address=network_address)
        event = record_event(
            self._context,
            EmailVerificationRequested(
                verification=request.id, purpose=kind, email=request.email, language=language
            ),
            organization=organization,
            actor=request.email,
            at=request.created_at,
        )
        commit(self._context.table, [email_verifications.create(request), event])
        return request

    @refuses(VerificationOverError, SessionRevokedError)
    def read(self, *, request: str, viewer: Person | None = None) -> PendingVerification:
        """Read a verification request and its organization without changing anything: two calls.

        Raises:
            VerificationOverError: the request or its organization is gone, or the link has expired.
            SessionRevokedError: the viewer's session is over.
        """
        found = self.request(request=request)
        at = organizations.ref(found.organization)
        at_learner = learners.ref(found.organization, found.email)
        at_asked = join_requests.ref(found.organization, found.email)
        rows = self._context.table.get_many([at, at_learner, at_asked, *session_refs(viewer)])
        require_session(viewer, rows)
        row = rows.get(at)
        organization = None if row is None else organizations.organization_of(row)
        if organization is None or organization.is_closed:
            raise VerificationOverError("The organization of this verification request is gone.")
        asked = rows.get(at_asked)
        return PendingVerification(
            request=found,
            organization=organization,
            is_learner=rows.get(at_learner) is not None,
            join_request=None if asked is None else join_requests.request_of(asked),
        )

    def mark_used(self, request: VerificationRequest) -> None:
        """Record that the link did what it was asked for, so that a second click says so: one call."""
        if request.used_at is None:
            with suppress(
                ConditionFailedError, BusyError
            ):  # by another click, or gone; what was asked for is done
                commit(self._context.table, [email_verifications.mark_used(request, self._context.now())])

    @refuses(VerificationOverError)
    def request(self, *, request: str) -> VerificationRequest:
        """Read the verification request of a link, or raise VerificationOverError: one call."""
        found = email_verifications.get(self._context.table, request)
        if found is None:
            raise VerificationOverError("There is no such verification request.")
        found.require_alive(self._context.now())
        return found


def count_email(context: Context, *, email: str, network_address: str) -> None:
    """Count an email that a stranger asks for, to an address that may not be theirs: one call.

    Over all organizations, as the recipient has one inbox.

    Raises:
        LimitReachedError: too many for the address, or from the IP address.
    """
    by_network_address = (PER_NETWORK_ADDRESS, network_address)
    limits = NarrowingLimits(
        each=[by_network_address, (PER_ADDRESS, email)],
        overall=(PER_ADDRESS_AND_DAY, email),
        narrowed=[by_network_address, (FEW_PER_ADDRESS, email)],
    )
    spend_narrowing(context, limits)
