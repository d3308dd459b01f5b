"""Join pages: an organization's public page where a person asks to join without an invite (DESIGN 1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from enum import StrEnum

from usher.domain.enrollment.grants import Grant
from usher.domain.enrollment.mail_providers import domain_of, read_domain
from usher.domain.errors import ForbiddenError, InvalidError, NotFoundError, RefusedError
from usher.domain.languages import Language
from usher.domain.organizations import check_slug
from usher.domain.versions import ChangedMeanwhileError, Versioned
from usher.lazy_dataclasses import dataclass

MAX_DOMAINS = 100
MAX_NAMED = 500
"""The most single addresses that a page names."""


class UnknownJoinPageError(NotFoundError):
    """No join page has this address, or the page is off; the two look alike."""

    code = "join_page_not_found"
    title = "There is no such page"
    next_action = (
        "Ask the organization that you want to join for the address of its page, or for an invitation."
    )


class JoinSlugTakenError(RefusedError):
    """Another join page has this slug."""

    code = "join_slug_taken"
    title = "The slug is taken"
    fields = ("slug",)
    next_action = "Choose another slug for the page."


class TooManyDomainsError(InvalidError):
    """The list of allowed domains is too long."""

    code = "too_many_domains"
    title = "Too many domains"
    fields = ("domains",)
    next_action = f"Name at most {MAX_DOMAINS} domains, or none, which lets in people of any domain."


class TooManyNamedError(InvalidError):
    """The list of single addresses that may join is too long."""

    code = "too_many_named"
    title = "Too many addresses"
    fields = ("addresses",)
    next_action = f"Name at most {MAX_NAMED} single addresses; invite the others, or name their domain."


class WrongDomainError(ForbiddenError):
    """The address may not join: it is not named, and neither is its domain."""

    code = "wrong_domain"
    title = "This address cannot join"
    next_action = "Use an address of one of the domains that the page names."


class WhenFull(StrEnum):
    """What happens to people who join when no seat is left."""

    REFUSE = "refuse"
    WAITING_LIST = "waiting_list"


class JoinPageChangedError(ChangedMeanwhileError):
    """The settings were changed since the caller read them; theirs were not written."""

    code = "join_page_changed"
    title = "The join page was changed meanwhile"
    next_action = "Look at the page's settings as they are now, and make your changes to those."


@dataclass(frozen=True, kw_only=True)
class JoinPage(Versioned):
    """An organization's join page and its settings.

    Attributes:
        slug: the page's address, `/join/{slug}`; no other page has it.
        domains: the email domains whose addresses may join, in their normal form.
        addresses: single addresses that may join as well. Without domains and addresses, everybody may.
        grant: what a person gets on joining.
        approval: whether a manager decides on each request before anything is given.
        language: of the page and of emails to those who ask; None for the organization's.
    """

    organization: str
    slug: str
    is_on: bool = False
    domains: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    grant: Grant = field(default_factory=Grant)
    approval: bool = False
    when_full: WhenFull = WhenFull.REFUSE
    language: Language | None = None

    def __post_init__(self) -> None:
        check_slug(self.slug)
        if len(self.domains) > MAX_DOMAINS:
            raise TooManyDomainsError(f"{len(self.domains)} domains are named.")
        if len(self.addresses) > MAX_NAMED:
            raise TooManyNamedError(f"{len(self.addresses)} single addresses are named.")

    @property
    def is_for_everybody(self) -> bool:
        """Whether any address may join."""
        return not self.domains and not self.addresses

    def allows(self, email: str) -> bool:
        """Return whether an address may join; a subdomain is another domain."""
        return self.is_for_everybody or email in self.addresses or domain_of(email) in self.domains

    def require_allowed(self, email: str) -> None:
        """Raise WrongDomainError unless the address may join."""
        if not self.allows(email):
            raise WrongDomainError("The address may not join.", domains=list(self.domains))


def read_domains(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the domains in their normal form, each once.

    Raises:
        BadDomainError: one is not an email domain.
        PublicMailDomainError: one is a public mail provider's, where anybody can have an address.
    """
    return tuple(dict.fromkeys(read_domain(text) for text in texts))
