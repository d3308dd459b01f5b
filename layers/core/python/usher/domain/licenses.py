"""Products, and licenses: pools of seats (DESIGN 2, Seats)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from usher.domain.errors import InvalidError, NotFoundError, RefusedError
from usher.lazy_dataclasses import dataclass

MAX_SEATS = 10_000_000
ENDING_NOTICES = (timedelta(days=30), timedelta(days=7), timedelta(days=1))
"""How long before a license ends its managers are notified."""
LOW_PERCENT = 10
"""The percentage of a license's seats from which down the seats left are `low`."""


class UnknownProductError(NotFoundError):
    """No product has this id."""

    code = "product_not_found"
    title = "No such product"
    fields = ("product",)


class UnknownLicenseError(NotFoundError):
    """The organization has no license with this id."""

    code = "license_not_found"
    title = "No such license"
    fields = ("license", "licenses", "sublicense")
    next_action = "Choose one of the organization's licenses."


class NotEnoughSeatsError(RefusedError):
    """Fewer seats are available than needed; `shortfall` has each license that lacks some (shortfall_of)."""

    code = "no_seats"
    title = "Not enough seats"
    fields = ("emails", "people", "seats")
    next_action = "Invite fewer people, withdraw invites that nobody accepted, or buy more seats."


class LicenseOverError(RefusedError):
    """The license's validity has ended."""

    code = "license_over"
    title = "The license has ended"
    fields = ("license", "licenses", "sublicense", "group", "groups")
    next_action = "Choose a license that is still valid, or renew this one."


class SeatsInUseError(RefusedError):
    """Fewer seats of the license are available than are to be removed."""

    code = "seats_in_use"
    title = "The seats are in use"
    fields = ("seats",)
    next_action = "Withdraw invites or wait for accesses to end, then shrink the license."


class OrderReusedError(RefusedError):
    """The order id was used for another order."""

    code = "order_reused"
    title = "The order id was used for something else"
    fields = ("order_id",)
    next_action = "Use a new order id for a new order."


class BadLicenseError(InvalidError):
    """The license's number of seats or its dates are out of range."""

    code = "bad_license"
    title = "Not a usable license"


class ProductKind(StrEnum):
    """The kind of a product, on which the start of access depends (DESIGN 2, Start of access)."""

    COURSE = "course"
    BUNDLE = "course_exam_bundle"
    SUBSCRIPTION = "subscription"


@dataclass(frozen=True, kw_only=True)
class Product:
    """A product that licenses are for. `url` is its page for learners with access; empty if it has none."""

    id: str
    name: str
    kind: ProductKind
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class LicenseTerms:
    """The attributes of a license that never change, but for a later end; invites and accesses copy them.

    Attributes:
        starts_at: a subscription's agreed start; None for every other kind.
        parts: in how many items the license's seats are kept; in a copy, as it was when that was made.
    """

    license: str
    organization: str
    product: Product
    flex: bool
    valid_from: datetime
    valid_until: datetime
    starts_at: datetime | None = None
    parts: int = 1

    def __post_init__(self) -> None:
        if self.valid_from >= self.valid_until:
            raise BadLicenseError("A license ends after it begins.", fields=("valid_until",))
        if (self.starts_at is not None) != (self.product.kind is ProductKind.SUBSCRIPTION):
            raise BadLicenseError(
                "A subscription has a start of its own, and nothing else has.", fields=("starts_at",)
            )
        if self.starts_at is not None and not self.valid_from <= self.starts_at < self.valid_until:
            raise BadLicenseError(
                "A subscription starts within its license's validity.", fields=("starts_at",)
            )

    def of(self, *, license_id: str, organization: str, parts: int = 1) -> LicenseTerms:
        """Return the same terms for another license, such as a sublicense of this one."""
        return replace(self, license=license_id, organization=organization, parts=parts)

    def require_valid(self, now: datetime) -> None:
        """Raise LicenseOverError if the validity has ended."""
        if now >= self.valid_until:
            raise LicenseOverError(f"The license for {self.product.name} has ended.")


@dataclass(frozen=True, kw_only=True)
class SeatNeed:
    """The seats of a license that a command needs, beside those that are available."""

    terms: LicenseTerms
    needed: int
    available: int

    @property
    def missing(self) -> int:
        """How many more seats are needed than available."""
        return max(0, self.needed - self.available)


def shortfall_of(
    needs: Iterable[SeatNeed], *, consequence: str, next_action: str | None = None
) -> NotEnoughSeatsError:
    """Return the refusal for the licenses that lack seats, each with its product; `consequence` ends it."""
    short = [one for one in needs if one.missing]
    more = " and ".join(
        f"{one.missing} more {'seat' if one.missing == 1 else 'seats'} for {one.terms.product.name}"
        for one in short
    )
    single = sum(one.missing for one in short) == 1
    return NotEnoughSeatsError(
        f"{more} {'is' if single else 'are'} needed than available; {consequence}.",
        next_action=next_action,
        shortfall=[
            {
                "license": one.terms.license,
                "product": {
                    "id": one.terms.product.id,
                    "name": one.terms.product.name,
                    "kind": str(one.terms.product.kind),
                },
                "needed": one.needed,
                "available": one.available,
                "missing": one.missing,
            }
            for one in short
        ],
    )


def refuse_shortfall(needs: Sequence[SeatNeed], *, consequence: str, next_action: str | None = None) -> None:
    """Raise NotEnoughSeatsError if a license lacks seats; see shortfall_of."""
    if any(one.missing for one in needs):
        raise shortfall_of(needs, consequence=consequence, next_action=next_action)


def seats_by_license(terms: Iterable[LicenseTerms]) -> list[tuple[LicenseTerms, int]]:
    """Return each license once, with how many of the terms are its."""
    named = list(terms)
    seats = Counter(one.license for one in named)
    return [(one, seats[one.license]) for one in {one.license: one for one in named}.values()]


class SeatAlert(StrEnum):
    """The seat alert that managers got last: few seats are left, or none."""

    LOW = "low"
    OUT = "out"


@dataclass(frozen=True, kw_only=True)
class License:
    """A pool of seats. `available = total - assigned - sublicensed`, never below zero.

    Attributes:
        alert: the alert that managers got for the seats that are left; None if they got none.
        notice_at: when to notify managers next that the license ends; None after the last notice.
        parent: for a sublicense, the provider's license that its seats come from.
        reserved: how many of the assigned seats are held by invites that nobody has accepted yet, as counted
            last (decision 0076); None where that was not read.
        available_in_parts: how many seats can be given from each part, as they were read one after the other;
            empty where the license was not read.
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
    reserved: int | None = None
    available_in_parts: tuple[int, ...] = field(default=(), compare=False)

    @property
    def id(self) -> str:
        """The license's id."""
        return self.terms.license

    @property
    def due_at(self) -> datetime:
        """When there is something to do about the license next: notify managers of its end, then end it."""
        return self.notice_at or self.terms.valid_until

    @property
    def available(self) -> int:
        """How many seats can be given; not below zero, even if seats moved while the parts were read."""
        return max(0, self.total - self.assigned - self.sublicensed)

    @property
    def is_partly_read(self) -> bool:
        """Whether the license's own item was read alone of several; the others' seats count as assigned."""
        return 0 < len(self.available_in_parts) < self.terms.parts

    def resized(self, seats: int) -> License:
        """Return the license with `seats` added or, below zero, removed."""
        return replace(self, total=self.total + seats)

    @property
    def low_at(self) -> int:
        """The number of seats from which down they are low: a tenth of all, rounded down."""
        return self.total * LOW_PERCENT // 100

    @property
    def alert_due(self) -> SeatAlert | None:
        """The alert for the seats that are left; None where there are enough."""
        if self.available == 0:
            return SeatAlert.OUT
        return SeatAlert.LOW if self.available <= self.low_at else None


def next_ending_notice(valid_until: datetime, *, after: datetime) -> datetime | None:
    """Return the first moment later than `after` to notify managers of the end; None after the last."""
    return min((at for before in ENDING_NOTICES if (at := valid_until - before) > after), default=None)


def check_seats(seats: int) -> int:
    """Return a number of seats to add or remove, or raise BadLicenseError."""
    if not 1 <= seats <= MAX_SEATS:
        raise BadLicenseError(f"A number of seats is between 1 and {MAX_SEATS}.", fields=("seats",))
    return seats
