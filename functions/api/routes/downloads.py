"""Plain links that download a list as CSV: a browser that follows a link sends no bearer."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path
from pydantic import TypeAdapter, ValidationError

from functions.api.descriptions import Caller, described
from functions.api.exports import export_of
from functions.api.router import ApiRouter
from functions.api.schemas.common import OrganizationPath
from functions.api.schemas.downloads import DownloadLink, Export
from functions.api.sheets.activity import COLUMNS
from functions.api.sheets.pages import sheet_response, takes_gzip
from usher.domain.addresses import BadAddressError
from usher.domain.directory import SortedSearchError
from usher.domain.enrollment.codes import BadCodeError
from usher.domain.errors import RefusedError
from usher.domain.instants import BadDateError, rfc3339
from usher.domain.paging import BadCursorError
from usher.domain.reports.windows import BadWindowError
from usher.gateways.download_links import BadDownloadLinkError
from usher.services.activity_report import ActivityReport
from usher.services.clients import Clients
from usher.services.downloads import Downloads
from usher.services.enrollment.code_uses import CodeUses
from usher.services.enrollment.codes import Codes
from usher.services.imports.learner_imports import LearnerImports
from usher.services.invites.invite_queries import InviteQueries
from usher.services.license_accesses import LicenseAccesses
from usher.services.people.learner_lists import LearnerLists

DOWNLOADS = "/v1/organizations/<organization>/downloads"
ONE = "/v1/downloads/<token>"

_LONGEST_TOKEN = 4096
_EXPORTS: TypeAdapter[Export] = TypeAdapter(Export)

_FROM_START = (BadCodeError, BadCursorError)
"""A list is read from its beginning, and codes are not looked up by their text."""

router = ApiRouter()


class DownloadTooLargeError(RefusedError):
    """The list is larger than one answer can be."""

    code = "download_too_large"
    title = "The list is too large for one file"
    next_action = "Choose a shorter stretch of time, or filter the list, and download it in several files."


@router.post(DOWNLOADS, status_code=HTTPStatus.CREATED)
@described(
    Downloads.link,
    ActivityReport.page,
    Clients.client,
    Codes.listed,
    CodeUses.of_code,
    LearnerImports.rows,
    InviteQueries.listed,
    LearnerLists.learners,
    LicenseAccesses.listed,
    caller=Caller.SIGNED_IN,
    ruled_out=_FROM_START,
)
def create_download(
    organization: OrganizationPath, export: Annotated[Export, Body()]
) -> Response[DownloadLink]:
    """Create a link that downloads a list as CSV.

    `what` names the list; the other fields are its filters, which are checked now. The link works for five
    minutes, without a bearer, as long as the caller may read the list: a browser follows it by itself.
    """
    person, services = router.person, router.services
    export_of(services, person, organization, export).require_readable()
    new = services.downloads.link(
        person=person, organization=organization, export=export.model_dump(mode="json", exclude_none=True)
    )
    url = f"{services.origin}{ONE.replace('<token>', new.token)}"
    return Response(
        status_code=HTTPStatus.CREATED,
        content_type="application/json",
        body=DownloadLink(url=url, expires_at=rfc3339(new.expires_at)),
    )


@router.get(ONE)
@described(
    Downloads.open,
    ActivityReport.page,
    Clients.client,
    Codes.listed,
    CodeUses.of_code,
    LearnerImports.rows,
    InviteQueries.listed,
    LearnerLists.learners,
    LicenseAccesses.listed,
    DownloadTooLargeError,
    caller=Caller.ANYONE,
    ruled_out=(*_FROM_START, BadAddressError, BadDateError, BadWindowError, SortedSearchError),
    files={"text/csv": ",".join(COLUMNS) + "\r\n"},
)
def download(
    token: Annotated[str, Path(max_length=_LONGEST_TOKEN, description="The token of a download link.")],
) -> Response[Any]:
    """Download a list as CSV.

    By a link that was created for it, and with the rights that its creator has now. The whole list is in the
    file, which is named by the organization's slug, the list and the date. One answer has as much as fits
    into 4 MB, compressed where `Accept-Encoding` has `gzip`, and can be read in 12 seconds; a larger list is
    refused.
    """
    services = router.services
    opened = services.downloads.open(token=token)
    try:
        export = _EXPORTS.validate_python(opened.export)
    except ValidationError as error:
        raise BadDownloadLinkError("The link was made by another version of Usher.") from error
    readable = export_of(services, opened.person, opened.organization.id, export)
    sheet = readable.sheet(cursor=None, compressed=takes_gzip(router.current_event.headers))
    if sheet.next is not None:
        raise DownloadTooLargeError("The list has more rows than one file can have.")
    name = opened.file_name(export.what.replace("_", "-"), client=readable.client)
    return sheet_response(sheet, name=name, address="", query={}, seal=router.seal_cursor)
