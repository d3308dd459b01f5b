"""Invocations: has a Lambda function run once more, without waiting for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class Invocations:
    """Lambda's asynchronous invocations."""

    def __init__(self, *, client: LambdaClient) -> None:
        self._client = client

    def begin(self, function: str, event: Mapping[str, object]) -> None:
        """Invoke the function with the event; Lambda queues it and answers at once."""
        self._client.invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps(event).encode())
