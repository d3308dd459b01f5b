"""What is held about a learner, and orders to erase one."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from functions.api.schemas.common import Email, Id, Instant, Paged, Shape


class Export(Shape):
    """All that the organization holds about an address, item by item, by kind."""

    organization: Id
    email: Email
    exported_at: Instant
    records: dict[str, list[dict[str, Any]]] = Field(
        examples=[{"learner": [{"email": "ann.lee@acme.example", "first_name": "Ann", "last_name": "Lee"}]}]
    )


class NewErasure(Shape):
    """Whom to erase."""

    email: Email


class Erasure(Shape):
    """An order to erase a learner."""

    id: Id
    pseudonym: str = Field(
        description="The address that stands in the person's place from then on; nobody's.",
        examples=["01kap3v8q2m4x7y9z1b5c6d8e0@erased.invalid"],
    )
    ordered_at: Instant
    ordered_by: str = Field(examples=["manager@acme.example"])
    done_at: Instant | None = Field(
        description="When nothing was left; null for the minutes before, or while an import is under way.",
        examples=[None],
    )


class ErasurePage(Paged):
    """Orders to erase, newest first."""

    items: list[Erasure]
