"""What a join page, or a first single sign-on, gives, with names beside the ids."""

from __future__ import annotations

from pydantic import Field

from functions.api.schemas.common import Id, Shape
from functions.api.schemas.licenses import ProductSummary


class GivenLicense(Shape):
    """A license of which a seat is given."""

    id: Id
    product: ProductSummary | None = Field(description="Null for a license that there is not.")


class GivenGroup(Shape):
    """The group that people join."""

    id: Id
    name: str | None = Field(description="Null if the group was deleted.", examples=["Night shift"])


class Gives(Shape):
    """What is given, with the present names of products and group."""

    licenses: list[GivenLicense]
    group: GivenGroup | None
