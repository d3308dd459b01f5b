"""Clients of a provider, and their sublicenses, whose seats come from its licenses (DESIGN 1)."""

from __future__ import annotations

from usher.domain.errors import NotFoundError, RefusedError
from usher.domain.figures import OrganizationFigures
from usher.domain.organizations import Organization
from usher.lazy_dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ClientDetail:
    """A client with its figures."""

    organization: Organization
    figures: OrganizationFigures


class UnknownClientError(NotFoundError):
    """The organization has no client with this id."""

    code = "client_not_found"
    title = "No such client"
    fields = ("client",)
    next_action = "Choose one of the organization's clients."


class NoProviderError(RefusedError):
    """A client has no clients of its own."""

    code = "no_provider"
    title = "A client has no clients"
    next_action = "Create the client in the organization that holds the licenses."


class ClientHoldsSeatsError(RefusedError):
    """The client's sublicenses have seats: `sublicenses` names each with its seats, and how many are free."""

    code = "client_holds_seats"
    title = "The client has seats"
    next_action = "Move the free seats back first; those in use come free as accesses end or are released."


class TooManySublicensesError(RefusedError):
    """The client has more sublicenses than one transaction can look at."""

    code = "too_many_sublicenses"
    title = "The client has too many sublicenses to be closed"
    next_action = "Ask whoever runs Usher to close it."


class UnknownSublicenseError(NotFoundError):
    """The client has no sublicense with this id."""

    code = "sublicense_not_found"
    title = "No such sublicense"
    next_action = "Choose one of the client's sublicenses."


class AlreadySublicensedError(RefusedError):
    """The client has a sublicense of this license: `sublicense` names it."""

    code = "already_sublicensed"
    title = "The client has a sublicense of this license"
    fields = ("license",)
    next_action = "Move seats to the sublicense that there is."


class SublicensedError(RefusedError):
    """The license is a client's sublicense; its seats come from the provider's license alone."""

    code = "sublicense"
    title = "The license is a sublicense"
    next_action = "Have the provider move seats to the sublicense, or back."
