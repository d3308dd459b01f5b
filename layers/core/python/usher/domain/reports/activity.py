"""The activity report: a row for each license of each invite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from usher.domain.accesses import Access, AccessState
from usher.domain.invites import Delivery, Invite, InviteState


@dataclass(frozen=True, kw_only=True)
class ActivityRow:
    """A row of the activity report: an invite and its outcome, for one license.

    Attributes:
        first_name, last_name: as the manager typed them.
        sent, last_sent_at, delivery: how many emails with a link were sent; time and delivery of the last.
        access: the state of the access that the invite gave; None if it gave none, or the person has got
            another since.
        access_start: when the access begins or began.
        access_ended_at: when the access ended with its license, or was released on request.
    """

    invite: str
    email: str
    first_name: str
    last_name: str
    invited_by: str
    invited_at: datetime
    license: str
    product: str
    group: str
    state: InviteState
    sent: int
    last_sent_at: datetime
    delivery: Delivery
    accepted_at: datetime | None
    declined_at: datetime | None
    withdrawn_at: datetime | None
    expired_at: datetime | None
    access: AccessState | None
    access_start: datetime | None
    access_ended_at: datetime | None


def activity_of(
    invite: Invite, accesses: Mapping[str, Access], *, only_license: str | None, now: datetime
) -> Iterator[ActivityRow]:
    """Yield a row for each license of the invite, or for `only_license`; `accesses` are by license."""
    for terms in invite.licenses:
        if only_license not in {None, terms.license}:
            continue
        found = accesses.get(terms.license)
        access = found if found is not None and found.invite == invite.id else None
        yield ActivityRow(
            invite=invite.id,
            email=invite.email,
            first_name=invite.first_name,
            last_name=invite.last_name,
            invited_by=invite.created_by,
            invited_at=invite.created_at,
            license=terms.license,
            product=terms.product.name,
            group=", ".join(group.name for group in invite.groups),
            state=invite.state,
            sent=invite.number,
            last_sent_at=invite.sent_at,
            delivery=invite.delivery,
            accepted_at=_answered(invite, InviteState.ACCEPTED),
            declined_at=_answered(invite, InviteState.DECLINED),
            withdrawn_at=_answered(invite, InviteState.WITHDRAWN),
            expired_at=invite.expires_at if invite.has_expired(now) else None,
            access=None if access is None else access.state_at(now),
            access_start=None if access is None else access.start_at,
            access_ended_at=None if access is None else _ended_at(access, now),
        )


def _answered(invite: Invite, state: InviteState) -> datetime | None:
    return invite.answered_at if invite.state is state else None


def _ended_at(access: Access, now: datetime) -> datetime | None:
    return access.ends_at if access.state_at(now) is AccessState.ENDED else access.released_at
