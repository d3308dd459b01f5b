"""Groups: named sets of learners with licenses that each new member is given."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.descriptions import described
from functions.api.router import ApiRouter
from functions.api.schemas.common import (
    Cursor,
    EmailFilter,
    GroupPath,
    LearnerPath,
    LicensePath,
    Limit,
    OrganizationPath,
    Search,
)
from functions.api.schemas.groups import (
    AssignmentResult,
    AssignmentResults,
    Group,
    GroupChange,
    GroupLicense,
    GroupPage,
    MemberPage,
    MembersPreview,
    NamedLearners,
    NewGroup,
    SeatRequirement,
)
from functions.api.schemas.licenses import LicensePage
from functions.api.views import common as common_views
from functions.api.views import groups as views
from usher.domain.list_sorts import NamedSort
from usher.domain.organizations import Permission
from usher.domain.people import MAX_NAME
from usher.services.groups import Groups
from usher.services.learner_assignment import LearnerAssignment
from usher.services.license_assignment import LicenseAssignment
from usher.services.paging import PAGE
from usher.services.receipts import Receipt

GROUPS = "/v1/organizations/<organization>/groups"
ONE = f"{GROUPS}/<group>"

router = ApiRouter()


@router.post(GROUPS, status_code=HTTPStatus.CREATED)
@described(Groups.create, idempotent=True)
def create_group(organization: OrganizationPath, new: NewGroup) -> Response[Group]:
    """Create a group.

    Its licenses are given to each learner who joins it; more can be added later.
    """
    person = router.person
    return router.idempotent(
        lambda receipt: router.services.groups.create(
            person=person,
            organization=organization,
            name=new.name,
            license_ids=new.licenses,
            receipt=receipt,
        ),
        person=person,
        scope=organization,
        permission=Permission.MANAGE_GROUPS,
        view=views.group,
        status=HTTPStatus.CREATED,
    )


@router.get(GROUPS)
@described(Groups.listed)
def list_groups(
    organization: OrganizationPath,
    search: Annotated[
        str | None,
        Query(alias="q", max_length=MAX_NAME, description="Whose name begins so, by name."),
    ] = None,
    sort: Annotated[
        NamedSort | None,
        Query(description="The order, `created` by default: the oldest first. Not together with `q`."),
    ] = None,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> GroupPage:
    """List the groups, with their licenses and how many members each has.

    Oldest first, unless sorted otherwise; a search with `q` is by name.
    """
    page = router.services.groups.listed(
        person=router.person, organization=organization, search=search, sort=sort, limit=limit, cursor=cursor
    )
    return GroupPage(items=[views.group(one) for one in page.items], next=page.next)


@router.get(ONE)
@described(Groups.group)
def get_group(organization: OrganizationPath, group: GroupPath) -> Group:
    """Read a group, with its licenses and how many members it has.

    The members are a list of their own.
    """
    return views.group(
        router.services.groups.group(person=router.person, organization=organization, group=group)
    )


@router.patch(ONE)
@described(Groups.rename)
def rename_group(organization: OrganizationPath, group: GroupPath, change: GroupChange) -> Group:
    """Rename a group.

    Invites keep the name that they were sent with.

    With the `version` that was read, what somebody else changed meanwhile is not overwritten: the answer is a
    refusal, `changed_meanwhile`.
    """
    return views.group(
        router.services.groups.rename(
            person=router.person,
            organization=organization,
            group=group,
            name=change.name,
            version=change.version,
        )
    )


@router.delete(ONE, status_code=HTTPStatus.NO_CONTENT)
@described(Groups.delete)
def delete_group(organization: OrganizationPath, group: GroupPath) -> Response[None]:
    """Delete a group.

    Its members keep their access. Invites to it can still be accepted, and give their seats.
    """
    router.services.groups.delete(person=router.person, organization=organization, group=group)
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.post(f"{ONE}/licenses", status_code=HTTPStatus.CREATED)
@described(LicenseAssignment.add, idempotent=True)
def add_license_to_group(
    organization: OrganizationPath, group: GroupPath, new: GroupLicense
) -> Response[AssignmentResult]:
    """Add a license to a group.

    With `apply_to_members`, each present member who does not have it is given a seat, without an invite; if
    there are fewer seats than needed, nothing is done. A license of the group can be applied later, too.
    """
    person = router.person
    return router.idempotent(
        lambda receipt: router.services.license_assignment.add(
            person=person,
            organization=organization,
            group=group,
            license_id=new.license,
            apply=new.apply_to_members,
            receipt=receipt,
        ),
        person=person,
        scope=organization,
        permission=Permission.MANAGE_GROUPS,
        view=views.assignment_result,
        status=HTTPStatus.CREATED,
    )


@router.get(f"{ONE}/licenses/<license>/preview")
@described(LicenseAssignment.preview)
def preview_group_license(
    organization: OrganizationPath,
    group: GroupPath,
    license: LicensePath,  # noqa: A002 - the glossary's word, and the path's
) -> SeatRequirement:
    """Preview the seats that giving a license to the members needs.

    The answer compares them with the available seats. The license need not be in the group yet. Nothing is
    changed.
    """
    return views.seat_requirement(
        router.services.license_assignment.preview(
            person=router.person, organization=organization, group=group, license_id=license
        )
    )


@router.delete(f"{ONE}/licenses/<license>", status_code=HTTPStatus.NO_CONTENT)
@described(Groups.remove_license)
def remove_license_from_group(
    organization: OrganizationPath,
    group: GroupPath,
    license: LicensePath,  # noqa: A002 - the glossary's word, and the path's
) -> Response[None]:
    """Remove a license from a group.

    Nobody loses access; later invites to the group do not give it.
    """
    router.services.groups.remove_license(
        person=router.person, organization=organization, group=group, license_id=license
    )
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.get(f"{ONE}/members")
@described(Groups.members)
def list_group_members(
    organization: OrganizationPath,
    group: GroupPath,
    *,
    search: Search = None,
    email: EmailFilter = None,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> MemberPage:
    """List the members of a group.

    By address. A search with `q` has an order of its own: by the address that begins with it, then by first
    names, then by last names; a page of it may be short and still have a next one.
    """
    services = router.services
    page = services.groups.members(
        person=router.person,
        organization=organization,
        group=group,
        email=email,
        search=search,
        limit=limit,
        cursor=cursor,
    )
    return MemberPage(
        items=[views.member(one, ids=services.person_ids) for one in page.items], next=page.next
    )


@router.post(f"{ONE}/members", status_code=HTTPStatus.CREATED)
@described(LearnerAssignment.add_to_group, idempotent=True)
def add_group_members(
    organization: OrganizationPath, group: GroupPath, named: NamedLearners
) -> Response[AssignmentResults]:
    """Put learners into a group.

    For people who are learners of the organization already: nobody has to accept anything. Each gets a seat
    of each of the group's licenses that they lack, at once or from its start, and an email about what began;
    a seat that an open invite holds is left to the invite. Fewer seats than needed, or somebody who is no
    learner, refuse the whole request; if concurrent requests take the seats meanwhile, the answer says for
    each learner what became of them.
    """
    person, services = router.person, router.services
    return router.idempotent_batch(
        lambda receipt: services.learner_assignment.add_to_group(
            person=person,
            organization=organization,
            group=group,
            emails=named.emails,
            people=router.addresses_of(organization, named.people),
            receipt=receipt,
        ),
        person=person,
        scope=organization,
        permission=Permission.MANAGE_GROUPS,
        view=partial(views.assigned, ids=services.person_ids),
        status=HTTPStatus.CREATED,
    )


@router.post(f"{ONE}/members/preview")
@described(LearnerAssignment.preview_group, idempotent=True)
def preview_group_members(
    organization: OrganizationPath, group: GroupPath, named: NamedLearners
) -> Response[MembersPreview]:
    """Preview the seats that putting learners into a group needs.

    The answer compares them with the available seats, for each of the group's licenses. Nothing is changed.
    """
    person, services = router.person, router.services

    def command(receipt: Receipt) -> None:
        preview = services.learner_assignment.preview_group(
            person=person,
            organization=organization,
            group=group,
            emails=named.emails,
            people=router.addresses_of(organization, named.people),
        )
        receipt.answer(services.context, preview)

    return router.idempotent(
        command,
        person=person,
        scope=organization,
        permission=Permission.READ,
        view=views.members_preview,
    )


@router.delete(f"{ONE}/members/<member>", status_code=HTTPStatus.NO_CONTENT)
@described(Groups.remove_member)
def remove_group_member(
    organization: OrganizationPath, group: GroupPath, member: LearnerPath
) -> Response[None]:
    """Remove a member from a group.

    The member keeps their access.
    """
    services = router.services
    services.groups.remove_member(
        person=router.person,
        organization=organization,
        group=group,
        email=services.person_ids.email_of(organization, member),
    )
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.get("/v1/organizations/<organization>/catalogue")
@described(Groups.catalogue)
def search_catalogue(
    organization: OrganizationPath,
    name: Annotated[
        str, Query(max_length=200, description="Words of the product's name; empty for all.")
    ] = "",
) -> LicensePage:
    """Search the licensed products by name.

    For example to add a course to a group. Upper and lower case are the same; oldest first, all on one page.
    """
    found = router.services.groups.catalogue(person=router.person, organization=organization, name=name)
    return LicensePage(items=[common_views.license_(one) for one in found], next=None)
