"""Groups: named sets of learners, with licenses that each new member is given (DESIGN 1)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from usher.domain.errors import InvalidError, NotFoundError, RefusedError
from usher.domain.versions import Versioned
from usher.lazy_dataclasses import dataclass

MAX_LICENSES = 20
"""The most licenses of a group, and so of one invite, whose seats have to fit into one transaction."""

MAX_GROUPS = 10
"""The most groups of one invite."""

MAX_GIVEN = 1_000
"""The most members who are given a license in one request; a repeated request continues with the others."""


class UnknownGroupError(NotFoundError):
    """The organization has no group with this id."""

    code = "group_not_found"
    title = "No such group"
    fields = ("group", "groups")
    next_action = "Choose one of the organization's groups."


class GroupNameTakenError(RefusedError):
    """Another group of the organization has this name; capitals do not matter."""

    code = "group_name_taken"
    title = "The name is taken"
    fields = ("name",)
    next_action = "Choose another name, or use the group that has this one."


class TooManyLicensesError(InvalidError):
    """A group or an invite would have more licenses, or an invite more groups, than one invite may have."""

    code = "too_many_licenses"
    title = "Too many licenses or groups at once"
    fields = ("licenses", "license", "groups", "group")
    next_action = (
        f"Keep a group and an invite to {MAX_LICENSES} licenses, and an invite to {MAX_GROUPS} groups; "
        "make a second one for the others."
    )


class NotInGroupError(NotFoundError):
    """The license is not one of the group's."""

    code = "license_not_in_group"
    title = "The license is not in the group"
    next_action = "Choose one of the group's licenses, or add the license to the group."


class UnknownMemberError(NotFoundError):
    """The address is not that of a member of the group."""

    code = "member_not_found"
    title = "No such member"
    next_action = "Look at the group's members; whoever has not accepted yet is among the invites."


class GroupRequiredError(InvalidError):
    """The organization requires that learners are invited to a group."""

    code = "group_required"
    title = "A group is needed"
    fields = ("group",)
    next_action = "Choose one of the organization's groups."


@dataclass(frozen=True, kw_only=True)
class Group(Versioned):
    """A group.

    Attributes:
        licenses: ids, in the order in which they were added.
        members: how many members the group has, counted with each that joins or leaves.
    """

    id: str
    organization: str
    name: str
    created_at: datetime
    licenses: tuple[str, ...] = ()
    members: int = 0

    def __post_init__(self) -> None:
        if len(self.licenses) > MAX_LICENSES:
            raise TooManyLicensesError(f"A group has at most {MAX_LICENSES} licenses.")

    def require(self, license_id: str) -> None:
        """Raise NotInGroupError unless the license is one of the group's."""
        if license_id not in self.licenses:
            raise NotInGroupError(f"The group {self.name} does not have this license.")

    def having(self, license_id: str) -> Group:
        """Return the group with the license among its own, or raise TooManyLicensesError."""
        if license_id in self.licenses:
            return self
        return replace(self, licenses=(*self.licenses, license_id))

    def without(self, license_id: str) -> Group:
        """Return the group without the license, or raise NotInGroupError."""
        self.require(license_id)
        return replace(self, licenses=tuple(id_ for id_ in self.licenses if id_ != license_id))


@dataclass(frozen=True, kw_only=True)
class InviteGroup:
    """A group that an invite is to, by the name that it had then.

    Attributes:
        licenses: the ids of the group's licenses; known of an invite that is not written yet, and not stored.
    """

    id: str
    name: str
    licenses: tuple[str, ...] = ()

    @classmethod
    def of(cls, group: Group) -> InviteGroup:
        """Return what an invite says of the group."""
        return cls(id=group.id, name=group.name, licenses=group.licenses)


def licenses_together(groups: Sequence[Group], licenses: Sequence[str]) -> tuple[str, ...]:
    """Return the licenses of an invite to these groups and licenses, each once.

    Raises:
        TooManyLicensesError: there are more groups or licenses than one invite may have.
    """
    together = tuple(dict.fromkeys([*licenses, *(id_ for group in groups for id_ in group.licenses)]))
    if len(groups) > MAX_GROUPS or len(together) > MAX_LICENSES:
        raise TooManyLicensesError(
            f"One invite is to at most {MAX_GROUPS} groups, and gives at most {MAX_LICENSES} licenses "
            "altogether."
        )
    return together


@dataclass(frozen=True, kw_only=True)
class Member:
    """A learner's membership in a group, from the moment when they accepted."""

    organization: str
    group: str
    email: str
    joined_at: datetime


def comparable_name(name: str) -> str:
    """Return a name in the form by which names are compared: without differences of case and width."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
