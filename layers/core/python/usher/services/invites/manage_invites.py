"""Resends and withdraws invites that were sent, and changes their start of access."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from usher.domain.accesses import Access, AccessState, AlreadyAssignedError
from usher.domain.email_budgets import TooManyEmailsError
from usher.domain.errors import InvalidError, RefusedError, UsherError, refuses
from usher.domain.events.invites import InviteResent, InviteStartChanged, InviteWithdrawn
from usher.domain.events.parts import AccessRef, InviteRef, SeatChange
from usher.domain.instants import BadDateError
from usher.domain.invites import (
    AlreadyAcceptedError,
    DeclinedError,
    ExpiredError,
    Invite,
    InviteKind,
    InviteState,
    ResendTooSoonError,
    UnknownInviteError,
    WithdrawnError,
    expiry_for,
)
from usher.domain.licenses import LicenseOverError, NotEnoughSeatsError
from usher.domain.organizations import Organization, Permission
from usher.domain.people import Person
from usher.domain.starts import (
    StartInPastError,
    StartNotEditableError,
    StartOutsideLicenseError,
    StartRequiredError,
    edited_group_start,
    edited_start,
    is_editable,
)
from usher.lazy_dataclasses import dataclass
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.invites.invite_changes import InviteChange, commit_change
from usher.services.invites.release_seats import release_seats, released_seats
from usher.services.receipts import Receipt
from usher.services.transactions import ATTEMPTS, retry_on_conflict
from usher.store import accesses, invite_pointers, invites, license_pools
from usher.store.transaction import BusyError, ConflictError, Write

MAX_BULK = 500


class BadBulkError(InvalidError):
    """A bulk request names no invite, or too many."""

    code = "bad_bulk"
    title = "Not a usable list of invites"
    fields = ("invites",)
    next_action = f"Name 1 to {MAX_BULK} invites."


class AccessBegunError(AlreadyAcceptedError):
    """The access has started, so its start cannot be changed."""

    code = "access_begun"
    title = "The access has started"
    fields = ("access_start",)
    next_action = "Nothing needs doing: the start can only be moved while it lies ahead."


class ChangingMeanwhileError(RefusedError):
    """The invite was changed concurrently at every attempt."""

    code = "busy"
    title = "Others are changing it at the same moment"
    next_action = "Look at the invite and try again."


class BulkAction(StrEnum):
    """What can be done to many invites at once."""

    RESEND = "resend"
    WITHDRAW = "withdraw"
    RESCHEDULE = "reschedule"


@dataclass(frozen=True, kw_only=True)
class BulkResult:
    """What became of one invite of many: the invite, or the error that refused it."""

    id: str
    invite: Invite | None = None
    error: UsherError | None = None


_Decision = Callable[[Invite, Organization, datetime], InviteChange]


class ManageInvites:
    """Changes invites that were sent. Each command is one transaction on the version that was read."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(
        *AUTHORIZE,
        UnknownInviteError,
        AlreadyAcceptedError,
        WithdrawnError,
        DeclinedError,
        ResendTooSoonError,
        TooManyEmailsError,
        NotEnoughSeatsError,
        AlreadyAssignedError,
        LicenseOverError,
    )
    def resend(self, *, person: Person, organization: str, invite: str, receipt: Receipt) -> Invite:
        """Send a new link in place of the old one, renew the expiry, and reserve again a seat given back."""
        return self._command(person, organization, invite, receipt, self._resent)

    @refuses(*AUTHORIZE, UnknownInviteError, AlreadyAcceptedError, WithdrawnError, DeclinedError)
    def withdraw(
        self,
        *,
        person: Person,
        organization: str,
        invite: str,
        receipt: Receipt,
        permission: Permission = Permission.INVITE,
    ) -> Invite:
        """Withdraw the invite: its link is invalid, the seat is given back, the learner is notified.

        A learner whose invite had expired is not notified, nor is one whose budget of emails is used up: the
        seat must not wait for that.

        `permission` is what the caller needs where it is a part of something else.
        """
        return self._command(person, organization, invite, receipt, self._withdrawn, permission)

    @refuses(
        *AUTHORIZE,
        UnknownInviteError,
        WithdrawnError,
        DeclinedError,
        ExpiredError,
        AccessBegunError,
        StartNotEditableError,
        StartRequiredError,
        StartInPastError,
        StartOutsideLicenseError,
        BadDateError,
        TooManyEmailsError,
    )
    def reschedule(
        self, *, person: Person, organization: str, invite: str, access_start: str | None, receipt: Receipt
    ) -> Invite:
        """Change the start of access while it is in the future; None means on acceptance."""
        return self._command(
            person,
            organization,
            invite,
            receipt,
            lambda found, of, now: self._rescheduled(found, of, now, access_start),
        )

    @refuses(*AUTHORIZE, BadBulkError)
    def bulk(
        self,
        *,
        person: Person,
        organization: str,
        action: BulkAction,
        invite_ids: Sequence[str],
        access_start: str | None,
        receipt: Receipt,
    ) -> list[BulkResult]:
        """Apply one action to many invites, each in its own transaction, and return a result for each.

        Raises:
            BadBulkError: none or too many were named.
        """
        ids = list(dict.fromkeys(invite_ids))
        if not 1 <= len(ids) <= MAX_BULK:
            raise BadBulkError(f"{len(ids)} invites were named.")
        decide: _Decision = {
            BulkAction.RESEND: self._resent,
            BulkAction.WITHDRAW: self._withdrawn,
            BulkAction.RESCHEDULE: lambda i, o, now: self._rescheduled(i, o, now, access_start),
        }[action]
        membership = authorize(
            self._context, person=person, organization=organization, permission=Permission.INVITE
        )
        found = self._context.table.get_many([invites.ref(id_) for id_ in ids])
        results: list[BulkResult] = []
        for position, id_ in enumerate(ids):
            if position in receipt.done:
                continue
            row = found.get(invites.ref(id_))
            first = None if row is None else invites.invite_of(row)
            results.append(
                self._one_of_many(person, membership.organization, id_, first, position, receipt, decide)
            )
        receipt.finish(self._context)
        return results

    def _one_of_many(
        self,
        person: Person,
        organization: Organization,
        id_: str,
        first: Invite | None,
        position: int,
        receipt: Receipt,
        decide: _Decision,
    ) -> BulkResult:
        refusal: UsherError = ChangingMeanwhileError("It was left alone.")
        try:
            for attempt in range(ATTEMPTS):
                found = first if attempt == 0 else invites.get(self._context.table, id_)
                change = self._decide(found, organization, decide)
                result = BulkResult(id=id_, invite=change.after)
                with suppress(ConflictError):
                    commit_change(
                        self._context,
                        change,
                        organization=organization,
                        person=person,
                        receipt=receipt,
                        result=result,
                        position=position,
                        complete=False,
                    )
                    return result
        except UsherError as error:
            refusal = error
        except BusyError:
            pass  # the same items were written concurrently at every attempt: ChangingMeanwhileError
        result = BulkResult(id=id_, error=refusal)
        receipt.note(position, result)
        return result

    @retry_on_conflict
    def _command(
        self,
        person: Person,
        organization: str,
        invite: str,
        receipt: Receipt,
        decide: _Decision,
        permission: Permission = Permission.INVITE,
    ) -> Invite:
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=permission,
            also=[invites.ref(invite)],
        )
        row = membership.rows.get(invites.ref(invite))
        found = None if row is None else invites.invite_of(row)
        change = self._decide(found, membership.organization, decide)
        commit_change(
            self._context,
            change,
            organization=membership.organization,
            person=person,
            receipt=receipt,
            result=change.after,
        )
        return change.after

    def _decide(self, found: Invite | None, organization: Organization, decide: _Decision) -> InviteChange:
        if found is None or found.organization != organization.id or found.kind is not InviteKind.LEARNER:
            raise UnknownInviteError("The organization has no such invite.")
        return decide(found.with_products(organization.products), organization, self._context.now())

    def _resent(self, found: Invite, organization: Organization, now: datetime) -> InviteChange:
        expires_at = expiry_for(now=now, days=organization.invite_days, licenses=found.licenses)
        after = found.resent(now=now, expires_at=expires_at)
        for terms in found.licenses:
            terms.require_valid(now)
        writes: list[Write] = [invite_pointers.resent(organization.id, found.id)]
        for terms in found.licenses:
            if found.holds_seats:
                writes.append(accesses.renew(found.email, terms.license, invite=found.id, until=expires_at))
            else:
                reserved = Access(
                    email=found.email,
                    terms=terms,
                    state=AccessState.RESERVED,
                    invite=found.id,
                    reserved_until=expires_at,
                )
                writes.append(accesses.take(reserved))
                writes.append(license_pools.take(terms, 1))
        return InviteChange(
            before=found,
            after=after,
            writes=tuple(writes),
            data=InviteResent(
                invite=InviteRef.of(after),
                seat_changes=() if found.holds_seats else SeatChange.taken(found.licenses),
            ),
        )

    def _withdrawn(self, found: Invite, _organization: Organization, now: datetime) -> InviteChange:
        after = found.withdrawn(now=now)
        emails = not found.has_expired(now)
        withdrawn = InviteWithdrawn(
            invite=InviteRef.of(after), seat_changes=released_seats(found), emailed=emails
        )
        return InviteChange(
            before=found,
            after=after,
            writes=tuple(release_seats(found)),
            data=withdrawn,
            emails=emails,
            unsent=replace(withdrawn, emailed=False),
        )

    def _rescheduled(
        self, found: Invite, organization: Organization, now: datetime, text: str | None
    ) -> InviteChange:
        if found.state is not InviteState.ACCEPTED:
            found.require_pending()
        if found.has_expired(now):
            raise ExpiredError(
                "The invite has expired.", next_action="Resend the invite, then move its start."
            )
        read_start = edited_group_start if found.groups else edited_start
        start = read_start(text, licenses=found.licenses, time_zone=organization.time_zone, now=now)
        writes: list[Write] = []
        scheduled: list[AccessRef] = []
        if found.state is InviteState.ACCEPTED:
            if start is None:
                raise StartRequiredError("An accepted invite needs a date.")
            for before in self._to_come(found, now):
                moved = replace(before, start_at=start)
                writes.append(accesses.move(before, moved))
                scheduled.append(AccessRef.of(moved))
        after = replace(found, access_start=start, start_edited=start is not None)
        return InviteChange(
            before=found,
            after=after,
            writes=tuple(writes),
            data=InviteStartChanged(
                invite=InviteRef.of(after),
                scheduled=tuple(scheduled),
                previous_access_start=found.access_start,
            ),
        )

    def _to_come(self, found: Invite, now: datetime) -> list[Access]:
        """Return the accesses whose start is in the future: all of a plain invite's, any of a group's.

        Raises:
            AccessBegunError: there is none, or one of a plain invite has started.
        """
        offered = [terms for terms in found.licenses if is_editable(terms) or not found.groups]
        to_come: list[Access] = []
        for terms in offered:
            access = accesses.get(self._context.table, found.email, terms.license)
            if access is not None and access.state_at(now) is AccessState.SCHEDULED:
                to_come.append(access)
        if not to_come or (len(to_come) < len(offered) and not found.groups):
            raise AccessBegunError("The access has started already, or is over.")
        return to_come
