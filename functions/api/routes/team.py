"""An organization's managers."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from functions.api.descriptions import Caller, described
from functions.api.router import ApiRouter
from functions.api.schemas.common import EmailFilter, ManagerPath, OrganizationPath, Search
from functions.api.schemas.people import Manager, ManagerPage, NewManager, NoticeSettings, RoleChange
from functions.api.views import common as views
from usher.domain.organizations import Permission
from usher.services.notification_preferences import NotificationPreferences
from usher.services.team_members import TeamMembers

TEAM = "/v1/organizations/<organization>/team"
ONE = f"{TEAM}/<manager>"
NOTICES = "/v1/organizations/<organization>/notices"

router = ApiRouter()


@router.get(TEAM)
@described(TeamMembers.team)
def list_team(
    organization: OrganizationPath, email: EmailFilter = None, search: Search = None
) -> ManagerPage:
    """List the managers.

    Invited ones too, by address; all of them are one page. Operators can use the team's routes as well: an
    organization whose first manager never answered has no manager who could send the invite again.
    """
    services = router.services
    team = services.team_members.team(
        person=router.person, organization=organization, email=email, search=search
    )
    now = services.context.now()
    return ManagerPage(
        items=[views.manager(one, now=now, ids=services.person_ids) for one in team], next=None
    )


@router.post(TEAM, status_code=HTTPStatus.CREATED)
@described(TeamMembers.invite, caller=Caller.SIGNED_IN, idempotent=True)
def invite_manager(organization: OrganizationPath, new: NewManager) -> Response[Manager]:
    """Invite a manager by email.

    The person is a manager once they accept.
    """
    person, services = router.person, router.services
    return router.idempotent(
        lambda receipt: services.team_members.invite(
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
        permission=Permission.MANAGE_TEAM,
        operators=True,
        view=partial(views.manager, now=services.context.now(), ids=services.person_ids),
        status=HTTPStatus.CREATED,
    )


@router.post(f"{ONE}/resend")
@described(TeamMembers.resend, caller=Caller.SIGNED_IN, idempotent=True)
def resend_manager(organization: OrganizationPath, manager: ManagerPath) -> Response[Manager]:
    """Send a pending manager a new link.

    The old link is no longer valid, and the expiry is renewed. At most once a minute and ten times a day.
    """
    person, services = router.person, router.services
    email = services.person_ids.email_of(organization, manager)
    return router.idempotent(
        lambda receipt: services.team_members.resend(
            person=person, organization=organization, email=email, receipt=receipt
        ),
        person=person,
        scope=organization,
        permission=Permission.MANAGE_TEAM,
        operators=True,
        view=partial(views.manager, now=services.context.now(), ids=services.person_ids),
    )


@router.post(f"{ONE}/revoke")
@described(TeamMembers.revoke, caller=Caller.SIGNED_IN, idempotent=True)
def revoke_manager(organization: OrganizationPath, manager: ManagerPath) -> Response[Manager]:
    """Revoke a pending manager's invite.

    The person is removed from the list, and the link is no longer valid; a later invite can be accepted. The
    answer is the manager who was removed.
    """
    person, services = router.person, router.services
    email = services.person_ids.email_of(organization, manager)
    return router.idempotent(
        lambda receipt: services.team_members.revoke(
            person=person, organization=organization, email=email, receipt=receipt
        ),
        person=person,
        scope=organization,
        permission=Permission.MANAGE_TEAM,
        operators=True,
        view=partial(views.manager, now=services.context.now(), ids=services.person_ids),
    )


@router.patch(ONE)
@described(TeamMembers.change_role, caller=Caller.SIGNED_IN)
def change_manager(organization: OrganizationPath, manager: ManagerPath, change: RoleChange) -> Manager:
    """Change a manager's role.

    Active or pending; the last full manager stays one. Only people themselves can change their names, with
    `PATCH /v1/me`.
    """
    services = router.services
    email = services.person_ids.email_of(organization, manager)
    changed = services.team_members.change_role(
        person=router.person, organization=organization, email=email, role=change.role
    )
    return views.manager(changed, now=services.context.now(), ids=services.person_ids)


@router.delete(ONE, status_code=HTTPStatus.NO_CONTENT)
@described(TeamMembers.remove, caller=Caller.SIGNED_IN)
def remove_manager(organization: OrganizationPath, manager: ManagerPath) -> Response[None]:
    """Remove a manager from the team.

    It takes effect at once: their next request is refused. The invite of a pending manager is revoked.
    Managers can remove themselves; the last full manager cannot be removed.
    """
    services = router.services
    email = services.person_ids.email_of(organization, manager)
    services.team_members.remove(person=router.person, organization=organization, email=email)
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.get(NOTICES)
@described(NotificationPreferences.settings, caller=Caller.SIGNED_IN)
def get_notices(organization: OrganizationPath) -> NoticeSettings:
    """Read the notices that the caller has switched off.

    In this organization. Every other notice to managers comes by email.
    """
    return views.notices(
        router.services.notification_preferences.settings(person=router.person, organization=organization)
    )


@router.put(NOTICES)
@described(NotificationPreferences.mute, caller=Caller.SIGNED_IN)
def change_notices(organization: OrganizationPath, settings: NoticeSettings) -> NoticeSettings:
    """Switch notices off, or on again.

    For the caller, in this organization: the notices named are off, all others on.
    """
    return views.notices(
        router.services.notification_preferences.mute(
            person=router.person, organization=organization, muted=settings.muted
        )
    )
