"""Licenses as the managers of their organization see them."""

from __future__ import annotations

from usher.domain.directory import folded, has_word_beginning
from usher.domain.errors import refuses
from usher.domain.figures import OrganizationFigures
from usher.domain.licenses import License, UnknownLicenseError
from usher.domain.organizations import Permission
from usher.domain.people import Person
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.store import figures, licenses


def with_reserved_seats(context: Context, organization: str) -> list[License]:
    """Read an organization's licenses with their reserved seats, oldest first: two calls."""
    counted = figures.of_licenses(context.table, organization)
    none = OrganizationFigures()
    return [
        counted.get(one.id, none).with_reserved_seats(one)
        for one in licenses.of_organization(context.table, organization)
    ]


class LicenseQueries:
    """Reads an organization's licenses for its managers."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(*AUTHORIZE)
    def licenses(self, *, person: Person, organization: str, search: str | None = None) -> list[License]:
        """List the licenses, oldest first; with a search, those of a product with a word that begins so."""
        authorize(self._context, person=person, organization=organization, permission=Permission.READ)
        beginning = folded(search or "")
        return [
            one
            for one in with_reserved_seats(self._context, organization)
            if has_word_beginning(one.terms.product.name, beginning)
        ]

    @refuses(*AUTHORIZE, UnknownLicenseError)
    def license(self, *, person: Person, organization: str, license_id: str) -> License:
        """Read one license, or raise UnknownLicenseError: one call, whatever its number of parts."""
        at = licenses.ref(organization, license_id)
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.READ,
            also=[*licenses.refs_of_parts(organization, license_id), figures.ref(organization, license_id)],
        )
        (found,) = licenses.found_at(self._context.table, membership.rows, [at])
        counted = figures.found_in(membership.rows, organization, license_id)
        return counted.with_reserved_seats(found)
