"""Groups, their members, and the seats that giving them a license needs."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool

from functions.api.schemas.common import (
    Email,
    Id,
    Instant,
    Paged,
    PersonId,
    Shape,
    Version,
    VersionRead,
    ruled,
)
from functions.api.schemas.invites import Pasted
from functions.api.schemas.licenses import License, ProductSummary
from functions.api.schemas.people import Learner
from usher.domain.addresses import MAX_ADDRESSES
from usher.domain.groups import MAX_GIVEN, MAX_LICENSES
from usher.domain.learner_assignments import AssignmentOutcome
from usher.domain.people import MAX_NAME

GroupName = Annotated[
    str,
    Field(
        description="Unique among the organization's groups, regardless of case.",
        examples=["Night shift"],
        json_schema_extra=ruled(MAX_NAME),
    ),
]


class NewGroup(Shape):
    """A group to create, with the licenses that each new learner of it is given."""

    name: GroupName
    licenses: list[Id] = Field(default_factory=list, description=f"At most {MAX_LICENSES}.")


class GroupChange(Shape):
    """The group's new name. Invites keep the name that they were sent with."""

    name: GroupName
    version: VersionRead = None


class Group(Shape):
    """A named set of learners with licenses that each new learner of it is given."""

    id: Id
    name: GroupName
    licenses: list[License] = Field(description="In the order in which they were added.")
    members: int = Field(description="How many members the group has.", examples=[12])
    created_at: Instant = Field(examples=["2027-01-10T08:00:00Z"])
    version: Version


class GroupPage(Paged):
    """Groups, oldest first."""

    items: list[Group]


class Member(Learner):
    """A member of a group, by the name they gave themselves; `joined_at` is when they joined the group."""


class MemberPage(Paged):
    """Members by address."""

    items: list[Member]


class GroupLicense(Shape):
    """A license to add to a group."""

    license: Id
    apply_to_members: StrictBool = Field(
        default=False,
        description="Give it also to the present members who do not have it: at once, or from its start.",
        examples=[True],
    )


class AssignmentResult(Shape):
    """The result of adding a license, for the present members."""

    group: Id
    license: Id
    given: int = Field(description="Members who were given a seat.", examples=[12])
    have: int = Field(description="Members who had a seat or an open invite to one.", examples=[3])
    left: int = Field(
        description="Members who have none. With `apply_to_members`, send the request again to continue: "
        f"one request gives at most {MAX_GIVEN} seats.",
        examples=[0],
    )


class SeatRequirement(Shape):
    """The seats that giving a license to members, or to learners, needs."""

    license: Id
    product: ProductSummary
    members: int = Field(description="Of the group, or the learners of the request.", examples=[15])
    have: int = Field(description="Those with a seat or an open invite to one.", examples=[3])
    needed: int = Field(examples=[12])
    available: int = Field(examples=[20])
    missing: int = Field(description="How many more seats are needed than available.", examples=[0])


class NamedLearners(Shape):
    """Learners of the organization, by their ids, by their addresses or by both."""

    people: list[PersonId] = Field(
        default_factory=list, max_length=MAX_ADDRESSES, description="Learners by their ids.", examples=[[]]
    )
    emails: Pasted | list[Pasted] = Field(
        "",
        description="Learners by their addresses: a list, or one text, as for invites. With `people`, up to "
        f"{MAX_ADDRESSES} in all.",
        examples=["ann.lee@acme.example, ben@acme.example"],
    )


class MembersPreview(Shape):
    """What putting learners into a group needs."""

    learners: int = Field(description="How many learners were named.", examples=[15])
    members: int = Field(description="Those of them who are members already.", examples=[2])
    seats: list[SeatRequirement] = Field(description="The seats of each of the group's licenses.")


class Assigned(Shape):
    """What became of one learner."""

    person: PersonId
    email: Email
    outcome: AssignmentOutcome


class LicenseAssignmentPreview(SeatRequirement):
    """The seats that giving learners a license needs, and what would become of each."""

    results: list[Assigned] = Field(
        description="In the order of the request. Seats that are left go to the first ones; the request "
        "itself gives all of them or none."
    )


class AssignmentResults(Shape):
    """What became of each learner, those of `people` first."""

    results: list[Assigned]
