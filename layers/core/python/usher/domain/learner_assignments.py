"""Assignments by hand: learners are put into a group, or given a license, without an invite. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum

from usher.domain.accesses import Access, AccessState
from usher.domain.addresses import (
    MAX_ADDRESSES,
    BadAddressesError,
    NoAddressesError,
    TooManyAddressesError,
    read_addresses,
)
from usher.domain.errors import RefusedError
from usher.domain.groups import Group
from usher.domain.licenses import License, LicenseTerms, SeatNeed
from usher.lazy_dataclasses import dataclass


class NotLearnersError(RefusedError):
    """Some of the people are no learners of the organization; `not_learners` has them as they were named."""

    code = "not_learners"
    title = "Not all of them are learners of the organization"
    fields = ("people", "emails")
    next_action = "Invite those who are no learners yet to the group or license, or leave them out."


class AssignmentOutcome(StrEnum):
    """What became of one learner.

    `already_assigned` had it all; `already_invited` has an open invite to the seats; `no_seat` and
    `not_a_learner` came to be while others of the request were given theirs.
    """

    ASSIGNED = "assigned"
    ALREADY_ASSIGNED = "already_assigned"
    ALREADY_INVITED = "already_invited"
    NO_SEAT = "no_seat"
    NOT_A_LEARNER = "not_a_learner"


@dataclass(frozen=True, kw_only=True)
class Assigned:
    """What became of one learner, by address."""

    organization: str
    email: str
    outcome: AssignmentOutcome


@dataclass(frozen=True, kw_only=True)
class NamedPerson:
    """A person of a request: the id or address as it was sent, and the address; empty for nobody's id."""

    named: str
    email: str


@dataclass(frozen=True, kw_only=True)
class SeatRequirement(SeatNeed):
    """The seats needed to give a license to some learners; `have` have a seat, or an open invite to one."""

    members: int
    have: int


@dataclass(frozen=True, kw_only=True)
class MembersPreview:
    """What putting learners into a group needs. `members` of them are in it already."""

    learners: int
    members: int
    seats: Sequence[SeatRequirement]


@dataclass(frozen=True, kw_only=True)
class LicensePreview:
    """What giving learners a license needs, and what would become of each, in the order of the request."""

    seats: SeatRequirement
    results: Sequence[Assigned]


@dataclass(frozen=True, kw_only=True)
class Assignee:
    """A learner with what they lack.

    Attributes:
        position: that of the person in the request.
        missing: the licenses of which they have neither a seat nor an open invite to one.
        joins: whether they are to join the group.
        is_invited: whether an open invite holds one of the seats.
    """

    position: int
    email: str
    missing: tuple[LicenseTerms, ...]
    joins: bool
    is_invited: bool

    @property
    def lacks_nothing(self) -> bool:
        """Whether there is nothing to be done."""
        return not self.missing and not self.joins


@dataclass(frozen=True, kw_only=True)
class AssignmentPlan:
    """What is given to whom, as it was read.

    Attributes:
        group: the group that is joined; None where a license is given alone.
        pools: the licenses that are given, with their seats.
        assignees: the learners of the request.
        strangers: those of the request who are no learners, by position.
    """

    organization: str
    group: Group | None
    pools: Mapping[str, License]
    assignees: Sequence[Assignee]
    strangers: Mapping[int, NamedPerson]

    def require_learners(self) -> None:
        """Raise NotLearnersError unless all are learners of the organization."""
        if self.strangers:
            named = [one.named for one in self.strangers.values()]
            raise NotLearnersError(
                f"{len(named)} of the people {'is no learner' if len(named) == 1 else 'are no learners'} "
                "of the organization; nobody was given anything.",
                not_learners=named,
            )

    @property
    def needs(self) -> list[SeatRequirement]:
        """The seats that are needed of each license."""
        needed = Counter(terms.license for one in self.assignees for terms in one.missing)
        return [
            SeatRequirement(
                terms=pool.terms,
                members=len(self.assignees),
                have=len(self.assignees) - needed[id_],
                needed=needed[id_],
                available=pool.available,
            )
            for id_, pool in self.pools.items()
        ]

    @property
    def preview(self) -> MembersPreview:
        """What the plan needs."""
        return MembersPreview(
            learners=len(self.assignees),
            members=sum(not one.joins for one in self.assignees),
            seats=self.needs,
        )

    def results(self) -> list[Assigned]:
        """Return what becomes of each, in the order of the request."""
        settled = self.settled()
        return [
            settled.get(one.position)
            or Assigned(organization=self.organization, email=one.email, outcome=AssignmentOutcome.ASSIGNED)
            for one in self.assignees
        ]

    def settled(self) -> dict[int, Assigned]:
        """Return what became of those for whom nothing can be done, by position.

        Seats go to the first in the request, as far as there are some.
        """
        left = {id_: pool.available for id_, pool in self.pools.items()}
        outcomes = dict.fromkeys(self.strangers, AssignmentOutcome.NOT_A_LEARNER)
        for one in self.assignees:
            if one.lacks_nothing:
                invited = AssignmentOutcome.ALREADY_INVITED
                outcomes[one.position] = invited if one.is_invited else AssignmentOutcome.ALREADY_ASSIGNED
            elif any(left[terms.license] < 1 for terms in one.missing):
                outcomes[one.position] = AssignmentOutcome.NO_SEAT
            else:
                left |= {terms.license: left[terms.license] - 1 for terms in one.missing}
        emails = {one.position: one.email for one in self.assignees}
        emails |= {at: one.email for at, one in self.strangers.items()}
        return {
            at: Assigned(organization=self.organization, email=emails[at], outcome=outcome)
            for at, outcome in outcomes.items()
        }


def assignee(
    position: int,
    email: str,
    *,
    licenses: Sequence[License],
    held: Mapping[str, Access],
    joins: bool,
) -> Assignee:
    """Return the learner with what they lack; `held` has their live accesses by license."""
    own = [held[pool.id] for pool in licenses if pool.id in held]
    return Assignee(
        position=position,
        email=email,
        missing=tuple(pool.terms for pool in licenses if pool.id not in held),
        joins=joins,
        is_invited=any(access.state is AccessState.RESERVED for access in own),
    )


def read_named(emails: str | Sequence[str], people: Mapping[str, str]) -> list[NamedPerson]:
    """Read the distinct people of a request: addresses, and the addresses behind ids in `people`.

    Raises:
        NoAddressesError, TooManyAddressesError: about how many were named.
        BadAddressesError: an address is malformed.
    """
    named = {email or id_: NamedPerson(named=id_, email=email) for id_, email in people.items()}
    if emails or not people:
        found = read_addresses(emails)
        if found.bad:
            raise BadAddressesError(
                f"{len(found.bad)} of the addresses cannot be read; nobody was given anything.",
                next_action="Correct or remove the addresses that are named.",
                addresses=[one.facts for one in found.bad],
            )
        for one in found.recipients:
            named.setdefault(one.email, NamedPerson(named=one.email, email=one.email))
    if not named:
        raise NoAddressesError("Neither `people` nor `emails` names anybody.", fields=("people", "emails"))
    if len(named) > MAX_ADDRESSES:
        raise TooManyAddressesError(f"More than {MAX_ADDRESSES} people were named.", limit=MAX_ADDRESSES)
    return list(named.values())
