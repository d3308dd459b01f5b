"""DESIGN 2, Seats, and the limits of a license."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.terms import END, NOW, terms
from usher.domain.licenses import (
    BadLicenseError,
    License,
    LicenseOverError,
    ProductKind,
    check_seats,
)


def test_available_is_what_is_neither_assigned_nor_sublicensed() -> None:
    one = License(terms=terms(), total=10, order="o", assigned=3, sublicensed=2, created_at=NOW)

    assert one.available == 5


@pytest.mark.parametrize("seats", [0, -1, 10_000_001])
def test_a_number_of_seats_out_of_range_is_refused(seats: int) -> None:
    with pytest.raises(BadLicenseError):
        check_seats(seats)


def test_a_license_is_over_at_the_very_instant_of_its_end() -> None:
    terms().require_valid(END - timedelta(seconds=1))
    with pytest.raises(LicenseOverError):
        terms().require_valid(END)


def test_a_license_ends_after_it_begins() -> None:
    with pytest.raises(BadLicenseError):
        terms(valid_from=NOW, valid_until=NOW)


def test_a_subscription_and_nothing_else_has_a_start_of_its_own() -> None:
    with pytest.raises(BadLicenseError):
        replace(terms(), starts_at=NOW)
    with pytest.raises(BadLicenseError):
        replace(terms(kind=ProductKind.SUBSCRIPTION), starts_at=None)


@pytest.mark.parametrize("starts_at", [NOW - timedelta(days=31), END])
def test_a_subscription_starts_within_its_validity(starts_at: object) -> None:
    with pytest.raises(BadLicenseError):
        replace(terms(kind=ProductKind.SUBSCRIPTION), starts_at=starts_at)  # type: ignore[arg-type]
