"""Imports: a spreadsheet of people is uploaded, checked row by row, and the people are then invited."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from enum import StrEnum
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.descriptions import described
from functions.api.router import ApiRouter
from functions.api.schemas.common import MOST_VALUES, Cursor, ImportPath, Limit, OrganizationPath
from functions.api.schemas.figures import CountsQuery
from functions.api.schemas.imports import (
    Confirmation,
    CreatedImport,
    Import,
    ImportDetail,
    ImportPage,
    ImportRowPage,
    NewImport,
)
from functions.api.sheets.imports import HEADER, results_sheet
from functions.api.sheets.pages import sheet_response
from functions.api.views import figures as figures_views
from functions.api.views import imports as views
from usher.domain.directory import MAX_SEARCH
from usher.domain.imports.imports import (
    UPLOAD_FOR,
    Defaults,
    ImportState,
)
from usher.domain.imports.verdicts import Verdict
from usher.domain.instants import rfc3339
from usher.domain.list_sorts import CreationSort
from usher.domain.organizations import Permission
from usher.services.imports.import_lists import ImportQuery
from usher.services.imports.learner_imports import LearnerImports
from usher.services.organization_settings import OrganizationSettings
from usher.services.paging import PAGE
from usher.sheets.template import CSV_MEDIA_TYPE, XLSX_MEDIA_TYPE, csv_template, xlsx_template

IMPORTS = "/v1/organizations/<organization>/imports"
ONE = f"{IMPORTS}/<import_id>"

router = ApiRouter()


class TemplateFormat(StrEnum):
    """The kinds of files that can be imported."""

    CSV = "csv"
    XLSX = "xlsx"


_TEMPLATES: dict[TemplateFormat, tuple[str, Callable[[], bytes]]] = {
    TemplateFormat.CSV: (CSV_MEDIA_TYPE, csv_template),
    TemplateFormat.XLSX: (XLSX_MEDIA_TYPE, xlsx_template),
}


@router.get(f"{IMPORTS}/template")
@described(
    OrganizationSettings.organization,
    files={"text/csv": "Email,First name,Last name\r\n", XLSX_MEDIA_TYPE: "(a workbook)"},
)
def get_import_template(
    organization: OrganizationPath,
    format_: Annotated[
        TemplateFormat, Query(alias="format", description="The kind of file.")
    ] = TemplateFormat.CSV,
) -> Response[str]:
    """Download a template for an import.

    It has the column names and no rows; the workbook explains the columns on a second sheet.
    """
    router.services.organization_settings.organization(person=router.person, organization=organization)
    media_type, template = _TEMPLATES[format_]
    answer = Response(
        status_code=HTTPStatus.OK,
        content_type=media_type,
        body=b64encode(template()).decode(),
        headers=_attached(f"import-template.{format_}"),
    )
    # Lambda returns bytes as base64. Powertools would encode them itself, but validates them as text before.
    answer.base64_encoded = True
    return answer


@router.post(IMPORTS, status_code=HTTPStatus.CREATED)
@described(LearnerImports.create, idempotent=True)
def create_import(organization: OrganizationPath, new: NewImport) -> Response[CreatedImport]:
    """Create an import.

    The answer has a form in `upload`: post the file with it, CSV or XLSX of up to 10 MB, and then request the
    check. Nothing is sent before the import is confirmed. The same request with the same Idempotency-Key
    answers with a new form for the same import.
    """
    person, services = router.person, router.services
    defaults = Defaults(
        groups=tuple(new.groups),
        licenses=tuple(new.licenses),
        access_start=new.access_start,
        message=new.message,
        language=new.language,
    )
    created = router.idempotent(
        lambda receipt: services.learner_imports.create(
            person=person,
            organization=organization,
            file_name=new.file_name,
            defaults=defaults,
            receipt=receipt,
        ),
        person=person,
        scope=organization,
        permission=Permission.INVITE,
        view=partial(views.import_, names=router.names(organization)),
        status=HTTPStatus.CREATED,
    )
    # Not in the receipt: the form is a credential to upload, and credentials are not stored.
    answer: Any = created.body
    form = services.learner_imports.upload_form(organization=organization, import_id=answer["id"])
    until = rfc3339(services.context.now() + UPLOAD_FOR)
    created.body = {**answer, "upload": {"url": form.url, "fields": dict(form.fields), "until": until}}
    return created


@router.get(IMPORTS)
@described(LearnerImports.listed)
def list_imports(
    organization: OrganizationPath,
    *,
    search: Annotated[
        str | None,
        Query(
            alias="q",
            max_length=MAX_SEARCH,
            description="What the file's name begins with, whatever the case and the accents; by name.",
        ),
    ] = None,
    state: Annotated[
        list[ImportState] | None,
        Query(max_length=MOST_VALUES, description="Imports in these states only; several by commas."),
    ] = None,
    sort: Annotated[
        CreationSort | None,
        Query(description="The order, `-created` by default. Not together with `q`."),
    ] = None,
    counts: CountsQuery = False,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> ImportPage:
    """List the imports.

    Newest first, unless sorted otherwise; an import stays in the list when its file has been deleted.
    """
    page = router.services.learner_imports.listed(
        person=router.person,
        organization=organization,
        query=ImportQuery(states=tuple(state or ()), search=search, sort=sort),
        limit=limit,
        cursor=cursor,
        with_figures=counts,
    )
    names = router.names(
        organization, (actor for one in page.items for actor in (one.created_by, one.confirmed_by))
    )
    return ImportPage(
        items=[views.import_(one, names=names) for one in page.items],
        next=page.next,
        counts=figures_views.import_counts(page.figures),
    )


@router.get(ONE)
@described(LearnerImports.detail)
def get_import(organization: OrganizationPath, import_id: ImportPath) -> ImportDetail:
    """Read an import.

    With its progress, the expected or actual outcomes of its rows, and the seats that it needs and those
    available now. While it is `checking` or `running`, read it again after a second or two.
    """
    found = router.services.learner_imports.detail(
        person=router.person, organization=organization, import_id=import_id
    )
    names = router.names(organization, (found.import_.created_by, found.import_.confirmed_by))
    return views.detail(found, names=names)


@router.get(f"{ONE}/rows")
@described(LearnerImports.rows)
def list_import_rows(
    organization: OrganizationPath,
    import_id: ImportPath,
    verdict: Annotated[
        list[Verdict] | None,
        Query(max_length=MOST_VALUES, description="Rows with these verdicts only; several by commas."),
    ] = None,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> ImportRowPage:
    """List the rows of an import.

    In the order of the file: before the import is confirmed with the expected outcome of each, afterwards
    with the actual one. With a filter, a page may be short and still have a next one, but is not empty then.
    """
    page = router.services.learner_imports.rows(
        person=router.person,
        organization=organization,
        import_id=import_id,
        verdicts=verdict or (),
        limit=limit,
        cursor=cursor,
    )
    return ImportRowPage(items=[views.row(one) for one in page.items], next=page.next)


@router.get(f"{ONE}/results")
@described(LearnerImports.rows, files={"text/csv": f"{HEADER}\r\n"})
def download_import_results(
    organization: OrganizationPath, import_id: ImportPath, cursor: Cursor = None
) -> Response[str]:
    """Download the rows as CSV.

    Each row with its outcome and the reason; with the rows corrected, the file can be imported again. A page
    holds up to 5,000 rows. The header `Link` with `rel="next"` has the address of the next page; only the
    first page has the column names, so that the pages put together are one file.
    """
    person = router.person

    def read(limit: int, after: str | None) -> Any:  # noqa: ANN401 - as the service answers
        return router.services.learner_imports.rows(
            person=person, organization=organization, import_id=import_id, limit=limit, cursor=after
        )

    sheet = results_sheet(read, cursor=cursor)
    path = ONE.replace("<organization>", organization).replace("<import_id>", import_id)
    return sheet_response(
        sheet,
        name=f"import-{import_id}.csv",
        address=f"{router.services.origin}{path}/results",
        query={},
        seal=router.seal_cursor,
    )


@router.post(f"{ONE}/check", status_code=HTTPStatus.ACCEPTED)
@described(LearnerImports.check, idempotent=True)
def check_import(organization: OrganizationPath, import_id: ImportPath) -> Response[Import]:
    """Check the uploaded file.

    Each row is checked by the rules that apply to the invites later; nothing is sent. The import is
    `checking` until it is `checked`, or `refused` if the file cannot be used. In any later state it stays as
    it is.
    """
    return _command(organization, import_id, router.services.learner_imports.check)


@router.post(f"{ONE}/confirm", status_code=HTTPStatus.ACCEPTED)
@described(LearnerImports.confirm, idempotent=True)
def confirm_import(
    organization: OrganizationPath, import_id: ImportPath, confirmation: Confirmation
) -> Response[Import]:
    """Confirm an import.

    The import is `running` from then on: its rows are invited in the order of the file, in the name of the
    caller. With `all`, one bad row or one missing seat refuses the whole import, with the exact shortfall.
    """
    return _command(organization, import_id, router.services.learner_imports.confirm, only=confirmation.only)


@router.post(f"{ONE}/cancel", status_code=HTTPStatus.ACCEPTED)
@described(LearnerImports.cancel, idempotent=True)
def cancel_import(organization: OrganizationPath, import_id: ImportPath) -> Response[Import]:
    """Cancel an import.

    Invites that were not sent yet are not sent. Those that a `running` import has sent stay valid; its counts
    are complete within a moment.
    """
    return _command(organization, import_id, router.services.learner_imports.cancel)


def _command(organization: str, import_id: str, command: Any, **fields: object) -> Response[Any]:  # noqa: ANN401 - one of the service's
    """Carry out a command of one import, once for each Idempotency-Key."""
    person = router.person
    return router.idempotent(
        lambda receipt: command(
            person=person, organization=organization, import_id=import_id, receipt=receipt, **fields
        ),
        person=person,
        scope=organization,
        permission=Permission.INVITE,
        view=partial(views.import_, names=router.names(organization)),
        status=HTTPStatus.ACCEPTED,
    )


def _attached(name: str) -> dict[str, str | list[str]]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
