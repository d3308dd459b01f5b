"""Learners in full, and who sits in a license."""

from __future__ import annotations

from pydantic import Field

from functions.api.schemas.common import FirstName, Id, LastName, Paged, Shape
from functions.api.schemas.figures import AccessCounts, LearnerCounts, counts_field
from functions.api.schemas.invites import Invite
from functions.api.schemas.people import Access, Learner


class LicenseAccess(Access):
    """One person's use of a license, with their name.

    The name is the learner's own; of a person who is only invited it is the one that the manager typed.
    """

    first_name: FirstName
    last_name: LastName


class LicenseAccessPage(Paged):
    """Accesses by state and address."""

    items: list[LicenseAccess]
    counts: AccessCounts | None = counts_field()


class LearnerGroup(Shape):
    """A group that the learner is a member of."""

    id: Id
    name: str = Field(examples=["Night shift"])


class ListedLearner(Learner):
    """A learner in a list, with what the request's `include` names."""

    accesses: list[Access] | None = Field(
        description="The accesses from this organization; null unless `include` has `accesses`."
    )
    groups: list[LearnerGroup] | None = Field(
        description="The groups that the learner is in; null unless `include` has `groups`."
    )


class LearnerPage(Paged):
    """Learners in the order that was asked for."""

    items: list[ListedLearner]
    counts: LearnerCounts | None = counts_field()


class LearnerClient(Shape):
    """A client of the organization, whose learner the person is, too."""

    id: Id
    name: str = Field(examples=["Harbor"])


class LearnerDetail(Learner):
    """A learner in full, as this organization sees them."""

    accesses: list[Access] = Field(description="Those from this organization.")
    groups: list[LearnerGroup] = Field(description="Oldest first.")
    invites: list[Invite] = Field(description="The open invites to the person, newest first.")
    clients: list[LearnerClient] = Field(description="By name; none for an organization that is a client.")
