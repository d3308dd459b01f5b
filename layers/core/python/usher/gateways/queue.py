"""Emails on their way to the sender: one SQS message for each recipient."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from usher.domain.effects import Email, Template

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

_BATCH = 10
"""Messages in one SendMessageBatch, by SQS's limits."""


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


def write_email(email: Email) -> str:
    """Return the email as a message's body."""
    return json.dumps(email.__dict__, separators=(",", ":"))


def read_email(body: str) -> Email:
    """Return the email in a message's body."""
    fields = json.loads(body)
    return Email(**{**fields, "template": Template(fields["template"])})
