"""Views of codes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from functions.api.schemas import codes
from functions.api.views.common import NameOf, instant, product_summary
from usher.domain.enrollment.grants import Grant
from usher.domain.groups import Group
from usher.domain.instants import rfc3339
from usher.domain.json_values import Json
from usher.domain.licenses import License
from usher.domain.organizations import Organization
from usher.gateways.code_ids import CodeIds
from usher.gateways.person_ids import PersonIds
from usher.services.enrollment.code_batches import CodeBatchDetail, CodeResult
from usher.services.enrollment.code_uses import RedeemedCode
from usher.services.enrollment.codes import IssuedCode


def code(of: IssuedCode, *, names: NameOf, now: datetime, origin: str, ids: CodeIds) -> codes.Code:
    """A code, as it stands at `now`."""
    one = of.code
    landing_page = f"{origin}/c/{of.organization.slug}"
    return codes.Code(
        id=ids.id_of(one.organization, one.key),
        code=one.text,
        kind=one.kind,
        state=one.state_at(now),
        name=one.name,
        message=one.message,
        licenses=_licenses(of.licenses),
        group=_group(one.grant, of.group),
        client=_client(of.organization),
        uses=one.uses,
        cap=one.cap,
        ends_at=instant(one.ends_at),
        domain=one.domain,
        language=one.language,
        batch=one.batch_id,
        address=f"{landing_page}/{one.text}",
        landing_page=landing_page,
        created_at=rfc3339(one.created_at),
        created_by=one.created_by,
        created_by_name=names(one.created_by),
        version=one.version or 0,
    )


def use(of: RedeemedCode, *, person_ids: PersonIds, code_ids: CodeIds) -> codes.Use:
    """A redemption of a code, with the learner's own name."""
    one = of.use
    return codes.Use(
        person=person_ids.id_of(one.organization, one.email),
        email=one.email,
        first_name="" if of.learner is None else of.learner.first_name,
        last_name="" if of.learner is None else of.learner.last_name,
        redeemed_at=rfc3339(one.at),
        code=one.code.text,
        code_id=code_ids.id_of(one.organization, one.code),
        code_name=of.name,
        batch=one.code.id if one.batch else None,
        licenses=_licenses(of.licenses),
        group=_group(one.grant, of.group),
        client=_client(of.organization),
    )


def batch(of: CodeBatchDetail, *, names: NameOf) -> codes.CodeBatch:
    """A batch of codes, with their counts."""
    one = of.batch
    return codes.CodeBatch(
        id=one.id,
        name=one.name,
        licenses=_licenses(of.licenses),
        group=_group(one.grant, of.group),
        client=_client(of.organization),
        created=one.created,
        used=one.used,
        removed=one.removed,
        ends_at=instant(one.ends_at),
        domain=one.domain,
        created_at=rfc3339(one.created_at),
        created_by=one.created_by,
        created_by_name=names(one.created_by),
    )


def _licenses(given: Iterable[License]) -> list[codes.CodeLicense]:
    return [
        codes.CodeLicense(
            id=one.terms.license,
            product=product_summary(one.terms.product),
            sublicense=one.parent is not None,
        )
        for one in given
    ]


def _group(grant: Grant, group: Group | None) -> codes.CodeGroup | None:
    if grant.group is None:
        return None
    return codes.CodeGroup(id=grant.group, name=None if group is None else group.name)


def _client(organization: Organization) -> codes.CodeClient | None:
    if organization.provider is None:
        return None
    return codes.CodeClient(id=organization.id, name=organization.name)


def batch_result(of: str | CodeResult) -> codes.BatchId | codes.CodeResult:
    """The batch's id, which is the first result, or the outcome for one of its codes."""
    if isinstance(of, str):
        return codes.BatchId(of)
    return codes.CodeResult(code=of.text, outcome=of.outcome, reason=of.reason or None)


def gather_batch(answers: list[Json]) -> Json:
    """Return the answer of a batch: its id, how many codes were created, and what became of each."""
    batch, *results = answers
    created = sum(isinstance(one, dict) and one["outcome"] == "created" for one in results)
    return {"batch": batch, "created": created, "results": results}
