"""Events about groups of learners."""

from __future__ import annotations

from usher.domain.events.accesses import SeatsGivenData
from usher.domain.events.event import EventData
from usher.domain.events.parts import GroupRef, LicenseRef
from usher.lazy_dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class GroupCreated(EventData, type="group.created"):
    """A manager created a group."""

    group: GroupRef
    licenses: tuple[LicenseRef, ...]
    """What each new member is given."""


@dataclass(frozen=True, kw_only=True)
class GroupRenamed(EventData, type="group.renamed"):
    """A manager renamed a group."""

    group: GroupRef
    previous_name: str


@dataclass(frozen=True, kw_only=True)
class GroupDeleted(EventData, type="group.deleted"):
    """A manager deleted a group; its members keep what they have."""

    group: GroupRef


@dataclass(frozen=True, kw_only=True)
class GroupLicenseData(SeatsGivenData):
    """What giving a group's license to its members carries."""

    group: GroupRef
    license: LicenseRef


@dataclass(frozen=True, kw_only=True)
class GroupLicenseAdded(GroupLicenseData, type="group.license_added"):
    """A manager added a license to a group, and gave it to these present members."""


@dataclass(frozen=True, kw_only=True)
class GroupLicenseApplied(GroupLicenseData, type="group.license_applied"):
    """These members were given a license that their group has."""


@dataclass(frozen=True, kw_only=True)
class GroupLicenseRemoved(EventData, type="group.license_removed"):
    """A manager removed a license from a group; its members keep what they have."""

    group: GroupRef
    license: LicenseRef


@dataclass(frozen=True, kw_only=True)
class GroupMembersAdded(SeatsGivenData, type="group.members_added"):
    """A manager put these learners into a group, with seats of its licenses that they lacked."""

    group: GroupRef
    emails: tuple[str, ...]
    """The addresses of those who were no members before."""


@dataclass(frozen=True, kw_only=True)
class GroupMemberRemoved(EventData, type="group.member_removed"):
    """A manager removed a member from a group, who keeps what they have."""

    group: GroupRef
    email: str
