"""Email verification: a link that proves an address before a join page or a code grants anything."""

from __future__ import annotations

from dataclasses import dataclass

from usher.domain.addresses import BadAddressError, normalize
from usher.domain.enrollment.email_verifications import (
    PER_ADDRESS,
    PER_NETWORK_ADDRESS,
    VerificationOverError,
    VerificationPurpose,
    VerificationRequest,
)
from usher.domain.enrollment.rate_limits import LimitReachedError
from usher.domain.errors import refuses
from usher.domain.events.enrollment import EmailVerificationRequested
from usher.domain.organizations import Organization
from usher.domain.people import BadNameError, clean_name
from usher.services.context import Context
from usher.services.enrollment.rate_limits import spend
from usher.services.transactions import record_event
from usher.store import organizations
from usher.store.enrollment import email_verifications
from usher.store.transaction import commit


@dataclass(frozen=True, kw_only=True)
class PendingVerification:
    """An entry, with the organization that the person wants to enroll in."""

    entry: VerificationRequest
    organization: Organization


class EmailVerification:
    """Requests verification links, and reads the entries that they lead to."""

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
    ) -> VerificationRequest:
        """Record that somebody at `network_address` asks for a link; the event sends it.

        The answer is the same whether or not the address is known and the code is right: neither is read.

        Raises:
            LimitReachedError: too many links for this address, or from this IP address.
        """
        entry = VerificationRequest(
            id=self._context.new_id(),
            organization=organization,
            kind=kind,
            email=normalize(email),
            first_name=clean_name(first_name, required=False),
            last_name=clean_name(last_name, required=False),
            code=code,
            created_at=self._context.now(),
        )
        spend(self._context, PER_NETWORK_ADDRESS, network_address)
        spend(self._context, PER_ADDRESS, entry.email)
        event = record_event(
            self._context,
            EmailVerificationRequested(verification=entry.id, purpose=kind, email=entry.email),
            organization=organization,
            actor=entry.email,
            at=entry.created_at,
        )
        commit(self._context.table, [email_verifications.create(entry), event])
        return entry

    @refuses(VerificationOverError)
    def look(self, *, entry: str) -> PendingVerification:
        """Read an entry and its organization without changing anything: two calls.

        Raises:
            VerificationOverError: the entry or its organization is gone, or the link has expired.
        """
        found = self.entry(entry=entry)
        organization = organizations.get(self._context.table, found.organization)
        if organization is None:
            raise VerificationOverError("The organization of this entry is gone.")
        return PendingVerification(entry=found, organization=organization)

    @refuses(VerificationOverError)
    def entry(self, *, entry: str) -> VerificationRequest:
        """Read the entry of a link, or raise VerificationOverError: one call."""
        found = email_verifications.get(self._context.table, entry)
        if found is None:
            raise VerificationOverError("There is no such entry.")
        found.require_alive(self._context.now())
        return found
