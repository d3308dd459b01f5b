"""Changes of invites that were sent: each is one transaction, with its event and the count of its email."""

from __future__ import annotations

from usher.domain.accesses import AlreadyAssignedError
from usher.domain.email_budgets import budget_owner
from usher.domain.events.event import EventData
from usher.domain.invites import Invite
from usher.domain.licenses import LicenseTerms, SeatNeed, shortfall_of
from usher.domain.organizations import Organization
from usher.domain.people import Person
from usher.lazy_dataclasses import dataclass
from usher.services.context import Context
from usher.services.email_budgets import count_email, email_refusal
from usher.services.receipts import Receipt
from usher.services.transactions import record_event
from usher.store import accesses, invite_pointers, invites, licenses
from usher.store.transaction import ConditionFailedError, Write


@dataclass(frozen=True, kw_only=True)
class InviteChange:
    """A decided change: the invite before and after, the writes that go with it, and what the event says.

    Attributes:
        emails: whether the learner gets an email about it, which is counted.
        unsent: what the event says where the change is made without its email, since the learner's budget of
            emails is used up; None where the change is refused then.
    """

    before: Invite
    after: Invite
    writes: tuple[Write, ...] = ()
    data: EventData
    emails: bool = True
    unsent: EventData | None = None


def commit_change(
    context: Context,
    change: InviteChange,
    *,
    organization: Organization,
    person: Person,
    receipt: Receipt,
    result: object,
    position: int = 0,
    complete: bool = True,
) -> None:
    """Commit the change with its answer at a position of the receipt, and count its email if it has one.

    Raises:
        NotEnoughSeatsError, AlreadyAssignedError: a seat could not be reserved again.
        TooManyEmailsError: the learner's budget of emails is used up, and the change needs its email.
        ConflictError: what was read has changed; the calling command has to decide again.
    """
    now = context.now()
    counted = count_email(budget_owner(organization), change.after.email, now=now)
    own = invites.change(change.before, change.after)
    moved = invite_pointers.moved_by_problem(change.before, change.after)

    def commit(data: EventData, *more: Write) -> None:
        event = record_event(context, data, organization=change.after.organization, actor=person.email)
        writes = [own, *moved, *change.writes, event, *more]
        receipt.commit(context, writes, result, position=position, complete=complete)

    try:
        commit(change.data, *([counted] if change.emails else []))
    except ConditionFailedError as stale:
        if own in stale:
            raise
        _refuse_seat(change, stale)
        if counted not in stale:
            raise
        if change.unsent is None:
            raise email_refusal(now=now) from stale
    else:
        return
    commit(change.unsent)


def _refuse_seat(change: InviteChange, stale: ConditionFailedError) -> None:
    """Say why a seat could not be reserved again: the pool is empty, or the person has one by now."""
    failed = {(write.row.pk, write.row.sk): write for write in change.writes if write in stale}
    short = [terms for terms in change.before.licenses if _pool_key(terms) in failed]
    if short:
        raise shortfall_of(
            [SeatNeed(terms=terms, needed=1, available=0) for terms in short],
            consequence="the seat was given back when the invite expired",
            next_action="Withdraw an invite that nobody accepted, or buy more seats; then resend.",
        ) from stale
    for write in failed.values():
        access = accesses.state_in(stale.failed[write])
        if access is not None and access.invite != change.before.id and access.is_live():
            raise AlreadyAssignedError("The person has been invited anew or has the seat already.") from stale


def _pool_key(terms: LicenseTerms) -> tuple[str, str]:
    at = licenses.ref(terms.organization, terms.license)
    return at.pk, at.sk
