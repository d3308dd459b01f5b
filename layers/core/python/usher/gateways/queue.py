"""SQS queues of typed messages, each a JSON object, and the formats of Usher's queues."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from usher import correlation
from usher.domain.effects.kinds import ContinueImport, Email, EraseLearner, Template
from usher.domain.events.event import UnknownEvent
from usher.domain.events.registry import data_from_json, data_to_json
from usher.domain.integrations.webhook_deliveries import Call

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef


class OfOrganization(Protocol):
    """A message about the work of one organization."""

    @property
    def organization(self) -> str:
        """The organization's id."""


T = TypeVar("T", bound=OfOrganization)

BATCH = 10
"""The most messages in one SendMessageBatch, by SQS's limits."""

ATTEMPTS = 3
"""How often a message is sent that SQS refuses while it accepts others of the same call."""

LONGEST_DELAY = timedelta(minutes=15)
"""The longest delay of a message, by SQS's limits."""


class NotQueuedError(Exception):
    """SQS refused some messages; a retry queues them."""


@dataclass(frozen=True)
class MessageFormat(Generic[T]):
    """The format of a type of message in the body of an SQS message: its fields, as a JSON object.

    Attributes:
        build: returns the message with the fields that were read.
        fields: returns the fields of a message to write.
    """

    build: Callable[..., T]
    fields: Callable[[T], Mapping[str, Any]] = vars

    def write(self, message: T) -> str:
        """Return the body for a message."""
        return json.dumps(self.fields(message), separators=(",", ":"))

    def read(self, body: str) -> T:
        """Return the message in a body, or raise ValueError or TypeError if it is not of this type."""
        return self.build(**json.loads(body))


def _email(*, template: str, type: str, data: Mapping[str, Any], **fields: Any) -> Email:  # noqa: A002, ANN401 - Email's own fields, as JSON has them
    read = data_from_json(type, data)
    if isinstance(read, UnknownEvent):
        raise ValueError(f"The data of {type} cannot be read.")  # noqa: TRY004 - what is wrong is the message
    return Email(template=Template(template), data=read, **fields)


def _fields_of_email(email: Email) -> Mapping[str, Any]:
    return {**vars(email), "type": email.data.type, "data": data_to_json(email.data)}


EMAILS = MessageFormat(_email, _fields_of_email)
WEBHOOK_CALLS = MessageFormat(Call)
IMPORT_JOBS = MessageFormat(ContinueImport)
ERASURE_JOBS = MessageFormat(EraseLearner)


class Queue(Generic[T]):
    """The sending end of an SQS queue whose messages have one format.

    Each message names its organization as the message group. In a standard queue that orders nothing: SQS
    hands out the messages of organizations with few in work before those of one with many (fair queues).
    Each also has the present correlation id, if there is one, as its attribute `correlation_id`.
    """

    def __init__(self, *, client: SQSClient, url: str, message_format: MessageFormat[T]) -> None:
        self._client = client
        self._url = url
        self._format = message_format

    def put(self, messages: Sequence[T], *, delay: timedelta = timedelta()) -> None:
        """Queue the messages, to be received after the delay, LONGEST_DELAY at most: one call for each ten.

        Messages that SQS refuses are sent again, ATTEMPTS times in all.

        Raises:
            NotQueuedError: SQS refused some each time; the others are queued.
        """
        for first in range(0, len(messages), BATCH):
            self._send(
                [
                    self._entry(position, message, delay=delay)
                    for position, message in enumerate(messages[first : first + BATCH])
                ]
            )

    def _entry(self, position: int, message: T, *, delay: timedelta) -> SendMessageBatchRequestEntryTypeDef:
        entry: SendMessageBatchRequestEntryTypeDef = {
            "Id": str(position),
            "MessageBody": self._format.write(message),
            "MessageGroupId": message.organization,
            "DelaySeconds": int(delay.total_seconds()),
        }
        if correlation_id := correlation.current():
            entry["MessageAttributes"] = {
                correlation.ATTRIBUTE: {"DataType": "String", "StringValue": correlation_id}
            }
        return entry

    def _send(self, entries: Sequence[SendMessageBatchRequestEntryTypeDef]) -> None:
        for _ in range(ATTEMPTS):
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
            refused = {entry["Id"] for entry in answer.get("Failed", [])}
            entries = [entry for entry in entries if entry["Id"] in refused]
            if not entries:
                return
        raise NotQueuedError(f"{len(entries)} messages were refused.")
