"""Functions are invoked until they answer before anything is asked of them.

A function's first process starts when it is first invoked. On a machine with little time for it that takes
longer than an HTTP API waits for an answer.
"""

import json
import threading
import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.local.aws import Aws
from infra.local.errors import CannotRunError

BEHIND_THE_ORIGIN = ("Api", "Pages")
"""Those that people and programs wait for."""

BEHIND_THE_STREAM = ("Dispatch", "SendEmail", "RecordDelivery", "DeliverWebhook")
"""Those that carry out what follows from a command; they are fed from the stream or from queues."""

FOR_EMAILS = BEHIND_THE_STREAM[:2]
"""Of those, the ones without which no email is sent."""

_ALIAS = "live"
_NOTHING: dict[str, Any] = {"Records": []}
_NOWHERE: dict[str, Any] = {
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
"""A request for a page that there is not: it runs all that every request runs, and changes nothing."""

_SECONDS = 900
_PAUSE_SECONDS = 0.5


def warm(aws: Aws, outputs: dict[str, str], name: str, *, stopping: threading.Event | None = None) -> None:
    """Invoke the function whose construct has this name until it answers.

    Raises:
        CannotRunError: it does not, though it was given a quarter of an hour.
    """
    serves = name in BEHIND_THE_ORIGIN
    asked: dict[str, Any] = {
        "FunctionName": outputs[f"{name}FunctionName"],
        "Payload": json.dumps(_NOWHERE if serves else _NOTHING).encode(),
        **({"Qualifier": _ALIAS} if serves else {}),
    }
    deadline = time.monotonic() + _SECONDS
    stopping = stopping or threading.Event()
    while not stopping.is_set():
        try:
            answer = aws.functions.invoke(**asked)
            said = answer["Payload"].read()
        except (BotoCoreError, ClientError) as refusal:
            said = str(refusal).encode()
        else:
            if not answer.get("FunctionError"):
                return
        if time.monotonic() > deadline:
            raise CannotRunError(f"the function {name} does not start: {said.decode()[:300]}")
        stopping.wait(_PAUSE_SECONDS)
