"""An organization's licenses, for its managers."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from functions.api.descriptions import Caller, described
from functions.api.router import ApiRouter
from functions.api.schemas.common import LicensePath, OrganizationPath
from functions.api.schemas.licenses import License, LicensePage
from functions.api.schemas.people import Access
from functions.api.views import common as views
from usher.domain.organizations import Permission
from usher.services.license_queries import LicenseQueries
from usher.services.self_assignment import SelfAssignment

LICENSES = "/v1/organizations/<organization>/licenses"

router = ApiRouter()


@router.get(LICENSES)
@described(LicenseQueries.licenses)
def list_licenses(organization: OrganizationPath) -> LicensePage:
    """List the licenses, with their seats.

    Oldest first; all of them are one page.
    """
    found = router.services.license_queries.licenses(person=router.person, organization=organization)
    return LicensePage(items=[views.license_(one) for one in found], next=None)


@router.get(f"{LICENSES}/<license>")
@described(LicenseQueries.license)
def get_license(
    organization: OrganizationPath,
    license: LicensePath,  # noqa: A002 - the glossary's word, and the path's
) -> License:
    """Read a license, with its seats.

    The seats are exact at the moment of the answer.
    """
    return views.license_(
        router.services.license_queries.license(
            person=router.person, organization=organization, license_id=license
        )
    )


@router.post(f"{LICENSES}/<license>/self-assign", status_code=HTTPStatus.CREATED)
@described(SelfAssignment.assign, caller=Caller.SIGNED_IN, idempotent=True)
def assign_seat_to_self(
    organization: OrganizationPath,
    license: LicensePath,  # noqa: A002 - the glossary's word, and the path's
) -> Response[Access]:
    """Assign a seat to the caller.

    Access starts at once, but never before its license, and can be neither paused nor rescheduled.
    """
    person, services = router.person, router.services
    return router.idempotent(
        lambda receipt: services.self_assignment.assign(
            person=person, organization=organization, license_id=license, receipt=receipt
        ),
        person=person,
        scope=organization,
        permission=Permission.ASSIGN_SELF,
        view=partial(views.access, now=services.context.now(), ids=services.person_ids),
        status=HTTPStatus.CREATED,
    )
