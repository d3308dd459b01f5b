"""Views of several areas."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from functions.api.schemas import licenses, organizations, people
from usher.domain.accesses import Access
from usher.domain.instants import rfc3339
from usher.domain.learners import Learner
from usher.domain.licenses import License, LicenseTerms, Product
from usher.domain.organizations import PERMISSIONS, Manager, Organization
from usher.domain.people import Person
from usher.domain.product_retirement import CatalogProduct
from usher.domain.suspensions import Suspension
from usher.gateways.person_ids import PersonIds
from usher.services.people.password_login import ManagedOrganization

NameOf = Callable[[str], str | None]
"""Returns the name of whoever did something, by their address or key; None if there is none."""


def instant(moment: datetime | None) -> str | None:
    """An instant as text, or null."""
    return None if moment is None else rfc3339(moment)


def person(of: Person) -> people.Person:
    """A signed-in person."""
    return people.Person(
        email=of.email,
        first_name=of.first_name,
        last_name=of.last_name,
        language=of.language,
        operator=of.operator,
    )


def managed_organization(
    of: ManagedOrganization, *, person: Person, ids: PersonIds
) -> people.ManagedOrganization:
    """An organization that the person manages, with their role."""
    return people.ManagedOrganization(
        id=of.organization.id,
        manager=ids.id_of(of.organization.id, person.email),
        slug=of.organization.slug,
        name=of.organization.name,
        role=of.role,
        permissions=sorted(PERMISSIONS[of.role]),
        time_zone=of.organization.time_zone,
        language=of.organization.language,
        provider=of.organization.provider,
        has_clients=of.has_clients,
        suspended=of.organization.suspension is not None,
    )


def organization(of: Organization) -> organizations.Organization:
    """An organization with its settings."""
    return organizations.Organization(
        id=of.id,
        slug=of.slug,
        name=of.name,
        time_zone=of.time_zone,
        language=of.language,
        branding=organizations.Branding(
            color=of.branding.color, logo_url=of.branding.logo_url, welcome=of.branding.welcome
        ),
        invite_days=of.invite_days,
        require_group=of.require_group,
        provider=of.provider,
        closed_at=instant(of.closed_at),
        suspension=suspension(of.suspension),
        created_at=rfc3339(of.created_at),
        version=of.version or 0,
    )


def suspension(of: Suspension | None) -> organizations.Suspension | None:
    """A suspension, or null."""
    return None if of is None else organizations.Suspension(at=rfc3339(of.at), reason=of.reason)


def product_summary(of: Product) -> licenses.ProductSummary:
    """The product that a license is for."""
    return licenses.ProductSummary(id=of.id, name=of.name, kind=of.kind)


def product(of: Product, retires_at: datetime | None = None) -> licenses.Product:
    """A product."""
    return licenses.Product(id=of.id, name=of.name, kind=of.kind, url=of.url, retires_at=instant(retires_at))


def catalog_product(of: CatalogProduct) -> licenses.Product:
    """A product of the catalog, with its retirement."""
    return product(of.product, of.retires_at)


def terms(of: LicenseTerms) -> licenses.Terms:
    """What never changes about a license."""
    return licenses.Terms(
        id=of.license,
        product=product_summary(of.product),
        flex=of.flex,
        valid_from=rfc3339(of.valid_from),
        valid_until=rfc3339(of.valid_until),
        starts_at=instant(of.starts_at),
    )


def license_(of: License) -> licenses.License:
    """A license, a pool of seats."""
    seats = licenses.SeatCount(
        total=of.total,
        assigned=of.assigned,
        reserved=of.reserved,
        sublicensed=of.sublicensed,
        available=of.available,
    )
    return licenses.License(**dict(terms(of.terms)), seats=seats, parent=of.parent)


def access(of: Access, *, now: datetime, ids: PersonIds) -> people.Access:
    """One learner's use of one license, as it stands at `now`."""
    return people.Access(
        license=of.terms.license,
        product=product_summary(of.terms.product),
        person=ids.id_of(of.terms.organization, of.email),
        email=of.email,
        state=of.state_at(now),
        starts_at=instant(of.start_at),
        ends_at=rfc3339(of.ends_at),
        method=of.method,
        invite=of.invite or None,
    )


def learner(of: Learner, *, ids: PersonIds) -> people.Learner:
    """A learner, by their own name."""
    return people.Learner(
        id=ids.id_of(of.organization, of.email),
        email=of.email,
        first_name=of.first_name,
        last_name=of.last_name,
        joined_at=rfc3339(of.joined_at),
    )


def manager(of: Manager, *, now: datetime, ids: PersonIds) -> people.Manager:
    """A manager, as they stand at `now`."""
    return people.Manager(
        id=ids.id_of(of.organization, of.email),
        email=of.email,
        first_name=of.first_name,
        last_name=of.last_name,
        role=of.role,
        state=of.state,
        since=instant(of.since),
        expires_at=instant(of.expires_at),
        expired=of.has_expired(now),
    )


def notices(of: Manager) -> people.NoticeSettings:
    """The notices that a manager has switched off."""
    return people.NoticeSettings(muted=sorted(of.muted))
