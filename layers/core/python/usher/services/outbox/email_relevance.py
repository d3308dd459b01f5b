"""Whether a queued email still says what is true when it is sent (decision 0046)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from usher.domain.effects.kinds import LINKED, Email, Template
from usher.domain.enrollment.join_requests import JoinState
from usher.domain.events.accesses import AccessStartChanged
from usher.domain.events.enrollment import JoinRequested, JoinWaiting
from usher.domain.events.invites import InviteStartChanged
from usher.domain.events.licenses import SeatsLow, SeatsOut
from usher.domain.events.parts import AccessRef
from usher.domain.invites import Invite, InviteState
from usher.store import accesses, licenses, organizations
from usher.store.enrollment import join_requests
from usher.store.table import BatchResult, Ref, Table


def relevance_refs(email: Email) -> list[Ref[Any]]:
    """Return the items that `is_relevant` needs besides the email's invite, to be read in the same call."""
    data = email.data
    if isinstance(data, SeatsLow | SeatsOut):
        return [licenses.ref(email.organization, data.license.id)]
    if isinstance(data, JoinRequested | JoinWaiting):
        return [join_requests.ref(email.organization, data.person.email)]
    if isinstance(data, AccessStartChanged):
        return [accesses.ref(data.access.email, data.access.license.id)]
    return []


def is_relevant(
    table: Table, email: Email, invite: Invite | None, found: BatchResult, *, now: datetime
) -> bool:
    """Return whether the email is worth sending.

    `found` has what `relevance_refs` names, and the organization. An alert about a license with several parts
    costs one call more, for their seats.

    An email with a link is while the link can be answered, one about a new start while no later start was
    chosen, an alert while few or no seats are left, and one about a request to join while that waits. Nobody
    is reminded of what a suspended organization would refuse.
    """
    if email.template in LINKED:
        is_vain = email.template is Template.REMINDER and _is_suspended(email.organization, found)
        return not is_vain and invite is not None and invite.is_answerable(number=email.number, now=now)
    match email.data:
        case InviteStartChanged(invite=told):
            return invite is not None and _starts_as_told(invite, told.access_start)
        case AccessStartChanged(access=told_access):
            return _still_starts(told_access, found)
        case SeatsLow(license=license_) | SeatsOut(license=license_):
            held = licenses.present_at(table, found, [licenses.ref(email.organization, license_.id)])
            return any(one.alert_due is not None for one in held)
        case JoinRequested(person=person) | JoinWaiting(person=person):
            asked = isinstance(email.data, JoinRequested)
            state = JoinState.PENDING if asked else JoinState.WAITING
            return _waits_as(state, email.organization, person.email, found)
    return True


def _is_suspended(organization: str, found: BatchResult) -> bool:
    row = found.get(organizations.ref(organization))
    return row is not None and row.suspended_at is not None


def _starts_as_told(invite: Invite, start: datetime | None) -> bool:
    return invite.state in {InviteState.PENDING, InviteState.ACCEPTED} and invite.access_start == start


def _still_starts(told: AccessRef, found: BatchResult) -> bool:
    row = found.get(accesses.ref(told.email, told.license.id))
    access = None if row is None else accesses.access_of(row)
    return access is not None and access.is_live() and access.start_at == told.start_at


def _waits_as(state: JoinState, organization: str, email: str, found: BatchResult) -> bool:
    row = found.get(join_requests.ref(organization, email))
    return row is not None and row.state is state
