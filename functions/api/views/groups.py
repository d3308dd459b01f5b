"""Views of groups, and of what giving licenses to their members needs."""

from __future__ import annotations

from functions.api.schemas import groups
from functions.api.views import common
from usher.domain.instants import rfc3339
from usher.domain.learner_assignments import Assigned, LicensePreview, MembersPreview, SeatRequirement
from usher.domain.learners import Learner
from usher.gateways.person_ids import PersonIds
from usher.services.groups import GroupDetail
from usher.services.license_assignment import AssignmentResult


def group(of: GroupDetail) -> groups.Group:
    """A group with its licenses."""
    return groups.Group(
        id=of.group.id,
        name=of.group.name,
        licenses=[common.license_(one) for one in of.licenses],
        members=of.group.members,
        created_at=rfc3339(of.group.created_at),
        version=of.group.version or 0,
    )


def member(of: Learner, *, ids: PersonIds) -> groups.Member:
    """A member of a group, by their own name."""
    return groups.Member(**dict(common.learner(of, ids=ids)))


def assignment_result(of: AssignmentResult) -> groups.AssignmentResult:
    """The result of adding a license to a group."""
    return groups.AssignmentResult(
        group=of.group, license=of.license, given=of.given, have=of.have, left=of.left
    )


def members_preview(of: MembersPreview) -> groups.MembersPreview:
    """What putting learners into a group needs."""
    return groups.MembersPreview(
        learners=of.learners, members=of.members, seats=[seat_requirement(one) for one in of.seats]
    )


def assigned(of: Assigned, *, ids: PersonIds) -> groups.Assigned:
    """What became of one learner."""
    return groups.Assigned(person=ids.id_of(of.organization, of.email), email=of.email, outcome=of.outcome)


def license_preview(of: LicensePreview, *, ids: PersonIds) -> groups.LicenseAssignmentPreview:
    """What giving learners a license needs, and what becomes of each."""
    return groups.LicenseAssignmentPreview(
        **dict(seat_requirement(of.seats)), results=[assigned(one, ids=ids) for one in of.results]
    )


def seat_requirement(of: SeatRequirement) -> groups.SeatRequirement:
    """The seats that giving a license to members or learners needs."""
    return groups.SeatRequirement(
        license=of.terms.license,
        product=common.product_summary(of.terms.product),
        members=of.members,
        have=of.have,
        needed=of.needed,
        available=of.available,
        missing=of.missing,
    )
