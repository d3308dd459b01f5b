"""The join page and the requests to join."""

from __future__ import annotations

from pydantic import Field, StrictBool

from functions.api.schemas.common import (
    Actor,
    ActorName,
    Domain,
    Email,
    FirstName,
    Id,
    Instant,
    LastName,
    OwnLanguage,
    Paged,
    PersonId,
    Shape,
    VersionRead,
    ruled,
)
from functions.api.schemas.figures import JoinRequestCounts, counts_field
from functions.api.schemas.grants import Gives
from usher.domain.enrollment.join_pages import MAX_DOMAINS, MAX_NAMED, WhenFull
from usher.domain.enrollment.join_requests import JoinState
from usher.domain.groups import MAX_LICENSES
from usher.domain.organizations import MAX_SLUG


class JoinPageSettings(Shape):
    """All settings of the join page; a field that is left out gets its default."""

    enabled: StrictBool = Field(description="If false, the page is gone at once.", examples=[True])
    slug: str = Field(
        description="The page's name in its address, unique among all pages; the old one is free at once.",
        examples=["acme-academy"],
        json_schema_extra=ruled(MAX_SLUG),
    )
    domains: list[Domain] = Field(
        default_factory=list,
        description="The domains whose addresses may join; a subdomain is another domain. None of a public "
        f"mail provider, at most {MAX_DOMAINS}.",
    )
    addresses: list[Email] = Field(
        default_factory=list,
        description=f"Single addresses that may join as well, at most {MAX_NAMED}. Without domains and "
        "addresses, everybody may join.",
    )
    licenses: list[Id] = Field(
        default_factory=list,
        description=f"Everybody who joins gets a seat of each; at most {MAX_LICENSES}, none with a group.",
    )
    group: Id | None = Field(
        None,
        description="Everybody who joins becomes a member, with a seat of each of its licenses.",
        examples=[None],
    )
    approval: StrictBool = Field(
        default=False, description="Whether a manager has to approve each request.", examples=[False]
    )
    when_full: WhenFull = Field(
        default=WhenFull.REFUSE,
        description="If no seat is left: refuse, or put people on the waiting list, in the order of asking.",
        examples=[WhenFull.WAITING_LIST],
    )
    language: OwnLanguage = None


class JoinPageChange(JoinPageSettings):
    """New settings of the join page, which replace all of it."""

    version: VersionRead = None


class JoinPage(JoinPageSettings):
    """The join page. Until it is set for the first time, it is off and `slug` is a proposal."""

    gives: Gives = Field(description="What the page gives: `licenses` and `group` with names.")
    version: int = Field(
        description="Grows with each change; 0 until the page is set for the first time.", examples=[3]
    )
    url: str = Field(description="The page's address.", examples=["https://usher.example/join/acme-academy"])


class JoinRequest(Shape):
    """A request to join that was not granted at once; its id is that of the person who asked."""

    id: PersonId
    email: Email
    first_name: FirstName
    last_name: LastName
    state: JoinState
    asked_at: Instant
    answered_at: Instant | None
    answered_by: Actor | None = Field(description="Null while it is open, and if a free seat decided it.")
    answered_by_name: ActorName | None


class JoinRequestPage(Paged):
    """Requests to join, in the order of asking."""

    items: list[JoinRequest]
    counts: JoinRequestCounts | None = counts_field()
