"""Single sign-on: an organization's identity providers, and the domains each may sign in (OpenID Connect)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from datetime import datetime, timedelta

from usher.domain.addresses import BadAddressError, read_address
from usher.domain.destinations import BadDestinationError, Networks, read_destination
from usher.domain.enrollment.grants import Grant
from usher.domain.enrollment.mail_providers import domain_of, read_domain
from usher.domain.enrollment.sso_login import (
    AnotherPersonError,
    ConnectionOverError,
    DomainNotAllowedError,
    DomainNotConfirmedError,
    EmailNotVerifiedError,
    NoEmailError,
)
from usher.domain.errors import InvalidError, NotFoundError, RefusedError
from usher.domain.people import MAX_NAME, BadNameError, Person, clean_name
from usher.domain.rate_limits import RateLimit
from usher.domain.versions import Versioned
from usher.lazy_dataclasses import dataclass

MAX_CONNECTIONS = 10
"""The most connections of one organization."""
MAX_DOMAINS = 50
MAX_CLIENT_ID = 255
MAX_CLIENT_SECRET = 2_000

CHECKS = RateLimit(kind="sso-check", times=20, per=timedelta(hours=1))
"""Limits how often one organization may have its providers' settings checked."""


class UnknownConnectionError(NotFoundError):
    """The organization has no such connection, or it was removed."""

    code = "sso_connection_not_found"
    title = "No such connection"
    next_action = "Choose one of the organization's connections."


class UnknownLinkError(NotFoundError):
    """Nobody with this address has signed in through the connection."""

    code = "sso_person_not_found"
    title = "Nobody with this address signed in here"
    next_action = "Check the address."


class UnknownDomainError(NotFoundError):
    """The connection does not name this domain."""

    code = "sso_domain_not_found"
    title = "The connection does not name this domain"
    next_action = "Add the domain to the connection first."


class TooManyConnectionsError(RefusedError):
    """The organization has the most connections that it may have."""

    code = "too_many_sso_connections"
    title = "Too many connections"
    next_action = f"Remove one that is not used; an organization has at most {MAX_CONNECTIONS}."


class BadIssuerError(InvalidError):
    """The issuer is not an address that a provider can have."""

    code = "bad_issuer"
    title = "Not a usable issuer"
    fields = ("issuer",)
    next_action = (
        "Copy the issuer from your provider's settings: an https address on a public host, letter by letter, "
        "with its slash at the end if it has one."
    )


class BadClientError(InvalidError):
    """The client's id or secret is empty, too long or not printable."""

    code = "bad_sso_client"
    title = "Not a usable client"
    next_action = "Copy the client's id and secret from your provider's settings."


class BadDomainsError(InvalidError):
    """No domain is named, or too many are."""

    code = "bad_domains"
    title = "Not a usable list of domains"
    fields = ("domains",)
    next_action = f"Name 1 to {MAX_DOMAINS} domains."


@dataclass(frozen=True, kw_only=True)
class Claims:
    """A provider's claims about the person who signed in, from a token that was checked.

    Attributes:
        email_verified: whether the provider verified the address; None where it makes no such claim.
    """

    subject: str
    email: str = ""
    email_verified: bool | None = None
    first_name: str = ""
    last_name: str = ""


@dataclass(frozen=True, kw_only=True)
class Link:
    """A person's account at a provider: the address they signed in with, and the provider's subject.

    An address may be given to another person when somebody leaves; a subject never is.

    Attributes:
        granted: whether the person was given what the connection gives; not by a sign-in to the console.
    """

    connection: str
    organization: str
    email: str
    issuer: str
    subject: str
    since: datetime
    granted: bool = True

    def require(self, issuer: str, subject: str) -> None:
        """Raise AnotherPersonError unless the issuer and subject are those of this link."""
        if (self.issuer, self.subject) != (issuer, subject):
            raise AnotherPersonError("The address belongs to somebody else at the provider now.")


@dataclass(frozen=True, kw_only=True)
class Connection(Versioned):
    """An identity provider of an organization.

    Its issuer and client id never change, since the links of people and the confirmations of operators refer
    to them. The client's secret is in Secrets Manager alone.

    Attributes:
        name: the text of the button that signs in by it.
        domains: the email domains whose people may sign in, once they are `owned`; subdomains not included.
        owned: the domains that an operator confirmed to be the organization's own.
        grant: what a person gets at the first sign-in.
    """

    id: str
    organization: str
    name: str
    issuer: str
    client_id: str
    domains: tuple[str, ...]
    created_at: datetime
    created_by: str
    owned: frozenset[str] = frozenset()
    grant: Grant = field(default_factory=Grant)
    enabled: bool = True

    def __post_init__(self) -> None:
        clean_name(self.name)
        _require_printable(self.client_id, "client_id", most=MAX_CLIENT_ID)
        if not 1 <= len(self.domains) <= MAX_DOMAINS:
            raise BadDomainsError(f"A connection has 1 to {MAX_DOMAINS} domains.")

    @property
    def unconfirmed(self) -> tuple[str, ...]:
        """The domains that wait for an operator to confirm them."""
        return tuple(domain for domain in self.domains if domain not in self.owned)

    def require_open(self) -> None:
        """Raise ConnectionOverError or DomainNotConfirmedError if nobody may sign in through the connection.

        Until an operator has confirmed a domain it redirects nobody: else any manager could have Usher send
        people to any address.
        """
        if not self.enabled:
            raise ConnectionOverError(f"Signing in with {self.name} is switched off.")
        if not self.owned:
            raise DomainNotConfirmedError(f"Nobody has confirmed yet a domain of {self.name}.")

    def person(self, claims: Claims) -> Person:
        """Return the person who signed in, if the provider may sign in their address.

        It may for addresses of its `owned` domains, and for no others: signing in gives all that the address
        has in Usher, in other organizations too. An address that the provider itself calls unverified is
        refused.

        Raises:
            NoEmailError, EmailNotVerifiedError, DomainNotAllowedError, DomainNotConfirmedError.
        """
        try:
            email = read_address(claims.email)
        except BadAddressError as error:
            raise NoEmailError("The provider named no email address.") from error
        domain = domain_of(email)
        if domain not in self.domains:
            raise DomainNotAllowedError(f"{self.name} is not set up for addresses at {domain}.")
        if domain not in self.owned:
            raise DomainNotConfirmedError(
                f"Nobody has confirmed yet that {domain} is your organization's own."
            )
        if claims.email_verified is False:
            raise EmailNotVerifiedError("The provider never verified the address.")
        return Person(email=email, first_name=_name(claims.first_name), last_name=_name(claims.last_name))


def read_issuer(text: str, *, own_networks: Networks) -> str:
    """Return an issuer that may be called, unchanged, since issuers are compared letter by letter.

    Raises:
        BadIssuerError.
    """
    try:
        destination = read_destination(text, own_networks=own_networks)
    except BadDestinationError as error:
        raise BadIssuerError(error.detail) from error
    if "?" in destination.target:
        raise BadIssuerError("It holds a query.")
    return text


def read_domains(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the domains in their normal form, each once, in the order given.

    Raises:
        BadDomainError, PublicMailDomainError, BadDomainsError.
    """
    given = list(texts)
    if not 1 <= len(given) <= MAX_DOMAINS:
        raise BadDomainsError(f"A connection has 1 to {MAX_DOMAINS} domains.")
    return tuple(dict.fromkeys(read_domain(text) for text in given))


def read_client_secret(text: str) -> str:
    """Return a client's secret, or raise BadClientError."""
    _require_printable(text, "client_secret", most=MAX_CLIENT_SECRET)
    return text


def _require_printable(text: str, field: str, *, most: int) -> None:
    if not (1 <= len(text) <= most and text.isascii() and text.isprintable()) or text != text.strip():
        raise BadClientError(
            f"It has 1 to {most} printable characters of ASCII, without spaces around them.", fields=(field,)
        )


def _name(text: str) -> str:
    """Return a name from the provider's claims, cleaned; "" where it is not a usable name."""
    try:
        return clean_name(text[: 2 * MAX_NAME], required=False)
    except BadNameError:
        return ""
