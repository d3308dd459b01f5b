"""Exports of the data held about a learner, and orders to erase a learner."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from functions.api.schemas.common import Actor, ActorName, Email, Id, Instant, Paged, PersonId, Shape


class Export(Shape):
    """All data that the organization holds about an address, as items grouped by kind."""

    organization: Id
    person: PersonId
    email: Email
    exported_at: Instant
    records: dict[str, list[dict[str, Any]]] = Field(
        examples=[{"learner": [{"email": "ann.lee@acme.example", "first_name": "Ann", "last_name": "Lee"}]}]
    )


class NewErasure(Shape):
    """The learner to erase."""

    email: Email


class Erasure(Shape):
    """An order to erase a learner."""

    id: Id
    pseudonym: str = Field(
        description="The address that replaces the learner's; it is nobody's.",
        examples=["01kap3v8q2m4x7y9z1b5c6d8e0@erased.invalid"],
    )
    ordered_at: Instant
    ordered_by: Actor
    ordered_by_name: ActorName | None
    done_at: Instant | None = Field(
        description="When nothing was left; null before, for minutes or while an import is under way.",
        examples=[None],
    )
    failed_at: Instant | None = Field(
        description="When it was given up after several attempts; null if it was not. Tell whoever runs "
        "Usher, who can have it carried out.",
        examples=[None],
    )


class ErasurePage(Paged):
    """Orders to erase, newest first."""

    items: list[Erasure]
