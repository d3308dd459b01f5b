"""Events, as the event log shows them; `published_events` has the schema of each type's data."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from functions.api.schemas.common import ActorName, Id, Instant, Paged, PersonId, Shape
from usher.domain.events.registry import EVENT_TYPES


def _check_type(name: str) -> str:
    if name not in EVENT_TYPES:
        raise ValueError("is no type of event")
    return name


EventType = Annotated[
    str, AfterValidator(_check_type), Field(max_length=64, json_schema_extra={"enum": sorted(EVENT_TYPES)})
]


class Event(Shape):
    """Something that happened; `data` depends on the type."""

    id: Id
    type: str
    occurred_at: Instant
    organization: str
    actor: str
    data: dict[str, Any]


class EventPage(Paged):
    """Events, newest first."""

    items: list[Event]
    actor_names: dict[str, ActorName | None] = Field(
        description="The present name of each `actor` of the page: of managers, API keys and learners; null "
        "for `system`, for operators, and for somebody who left.",
        examples=[{"manager@acme.example": "Max Full"}],
    )
    people: dict[str, PersonId] = Field(
        description="The id of the person of each event that names one person alone, by address.",
        examples=[
            {"ann.lee@acme.example": "k1.0LpBcZ3mM1b9Yw2rQ7tVxKfJ8sNhD4eUaGiOPR6TyWuSlCvEXqIZkHgFnj5o"}
        ],
    )
