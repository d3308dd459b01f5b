"""Transactions: a command changes its items and writes its event in one of them (DESIGN 3).

A write says by how much it changes its organization's figures, and the transaction's event carries the sum,
which its dispatch counts. The few transactions without an event count at once (decision 0052).
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, Protocol

from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from usher.domain.figures import FiguresChange, by_license, total_by_organization
from usher.lazy_dataclasses import dataclass
from usher.store import figures
from usher.store.table import JITTER, Row, Table

MAX_ITEMS = 100
"""In one transaction, by DynamoDB's limits."""

_ATTEMPTS = 12
_LONGEST_PAUSE = 0.8
_PAUSED_BY_DYNAMODB = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})


class _Kind(Enum):
    CHECK = 0
    DELETE = 1
    PUT = 2
    UPDATE = 3


@dataclass(frozen=True, eq=False)
class Write:
    """A write of one item, with a condition for the whole transaction. Writes compare by identity.

    `change` is by how much it changes an organization's figures, where the condition holds. A write with a
    `sharded` counter stands for the writes of some of its items, chosen when it is committed.
    """

    kind: _Kind
    row: Row
    condition: Condition | None
    actions: tuple[Action, ...] = ()
    change: FiguresChange | None = None
    sharded: ShardedCounter | None = None


class ShardedCounter(Protocol):
    """The writes of a change to a counter that several items keep between them (decision 0086)."""

    def first_writes(self, table: Table) -> list[Write]:
        """Return the writes to try first, such as of one item chosen at random."""
        ...

    def next_writes(
        self, table: Table, failed: Mapping[Write, Mapping[str, Any] | None], *, room: int
    ) -> list[Write]:
        """Return the writes to try after some of the last ones failed, at most `room` of them.

        Raises:
            RefusedByAllError: the items together do not allow the change.
        """
        ...


class RefusedByAllError(Exception):
    """The items of a sharded counter together do not allow a change, as one of them did not before.

    Attributes:
        item: the item that stands for all of them, with their sums; None if there is none.
    """

    def __init__(self, item: Mapping[str, Any] | None) -> None:
        super().__init__("the items together do not allow the change")
        self.item = item


def put(row: Row, *, condition: Condition | None = None, change: FiguresChange | None = None) -> Write:
    """Write the whole item. A row with a version must be new, or have the version that was read."""
    return Write(_Kind.PUT, row, condition, change=change)


def update(
    row: Row, *actions: Action, condition: Condition | None = None, change: FiguresChange | None = None
) -> Write:
    """Change some attributes of the item at the row's key."""
    return Write(_Kind.UPDATE, row, condition, actions, change)


def check(row: Row, condition: Condition) -> Write:
    """Require, without a change, that the condition holds."""
    return Write(_Kind.CHECK, row, condition)


def sharded(row: Row, counter: ShardedCounter, *, change: FiguresChange | None = None) -> Write:
    """Change a counter that several items keep between them; `row` has the keys of the first."""
    return Write(_Kind.UPDATE, row, None, change=change, sharded=counter)


def delete(row: Row, *, condition: Condition | None = None, change: FiguresChange | None = None) -> Write:
    """Remove the item at the row's key."""
    return Write(_Kind.DELETE, row, condition, change=change)


class ConflictError(Exception):
    """An item that the command had read changed before its transaction; nothing was written."""


class ConditionFailedError(ConflictError):
    """The conditions of some writes did not hold; nothing was written.

    Attributes:
        failed: those writes, each with the present item, or None if there is none.
    """

    def __init__(self, failed: Mapping[Write, Mapping[str, Any] | None]) -> None:
        super().__init__(f"{len(failed)} conditions did not hold")
        self.failed = failed

    def __contains__(self, write: Write) -> bool:
        """Return whether this write's condition is among the failed ones."""
        return write in self.failed


class BusyError(Exception):
    """Other writes of the same items, or throttling by DynamoDB, went on for all attempts."""


def commit(table: Table, writes: Iterable[Write]) -> None:
    """Carry out all the writes or none: one call, repeated with pauses while it conflicts with others.

    Raises:
        ConditionFailedError: a condition did not hold; nothing was written.
        BusyError: contention went on for all the attempts; nothing was written.
    """
    plan = _Plan(table, _counted(list(writes)))
    for _ in pauses():
        if plan.is_carried_out():
            return
    raise BusyError("The same items were being written all the time.")


class _Plan:
    """What a transaction writes, with the items of its sharded counters as they were chosen last."""

    def __init__(self, table: Table, writes: Sequence[Write]) -> None:
        self._table = table
        self._chosen = {
            write: [write] if write.sharded is None else write.sharded.first_writes(table) for write in writes
        }

    def is_carried_out(self) -> bool:
        """Send the transaction, twice at once where other items of a counter are tried; False in a conflict.

        Raises:
            ConditionFailedError: a condition did not hold; nothing was written.
        """
        for _ in range(2):
            # PynamoDB sends the kinds in this order, and DynamoDB gives its reasons in the order sent.
            ordered = sorted(
                (one for writes in self._chosen.values() for one in writes), key=lambda one: one.kind.value
            )
            try:
                _send(self._table, ordered)
            except TransactWriteError as error:
                failed = _failed_conditions(error, ordered)
                if not failed:
                    return False
                refused = self._refused(failed)
                if refused:
                    raise ConditionFailedError(refused) from error
            else:
                return True
        return False

    def _refused(
        self, failed: Mapping[Write, Mapping[str, Any] | None]
    ) -> Mapping[Write, Mapping[str, Any] | None]:
        """Return the writes that are refused; choose other items for the counters that allow their change."""
        refused: dict[Write, Mapping[str, Any] | None] = {}
        for write, chosen in self._chosen.items():
            own = {one: failed[one] for one in chosen if one in failed}
            if not own:
                continue
            if write.sharded is None:
                refused |= own
                continue
            others = sum(map(len, self._chosen.values())) - len(chosen)
            try:
                self._chosen[write] = write.sharded.next_writes(self._table, own, room=MAX_ITEMS - others)
            except RefusedByAllError as all_:
                refused[write] = all_.item
        return refused


def _counted(writes: Sequence[Write]) -> list[Write]:
    """Return the writes with their sum: on the event of the organization, else as a write of its own."""
    carriers = {
        write.row.organization: write.row
        for write in reversed(writes)
        if isinstance(write.row, figures.FiguresCarrierRow) and write.kind is _Kind.PUT
    }
    counted = list(writes)
    changes = [write.change for write in writes if write.change is not None]
    for organization, change in total_by_organization(changes).items():
        if (carrier := carriers.get(organization)) is not None:
            carrier.figures = json.dumps(change, separators=(",", ":"), sort_keys=True)
        else:
            counted += [
                update(figures.row_of(organization, license_id), *figures.additions(own))
                for license_id, own in by_license(change).items()
            ]
    return counted


def pauses() -> Iterator[int]:
    """Yield the number of each attempt at what others are in the way of, after a pause that grows."""
    for attempt in range(_ATTEMPTS):
        if attempt:
            pause = min(_LONGEST_PAUSE, 0.02 * 2**attempt)
            time.sleep(JITTER.uniform(pause / 4, pause))
        yield attempt


def _send(table: Table, ordered: Sequence[Write]) -> None:
    # The low-level connection behind the rows' table connection is what a transaction runs on.
    with TransactWrite(connection=table.connection) as transaction:
        for write in ordered:
            key = (write.row.pk, write.row.sk)
            if write.kind is _Kind.CHECK:
                transaction.condition_check(type(write.row), *key, condition=write.condition)
            elif write.kind is _Kind.DELETE:
                transaction.delete(write.row, condition=write.condition)
            elif write.kind is _Kind.PUT:
                transaction.save(write.row, condition=write.condition, return_values="ALL_OLD")
            else:
                transaction.update(
                    write.row, list(write.actions), condition=write.condition, return_values="ALL_OLD"
                )


def _failed_conditions(
    error: TransactWriteError, ordered: Sequence[Write]
) -> Mapping[Write, Mapping[str, Any] | None]:
    """Return the writes whose conditions failed; none where it is worth repeating. Raise any other error."""
    if error.cause_response_code == "TransactionInProgressException":
        return {}
    if error.cause_response_code != "TransactionCanceledException":
        raise error
    codes = [reason.code if reason else "None" for reason in error.cancellation_reasons]
    failed = {
        write: reason.raw_item if reason else None
        for write, reason, code in zip(ordered, error.cancellation_reasons, codes, strict=True)
        if code == "ConditionalCheckFailed"
    }
    if not failed and not _PAUSED_BY_DYNAMODB.intersection(codes):
        raise error
    return failed
