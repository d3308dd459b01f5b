"""Batches of codes, with the counts of their codes."""

from __future__ import annotations

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute

from usher.domain.enrollment.code_batches import CodeBatch
from usher.domain.enrollment.codes import Code
from usher.domain.enrollment.grants import Grant
from usher.store import keys
from usher.store.attributes import InstantAttribute
from usher.store.keys import codes as code_keys
from usher.store.table import Page, Ref, Row, Table
from usher.store.transaction import Write, update


class CodeBatchRow(Row):
    """`ORG#o`, `CODE_BATCH#id`: counts its codes as they are created, redeemed and removed."""

    id = UnicodeAttribute()
    organization = UnicodeAttribute()
    license_ids: ListAttribute[str] = ListAttribute(default=list)
    group = UnicodeAttribute(null=True)
    name = UnicodeAttribute(null=True)
    ends_at = InstantAttribute(null=True)
    domain = UnicodeAttribute(null=True)
    created = NumberAttribute()
    used = NumberAttribute(null=True)
    removed = NumberAttribute(null=True)
    created_at = InstantAttribute()
    created_by = UnicodeAttribute()


def ref(organization: str, batch: str) -> Ref[CodeBatchRow]:
    """Return the reference to the batch's item."""
    return Ref(CodeBatchRow, keys.organization(organization), code_keys.code_batch(batch))


def batch_of(row: CodeBatchRow) -> CodeBatch:
    """Read a batch."""
    return CodeBatch(
        id=row.id,
        organization=row.organization,
        grant=Grant(licenses=tuple(row.license_ids), group=row.group),
        name=row.name or "",
        ends_at=row.ends_at,
        domain=row.domain or "",
        created=int(row.created),
        used=int(row.used or 0),
        removed=int(row.removed or 0),
        created_at=row.created_at,
        created_by=row.created_by,
    )


def count_created(plan: Code, count: int) -> Write:
    """Add to the batch's codes; the first of its transactions writes the batch with the terms of `plan`."""
    at = ref(plan.organization, plan.id)
    terms = [
        CodeBatchRow.id.set(plan.id),
        CodeBatchRow.organization.set(plan.organization),
        CodeBatchRow.license_ids.set(list(plan.grant.licenses)),
        CodeBatchRow.created_at.set(CodeBatchRow.created_at | plan.created_at),
        CodeBatchRow.created_by.set(plan.created_by),
        *([] if plan.grant.group is None else [CodeBatchRow.group.set(plan.grant.group)]),
        *([CodeBatchRow.name.set(plan.name)] if plan.name else []),
        *([] if plan.ends_at is None else [CodeBatchRow.ends_at.set(plan.ends_at)]),
        *([CodeBatchRow.domain.set(plan.domain)] if plan.domain else []),
    ]
    return update(CodeBatchRow(at.pk, at.sk), CodeBatchRow.created.add(count), *terms)


def count_used(code: Code) -> list[Write]:
    """Add one to the used codes of the code's batch; nothing for a single code."""
    if not code.batch:
        return []
    at = ref(code.organization, code.id)
    return [update(CodeBatchRow(at.pk, at.sk), CodeBatchRow.used.add(1))]


def count_removed(code: Code) -> list[Write]:
    """Add one to the removed codes of the code's batch; nothing for a single code."""
    if not code.batch:
        return []
    at = ref(code.organization, code.id)
    return [update(CodeBatchRow(at.pk, at.sk), CodeBatchRow.removed.add(1))]


def listed(table: Table, organization: str, *, limit: int, cursor: str | None) -> Page[CodeBatchRow]:
    """List an organization's batches, the newest first."""
    return table.query(
        CodeBatchRow,
        keys.organization(organization),
        CodeBatchRow.sk.startswith(code_keys.CODE_BATCH_PREFIX),
        limit=limit,
        cursor=cursor,
        newest_first=True,
    )
