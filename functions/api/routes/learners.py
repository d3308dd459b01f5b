"""An organization's learners."""

from __future__ import annotations

from functions.api.descriptions import described
from functions.api.router import ApiRouter
from functions.api.schemas.common import (
    Cursor,
    EmailFilter,
    LearnerPath,
    LicensePath,
    Limit,
    OrganizationPath,
)
from functions.api.schemas.invites import StartChange
from functions.api.schemas.learners import LearnerDetail
from functions.api.schemas.people import Access, LearnerPage
from functions.api.views import common as views
from functions.api.views import learners as learner_views
from usher.services.paging import PAGE
from usher.services.people.learner_details import LearnerDetails
from usher.services.people.learner_queries import LearnerQueries
from usher.services.reschedule_access import RescheduleAccess

router = ApiRouter()


@router.get("/v1/organizations/<organization>/learners")
@described(LearnerQueries.learners)
def list_learners(
    organization: OrganizationPath,
    email: EmailFilter = None,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> LearnerPage:
    """List the learners.

    The people who have accepted a seat, by address.
    """
    services = router.services
    page = services.learner_queries.learners(
        person=router.person, organization=organization, email=email, limit=limit, cursor=cursor
    )
    return LearnerPage(
        items=[views.learner(one, ids=services.person_ids) for one in page.items], next=page.next
    )


@router.get("/v1/organizations/<organization>/learners/<learner>")
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
    return learner_views.detail(found, now=services.context.now(), ids=services.person_ids)


@router.patch("/v1/organizations/<organization>/learners/<learner>/accesses/<license>")
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
