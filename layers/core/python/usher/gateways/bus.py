"""The event bus: publishes every event on EventBridge."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from usher.domain.events.event import Event
from usher.domain.events.registry import envelope
from usher.gateways.packing import packed

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

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
        for failure in self.publish_each([event]).values():
            raise failure

    def publish_each(self, events: Sequence[Event]) -> Mapping[str, Exception]:
        """Publish events, and return why some were not published, by their ids: one call for each ten.

        A call that fails leaves the others to be made, and an entry that is refused those beside it.
        """
        failures: dict[str, Exception] = {}
        published = [(event, self._entry(event)) for event in events]
        for batch in packed(published, size_of=lambda one: _size(one[1])):
            try:
                answer = self._client.put_events(Entries=[entry for _, entry in batch])
            except (BotoCoreError, ClientError) as error:
                failures |= {event.id: error for event, _ in batch}
            else:
                failures |= {
                    event.id: NotPublishedError("EventBridge refused the event.")
                    for (event, _), result in zip(batch, answer["Entries"], strict=True)
                    if "ErrorCode" in result
                }
        return failures

    def _entry(self, event: Event) -> PutEventsRequestEntryTypeDef:
        return {
            "EventBusName": self._name,
            "Source": SOURCE,
            "DetailType": event.type,
            "Detail": json.dumps(envelope(event)),
        }


def _size(entry: PutEventsRequestEntryTypeDef) -> int:
    """Return how many bytes EventBridge counts of an entry."""
    return len((entry["Source"] + entry["DetailType"] + entry["Detail"]).encode())
