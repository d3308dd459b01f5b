"""Licenses as the managers of their organization see them."""

from __future__ import annotations

from usher.domain.directory import folded, has_word_beginning
from usher.domain.errors import refuses
from usher.domain.licenses import License, UnknownLicenseError
from usher.domain.organizations import Permission
from usher.domain.people import Person
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.store import figures, licenses


class LicenseQueries:
    """Reads an organization's licenses for its managers."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(*AUTHORIZE)
    def licenses(self, *, person: Person, organization: str, search: str | None = None) -> list[License]:
        """List the licenses, oldest first; with a search, those of a product with a word that begins so."""
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.READ,
            also=[figures.ref(organization)],
        )
        counted = figures.found_in(membership.rows, organization)
        beginning = folded(search or "")
        return [
            counted.with_reserved_seats(one)
            for one in licenses.of_organization(self._context.table, organization)
            if has_word_beginning(one.terms.product.name, beginning)
        ]

    @refuses(*AUTHORIZE, UnknownLicenseError)
    def license(self, *, person: Person, organization: str, license_id: str) -> License:
        """Read one license, or raise UnknownLicenseError."""
        at = licenses.ref(organization, license_id)
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.READ,
            also=[at, figures.ref(organization)],
        )
        row = membership.rows.get(at)
        if row is None:
            raise UnknownLicenseError("The organization has no such license.")
        return figures.found_in(membership.rows, organization).with_reserved_seats(licenses.license_of(row))
