"""Single sign-on: connections to identity providers, and what their first sign-in gives."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import Field, StrictBool

from functions.api.schemas.common import (
    AN_ID,
    Actor,
    ActorName,
    Domain,
    Email,
    Id,
    Instant,
    Paged,
    PersonId,
    Shape,
    Version,
    VersionRead,
    ruled,
)
from functions.api.schemas.grants import Gives
from usher.domain.addresses import MAX_ADDRESS
from usher.domain.destinations import MAX_URL
from usher.domain.enrollment.connections import MAX_CLIENT_ID, MAX_CLIENT_SECRET, MAX_CONNECTIONS, MAX_DOMAINS
from usher.domain.groups import MAX_LICENSES
from usher.domain.people import MAX_NAME

ConnectionPath = Annotated[str, Path(max_length=64, description="The connection's id.")]
DomainPath = Annotated[str, Path(max_length=3 * 255, description="The domain, without an @.")]

LinkedSearch = Annotated[
    str,
    Query(alias="q", max_length=MAX_ADDRESS, description="What the address begins with; empty for all."),
]

ConnectionName = Annotated[
    str,
    Field(
        description="The label of the button that leads to the provider.",
        examples=["Acme"],
        json_schema_extra=ruled(MAX_NAME),
    ),
]
Issuer = Annotated[
    str,
    Field(
        max_length=MAX_URL,
        description="The issuer, exactly as in the provider's discovery document. It never changes.",
        examples=["https://login.acme.example"],
        json_schema_extra={"format": "uri"},
    ),
]
ClientId = Annotated[
    str,
    Field(
        max_length=MAX_CLIENT_ID,
        description="The id that the provider gave Usher. It never changes.",
        examples=["usher-seats"],
    ),
]
ClientSecret = Annotated[
    str,
    Field(
        max_length=MAX_CLIENT_SECRET,
        description="The secret that belongs to the id. No answer ever contains it.",
        examples=["4f1c9b0e-5d0a-4a55-9b1e-2f7f6c1f1a52"],
        json_schema_extra={"writeOnly": True},
    ),
]
Domains = Annotated[
    list[Domain],
    Field(
        max_length=10 * MAX_DOMAINS,
        description=f"1 to {MAX_DOMAINS}, each exactly as after the @: a subdomain is another domain. "
        "None of a public mail provider.",
        examples=[["acme.example"]],
    ),
]


class Grant(Shape):
    """What a first sign-in gives: seats, or a group; with neither, the person only becomes a learner."""

    licenses: list[Id] = Field(
        default_factory=list,
        description=f"At most {MAX_LICENSES} of the organization; those of a client are its sublicenses.",
    )
    group: Id | None = Field(default=None, examples=[None])


class NewConnection(Shape):
    """A connection to create."""

    name: ConnectionName
    issuer: Issuer
    client_id: ClientId
    client_secret: ClientSecret
    domains: Domains
    grant: Grant = Field(default_factory=Grant)
    enabled: StrictBool = Field(default=True, examples=[True])


class ConnectionChange(Shape):
    """The fields to change; a field that is left out stays."""

    name: ConnectionName | None = None
    client_secret: ClientSecret | None = None
    domains: Domains | None = None
    grant: Grant | None = None
    enabled: StrictBool | None = Field(default=None, examples=[False])
    version: VersionRead = None


class ConnectionDomain(Shape):
    """A domain whose addresses the provider may vouch for, once it is confirmed."""

    domain: str = Field(examples=["acme.example"])
    confirmed: bool = Field(
        description="Whether an operator confirmed that it is the organization's own.", examples=[True]
    )


class Connection(Shape):
    """A connection to an identity provider, without its secret."""

    id: Id
    organization: Id
    name: ConnectionName
    issuer: Issuer
    client_id: ClientId
    domains: list[ConnectionDomain]
    grant: Grant
    gives: Gives = Field(description="What a first sign-in gives: the `grant` with names.")
    enabled: bool = Field(examples=[True])
    redirect_uri: str = Field(
        description="The address to register at the provider, which sends people back to it.",
        examples=["https://usher.example/learn/sso/01KAP3V8Q2M4X7Y9Z1B5C6D8E0/callback"],
        json_schema_extra={"format": "uri"},
    )
    sign_in_page: str = Field(
        description="The page where a sign-in begins; the landing page has a button that leads here.",
        examples=["https://usher.example/learn/sso/01KAP3V8Q2M4X7Y9Z1B5C6D8E0"],
        json_schema_extra={"format": "uri"},
    )
    console_sign_in_page: str = Field(
        description="The page where a manager's sign-in to the console begins.",
        examples=[f"https://usher.example/learn/sso/{AN_ID}?to=console"],
        json_schema_extra={"format": "uri"},
    )
    created_at: Instant = Field(examples=["2027-01-10T08:00:00Z"])
    created_by: Actor
    created_by_name: ActorName | None
    version: Version


class ConnectionPage(Paged):
    """Connections, oldest first; all of them are one page."""

    items: list[Connection] = Field(description=f"At most {MAX_CONNECTIONS}.")


class LinkedPerson(Shape):
    """A person who signed in through a connection: the address is theirs until they are unlinked."""

    person: PersonId
    email: Email
    since: Instant = Field(description="When they first signed in.")
    enrolled: bool = Field(
        description="Whether they were given what the connection gives; a sign-in to the console gives none.",
        examples=[True],
    )


class LinkedPersonPage(Paged):
    """The people of a connection, by address."""

    items: list[LinkedPerson]


class ConnectionProblem(Shape):
    """Something that keeps people from signing in."""

    code: str = Field(examples=["sso_domain_not_confirmed"])
    detail: str = Field(examples=["acme.example is not confirmed yet."])


class ConnectionCheck(Shape):
    """The result of a check. Whether the client's secret is right shows only in a sign-in."""

    ok: bool = Field(examples=[False])
    problems: list[ConnectionProblem]


class SignInAddress(Shape):
    """The address of somebody who is about to sign in."""

    email: Email


class SignInMethod(StrEnum):
    """A way to sign in."""

    PASSWORD = "password"  # noqa: S105 - the name of the method
    SINGLE_SIGN_ON = "single_sign_on"


class SignInConnection(Shape):
    """A connection through which managers sign in to the console."""

    name: ConnectionName
    url: str = Field(
        description="Open it in the browser.",
        examples=[f"https://usher.example/learn/sso/{AN_ID}?to=console"],
        json_schema_extra={"format": "uri"},
    )


class SignInMethods(Shape):
    """How the people of an address's domain sign in."""

    methods: list[SignInMethod] = Field(
        description="The one to offer first comes first.", examples=[["single_sign_on", "password"]]
    )
    connections: list[SignInConnection] = Field(description="Those of `single_sign_on`, the oldest first.")
