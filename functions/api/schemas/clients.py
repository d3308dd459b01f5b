"""Clients of a provider, and their sublicenses."""

from __future__ import annotations

from pydantic import Field, StrictInt

from functions.api.schemas.common import Id, Instant, Paged, Seats, Shape
from functions.api.schemas.figures import ClientSeats
from functions.api.schemas.licenses import License
from functions.api.schemas.organizations import (
    Branding,
    FirstManager,
    LanguageSetting,
    Organization,
    OrganizationName,
    Slug,
    TimeZone,
)


class NewClient(Shape):
    """A client to create; without a first manager, the provider's managers manage it."""

    name: OrganizationName
    slug: Slug = Field(
        description="The name of its landing page in the address, `/c/{slug}`.", examples=["harbor-works"]
    )
    time_zone: TimeZone | None = Field(None, description="Left out or null, the provider's.")
    language: LanguageSetting | None = Field(
        None, description="Left out or null, the provider's.", examples=[None]
    )
    branding: Branding | None = None
    first_manager: FirstManager | None = Field(
        None,
        description="Whom to invite as its full manager. Not with an API key: no scope permits it.",
        examples=[None],
    )


class Client(Organization):
    """A client: an organization with a provider; with its figures, in which all counts within seconds."""

    landing_page: str = Field(examples=["https://usher.example/c/harbor-works"])
    seats: ClientSeats
    learners: int = Field(examples=[12])
    last_activity: Instant | None = Field(
        description="When a person or a program last did something in it; null if none did yet."
    )


class ClientPage(Paged):
    """Clients, oldest first."""

    items: list[Client]


class NewSublicense(Shape):
    """A sublicense to create from a license of the provider."""

    license: Id = Field(description="The provider's license.")
    seats: Seats


class SublicensePage(Paged):
    """A client's sublicenses, oldest first; all of them are one page."""

    items: list[License]


class SeatMove(Shape):
    """Seats to move from the provider's license to the sublicense or, below zero, back."""

    seats: StrictInt = Field(description="Not zero.", examples=[-5])
