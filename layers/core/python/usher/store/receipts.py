"""Receipts: the first answer under an Idempotency-Key, written in the command's transaction (DESIGN 6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from usher.lazy_dataclasses import dataclass
from usher.store import keys
from usher.store.table import Row, Table
from usher.store.transaction import Write, put

KEPT = timedelta(days=1)
"""How long a receipt is kept, and a repeated request gets the first answer."""


class ReceiptRow(Row):
    """`RECEIPT#scope#hash`, `PART#n`: what one transaction of the command answered."""

    fingerprint = UnicodeAttribute()
    answer = UnicodeAttribute()
    complete = BooleanAttribute()
    expires_on = NumberAttribute()


@dataclass(frozen=True, kw_only=True)
class Part:
    """The answer of one transaction, as JSON text; the last part is `complete`."""

    fingerprint: str
    answer: str
    complete: bool


def read(table: Table, scope: str, idempotency_key: str) -> Sequence[Part]:
    """Read the parts of the receipt under the key, in the order written; empty for a new key: one call."""
    rows = table.query_all(
        ReceiptRow, keys.receipt(scope, idempotency_key), ReceiptRow.sk.startswith(keys.RECEIPT_PREFIX)
    )
    return [Part(fingerprint=row.fingerprint, answer=row.answer, complete=row.complete) for row in rows]


def record(scope: str, idempotency_key: str, *, number: int, part: Part, until: datetime) -> Write:
    """Write a part that is kept until `until`, if it does not exist."""
    row = ReceiptRow(
        keys.receipt(scope, idempotency_key),
        keys.receipt_part(number),
        fingerprint=part.fingerprint,
        answer=part.answer,
        complete=part.complete,
        expires_on=int(until.timestamp()),
    )
    return put(row, condition=ReceiptRow.pk.does_not_exist())
