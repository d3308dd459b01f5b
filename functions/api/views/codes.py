"""Views of codes."""

from __future__ import annotations

from datetime import datetime

from functions.api.schemas import codes
from functions.api.views.common import instant, product_summary
from usher.domain.instants import rfc3339
from usher.gateways.person_ids import PersonIds
from usher.services.enrollment.code_batches import CodeResult
from usher.services.enrollment.codes import IssuedCode, UseWithLearner


def code(of: IssuedCode, *, now: datetime, origin: str) -> codes.Code:
    """A code, as it stands at `now`."""
    one, group = of.code, of.code.grant.group
    landing_page = f"{origin}/c/{of.organization.slug}"
    return codes.Code(
        code=one.text,
        kind=one.kind,
        state=one.state_at(now),
        name=one.name,
        message=one.message,
        licenses=[
            codes.CodeLicense(id=terms.license, product=product_summary(terms.product))
            for terms in of.licenses
        ],
        group=None if group is None else codes.CodeGroup(id=group, name=of.group.name if of.group else None),
        uses=one.uses,
        cap=one.cap,
        ends_at=instant(one.ends_at),
        domain=one.domain,
        batch=one.id if one.batch else None,
        address=f"{landing_page}/{one.text}",
        landing_page=landing_page,
        created_at=rfc3339(one.created_at),
        created_by=one.created_by,
    )


def use(of: UseWithLearner, *, organization: str, ids: PersonIds) -> codes.Use:
    """A redemption of a code, with the learner's own name."""
    return codes.Use(
        person=ids.id_of(organization, of.use.email),
        email=of.use.email,
        first_name="" if of.learner is None else of.learner.first_name,
        last_name="" if of.learner is None else of.learner.last_name,
        redeemed_at=rfc3339(of.use.at),
    )


def batch_result(of: str | CodeResult) -> codes.BatchId | codes.CodeResult:
    """The batch's id, which is the first result, or the outcome for one of its codes."""
    if isinstance(of, str):
        return codes.BatchId(of)
    return codes.CodeResult(code=of.text, outcome=of.outcome, reason=of.reason or None)
