"""The event bus: publishes every event on EventBridge."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from usher.domain.events.event import Event
from usher.domain.events.registry import envelope

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

SOURCE = "usher"


class NotPublishedError(Exception):
    """EventBridge refused the event; a retry publishes it."""


class Bus:
    """The event bus."""

    def __init__(self, *, client: EventBridgeClient, name: str) -> None:
        self._client = client
        self._name = name

    def publish(self, event: Event) -> None:
        """Publish an event, or raise NotPublishedError. Consumers may get it twice, with the same `id`."""
        answer = self._client.put_events(
            Entries=[
                {
                    "EventBusName": self._name,
                    "Source": SOURCE,
                    "DetailType": event.type,
                    "Detail": json.dumps(envelope(event)),
                }
            ]
        )
        if answer["FailedEntryCount"]:
            raise NotPublishedError("EventBridge refused the event.")
