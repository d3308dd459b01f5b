"""Idempotency-Key (DESIGN 6): recognizes a repeated request and answers it with the first result."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from usher.domain.errors import UsherError
from usher.domain.json_values import Json
from usher.lazy_dataclasses import dataclass
from usher.services.context import Context
from usher.services.receipts import AnsweredMeanwhileError, Receipt, open_receipt
from usher.store.transaction import BusyError

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"

_ATTEMPTS = 5
"""The most attempts while the same request is carried out concurrently."""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The answers of a command by position; `replayed` if they are an earlier request's."""

    answers: list[Json]
    replayed: bool


def fingerprint(*, method: str, path: str, body: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return the SHA-256 of a request, which is the same however the JSON is formatted."""
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return sha256(f"{method}\n{path}\n{canonical}".encode()).hexdigest()


def idempotent(
    context: Context,
    *,
    key: str | None,
    scope: str,
    request: str,
    render: Callable[[Any], Json],
    command: Callable[[Receipt], object],
) -> Answered:
    """Carry out the command, or answer from the receipt of an earlier request with the same key.

    A refusal may be due to the same request carried out concurrently: a resend is then too soon after itself.
    So the receipt is read again after a refusal, and raised is the refusal only if there is no answer.

    Raises:
        KeyReusedError, BadKeyError: see open_receipt.
        BusyError: the same request was being carried out at every attempt.
    """
    if key is None:
        receipt = Receipt(render=render)
        command(receipt)
        return Answered(answers=receipt.answers, replayed=False)
    refusal: UsherError | None = None
    for _ in range(_ATTEMPTS):
        receipt = open_receipt(context, scope=scope, key=key, fingerprint=request, render=render)
        if receipt.complete:
            return Answered(answers=receipt.answers, replayed=True)
        if refusal is not None:
            raise refusal
        try:
            command(receipt)
        except AnsweredMeanwhileError:
            continue
        except UsherError as error:
            refusal = error
        else:
            return Answered(answers=receipt.answers, replayed=False)
    raise refusal or BusyError("The same request is being carried out elsewhere.")
