"""Events about personal data of a learner, exported or erased."""

from __future__ import annotations

from usher.domain.events.event import EventData
from usher.lazy_dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class LearnerExported(EventData, type="learner.exported"):
    """A manager exported all that the organization holds about an address."""

    email: str
    records: int


@dataclass(frozen=True, kw_only=True)
class LearnerErased(EventData, type="learner.erased"):
    """A manager had a learner erased."""

    erasure: str
    """The id of the erasure."""
    email: str
    """The pseudonym that stands in the address's place."""
