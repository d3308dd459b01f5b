"""Who redeemed which code, when, and what it gave: as lists and as CSV."""

from __future__ import annotations

from collections.abc import Callable

from aws_lambda_powertools.event_handler import Response

from functions.api.descriptions import described
from functions.api.router import ApiRouter
from functions.api.routes.codes import ONE as CODE
from functions.api.schemas.codes import Use, UsePage
from functions.api.schemas.common import CodePath, Cursor, Limit, OrganizationPath, Search
from functions.api.sheets.code_uses import COLUMNS, uses_sheet
from functions.api.sheets.pages import sheet_response, takes_gzip
from functions.api.views import codes as views
from usher.services.enrollment.code_uses import CodeUses, RedeemedCode
from usher.services.paging import PAGE, ResultPage

ALL_USES = "/v1/organizations/<organization>/code-uses"
CODE_USES = f"{CODE}/uses"

_HEADING = ",".join(COLUMNS) + "\r\n"

router = ApiRouter()


@router.get(CODE_USES)
@described(CodeUses.of_code)
def list_code_uses(
    organization: OrganizationPath,
    code: CodePath,
    *,
    search: Search = None,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> UsePage:
    """List the redemptions of a code.

    The people and the times, by address. Where people redeemed an earlier code of the same text, a page may
    be short and still have a next one. A search with `q` has an order of its own: by the address that begins
    with it, then by first names, then by last names.
    """
    page = _of_code(organization, code, search=search)(limit, cursor)
    return UsePage(items=page.items, next=page.next)


@router.get(f"{CODE_USES}/export")
@described(CodeUses.of_code, files={"text/csv": _HEADING})
def export_code_uses(
    organization: OrganizationPath, code: CodePath, *, search: Search = None, cursor: Cursor = None
) -> Response[str]:
    """Export the redemptions of a code as CSV.

    In parts, as the codes are exported.
    """
    return _file(_of_code(organization, code, search=search), organization, cursor)


@router.get(ALL_USES)
@described(CodeUses.of_organization)
def list_all_code_uses(organization: OrganizationPath, limit: Limit = PAGE, cursor: Cursor = None) -> UsePage:
    """List the redemptions of all codes.

    Newest first, those of removed codes included.
    """
    page = _of_organization(organization)(limit, cursor)
    return UsePage(items=page.items, next=page.next)


@router.get(f"{ALL_USES}/export")
@described(CodeUses.of_organization, files={"text/csv": _HEADING})
def export_all_code_uses(organization: OrganizationPath, cursor: Cursor = None) -> Response[str]:
    """Export the redemptions of all codes as CSV.

    In parts, as the codes are exported.
    """
    return _file(_of_organization(organization), organization, cursor)


def _of_code(
    organization: str, code: str, *, search: str | None
) -> Callable[[int, str | None], ResultPage[Use]]:
    """Return a function that reads a page of the code's uses."""
    services, person = router.services, router.person
    key = services.code_ids.key_of(organization, code)
    return lambda limit, cursor: _viewed(
        services.code_uses.of_code(
            person=person, organization=organization, code=key, search=search, limit=limit, cursor=cursor
        )
    )


def _of_organization(organization: str) -> Callable[[int, str | None], ResultPage[Use]]:
    """Return a function that reads a page of the uses of all codes."""
    services, person = router.services, router.person
    return lambda limit, cursor: _viewed(
        services.code_uses.of_organization(
            person=person, organization=organization, limit=limit, cursor=cursor
        )
    )


def _viewed(page: ResultPage[RedeemedCode]) -> ResultPage[Use]:
    services = router.services
    return ResultPage(
        items=[
            views.use(one, person_ids=services.person_ids, code_ids=services.code_ids) for one in page.items
        ],
        next=page.next,
    )


def _file(
    read: Callable[[int, str | None], ResultPage[Use]], organization: str, cursor: str | None
) -> Response[str]:
    """Answer with the list as a file, from the cursor on."""
    request = router.current_event
    return sheet_response(
        uses_sheet(read, cursor=cursor, compressed=takes_gzip(request.headers)),
        name=f"code-uses-{organization}.csv",
        address=f"{router.services.origin}{request.path}",
        query=request.query_string_parameters,
        seal=router.seal_cursor,
    )
