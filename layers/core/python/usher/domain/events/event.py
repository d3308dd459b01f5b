"""Events: the envelope, which is the same for every type, and the base of the data classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from typing import Any, ClassVar

from usher.lazy_dataclasses import dataclass

SYSTEM = "system"
"""The actor of scheduled work."""

LATE_AFTER = timedelta(minutes=10)
"""How long after an event its dispatch is late, so that the sweep has the stream deliver it again."""

LONGEST_WAIT = timedelta(days=1)
"""The longest time between two such deliveries of one event."""

OPERATIONS = "operations"
"""The organization of events that belong to none: those about products."""


def late_again_at(occurred_at: datetime, *, now: datetime) -> datetime:
    """Return when an event that is delivered again now is late again: the older it is, the later."""
    return now + min(max(now - occurred_at, LATE_AFTER), LONGEST_WAIT)


class EventData:
    """Base of the classes of events' data, one for each type of event.

    Attributes:
        type: the name under which the type is published, such as `invite.accepted`; it never changes.
        of_operations: whether its events belong to OPERATIONS, and so to no organization.
    """

    type: ClassVar[str] = ""
    of_operations: ClassVar[bool] = False
    # For generating the published schemas: a field's description is the text below it.
    __pydantic_config__: ClassVar[dict[str, bool]] = {"use_attribute_docstrings": True}

    def __init_subclass__(
        cls,
        type: str = "",  # noqa: A002 - the published word
        *,
        of_operations: bool = False,
        **kwargs: Any,  # noqa: ANN401 - the other classes' own
    ) -> None:
        super().__init_subclass__(**kwargs)
        if type:
            cls.type = type
            cls.of_operations = of_operations


@dataclass(frozen=True, kw_only=True)
class UnknownEvent(EventData):
    """Data that no class can read, of an unknown type or written by another version.

    Readers pass it on as it is; nothing follows from it.
    """

    name: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened in an organization.

    Attributes:
        id: a ULID; the newest sorts last.
        organization: the organization's id, or OPERATIONS.
        actor: the address of the person, `api-key:` and the id of the key that a program used, or SYSTEM.
        occurred_at: when, in whole seconds, UTC.
        data: the data of the event's type.
        figures: by how much its transaction changed the organization's figures; not published.
        correlation_id: the id of the request that it follows from, for the logs; empty where it is not known.
            Not published.
        of_import: whether a row of an import made it, so that nobody waits for its emails. Not published.
    """

    id: str
    organization: str
    actor: str
    occurred_at: datetime
    data: EventData
    figures: Mapping[str, int] = field(default_factory=dict)
    correlation_id: str = ""
    of_import: bool = False

    @property
    def type(self) -> str:
        """The name of the type, such as `invite.accepted`."""
        return self.data.name if isinstance(self.data, UnknownEvent) else self.data.type
