"""Views of previews of invites."""

from __future__ import annotations

from datetime import datetime

from functions.api.problems import Locate, problem_of
from functions.api.schemas import invite_previews as schemas
from functions.api.schemas.common import Problem
from functions.api.views import common, invites
from usher.domain.instants import rfc3339
from usher.domain.invite_batches import Outcome
from usher.domain.invite_previews import InvitePreview, PreviewedInvite, PreviewedSeats
from usher.gateways.person_ids import PersonIds


def preview(
    of: InvitePreview, *, names: common.NameOf, now: datetime, ids: PersonIds, locate_sent: Locate
) -> schemas.InvitePreview:
    """What a request for invites would do; `locate_sent` returns the places of the request's fields."""
    totals = of.totals
    return schemas.InvitePreview(
        results=[_invite(one, names=names, now=now, ids=ids) for one in of.results],
        totals=schemas.PreviewTotals(
            invited=totals.get(Outcome.INVITED, 0),
            already=totals.get(Outcome.ALREADY_INVITED, 0) + totals.get(Outcome.ALREADY_ASSIGNED, 0),
            invalid=totals.get(Outcome.INVALID, 0),
            too_many_emails=totals.get(Outcome.TOO_MANY_EMAILS, 0),
            duplicates=of.repetitions,
        ),
        seats=[_seats(one) for one in of.seats],
        access_start=common.instant(of.access_start),
        expires_at=rfc3339(of.expires_at),
        refusal=None
        if of.refusal is None
        else Problem.model_validate(problem_of(of.refusal, locate_sent=locate_sent)),
    )


def _invite(
    of: PreviewedInvite, *, names: common.NameOf, now: datetime, ids: PersonIds
) -> schemas.PreviewedInvite:
    return schemas.PreviewedInvite(
        **dict(invites.invited(of.invited, names=names, now=now, ids=ids)),
        first_name=of.first_name,
        last_name=of.last_name,
        times=of.times,
    )


def _seats(of: PreviewedSeats) -> schemas.PreviewedSeats:
    return schemas.PreviewedSeats(
        license=of.need.terms.license,
        product=common.product_summary(of.need.terms.product),
        available=of.need.available,
        needed=of.need.needed,
        left=of.left,
        missing=of.need.missing,
        starts_at=common.instant(of.starts_at),
    )
