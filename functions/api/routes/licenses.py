"""An organization's licenses, for its managers."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.descriptions import Caller, described
from functions.api.router import ApiRouter
from functions.api.schemas.common import LicensePath, OrganizationPath
from functions.api.schemas.groups import AssignmentResults, LicenseAssignmentPreview, NamedLearners
from functions.api.schemas.licenses import License, LicensePage
from functions.api.schemas.people import Access
from functions.api.views import common as views
from functions.api.views import groups as group_views
from usher.domain.directory import MAX_SEARCH
from usher.domain.organizations import Permission
from usher.services.learner_assignment import LearnerAssignment
from usher.services.license_queries import LicenseQueries
from usher.services.receipts import Receipt
from usher.services.self_assignment import SelfAssignment

LICENSES = "/v1/organizations/<organization>/licenses"

router = ApiRouter()


@router.get(LICENSES)
@described(LicenseQueries.licenses)
def list_licenses(
    organization: OrganizationPath,
    search: Annotated[
        str | None,
        Query(alias="q", max_length=MAX_SEARCH, description="In whose product's name a word begins so."),
    ] = None,
) -> LicensePage:
    """List the licenses, with their seats.

    Oldest first; all of them are one page.
    """
    found = router.services.license_queries.licenses(
        person=router.person, organization=organization, search=search
    )
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


@router.post(f"{LICENSES}/<license>/assign", status_code=HTTPStatus.CREATED)
@described(LearnerAssignment.assign_license, idempotent=True)
def assign_seats_to_learners(
    organization: OrganizationPath,
    license: LicensePath,  # noqa: A002 - the glossary's word, and the path's
    named: NamedLearners,
) -> Response[AssignmentResults]:
    """Give learners a seat of a license.

    For people who are learners of the organization already: nobody has to accept anything. Access starts at
    once, or with the license, and each gets an email when it begins. Fewer seats than needed, or somebody who
    is no learner, refuse the whole request; if concurrent requests take the seats meanwhile, the answer says
    for each learner what became of them. Where learners come by groups, put them into one instead.
    """
    person, services = router.person, router.services
    return router.idempotent_batch(
        lambda receipt: services.learner_assignment.assign_license(
            person=person,
            organization=organization,
            license_id=license,
            emails=named.emails,
            people=router.addresses_of(organization, named.people),
            receipt=receipt,
        ),
        person=person,
        scope=organization,
        permission=Permission.INVITE,
        view=partial(group_views.assigned, ids=services.person_ids),
        status=HTTPStatus.CREATED,
    )


@router.post(f"{LICENSES}/<license>/assign/preview")
@described(LearnerAssignment.preview_license, idempotent=True)
def preview_seat_assignment(
    organization: OrganizationPath,
    license: LicensePath,  # noqa: A002 - the glossary's word, and the path's
    named: NamedLearners,
) -> Response[LicenseAssignmentPreview]:
    """Preview the seats that giving learners a license needs.

    The answer compares them with the available seats, and says who would get one and who has one. Nothing is
    changed.
    """
    person, services = router.person, router.services

    def command(receipt: Receipt) -> None:
        preview = services.learner_assignment.preview_license(
            person=person,
            organization=organization,
            license_id=license,
            emails=named.emails,
            people=router.addresses_of(organization, named.people),
        )
        receipt.answer(services.context, preview)

    return router.idempotent(
        command,
        person=person,
        scope=organization,
        permission=Permission.READ,
        view=partial(group_views.license_preview, ids=services.person_ids),
    )
