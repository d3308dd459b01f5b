"""The join page and the requests that come by it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool

from functions.api.schemas.common import Actor, Email, FirstName, Id, Instant, LastName, Paged, Shape
from usher.domain.enrollment.join_pages import MAX_DOMAINS, WhenFull
from usher.domain.enrollment.join_requests import JoinState
from usher.domain.groups import MAX_LICENSES

_LONGEST_SLUG = 200
_LONGEST_DOMAIN = 253

Domain = Annotated[str, Field(max_length=_LONGEST_DOMAIN, examples=["acme.example"])]


class JoinPageSettings(Shape):
    """All settings of the join page; what is left out gets the value named here."""

    enabled: StrictBool = Field(description="Off, the page is gone at once.", examples=[True])
    slug: str = Field(
        max_length=_LONGEST_SLUG,
        description="The page's address, unlike every other page's; the one given up is free at once.",
        examples=["acme-academy"],
    )
    domains: list[Domain] = Field(
        default_factory=list,
        description="Whose addresses may join, exactly: a subdomain is another domain. None of a public mail "
        f"provider, at most {MAX_DOMAINS}. Empty lets in any address.",
    )
    licenses: list[Id] = Field(
        default_factory=list, description=f"Given on joining; at most {MAX_LICENSES}, and not with a group."
    )
    group: Id | None = Field(
        None, description="Joined, with a seat in each of its licenses.", examples=[None]
    )
    approval: StrictBool = Field(
        default=False, description="Nothing is given before a manager has approved.", examples=[False]
    )
    when_full: WhenFull = Field(
        default=WhenFull.REFUSE,
        description="When no seat is left: refuse, or have people wait for one in the order of asking.",
        examples=[WhenFull.WAITING_LIST],
    )


class JoinPage(JoinPageSettings):
    """The join page. Before it was set for the first time it is off, and `slug` is a proposal."""

    url: str = Field(description="Where people go.", examples=["https://usher.example/join/acme-academy"])


class JoinRequest(Shape):
    """Somebody who asked to join and had to wait."""

    email: Email
    first_name: FirstName
    last_name: LastName
    state: JoinState
    asked_at: Instant
    answered_at: Instant | None
    answered_by: Actor | None = Field(description="Null while open, and where a seat that came free decided.")


class JoinRequestPage(Paged):
    """Requests to join, in the order of asking."""

    items: list[JoinRequest]
