"""Lists of learners: which of them are wanted, and in which order."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Literal

from usher.domain.accesses import GIVEN, Access, GivenState
from usher.domain.directory import DirectoryEntry
from usher.domain.learners import Learner
from usher.lazy_dataclasses import dataclass


class LearnerSort(StrEnum):
    """The order of a list of learners; by name is by last name, or by the address where no name is known."""

    EMAIL = "email"
    EMAIL_DESCENDING = "-email"
    NAME = "name"
    NAME_DESCENDING = "-name"

    @property
    def is_descending(self) -> bool:
        """Whether the order begins with the greatest."""
        return self.startswith("-")

    @property
    def is_by_name(self) -> bool:
        """Whether the order is that of names."""
        return self in {LearnerSort.NAME, LearnerSort.NAME_DESCENDING}


GivenStateName = Literal["scheduled", "active", "ended"]
"""The name of a state by which learners are asked for, as a request has it."""


def given_states(names: Collection[GivenStateName]) -> tuple[GivenState, ...]:
    """Return the states with these names, each once."""
    return tuple(one for one in GIVEN if one.value in names)


@dataclass(frozen=True, kw_only=True)
class LearnerCriteria:
    """The learners who are wanted: by any of several values, all of several criteria; empty is no filter.

    Attributes:
        licenses: of which the learner has an access, in one of the states.
        states: of an access by the clock; without licenses, of one of any license.
        groups: of which the learner is a member.
    """

    licenses: tuple[str, ...] = ()
    states: tuple[GivenState, ...] = ()
    groups: tuple[str, ...] = ()

    @property
    def possible_states(self) -> tuple[GivenState, ...]:
        """The states of the access that is asked for."""
        return self.states or GIVEN

    @property
    def asks_for_access(self) -> bool:
        """Whether a learner is wanted for an access."""
        return bool(self.licenses or self.states)

    def is_met_by(self, accesses: Collection[Access], groups: Collection[str], *, now: datetime) -> bool:
        """Return whether a learner with these accesses, in these of the groups, is wanted."""
        has_access = any(one.state_at(now) in self.possible_states for one in accesses)
        return (has_access or not self.asks_for_access) and (bool(groups) or not self.groups)


def directory_entry(learner: Learner) -> DirectoryEntry:
    """Return the learner as they stand in the directory: by the name that they gave themselves."""
    return DirectoryEntry(email=learner.email, first_name=learner.first_name, last_name=learner.last_name)
