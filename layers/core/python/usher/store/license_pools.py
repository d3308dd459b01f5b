"""Seats of licenses that are taken, given back, lent, added and removed. No other module counts seats."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pynamodb.expressions.condition import Condition

from usher.domain.figures import Figures, FiguresChange, of_seats
from usher.domain.instants import parse_rfc3339
from usher.domain.license_parts import even_shares, lower_bounds, refilled, upper_bounds
from usher.domain.licenses import License, LicenseTerms, SeatAlert
from usher.store.license_parts import Item, SeatsRow
from usher.store.licenses import LicenseRow, license_row
from usher.store.seat_shifts import Requirement, Resizing, SeatShift, license_key, new_part, part_key
from usher.store.transaction import ConflictError, Write, check, put, sharded, update


def create(license_: License) -> list[Write]:
    """Write a new license, with its seats divided among its parts."""
    terms = license_.terms
    own, *others = even_shares(license_.available, terms.parts)
    row = license_row(license_)
    row.available = own
    counts = of_seats(total=license_.total, assigned=license_.assigned, sublicensed=license_.sublicensed)
    return [
        put(row, condition=LicenseRow.pk.does_not_exist(), change=_change(terms, counts)),
        *(new_part(terms, part, share) for part, share in enumerate(others, start=1)),
    ]


def take(terms: LicenseTerms, seats: int) -> Write:
    """Assign seats, if as many are available (DESIGN 7.1)."""
    shift = SeatShift(terms=terms, seats=seats, leaves="available", enters="assigned", plan=refilled)
    return _sharded(terms, shift, of_seats(assigned=seats))


def give_back(terms: LicenseTerms, seats: int, *, ended_by: datetime | None = None) -> Write:
    """Return assigned seats to the pool; if given, only where the license has ended by that moment."""
    shift = SeatShift(
        terms=terms,
        seats=seats,
        leaves="assigned",
        enters="available",
        requires=None if ended_by is None else _ended(ended_by),
    )
    return _sharded(terms, shift, of_seats(assigned=-seats))


def lend(terms: LicenseTerms, seats: int) -> Write:
    """Move seats from a provider's pool to a client's or, below zero, back (DESIGN 7.1)."""
    if seats > 0:
        shift = SeatShift(terms=terms, seats=seats, leaves="available", enters="sublicensed", plan=refilled)
    else:
        shift = SeatShift(terms=terms, seats=-seats, leaves="sublicensed", enters="available")
    return _sharded(terms, shift, of_seats(sublicensed=seats))


def resize(terms: LicenseTerms, seats: int, *, total: int | None = None) -> Write:
    """Add seats to the pool or, below zero, remove available ones; if given, the pool must have `total`."""
    resizing = Resizing(terms=terms, seats=seats, requires=None if total is None else _having(total))
    return _sharded(terms, resizing, of_seats(total=seats))


def is_empty(terms: LicenseTerms) -> Write:
    """Require, without a change, that the pool has no seats."""
    return check(license_key(terms), LicenseRow.total == 0)


def alert(before: License, level: SeatAlert | None) -> list[Write]:
    """Write the seat alert that managers get, if it is right and no other was written since the read.

    Raises:
        ConflictError: seats moved between the parts while these were read.
    """
    counts = before.available_in_parts or (before.available,)
    if sum(counts) != before.available:
        raise ConflictError("The parts do not add up.")
    own, *others = _on_level(counts, level, low_at=before.low_at)
    unchanged = (
        LicenseRow.alert.does_not_exist() if before.alert is None else LicenseRow.alert == before.alert
    )
    return [
        update(
            license_key(before.terms),
            LicenseRow.alert.remove() if level is None else LicenseRow.alert.set(level),
            condition=unchanged & own & (LicenseRow.total == before.total),
        ),
        *(check(part_key(before.terms, part), other) for part, other in enumerate(others, start=1)),
    ]


def _on_level(counts: Sequence[int], level: SeatAlert | None, *, low_at: int) -> list[Condition]:
    """Return a condition on each part, which together mean that the seats that are left are on this level.

    They leave room for seats that are taken or given back meanwhile, as far as the level does.
    """
    if level is None:
        return [SeatsRow.available >= least for least in lower_bounds(counts, low_at + 1)]
    if level is SeatAlert.OUT:
        return [SeatsRow.available == 0 for _ in counts]
    conditions: list[Condition] = [SeatsRow.available <= most for most in upper_bounds(counts, low_at)]
    conditions[counts.index(max(counts))] &= SeatsRow.available > 0
    return conditions


def available_in(item: Item | None) -> int:
    """Return the available seats of the license that a failed condition returned; 0 if there is none."""
    return int(item["available"]["N"]) if item else 0


def total_in(item: Item | None) -> int:
    """Return the total seats of the license that a failed condition returned; 0 if there is none."""
    return int(item["total"]["N"]) if item else 0


def _sharded(terms: LicenseTerms, counter: SeatShift | Resizing, figures: Figures) -> Write:
    return sharded(license_key(terms), counter, change=_change(terms, figures))


def _change(terms: LicenseTerms, figures: Figures) -> FiguresChange:
    return FiguresChange(organization=terms.organization, figures=figures)


def _ended(by: datetime) -> Requirement:
    def holds(item: Item) -> bool:
        return parse_rfc3339(item["valid_until"]["S"]) <= by

    return Requirement(LicenseRow.valid_until <= by, holds)


def _having(total: int) -> Requirement:
    return Requirement(LicenseRow.total == total, lambda item: total_in(item) == total)
