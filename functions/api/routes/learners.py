"""An organization's learners."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.descriptions import described
from functions.api.router import JSON, ApiRouter
from functions.api.schemas.common import (
    MOST_VALUES,
    ClientFilter,
    Cursor,
    EmailFilter,
    GroupFilter,
    LearnerPath,
    LicenseFilter,
    LicensePath,
    Limit,
    OrganizationPath,
    Search,
)
from functions.api.schemas.figures import CountsQuery
from functions.api.schemas.invites import StartChange
from functions.api.schemas.learners import LearnerDetail, LearnerPage
from functions.api.schemas.people import Access
from functions.api.schemas.reports import Format
from functions.api.sheets.learners import COLUMNS, file_name, learners_sheet
from functions.api.sheets.pages import sheet_response, takes_gzip
from functions.api.views import common as views
from functions.api.views import figures as figures_views
from functions.api.views import learners as learner_views
from usher.domain.learner_lists import GivenStateName, LearnerSort, given_states
from usher.services.clients import Clients
from usher.services.paging import PAGE
from usher.services.people.learner_details import LearnerDetails
from usher.services.people.learner_listing import LearnerQuery
from usher.services.people.learner_lists import LearnerLists, LearnerPart, LearnersPage
from usher.services.reschedule_access import RescheduleAccess

LEARNERS = "/v1/organizations/<organization>/learners"

router = ApiRouter()


@router.get(LEARNERS)
@described(LearnerLists.learners, Clients.client, csv=",".join(COLUMNS) + "\r\n")
def list_learners(  # noqa: PLR0913 - the parameters of the request
    organization: OrganizationPath,
    *,
    search: Search = None,
    email: EmailFilter = None,
    license: LicenseFilter = None,  # noqa: A002 - the glossary's word, and the query's
    state: Annotated[
        list[GivenStateName] | None,
        Query(
            max_length=MOST_VALUES,
            description="With an access in these states only, of one of the licenses if any are named; "
            "several by commas. A license without a state means any of them. Who holds a reserved seat of a "
            "license, or released one, is listed with the license. "
            "An access that has just started is found by its new state within minutes.",
        ),
    ] = None,
    group: GroupFilter = None,
    client: ClientFilter = None,
    sort: Annotated[
        LearnerSort | None,
        Query(description="The order, `email` by default; by `name` is by last name. Not together with `q`."),
    ] = None,
    include: Annotated[
        list[LearnerPart] | None,
        Query(
            max_length=MOST_VALUES,
            description="What to say of each learner beside the name; several by commas.",
        ),
    ] = None,
    counts: CountsQuery = False,
    format_: Annotated[Format, Query(alias="format", description="`csv` answers `text/csv`.")] = Format.JSON,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> Response[LearnerPage | str]:
    """List the learners.

    The people who have accepted a seat, by address unless sorted otherwise. A search with `q` has an order of
    its own: by the address that begins with it, then by first names, then by last names. With a filter or
    `include`, a page may be shorter than `limit` and still have a next one.

    As CSV, with accesses and groups, a line is a learner and one access. One answer has as many as fit into
    4 MB, compressed where `Accept-Encoding` has `gzip`, and can be read in 12 seconds, whatever the `limit`.
    The header `Link` with `rel="next"` has the address of the rest; only the first part has the column names,
    so that the parts put together are one file.
    """
    services, person = router.services, router.person
    target = router.target_organization(organization, client)
    as_csv = format_ is Format.CSV
    query = LearnerQuery(
        email=email,
        search=search,
        licenses=tuple(license or ()),
        states=given_states(state or ()),
        groups=tuple(group or ()),
        sort=sort,
    )

    def read(count: int, after: str | None) -> LearnersPage:
        return services.learner_lists.learners(
            person=person,
            organization=target,
            query=query,
            parts=tuple(LearnerPart) if as_csv else tuple(include or ()),
            limit=count,
            cursor=after,
            with_figures=counts and not as_csv,
        )

    view = partial(learner_views.listed, now=services.context.now(), ids=services.person_ids)
    if as_csv:
        request = router.current_event
        sheet = learners_sheet(read, view=view, cursor=cursor, compressed=takes_gzip(request.headers))
        return sheet_response(
            sheet,
            name=file_name(sheet),
            address=f"{services.origin}{LEARNERS.replace('<organization>', organization)}",
            query=request.query_string_parameters,
            seal=router.seal_cursor,
        )
    page = read(limit, cursor)
    counted = figures_views.learner_counts(page.figures)
    listed = LearnerPage(items=[view(one) for one in page.items], next=page.next, counts=counted)
    return Response(status_code=HTTPStatus.OK, content_type=JSON, body=listed)


@router.get(f"{LEARNERS}/<learner>")
@described(LearnerDetails.learner)
def get_learner(organization: OrganizationPath, learner: LearnerPath) -> LearnerDetail:
    """Read a learner in full.

    With the accesses from this organization and how each came about, the groups, the open invites, and the
    organization's clients whose learner the person is, too.
    """
    services = router.services
    found = services.learner_details.learner(
        person=router.person,
        organization=organization,
        email=services.person_ids.email_of(organization, learner),
    )
    names = router.names(organization, (one.created_by for one in found.invites))
    return learner_views.detail(found, names=names, now=services.context.now(), ids=services.person_ids)


@router.patch(f"{LEARNERS}/<learner>/accesses/<license>")
@described(RescheduleAccess.reschedule)
def reschedule_access(
    organization: OrganizationPath,
    learner: LearnerPath,
    license: LicensePath,  # noqa: A002 - the glossary's word, and the path's
    change: StartChange,
) -> Access:
    """Reschedule an access that no invite gave.

    While its start is still to come, for accesses by a code, the join page, single sign-on, a group or by
    hand; a date is needed. The learner is informed by email each time. The start of an access that an invite
    gave is rescheduled there.
    """
    services = router.services
    moved = services.reschedule_access.reschedule(
        person=router.person,
        organization=organization,
        email=services.person_ids.email_of(organization, learner),
        license_id=license,
        access_start=change.access_start,
    )
    return views.access(moved, now=services.context.now(), ids=services.person_ids)
