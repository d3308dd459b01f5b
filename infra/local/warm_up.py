"""Warm-up: functions are invoked until they answer, before requests depend on them.

A function's first process starts at its first invocation. On a busy machine that takes longer than an HTTP
API waits for an answer.
"""

import json
import threading
import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.local.aws import Aws
from infra.local.errors import CannotRunError
from infra.local.proxy import ORIGIN_VERIFY_HEADER

HTTP_FUNCTIONS = ("Api", "Pages")
"""The functions behind the HTTP API, by their constructs' ids."""

STREAM_FUNCTIONS = ("Dispatch", "SendEmail", "RecordDelivery", "DeliverWebhook")
"""The functions that read the table's stream, or queues that are filled from it."""

EMAIL_FUNCTIONS = STREAM_FUNCTIONS[:2]
"""The functions without which no email is sent."""

_ALIAS = "live"
_EMPTY_BATCH: dict[str, Any] = {"Records": []}
_UNKNOWN_PAGE: dict[str, Any] = {
    "version": "2.0",
    "routeKey": "$default",
    "rawPath": "/",
    "rawQueryString": "",
    "headers": {},
    "requestContext": {
        "http": {
            "method": "GET",
            "path": "/",
            "protocol": "HTTP/1.1",
            "sourceIp": "127.0.0.1",
            "userAgent": "",
        },
        "requestId": "warming",
        "routeKey": "$default",
        "stage": "$default",
        "domainName": "localhost",
        "timeEpoch": 0,
    },
    "isBase64Encoded": False,
}
"""A request for an unknown page: it runs the code that every request runs, and changes nothing."""

_SECONDS = 900
_PAUSE_SECONDS = 0.5


def warm(
    aws: Aws,
    outputs: dict[str, str],
    name: str,
    *,
    origin_verify_key: str = "",
    stopping: threading.Event | None = None,
) -> None:
    """Invoke the function whose construct has the id `name` until it answers, or until `stopping` is set.

    The functions that serve HTTP refuse whoever does not show the `origin_verify_key`.

    Raises:
        CannotRunError: it did not answer within a quarter of an hour.
    """
    serves = name in HTTP_FUNCTIONS
    page = {**_UNKNOWN_PAGE, "headers": {ORIGIN_VERIFY_HEADER: origin_verify_key}}
    invocation: dict[str, Any] = {
        "FunctionName": outputs[f"{name}FunctionName"],
        "Payload": json.dumps(page if serves else _EMPTY_BATCH).encode(),
        **({"Qualifier": _ALIAS} if serves else {}),
    }
    deadline = time.monotonic() + _SECONDS
    stopping = stopping or threading.Event()
    while not stopping.is_set():
        try:
            answer = aws.functions.invoke(**invocation)
            said = answer["Payload"].read()
        except (BotoCoreError, ClientError) as refusal:
            said = str(refusal).encode()
        else:
            if not answer.get("FunctionError"):
                return
        if time.monotonic() > deadline:
            raise CannotRunError(f"the function {name} does not start: {said.decode()[:300]}")
        stopping.wait(_PAUSE_SECONDS)
