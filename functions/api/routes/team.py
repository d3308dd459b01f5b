"""An organization's managers."""

from __future__ import annotations

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from functions.api import views
from functions.api.describing import described
from functions.api.edge import Area
from functions.api.schemas.common import OrganizationPath
from functions.api.schemas.people import Manager, ManagerPage, NewManager
from usher.domain.addresses import BadAddressError
from usher.domain.errors import ForbiddenError
from usher.domain.organizations import AlreadyManagerError, UnknownOrganizationError
from usher.domain.people import BadNameError

TEAM = "/v1/organizations/<organization>/team"

router = Area()


@router.get(TEAM)
@described(UnknownOrganizationError)
def list_team(organization: OrganizationPath) -> ManagerPage:
    """List the managers.

    Invited ones too, by address; all of them are one page.
    """
    team = router.services.teaming.team(person=router.person, organization=organization)
    return ManagerPage(items=[views.manager(one) for one in team], next=None)


@router.post(TEAM, status_code=HTTPStatus.CREATED)
@described(
    UnknownOrganizationError,
    ForbiddenError,
    AlreadyManagerError,
    BadAddressError,
    BadNameError,
    idempotent=True,
)
def invite_manager(organization: OrganizationPath, new: NewManager) -> Response[Manager]:
    """Invite a manager by email.

    They have a place in the team once they accept.
    """
    person = router.person
    return router.once(
        lambda receipt: router.services.teaming.invite(
            person=person,
            organization=organization,
            email=new.email,
            first_name=new.first_name,
            last_name=new.last_name,
            role=new.role,
            receipt=receipt,
        ),
        person=person,
        scope=organization,
        view=views.manager,
        status=HTTPStatus.CREATED,
    )
