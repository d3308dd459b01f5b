"""SQS queues of typed messages, each one JSON object, and the four formats that Usher's workers read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from usher.domain.effects.kinds import ContinueImport, Email, EraseLearner, Template
from usher.domain.events.event import UnknownEvent
from usher.domain.events.registry import data_from_json, data_to_json
from usher.domain.integrations.webhook_deliveries import Call

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

T = TypeVar("T")

BATCH = 10
"""Messages in one SendMessageBatch, by SQS's limits."""

ATTEMPTS = 3
"""How often a message is offered that SQS refuses while it takes others of the same call."""

LONGEST_DELAY = timedelta(minutes=15)
"""For which SQS keeps a message back, by its limits."""


class NotQueuedError(Exception):
    """SQS refused some messages; handling the event again queues what is missing."""


@dataclass(frozen=True)
class MessageFormat(Generic[T]):
    """How a type of message is written into the body of an SQS message: its fields, as a JSON object.

    Attributes:
        build: makes the message from the fields that were read.
        fields: gives the fields to write.
    """

    build: Callable[..., T]
    fields: Callable[[T], Mapping[str, Any]] = vars

    def write(self, message: T) -> str:
        """Return the message's body."""
        return json.dumps(self.fields(message), separators=(",", ":"))

    def read(self, body: str) -> T:
        """Return the message in a body, or raise ValueError or TypeError where there is none of this type."""
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
    """The sending end of an SQS queue whose messages have one format."""

    def __init__(self, *, client: SQSClient, url: str, message_format: MessageFormat[T]) -> None:
        self._client = client
        self._url = url
        self._format = message_format

    def put(self, messages: Sequence[T], *, delay: timedelta = timedelta()) -> None:
        """Queue the messages, to be received after the delay, LONGEST_DELAY at most: one call for each ten.

        Those that SQS refuses of a call are offered again.

        Raises:
            NotQueuedError: SQS still refused some; the others are queued.
        """
        for first in range(0, len(messages), BATCH):
            self._send(
                [
                    {
                        "Id": str(position),
                        "MessageBody": self._format.write(message),
                        "DelaySeconds": int(delay.total_seconds()),
                    }
                    for position, message in enumerate(messages[first : first + BATCH])
                ]
            )

    def _send(self, entries: Sequence[SendMessageBatchRequestEntryTypeDef]) -> None:
        for _ in range(ATTEMPTS):
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
            refused = {entry["Id"] for entry in answer.get("Failed", [])}
            entries = [entry for entry in entries if entry["Id"] in refused]
            if not entries:
                return
        raise NotQueuedError(f"{len(entries)} messages were refused.")
