"""SQS queues of typed messages, each a JSON object, and the formats of Usher's queues."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from usher import correlation
from usher.domain.effects.kinds import ContinueImport, Email, EraseLearner, Template
from usher.domain.events.event import UnknownEvent
from usher.domain.events.registry import data_from_json, data_to_json
from usher.domain.integrations.webhook_deliveries import Call
from usher.gateways.packing import packed
from usher.lazy_dataclasses import dataclass

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef


class OfOrganization(Protocol):
    """A message about the work of one organization."""

    @property
    def organization(self) -> str:
        """The organization's id."""


T = TypeVar("T", bound=OfOrganization)

ATTEMPTS = 3
"""How often a message is sent that SQS refuses while it accepts others of the same call."""

LONGEST_DELAY = timedelta(minutes=15)
"""The longest delay of a message, by SQS's limits."""


class NotQueuedError(Exception):
    """SQS refused some messages; a retry queues them."""


@dataclass(frozen=True)
class Outgoing(Generic[T]):
    """A message to queue, with the id of the request that it follows from; empty where that is not known."""

    message: T
    correlation_id: str


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
            NotQueuedError: SQS refused some each time; the others of the same call are queued.
        """
        now = correlation.current()
        for call in self._calls([Outgoing(message, now) for message in messages], delay=delay):
            if refused := self._send(call):
                raise NotQueuedError(f"{len(refused)} messages were refused.")

    def put_each(self, messages: Sequence[Outgoing[T]]) -> Mapping[int, Exception]:
        """Queue messages of different origins; return why some were not queued, by their positions.

        Each call that fails leaves the others to be made: one for each ten messages.
        """
        failures: dict[int, Exception] = {}
        first = 0
        for call in self._calls(messages):
            failure: Exception = NotQueuedError("SQS refused the message.")
            try:
                refused = self._send(call)
            except (BotoCoreError, ClientError) as error:
                refused, failure = range(len(call)), error
            failures |= {first + position: failure for position in refused}
            first += len(call)
        return failures

    def _calls(
        self, messages: Sequence[Outgoing[T]], *, delay: timedelta = timedelta()
    ) -> Iterator[list[SendMessageBatchRequestEntryTypeDef]]:
        """Yield the messages of one call after the other, each with its position in the call as its id."""
        for call in packed([self._entry(one, delay=delay) for one in messages], size_of=_size):
            for position, entry in enumerate(call):
                entry["Id"] = str(position)
            yield call

    def _entry(self, outgoing: Outgoing[T], *, delay: timedelta) -> SendMessageBatchRequestEntryTypeDef:
        entry: SendMessageBatchRequestEntryTypeDef = {
            "Id": "",
            "MessageBody": self._format.write(outgoing.message),
            "MessageGroupId": outgoing.message.organization,
            "DelaySeconds": int(delay.total_seconds()),
        }
        if outgoing.correlation_id:
            entry["MessageAttributes"] = {
                correlation.ATTRIBUTE: {"DataType": "String", "StringValue": outgoing.correlation_id}
            }
        return entry

    def _send(self, entries: Sequence[SendMessageBatchRequestEntryTypeDef]) -> Sequence[int]:
        """Send the entries of one call, and return the positions of those that were refused each time."""
        for _ in range(ATTEMPTS):
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
            refused = {entry["Id"] for entry in answer.get("Failed", [])}
            entries = [entry for entry in entries if entry["Id"] in refused]
            if not entries:
                break
        return [int(entry["Id"]) for entry in entries]


def _size(entry: SendMessageBatchRequestEntryTypeDef) -> int:
    """Return how many bytes SQS counts of a message: its body and its attributes."""
    attributes = entry.get("MessageAttributes", {}).values()
    named = sum(len(correlation.ATTRIBUTE + one["DataType"] + one["StringValue"]) for one in attributes)
    return len(entry["MessageBody"].encode()) + named
