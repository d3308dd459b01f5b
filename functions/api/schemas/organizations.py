"""Organizations and their settings."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool, StrictInt

from functions.api.schemas.common import Email, Id, Instant, LastName, Shape, Version, VersionRead, ruled
from functions.api.schemas.people import Name
from usher.domain.languages import Language
from usher.domain.organizations import (
    DEFAULT_INVITE_DAYS,
    MAX_COLOR,
    MAX_INVITE_DAYS,
    MAX_LOGO_URL,
    MAX_SLUG,
    MAX_WELCOME,
    MIN_INVITE_DAYS,
    check_logo_address,
    clean_welcome,
)
from usher.domain.organizations import Branding as Brand
from usher.domain.people import MAX_NAME
from usher.domain.requests import MAX_TEXT

OrganizationName = Annotated[str, Field(examples=["Acme Learning"], json_schema_extra=ruled(MAX_NAME))]
Slug = Annotated[
    str,
    Field(
        description="Lower-case letters, digits and dashes.",
        examples=["acme"],
        json_schema_extra=ruled(MAX_SLUG),
    ),
]
TimeZone = Annotated[
    str, Field(max_length=64, description="A name of the IANA database.", examples=["Europe/Zurich"])
]
Color = Annotated[str, Field(description="#rrggbb", examples=["#1f4e79"], json_schema_extra=ruled(MAX_COLOR))]
LogoUrl = Annotated[
    str,
    Field(
        description="https, or empty for none. That of an uploaded logo is a path on our origin, and is set "
        "by `/logo` alone.",
        examples=["https://acme.example/logo.svg"],
        json_schema_extra=ruled(MAX_LOGO_URL),
    ),
]
Welcome = Annotated[
    str,
    Field(
        description="A text on the landing page, `/c/{slug}`; plain text.",
        examples=["Welcome to the harbor's courses."],
        json_schema_extra=ruled(MAX_WELCOME),
    ),
]
InviteDays = Annotated[
    StrictInt,
    Field(
        description=f"How long invites can be accepted: {MIN_INVITE_DAYS} to {MAX_INVITE_DAYS} days.",
        examples=[10],
    ),
]

RequireGroup = Annotated[
    StrictBool, Field(description="Whether learners are invited to groups only.", examples=[False])
]


SuspensionReason = Annotated[
    str,
    Field(
        description="Why, as the organization's managers are told.",
        examples=["The last invoice is open."],
        json_schema_extra=ruled(MAX_TEXT),
    ),
]


class Branding(Shape):
    """How the organization looks in emails and on pages."""

    color: Color = Brand.color
    logo_url: LogoUrl = Brand.logo_url
    welcome: Welcome = Brand.welcome

    def to_domain(self) -> Brand:
        """Return the domain's branding, or raise BadSettingsError."""
        check_logo_address(self.logo_url)
        return Brand(color=self.color.lower(), logo_url=self.logo_url, welcome=clean_welcome(self.welcome))


class BrandingChange(Shape):
    """The fields of the branding to change; a field that is left out or null stays."""

    color: Color | None = None
    logo_url: LogoUrl | None = None
    welcome: Welcome | None = None


class FirstManager(Name):
    """The person to invite as the new organization's first manager."""

    last_name: LastName = ""
    email: Email


LanguageSetting = Annotated[
    Language,
    Field(description="The language of the organization's pages and emails.", examples=[Language.ENGLISH]),
]


class NewOrganization(Shape):
    """An organization to create."""

    name: OrganizationName
    slug: Slug
    time_zone: TimeZone
    language: LanguageSetting = Language.ENGLISH
    first_manager: FirstManager
    branding: Branding | None = None
    invite_days: InviteDays = DEFAULT_INVITE_DAYS


class OrganizationChange(Shape):
    """The settings to change; one that is left out or null stays. Invites already sent keep their expiry."""

    name: OrganizationName | None = None
    slug: Slug | None = None
    time_zone: TimeZone | None = None
    language: LanguageSetting | None = None
    branding: BrandingChange | None = None
    invite_days: InviteDays | None = None
    require_group: RequireGroup | None = None
    version: VersionRead = None


class Suspension(Shape):
    """Since when an organization is suspended, and why."""

    at: Instant
    reason: SuspensionReason


class Organization(Shape):
    """An organization with its settings."""

    id: Id
    slug: Slug
    name: OrganizationName
    time_zone: TimeZone
    language: LanguageSetting
    branding: Branding
    invite_days: InviteDays
    require_group: RequireGroup
    provider: Id | None = Field(
        description="The organization whose client this one is; null for others.", examples=[None]
    )
    closed_at: Instant | None = Field(
        description="When the client was closed; null for one that is open, and for others.", examples=[None]
    )
    suspension: Suspension | None = Field(
        description="That an operator suspended the organization: nobody comes to it, and its managers can "
        "read alone. Null for one that is not suspended.",
        examples=[None],
    )
    created_at: Instant
    version: Version
