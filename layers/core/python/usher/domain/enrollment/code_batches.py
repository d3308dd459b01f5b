"""Batches of redemption codes: what they were created with, and how many of their codes were used."""

from __future__ import annotations

from datetime import datetime

from usher.domain.enrollment.grants import Grant
from usher.domain.errors import NotFoundError
from usher.lazy_dataclasses import dataclass


class UnknownCodeBatchError(NotFoundError):
    """The organization has no batch of codes with this id."""

    code = "code_batch_not_found"
    title = "No such batch of codes"
    fields = ("batch",)
    next_action = "Look at the list of batches."


@dataclass(frozen=True, kw_only=True)
class CodeBatch:
    """A batch of codes, with the terms that they were created with; each code can be changed since.

    Attributes:
        created: how many codes were created.
        used: how many of them were redeemed, removed ones included.
        removed: how many of them were removed.
    """

    id: str
    organization: str
    grant: Grant
    created_at: datetime
    created_by: str
    name: str = ""
    ends_at: datetime | None = None
    domain: str = ""
    created: int = 0
    used: int = 0
    removed: int = 0
