"""Receipts of idempotency keys: a replay gets the first answer and does nothing again (DESIGN 6)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from usher.domain.errors import InvalidError
from usher.domain.json_values import Json
from usher.services.context import Context
from usher.store import receipts
from usher.store.transaction import ConditionFailedError, Write, commit

MAX_KEY = 255
MAX_PART = 300_000
"""Characters of answers in one part; an item holds 400 KB, and JSON text is ASCII."""


class KeyReusedError(InvalidError):
    """The key came with another request before."""

    code = "idempotency_key_reused"
    title = "The Idempotency-Key belongs to another request"
    fields = ("Idempotency-Key",)
    next_action = "Use a new Idempotency-Key for a new request."


class BadKeyError(InvalidError):
    """The key is empty or too long."""

    code = "bad_idempotency_key"
    title = "Not a usable Idempotency-Key"
    fields = ("Idempotency-Key",)
    next_action = f"Send a key of 1 to {MAX_KEY} printable characters, such as a UUID."


class AnsweredMeanwhileError(Exception):
    """The same request with the same key was carried out at the same time; its receipt has the answer."""


class Receipt:
    """The record of a command's answers, written in the command's own transactions.

    A command of several transactions writes a part with each. Answers are kept by their position in the
    request, so that a replay after a crash knows which positions are done.
    """

    def __init__(
        self,
        *,
        scope: str = "",
        key: str | None = None,
        fingerprint: str = "",
        render: Callable[[Any], Json] = lambda result: result,
        parts: Sequence[receipts.Part] = (),
        kept: timedelta = receipts.KEPT,
    ) -> None:
        self._scope = scope
        self._key = key
        self._fingerprint = fingerprint
        self._render = render
        self._kept = kept
        self._parts = len(parts)
        self._answers: dict[int, Json] = {}
        self._unwritten: dict[int, Json] = {}
        self._offered: dict[int, Json] = {}
        self._write: Write | None = None
        self.complete = bool(parts) and parts[-1].complete
        for part in parts:
            self._answers.update(
                {int(position): answer for position, answer in json.loads(part.answer).items()}
            )

    @property
    def items(self) -> int:
        """How many items a part adds to a transaction."""
        return 0 if self._key is None else 1

    @property
    def done(self) -> frozenset[int]:
        """The positions that an earlier try answered."""
        return frozenset(self._answers)

    @property
    def by_position(self) -> dict[int, Json]:
        """All answers, by their positions in the request."""
        return self._answers | self._unwritten

    @property
    def answers(self) -> list[Json]:
        """All answers, in the order of the request."""
        every = self.by_position
        return [every[position] for position in sorted(every)]

    def note(self, position: int, result: object) -> None:
        """Note the answer at a position, for the next part."""
        self._unwritten[position] = self._render(result)

    def note_all(self, results: Mapping[int, object]) -> None:
        """Note answers by their positions, but for those that an earlier try answered."""
        for position, result in results.items():
            if position not in self.done:
                self.note(position, result)

    def forget(self, position: int) -> None:
        """Remove the noted answer at a position, since its transaction failed."""
        self._unwritten.pop(position, None)

    def commit(
        self,
        context: Context,
        writes: Iterable[Write],
        result: object,
        *,
        position: int = 0,
        complete: bool = True,
    ) -> None:
        """Carry out the writes and record their answer, in one transaction.

        Raises:
            AnsweredMeanwhileError: the same request was carried out at the same time.
            ConditionFailedError: a condition of the writes failed; the answer is removed.
            BusyError.
        """
        self.note(position, result)
        try:
            commit(context.table, [*writes, *self.part(context, complete=complete)])
        except ConditionFailedError as stale:
            self.refuse_race(stale)
            self.forget(position)
            raise
        self.written(complete=complete)

    def part(self, context: Context, *, complete: bool) -> list[Write]:
        """Return the write that records the noted answers; none for a request without a key."""
        if self._key is None:
            return []
        self._offered = self._newest()
        part = receipts.Part(
            fingerprint=self._fingerprint,
            answer=_json(self._offered),
            complete=complete and len(self._offered) == len(self._unwritten),
        )
        self._write = receipts.record(
            self._scope, self._key, number=self._parts, part=part, until=context.now() + self._kept
        )
        return [self._write]

    def whole(self, context: Context, result: object) -> list[Write]:
        """Return the write of the only answer of a command of one transaction; none without a key."""
        self.note(0, result)
        return self.part(context, complete=True)

    def answer(self, context: Context, result: object) -> None:
        """Record the only answer of a command that had nothing to write; one that is recorded stays."""
        if not self.complete:
            self.note(0, result)
            self.finish(context)

    def refuse_race(self, stale: ConditionFailedError) -> None:
        """Raise AnsweredMeanwhileError if the condition of the receipt's own write failed."""
        if self._write is not None and self._write in stale:
            raise AnsweredMeanwhileError from stale

    def written(self, *, complete: bool) -> None:
        """Mark the part's answers as recorded, once its transaction is committed."""
        carried = self._unwritten if self._key is None else self._offered
        self._answers |= carried
        self._unwritten = {
            position: one for position, one in self._unwritten.items() if position not in carried
        }
        self._parts += 1
        self.complete = complete and not self._unwritten

    def finish(self, context: Context) -> None:
        """Record the noted answers that no other transaction carried."""
        while not self.complete:
            writes = self.part(context, complete=True)
            if writes:
                try:
                    commit(context.table, writes)
                except ConditionFailedError as stale:
                    self.refuse_race(stale)
                    raise
            self.written(complete=True)

    def _newest(self) -> dict[int, Json]:
        """Return the latest answers, which are the current transaction's, and the earlier ones that fit."""
        taken: dict[int, Json] = {}
        size = 0
        for position, answer in reversed(self._unwritten.items()):
            size += len(_json({position: answer}))
            if taken and size > MAX_PART:
                break
            taken[position] = answer
        return taken


def _json(answers: dict[int, Json]) -> str:
    return json.dumps(answers, separators=(",", ":"))


def open_receipt(
    context: Context,
    *,
    scope: str,
    key: str,
    fingerprint: str,
    render: Callable[[Any], Json],
    kept: timedelta = receipts.KEPT,
) -> Receipt:
    """Read the receipt of the key: one call. New answers are kept for `kept`.

    Raises:
        KeyReusedError: the key belongs to another request, by its fingerprint.
        BadKeyError: the key is empty, too long or not printable.
    """
    check_key(key)
    parts = receipts.read(context.table, scope, key)
    if parts and parts[0].fingerprint != fingerprint:
        raise KeyReusedError("This Idempotency-Key was sent with another request.")
    return Receipt(scope=scope, key=key, fingerprint=fingerprint, render=render, parts=parts, kept=kept)


def check_key(key: str | None) -> None:
    """Raise BadKeyError for a key that is empty, too long or not printable; None is accepted."""
    # In place of characters that were no text there is U+FFFD, by which two keys would be the same.
    if key is not None and not (1 <= len(key) <= MAX_KEY and key.isprintable() and "\ufffd" not in key):
        raise BadKeyError("The Idempotency-Key cannot be used.")
