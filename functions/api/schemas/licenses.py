"""Products, licenses, and the orders that grant or resize licenses."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool

from functions.api.schemas.common import DateOrInstant, Id, Instant, Paged, Seats, Shape, ruled
from usher.domain.course_urls import MAX_URL
from usher.domain.licenses import ProductKind
from usher.domain.people import MAX_NAME
from usher.services.operator_commands import MAX_ORDER

OrderId = Annotated[
    str,
    Field(
        description="The id of the order; an order with the same id is carried out once.",
        examples=["PO-2027-0042"],
        json_schema_extra=ruled(MAX_ORDER),
    ),
]
ProductName = Annotated[str, Field(examples=["First Aid at Work"], json_schema_extra=ruled(MAX_NAME))]

CourseUrl = Annotated[
    str,
    Field(
        description="The address of the course, for learners with access: https, or empty for none.",
        examples=["https://learn.example.com/first-aid"],
        json_schema_extra=ruled(MAX_URL),
    ),
]


class ProductSummary(Shape):
    """The product that a license is for."""

    id: Id
    name: ProductName
    kind: ProductKind


class NewProduct(Shape):
    """A product to create."""

    name: ProductName
    kind: ProductKind
    url: CourseUrl = ""


class ProductChange(Shape):
    """What to change about a product; what is left out stays."""

    name: ProductName | None = None
    url: CourseUrl | None = None


class Product(ProductSummary):
    """A product, with its address and its retirement."""

    url: str = Field(examples=["https://learn.example.com/first-aid"])
    retires_at: Instant | None = Field(
        description="The instant from which on no license of it is granted; null for none.", examples=[None]
    )


class Retirement(Shape):
    """When to retire a product."""

    retires_on: str = Field(
        max_length=64,
        description="A date (midnight in UTC), or an instant with its offset; it lies ahead.",
        examples=["2027-06-30"],
    )


class ProductPage(Paged):
    """Products, oldest first."""

    items: list[Product]


class SeatCount(Shape):
    """`available = total - assigned - sublicensed`. Who was invited holds a seat, too."""

    total: int = Field(examples=[25])
    assigned: int = Field(examples=[12])
    reserved: int | None = Field(
        description="Those of the assigned ones that are held by invites which nobody has accepted yet; "
        "counted within seconds. Null in the answer to a command, of a group's licenses and in a report.",
        examples=[3],
    )
    sublicensed: int = Field(examples=[0])
    available: int = Field(examples=[13])


class Terms(Shape):
    """What never changes about a license, but for a later `valid_until`."""

    id: Id
    product: ProductSummary
    flex: bool = Field(examples=[False])
    valid_from: Instant = Field(examples=["2027-01-01T00:00:00Z"])
    valid_until: Instant = Field(examples=["2028-01-01T00:00:00Z"])
    starts_at: Instant | None = Field(
        description="A subscription's own start; null for every other product.", examples=[None]
    )


class License(Terms):
    """A pool of seats of one product."""

    seats: SeatCount
    parent: Id | None = Field(
        description="The provider's license that a sublicense's seats come from; null for other licenses.",
        examples=[None],
    )


class LicensePage(Paged):
    """Licenses, oldest first; all of them are one page."""

    items: list[License]


class LicenseGrant(Shape):
    """A license to grant."""

    order_id: OrderId
    product: Id
    flex: StrictBool = Field(examples=[False])
    seats: Seats
    valid_from: DateOrInstant = Field(examples=["2027-01-01"])
    valid_until: DateOrInstant = Field(examples=["2028-01-01"])
    starts_at: DateOrInstant | None = Field(
        None, description="A subscription's start; by default its `valid_from`.", examples=[None]
    )


class LicenseExtension(Shape):
    """A later end of a license."""

    order_id: OrderId
    valid_until: DateOrInstant = Field(
        description="The new end, later than the present one: a date (midnight in the organization's time "
        "zone), or an instant with its offset.",
        examples=["2029-01-01"],
    )


class SeatOrder(Shape):
    """Seats to add to a license, or to take from it."""

    order_id: OrderId
    seats: Seats
