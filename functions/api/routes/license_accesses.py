"""Who sits in a license, however they came: as a list and as CSV."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.descriptions import described
from functions.api.router import ApiRouter
from functions.api.routes.licenses import LICENSES
from functions.api.schemas.common import Cursor, LicensePath, Limit, OrganizationPath, Search
from functions.api.schemas.figures import CountsQuery
from functions.api.schemas.learners import LicenseAccess, LicenseAccessPage
from functions.api.sheets.license_accesses import COLUMNS, accesses_sheet
from functions.api.sheets.pages import sheet_response, takes_gzip
from functions.api.views import figures as figures_views
from functions.api.views import learners as views
from usher.domain.accesses import AccessState
from usher.domain.list_sorts import AddressSort
from usher.services.license_accesses import LicenseAccesses
from usher.services.paging import PAGE, ResultPage

ACCESSES = f"{LICENSES}/<license>/accesses"

States = Annotated[
    list[AccessState] | None,
    Query(
        description="Accesses in these states only: repeated, or separated by commas. Without it, those that "
        "hold a seat: `reserved`, `scheduled` and `active`."
    ),
]

Sorted = Annotated[
    AddressSort | None,
    Query(
        alias="sort",
        description="By address whatever the state; by state and address by default. Not together with `q`.",
    ),
]

router = ApiRouter()


@router.get(ACCESSES)
@described(LicenseAccesses.listed)
def list_license_accesses(
    organization: OrganizationPath,
    license: LicensePath,  # noqa: A002 - the glossary's word, and the path's
    *,
    search: Search = None,
    state: States = None,
    sort: Sorted = None,
    counts: CountsQuery = False,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> LicenseAccessPage:
    """List who sits in a license.

    However they came: by an invite, a code, the join page, single sign-on, a group, by hand or by
    themselves. By state and address, unless sorted otherwise; a search with `q` has an order of its own: by
    the address that begins with it, then by first names, then by last names. What has just started or lapsed
    is found by its new state within minutes. A page may be short and still have a next one.
    """
    page = _reader(organization, license, state, search=search, sort=sort, counts=counts)(limit, cursor)
    return LicenseAccessPage(
        items=page.items, next=page.next, counts=figures_views.access_counts(page.figures)
    )


@router.get(f"{ACCESSES}/export")
@described(LicenseAccesses.listed, files={"text/csv": ",".join(COLUMNS) + "\r\n"})
def export_license_accesses(
    organization: OrganizationPath,
    license: LicensePath,  # noqa: A002 - the glossary's word, and the path's
    *,
    search: Search = None,
    state: States = None,
    sort: Sorted = None,
    cursor: Cursor = None,
) -> Response[str]:
    """Export who sits in a license as CSV.

    In parts, as the codes are exported.
    """
    request = router.current_event
    return sheet_response(
        accesses_sheet(
            _reader(organization, license, state, search=search, sort=sort),
            cursor=cursor,
            compressed=takes_gzip(request.headers),
        ),
        name=f"accesses-{license}.csv",
        address=f"{router.services.origin}{request.path}",
        query=request.query_string_parameters,
        seal=router.seal_cursor,
    )


def _reader(
    organization: str,
    license_id: str,
    states: list[AccessState] | None,
    *,
    search: str | None,
    sort: AddressSort | None,
    counts: bool = False,
) -> Callable[[int, str | None], ResultPage[LicenseAccess]]:
    """Return a function that reads a page of the accesses."""
    person, services = router.person, router.services
    now = services.context.now()

    def read(limit: int, cursor: str | None) -> ResultPage[LicenseAccess]:
        page = services.license_accesses.listed(
            person=person,
            organization=organization,
            license_id=license_id,
            states=states or (),
            search=search,
            sort=sort,
            limit=limit,
            cursor=cursor,
            with_figures=counts,
        )
        return ResultPage(
            items=[views.named_access(one, now=now, ids=services.person_ids) for one in page.items],
            next=page.next,
            figures=page.figures,
        )

    return read
