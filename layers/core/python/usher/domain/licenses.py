"""Products, and licenses: pools of seats (DESIGN 2, Seats)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from usher.domain.errors import InvalidError, NotFoundError, RefusedError

MAX_SEATS = 10_000_000
ENDING_NOTICES = (timedelta(days=30), timedelta(days=7), timedelta(days=1))
"""How long before a license ends its managers are told."""
LOW_PERCENT = 10
"""The share of a license's seats that is `low` when no more than it is left."""


class UnknownProductError(NotFoundError):
    """No product has this id."""

    code = "product_not_found"
    title = "No such product"


class UnknownLicenseError(NotFoundError):
    """The organization has no license with this id."""

    code = "license_not_found"
    title = "No such license"
    next_action = "Choose one of the organization's licenses."


class NotEnoughSeatsError(RefusedError):
    """The pool is smaller than the request. `shortfall` says by how many seats, for each license."""

    code = "no_seats"
    title = "Not enough seats"
    next_action = "Invite fewer people, withdraw invites that nobody accepted, or buy more seats."


class LicenseOverError(RefusedError):
    """The license's validity has ended."""

    code = "license_over"
    title = "The license has ended"
    next_action = "Choose a license that is still valid, or renew this one."


class SeatsInUseError(RefusedError):
    """A pool cannot be shrunk below what is in use."""

    code = "seats_in_use"
    title = "The seats are in use"
    next_action = "Withdraw invites or wait for accesses to end, then shrink the license."


class OrderReusedError(RefusedError):
    """The order was already carried out with other contents."""

    code = "order_reused"
    title = "The order id was used for something else"
    next_action = "Use a new order id for a new order."


class BadLicenseError(InvalidError):
    """A license's seats or dates make no sense."""

    code = "bad_license"
    title = "Not a usable license"


class ProductKind(StrEnum):
    """What is sold; the start of access depends on it (DESIGN 2, Start of access)."""

    COURSE = "course"
    BUNDLE = "course_exam_bundle"
    SUBSCRIPTION = "subscription"


@dataclass(frozen=True, kw_only=True)
class Product:
    """What a license is for. `url` is where a learner with access goes; empty if the platform has none."""

    id: str
    name: str
    kind: ProductKind
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class LicenseTerms:
    """What never changes about a license. Invites and accesses carry a copy, so that they need not ask.

    `starts_at` is a subscription's agreed start and None for every other kind.
    """

    license: str
    organization: str
    product: Product
    flex: bool
    valid_from: datetime
    valid_until: datetime
    starts_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.valid_from >= self.valid_until:
            raise BadLicenseError("A license ends after it begins.")
        if (self.starts_at is not None) != (self.product.kind is ProductKind.SUBSCRIPTION):
            raise BadLicenseError("A subscription has a start of its own, and nothing else has.")
        if self.starts_at is not None and not self.valid_from <= self.starts_at < self.valid_until:
            raise BadLicenseError("A subscription starts within its license's validity.")

    def of(self, *, license_id: str, organization: str) -> LicenseTerms:
        """Return the same terms for another license: a sublicense has those of its provider's."""
        return replace(self, license=license_id, organization=organization)

    def require_valid(self, now: datetime) -> None:
        """Raise LicenseOverError when the validity has ended."""
        if now >= self.valid_until:
            raise LicenseOverError(f"The license for {self.product.name} has ended.")


class SeatAlert(StrEnum):
    """What managers were told of a license's seats."""

    LOW = "low"
    OUT = "out"


@dataclass(frozen=True, kw_only=True)
class License:
    """A pool of seats. `available = total - assigned - sublicensed`, never below zero.

    Attributes:
        alert: what managers were told of the seats that are left; None where they were told of nothing.
        notice_at: when to tell managers that the license ends; None once all was told.
        parent: of a sublicense, the license of the client's provider that it was carved out of.
    """

    terms: LicenseTerms
    total: int
    order: str
    parent: str | None = None
    assigned: int = 0
    sublicensed: int = 0
    created_at: datetime
    alert: SeatAlert | None = None
    notice_at: datetime | None = None

    @property
    def id(self) -> str:
        """The license's id."""
        return self.terms.license

    @property
    def available(self) -> int:
        """Seats that can be given now."""
        return self.total - self.assigned - self.sublicensed

    def resized(self, seats: int) -> License:
        """Return the license with so many seats more or, below zero, fewer."""
        return replace(self, total=self.total + seats)

    @property
    def low_at(self) -> int:
        """How many seats are few: a tenth of them, rounded down."""
        return self.total * LOW_PERCENT // 100

    @property
    def alert_due(self) -> SeatAlert | None:
        """What there is to tell of the seats that are left."""
        if self.available == 0:
            return SeatAlert.OUT
        return SeatAlert.LOW if self.available <= self.low_at else None


def next_ending_notice(valid_until: datetime, *, after: datetime) -> datetime | None:
    """Return the first moment after `after` at which to tell that a license ends; None after the last."""
    return min((at for before in ENDING_NOTICES if (at := valid_until - before) > after), default=None)


def check_seats(seats: int) -> int:
    """Return a number of seats to add or remove, or raise BadLicenseError."""
    if not 1 <= seats <= MAX_SEATS:
        raise BadLicenseError(f"A number of seats is between 1 and {MAX_SEATS}.")
    return seats
