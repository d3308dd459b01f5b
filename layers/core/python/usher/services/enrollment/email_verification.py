"""Proving an address by an emailed link before anything is granted: by a join page, or by a code."""

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
    """An entry as its person sees it, with whom they asked to be let in to."""

    entry: VerificationRequest
    organization: Organization


class EmailVerification:
    """Sends people the link by which they come in, and reads what it leads to."""

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
        """Record that somebody at `network_address` asks to be let in; the event sends the link.

        Whether the address is known, and whether the code is right, is neither looked at nor told.

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
        """Read an entry and its organization, and change nothing: two calls."""
        found = self.entry(entry=entry)
        home = organizations.get(self._context.table, found.organization)
        if home is None:
            raise VerificationOverError("The organization of this entry is gone.")
        return PendingVerification(entry=found, organization=home)

    @refuses(VerificationOverError)
    def entry(self, *, entry: str) -> VerificationRequest:
        """Read who a link is of: one call."""
        found = email_verifications.get(self._context.table, entry)
        if found is None:
            raise VerificationOverError("There is no such entry.")
        found.require_alive(self._context.now())
        return found
