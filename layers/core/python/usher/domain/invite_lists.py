"""Lists of invites: which of them are wanted, and in which order."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from usher.domain.delivery_problems import DeliveryProblem, problem_of
from usher.domain.directory import DirectoryField
from usher.domain.invites import Invite, InviteState
from usher.domain.reports.windows import ALWAYS, Window
from usher.lazy_dataclasses import dataclass


class InviteSort(StrEnum):
    """The order of a list of invites; by name is by last name, or by the address where no name is known."""

    NEWEST = "-created"
    OLDEST = "created"
    EMAIL = "email"
    EMAIL_DESCENDING = "-email"
    NAME = "name"
    NAME_DESCENDING = "-name"

    @property
    def is_descending(self) -> bool:
        """Whether the order begins with the greatest."""
        return self.startswith("-")

    @property
    def field(self) -> DirectoryField | None:
        """What the directory is sorted by for this order; None where the order is that of creation."""
        by = {"email": DirectoryField.EMAIL, "name": DirectoryField.LAST_NAME}
        return by.get(self.removeprefix("-"))


@dataclass(frozen=True, kw_only=True)
class InviteCriteria:
    """The invites that are wanted: by any of several values, and all of several criteria; empty is no filter.

    Attributes:
        expired: whether they are pending and can no longer be answered, or are anything but that.
        created: when they were created.
    """

    states: tuple[InviteState, ...] = ()
    licenses: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    problems: tuple[DeliveryProblem, ...] = ()
    email: str | None = None
    expired: bool | None = None
    created: Window = ALWAYS

    @property
    def possible_states(self) -> tuple[InviteState, ...]:
        """The states that wanted invites can have: only pending ones expire, or have a problem."""
        states = self.states or tuple(InviteState)
        if self.expired or self.problems:
            return tuple(state for state in states if state is InviteState.PENDING)
        return tuple(dict.fromkeys(states))

    @property
    def leaves_out_expired(self) -> bool:
        """Whether of the pending invites those are wanted alone that can be answered."""
        return self.expired is False and InviteState.PENDING in self.possible_states

    def in_states(self, states: Collection[InviteState]) -> InviteCriteria:
        """Return the same criteria for invites in some states alone, at least one of which is possible."""
        return replace(self, states=tuple(one for one in self.possible_states if one in states))

    def matches(self, invite: Invite, *, now: datetime) -> bool:
        """Return whether an invite is wanted, as it stands at `now`."""
        offered = {terms.license for terms in invite.licenses}
        joined = {group.id for group in invite.groups}
        return (
            invite.state in self.possible_states
            and (not self.licenses or not offered.isdisjoint(self.licenses))
            and (not self.groups or not joined.isdisjoint(self.groups))
            and (not self.problems or problem_of(invite) in self.problems)
            and (self.email is None or invite.email == self.email)
            and (self.expired is None or invite.has_expired(now) is self.expired)
            and self.created.contains(invite.created_at)
        )
