"""The suspension of organizations by operators, and its end."""

from __future__ import annotations

from dataclasses import replace

from usher.domain.errors import ForbiddenError, refuses
from usher.domain.events.event import EventData
from usher.domain.events.organizations import OrganizationResumed, OrganizationSuspended
from usher.domain.organizations import Organization, OrganizationClosedError, UnknownOrganizationError
from usher.domain.people import Person
from usher.domain.requests import BadTextError, IncompleteRequestError, check_text, require_texts
from usher.domain.suspensions import Suspension
from usher.domain.versions import written
from usher.services.authorization import require_operator
from usher.services.context import Context
from usher.services.receipts import Receipt
from usher.services.transactions import record_event, retry_on_conflict
from usher.store import organizations


class OrganizationSuspension:
    """Suspends organizations and resumes them, for operators; ForbiddenError is for anybody else."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(
        ForbiddenError,
        UnknownOrganizationError,
        OrganizationClosedError,
        IncompleteRequestError,
        BadTextError,
    )
    @retry_on_conflict
    def suspend(self, *, person: Person, organization: str, reason: str, receipt: Receipt) -> Organization:
        """Suspend an organization, or a client, alone: nobody comes to it, and its managers can read alone.

        A second time changes nothing; with another reason, it records that one.

        Raises:
            OrganizationClosedError: there is nothing to suspend in a closed client.
        """
        before = self._read(person, organization)
        text = check_text(reason, field="reason")
        require_texts(reason=text)
        if before.is_closed:
            raise OrganizationClosedError(f"{before.name} was closed.")
        if before.suspension is not None and before.suspension.reason == text:
            return _unchanged(self._context, before, receipt)
        since = self._context.now() if before.suspension is None else before.suspension.at
        after = replace(before, suspension=Suspension(at=since, reason=text))
        return self._commit(person, before, after, OrganizationSuspended(reason=text), receipt)

    @refuses(ForbiddenError, UnknownOrganizationError)
    @retry_on_conflict
    def resume(self, *, person: Person, organization: str, receipt: Receipt) -> Organization:
        """Lift the suspension of an organization; a second time changes nothing."""
        before = self._read(person, organization)
        if before.suspension is None:
            return _unchanged(self._context, before, receipt)
        after = replace(before, suspension=None)
        return self._commit(person, before, after, OrganizationResumed(), receipt)

    def _read(self, person: Person, organization: str) -> Organization:
        require_operator(person)
        found = organizations.get(self._context.table, organization)
        if found is None:
            raise UnknownOrganizationError("There is no such organization.")
        return found

    def _commit(
        self, person: Person, before: Organization, after: Organization, data: EventData, receipt: Receipt
    ) -> Organization:
        event = record_event(self._context, data, organization=after.id, actor=person.email)
        changed = written(after)
        receipt.commit(self._context, [organizations.change(before, after), event], changed)
        return changed


def _unchanged(context: Context, organization: Organization, receipt: Receipt) -> Organization:
    receipt.note(0, organization)
    receipt.finish(context)
    return organization
