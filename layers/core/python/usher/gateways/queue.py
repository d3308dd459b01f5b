"""Emails on their way to the sender: one SQS message for each recipient."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from usher.domain.effects.kinds import ContinueImport, Email, EraseLearner, Template
from usher.domain.events.registry import data_from_json, data_to_json
from usher.domain.integrations.webhook_deliveries import Call

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

_BATCH = 10
"""Messages in one SendMessageBatch, by SQS's limits."""

LONGEST_DELAY = timedelta(minutes=15)
"""For which SQS keeps a message back, by its limits."""


class NotQueuedError(Exception):
    """SQS refused some messages; handling the event again queues what is missing."""


class EmailQueue:
    """The queue in front of send_email."""

    def __init__(self, *, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def put(self, emails: Sequence[Email]) -> None:
        """Queue the emails: one call for each ten. Raises NotQueuedError if SQS refused any."""
        for first in range(0, len(emails), _BATCH):
            entries: list[SendMessageBatchRequestEntryTypeDef] = [
                {"Id": str(at), "MessageBody": write_email(email)}
                for at, email in enumerate(emails[first : first + _BATCH])
            ]
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
            if answer.get("Failed"):
                raise NotQueuedError(f"{len(answer['Failed'])} messages were refused.")


class WebhookQueue:
    """The queue in front of deliver_webhook."""

    def __init__(self, *, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def put(self, calls: Sequence[Call], *, delay: timedelta = timedelta()) -> None:
        """Queue the calls, none to be made before the delay: one call for each ten. Raises NotQueuedError."""
        for first in range(0, len(calls), _BATCH):
            entries: list[SendMessageBatchRequestEntryTypeDef] = [
                {
                    "Id": str(at),
                    "MessageBody": json.dumps(call.__dict__, separators=(",", ":")),
                    "DelaySeconds": int(delay.total_seconds()),
                }
                for at, call in enumerate(calls[first : first + _BATCH])
            ]
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
            if answer.get("Failed"):
                raise NotQueuedError(f"{len(answer['Failed'])} messages were refused.")


class ImportQueue:
    """The queue in front of run_import."""

    def __init__(self, *, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def put(self, turn: ContinueImport) -> None:
        """Queue an import, to be taken further: one call."""
        self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps(turn.__dict__))


class ErasureQueue:
    """The queue in front of erase_learner."""

    def __init__(self, *, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def put(self, order: EraseLearner) -> None:
        """Queue an order to erase: one call."""
        self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps(order.__dict__))


def read_order(body: str) -> EraseLearner:
    """Return the order to erase in a message's body."""
    return EraseLearner(**json.loads(body))


def read_turn(body: str) -> ContinueImport:
    """Return whose turn it is by a message's body."""
    return ContinueImport(**json.loads(body))


def read_call(body: str) -> Call:
    """Return the call in a message's body."""
    return Call(**json.loads(body))


def write_email(email: Email) -> str:
    """Return the email as a message's body."""
    fields = {**vars(email), "type": email.data.type, "data": data_to_json(email.data)}
    return json.dumps(fields, separators=(",", ":"))


def read_email(body: str) -> Email:
    """Return the email in a message's body."""
    fields = json.loads(body)
    data = data_from_json(fields.pop("type"), fields.pop("data"))
    return Email(**{**fields, "template": Template(fields["template"])}, data=data)
