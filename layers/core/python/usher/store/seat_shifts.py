"""How seats move within and between the parts of a license, exactly (decision 0086).

The parts that a change writes are written on the condition that they have the seats. Where one has not, the
change is planned anew by what all of them have; it is refused only for what they had at one moment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from usher.domain.license_parts import Move, drawn, even_shares, gathered, parts_for
from usher.domain.licenses import LicenseTerms
from usher.lazy_dataclasses import dataclass
from usher.store.license_parts import (
    Item,
    LicensePartRow,
    Pool,
    SeatCount,
    SeatsRow,
    part_ref,
    parts_in,
    pool_at_once,
    read_pool,
)
from usher.store.licenses import LicenseRow
from usher.store.table import Table
from usher.store.transaction import (
    BusyError,
    ConditionFailedError,
    RefusedByAllError,
    Write,
    commit,
    pauses,
    put,
    update,
)

_T = TypeVar("_T")
Plan = Callable[..., list[Move] | None]


@dataclass(frozen=True)
class Requirement:
    """A condition on the license itself beside those on its seats, and how to tell if an item meets it."""

    condition: Condition
    holds: Callable[[Item], bool]


@dataclass(frozen=True, kw_only=True)
class SeatShift:
    """Seats that leave one of a license's counts and enter another: a write of a sharded counter.

    Attributes:
        terms: the license's, with its number of parts as it was read last.
        plan: decides which parts they leave, by what each has.
        requires: what the license has to be beside; its own item alone is written then.
    """

    terms: LicenseTerms
    seats: int
    leaves: SeatCount
    enters: SeatCount
    plan: Plan = drawn
    requires: Requirement | None = None

    def first_writes(self, table: Table) -> list[Write]:
        """Return the write of one part, chosen at random."""
        own = 0 if self.requires is not None else table.choose(self.terms.parts)
        move = Move(part=own, leaving=self.seats, arriving=self.seats)
        return [self._write(move, self.requires)]

    def next_writes(self, table: Table, failed: Mapping[Write, Item | None], *, room: int) -> list[Write]:
        """Return the writes of the parts that have the seats.

        Where there is no room for these, or only the license's own item may be written, that one is written
        in which another transaction has gathered the seats before. Assigned seats are missing only where
        others have returned them, with what they were assigned for: that, too, fails in the transaction when
        it is sent again.

        Raises:
            RefusedByAllError: all parts together have too few, or the license is not as required.
            BusyError: others changed them at every attempt.
        """
        _refuse_undivided(failed)
        try:
            return self._planned_writes(table, room=room)
        except RefusedByAllError as refused:
            if self.leaves == "assigned" and self._is_as_required(refused.item):
                return self.first_writes(table)
            raise

    def _planned_writes(self, table: Table, *, room: int) -> list[Write]:
        for _ in pauses():
            pool, moves = _allowed(table, self.terms, partial(self._moves, table))
            counts = pool.counts(self.leaves)
            if self.requires is None and len(moves) <= room:
                return [self._write(move) for move in moves]
            into = counts.index(max(counts)) if self.requires is None else 0
            wanted = self.seats if self.requires is None else sum(counts)  # others will follow
            if counts[into] >= wanted or self._are_gathered(table, counts, wanted, into):
                move = Move(part=into, leaving=self.seats, arriving=self.seats)
                return [self._write(move, self.requires)]
        raise BusyError("The parts of the license were being written all the time.")

    def _are_gathered(self, table: Table, counts: Sequence[int], seats: int, into: int) -> bool:
        """Gather so many seats in one part by a transaction of its own; False if others were faster."""
        try:
            commit(table, [self._write(move) for move in gathered(counts, seats, into=into)])
        except ConditionFailedError:
            return False
        return True

    def _is_as_required(self, item: Item | None) -> bool:
        return item is not None and (self.requires is None or self.requires.holds(item))

    def _moves(self, table: Table, pool: Pool) -> list[Move] | None:
        if not self._is_as_required(pool.item):
            return None
        counts = pool.counts(self.leaves)
        return self.plan(counts, self.seats, own=table.choose(len(counts)))

    def _write(self, move: Move, requires: Requirement | None = None) -> Write:
        counts = {self.leaves: -move.leaving, self.enters: move.arriving}
        condition = _has(self.leaves, move.leaving)
        if requires is not None:
            condition &= requires.condition
        return update(part_key(self.terms, move.part), *_additions(counts), condition=condition)


@dataclass(frozen=True, kw_only=True)
class Resizing:
    """Seats that are added to a license's available ones or, below zero, removed.

    A license that is to have many more gets parts, among which the added ones are divided; else they are
    added where fewest are available.
    """

    terms: LicenseTerms
    seats: int
    requires: Requirement | None = None

    def first_writes(self, table: Table) -> list[Write]:
        """Return the writes by what the parts have: one call."""
        pool = read_pool(table, self.terms.organization, self.terms.license)
        planned = None if pool is None else self._planned(pool)
        return planned or self._writes([Move(part=0, leaving=-self.seats, arriving=0)])

    def next_writes(self, table: Table, failed: Mapping[Write, Item | None], *, room: int) -> list[Write]:  # noqa: ARG002 - commands that resize have room
        """Return the writes by what the parts have now.

        Raises:
            RefusedByAllError: fewer seats are available, or the license is not as required.
        """
        _refuse_undivided(failed)
        return _allowed(table, self.terms, self._planned)[1]

    def _planned(self, pool: Pool) -> list[Write] | None:
        if self.requires is not None and not self.requires.holds(pool.item):
            return None
        counts = pool.counts("available")
        if self.seats < 0:
            moves = drawn(counts, -self.seats, own=0)
            return None if moves is None else self._writes(moves)
        present, wanted = len(counts), parts_for(pool.total + self.seats)
        if wanted <= present:
            emptiest = min(range(present), key=lambda part: counts[part])
            return self._writes([Move(part=emptiest, leaving=-self.seats, arriving=0)])
        shares = even_shares(self.seats, wanted - present)
        return [
            *self._writes([], grown=(parts_in(pool.item), wanted)),
            *(new_part(self.terms, part, share) for part, share in enumerate(shares, start=present)),
        ]

    def _writes(self, moves: Sequence[Move], *, grown: tuple[int, int] | None = None) -> list[Write]:
        """Return the writes of the moves and the total; `grown` is the number of parts before and after."""
        leaving = {move.part: move.leaving for move in moves}
        own = leaving.pop(0, 0)
        condition = _has("available", own)
        actions = [LicenseRow.total.add(self.seats), *_additions({"available": -own})]
        if self.requires is not None:
            condition &= self.requires.condition
        if grown is not None:
            before, after = grown
            condition &= LicenseRow.parts.does_not_exist() if before == 1 else LicenseRow.parts == before
            actions.append(LicenseRow.parts.set(after))
        return [
            update(license_key(self.terms), *actions, condition=condition),
            *(
                update(
                    part_key(self.terms, part),
                    *_additions({"available": -n}),
                    condition=_has("available", n),
                )
                for part, n in leaving.items()
            ),
        ]


def new_part(terms: LicenseTerms, part: int, available: int) -> Write:
    """Write a new part of a license with its available seats."""
    row = part_key(terms, part)
    row.assigned, row.sublicensed, row.available = 0, 0, available
    return put(row, condition=SeatsRow.pk.does_not_exist())


def license_key(terms: LicenseTerms) -> LicenseRow:
    """Return the license's row by its keys alone."""
    at = part_ref(terms.organization, terms.license, 0)
    return LicenseRow(at.pk, at.sk)


def part_key(terms: LicenseTerms, part: int) -> LicensePartRow:
    """Return a part's row by its keys alone."""
    at = part_ref(terms.organization, terms.license, part)
    return LicensePartRow(at.pk, at.sk)


def _has(count: SeatCount, seats: int) -> Condition:
    """Return the condition that a part is there and has as many of a kind, or any number where none leave."""
    return getattr(SeatsRow, count) >= seats if seats > 0 else SeatsRow.pk.exists()


def _additions(counts: Mapping[SeatCount, int]) -> list[Action]:
    return [getattr(SeatsRow, count).add(seats) for count, seats in counts.items() if seats]


def _refuse_undivided(failed: Mapping[Write, Item | None]) -> None:
    """Raise RefusedByAllError if the item that failed is all of its license."""
    for item in failed.values():
        if item is not None and "total" in item and parts_in(item) == 1:
            raise RefusedByAllError(item)


def _allowed(table: Table, terms: LicenseTerms, plan: Callable[[Pool], _T | None]) -> tuple[Pool, _T]:
    """Return what the parts allow, with the parts: one call, and one more before it is refused.

    Raises:
        RefusedByAllError: at one moment the parts did not allow it.
        BusyError: the parts were being written all the time.
    """
    while True:
        pool = read_pool(table, terms.organization, terms.license)
        if pool is None:
            raise RefusedByAllError(None)
        planned = plan(pool)
        if planned is not None:
            return pool, planned
        # Seats may have moved from part to part while these were read one after the other.
        pool = pool_at_once(table, terms.organization, terms.license, parts=parts_in(pool.item))
        if pool is None:
            continue  # it has got more parts
        planned = plan(pool)
        if planned is None:
            raise RefusedByAllError(pool.summed)
        return pool, planned
