"""Entitlements, which learning platforms ask for."""

from __future__ import annotations

from pydantic import Field

from functions.api.schemas.common import Id, Instant, Shape
from usher.domain.accesses import AccessState


class Entitlement(Shape):
    """Whether the person may use the product now, and their best access; all null if there is none."""

    entitled: bool = Field(examples=[True])
    state: AccessState | None = Field(examples=["active"])
    starts_at: Instant | None
    ends_at: Instant | None
    organization: Id | None = Field(description="The organization that holds the seat.")
