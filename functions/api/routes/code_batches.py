"""Batches of codes, with how many of their codes were used."""

from __future__ import annotations

from functions.api.descriptions import described
from functions.api.router import ApiRouter
from functions.api.schemas.codes import CodeBatch, CodeBatchPage
from functions.api.schemas.common import CodeBatchPath, Cursor, Limit, OrganizationPath
from functions.api.views import codes as views
from usher.services.enrollment.code_batches import CodeBatches
from usher.services.paging import PAGE

BATCHES = "/v1/organizations/<organization>/code-batches"

router = ApiRouter()


@router.get(BATCHES)
@described(CodeBatches.listed)
def list_code_batches(
    organization: OrganizationPath, limit: Limit = PAGE, cursor: Cursor = None
) -> CodeBatchPage:
    """List the batches of codes, with what they give and how many codes were used.

    Newest first. The codes of one are listed by the filter `batch` of the codes.
    """
    page = router.services.code_batches.listed(
        person=router.person, organization=organization, limit=limit, cursor=cursor
    )
    names = router.names(organization, (one.batch.created_by for one in page.items))
    return CodeBatchPage(items=[views.batch(one, names=names) for one in page.items], next=page.next)


@router.get(f"{BATCHES}/<batch>")
@described(CodeBatches.batch)
def get_code_batch(organization: OrganizationPath, batch: CodeBatchPath) -> CodeBatch:
    """Read a batch of codes.

    With what its codes give and how many were used.
    """
    return views.batch(
        router.services.code_batches.batch(person=router.person, organization=organization, batch=batch),
        names=router.names(organization),
    )
