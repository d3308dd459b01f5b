"""Views of invites."""

from __future__ import annotations

from datetime import datetime

from functions.api.problems import problem_of
from functions.api.schemas import invites
from functions.api.schemas.common import Problem
from functions.api.views import common
from usher.domain.instants import rfc3339
from usher.domain.invite_batches import Invited
from usher.domain.invites import Invite
from usher.gateways.person_ids import PersonIds
from usher.services.invites.manage_invites import BulkResult


def invite(of: Invite, *, names: common.NameOf, now: datetime, ids: PersonIds) -> invites.Invite:
    """An invite, as it stands at `now`, with its creator's name."""
    return invites.Invite(
        id=of.id,
        kind=of.kind,
        person=ids.id_of(of.organization, of.email),
        email=of.email,
        first_name=of.first_name,
        last_name=of.last_name,
        state=of.state,
        expired=of.has_expired(now),
        expires_at=rfc3339(of.expires_at),
        access_start=common.instant(of.access_start),
        licenses=[common.terms(one) for one in of.licenses],
        groups=[invites.InviteGroup(id=group.id, name=group.name) for group in of.groups],
        message=of.message,
        language=of.language,
        sent=invites.Sent(count=of.number, last_at=rfc3339(of.sent_at)),
        delivery=of.delivery,
        delivery_held=of.delivery_held,
        answered_at=common.instant(of.answered_at),
        link_requested_at=common.instant(of.link_requested_at),
        created_at=rfc3339(of.created_at),
        created_by=of.created_by,
        created_by_name=names(of.created_by),
    )


def invited(of: Invited, *, names: common.NameOf, now: datetime, ids: PersonIds) -> invites.InviteResult:
    """The outcome for one address."""
    return invites.InviteResult(
        email=of.email,
        outcome=of.outcome,
        invite=None if of.invite is None else invite(of.invite, names=names, now=now, ids=ids),
        reason=of.reason or None,
        reason_code=of.fault,
        suggestion=of.suggestion or None,
        retry_after=of.retry_after,
    )


def bulk_result(
    of: BulkResult, *, names: common.NameOf, now: datetime, ids: PersonIds
) -> invites.BulkDone | invites.BulkRefused:
    """The outcome for one invite of many."""
    if of.error is not None:
        problem = Problem.model_validate(problem_of(of.error))
        return invites.BulkRefused(id=of.id, outcome="refused", error=problem)
    if of.invite is None:
        raise ValueError(of)
    return invites.BulkDone(id=of.id, outcome="done", invite=invite(of.invite, names=names, now=now, ids=ids))
