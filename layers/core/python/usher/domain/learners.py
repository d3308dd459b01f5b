"""Learners: people who accepted a seat of an organization."""

from __future__ import annotations

from datetime import datetime

from usher.domain.errors import NotFoundError
from usher.lazy_dataclasses import dataclass


class UnknownLearnerError(NotFoundError):
    """The organization has no learner with this address."""

    code = "learner_not_found"
    title = "No such learner"


@dataclass(frozen=True, kw_only=True)
class Learner:
    """A person as a learner of an organization, with the name that they typed themselves."""

    organization: str
    email: str
    first_name: str
    last_name: str
    joined_at: datetime
