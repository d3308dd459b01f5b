"""Views of events."""

from __future__ import annotations

from functions.api.schemas import events
from usher.domain.events.event import Event
from usher.domain.events.registry import envelope


def event(of: Event) -> events.Event:
    """An event, in the envelope in which it is published everywhere."""
    return events.Event(**envelope(of))
