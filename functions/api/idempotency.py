"""Idempotency-Key at the edge: which requests are the same, and answering them once (DESIGN 6)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from usher.domain.errors import UsherError
from usher.domain.json_values import Json
from usher.services.context import Context
from usher.services.receipts import AnsweredMeanwhileError, Receipt, open_receipt
from usher.store.transaction import BusyError

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"

_ATTEMPTS = 5
"""How often to look for the answer of the same request that is being carried out at the same time."""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What a command answered, by position, and whether an earlier request with the key did it."""

    answers: list[Json]
    replayed: bool


def fingerprint(*, method: str, path: str, body: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return what the same request has in common with itself, however its JSON was laid out."""
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
    """Carry the command out, or answer from the receipt of the first time; without a key always the former.

    A command refused while the same request was carried out next to it (a resend that is too soon after
    itself) has been answered all the same: the receipt is asked before the refusal is believed.

    Raises:
        KeyReusedError, BadKeyError: see open_receipt.
        BusyError: the same request kept being carried out elsewhere.
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
