"""Views of several areas."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from functions.api.problems import problem_of
from functions.api.schemas import (
    entitlements,
    events,
    groups,
    invites,
    licenses,
    organizations,
    people,
)
from functions.api.schemas.common import Problem
from usher.domain.accesses import GIVEN, Access
from usher.domain.events.event import Event
from usher.domain.events.registry import envelope
from usher.domain.instants import rfc3339
from usher.domain.invite_batches import Invited
from usher.domain.invites import Invite
from usher.domain.learner_assignments import Assigned, LicensePreview, MembersPreview, SeatRequirement
from usher.domain.learners import Learner
from usher.domain.licenses import License, LicenseTerms, Product
from usher.domain.organizations import PERMISSIONS, Manager, Organization
from usher.domain.people import Person
from usher.domain.product_retirement import CatalogProduct
from usher.domain.suspensions import Suspension
from usher.gateways.person_ids import PersonIds
from usher.services.groups import GroupDetail
from usher.services.invites.manage_invites import BulkResult
from usher.services.license_assignment import AssignmentResult
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


def event(of: Event) -> events.Event:
    """An event, in the envelope in which it is published everywhere."""
    return events.Event(**envelope(of))


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


def group(of: GroupDetail) -> groups.Group:
    """A group with its licenses."""
    return groups.Group(
        id=of.group.id,
        name=of.group.name,
        licenses=[license_(one) for one in of.licenses],
        members=of.group.members,
        created_at=rfc3339(of.group.created_at),
        version=of.group.version or 0,
    )


def member(of: Learner, *, ids: PersonIds) -> groups.Member:
    """A member of a group, by their own name."""
    return groups.Member(**dict(learner(of, ids=ids)))


def assignment_result(of: AssignmentResult) -> groups.AssignmentResult:
    """The result of adding a license to a group."""
    return groups.AssignmentResult(
        group=of.group, license=of.license, given=of.given, have=of.have, left=of.left
    )


def members_preview(of: MembersPreview) -> groups.MembersPreview:
    """What putting learners into a group needs."""
    return groups.MembersPreview(
        learners=of.learners, members=of.members, seats=[seat_requirement(one) for one in of.seats]
    )


def assigned(of: Assigned, *, ids: PersonIds) -> groups.Assigned:
    """What became of one learner."""
    return groups.Assigned(person=ids.id_of(of.organization, of.email), email=of.email, outcome=of.outcome)


def license_preview(of: LicensePreview, *, ids: PersonIds) -> groups.LicenseAssignmentPreview:
    """What giving learners a license needs, and what becomes of each."""
    return groups.LicenseAssignmentPreview(
        **dict(seat_requirement(of.seats)), results=[assigned(one, ids=ids) for one in of.results]
    )


def seat_requirement(of: SeatRequirement) -> groups.SeatRequirement:
    """The seats that giving a license to members or learners needs."""
    return groups.SeatRequirement(
        license=of.terms.license,
        product=product_summary(of.terms.product),
        members=of.members,
        have=of.have,
        needed=of.needed,
        available=of.available,
        missing=of.missing,
    )


def invite(of: Invite, *, names: NameOf, now: datetime, ids: PersonIds) -> invites.Invite:
    """An invite, as it stands at `now`, with its creator's name."""
    return invites.Invite(
        id=of.id,
        kind=of.kind,
        person=ids.id_of(of.organization, of.email),
        email=of.email,
        first_name=of.first_name,
        last_name=of.last_name,
        state=of.state,
        expired=of.has_expired(now),
        expires_at=rfc3339(of.expires_at),
        access_start=instant(of.access_start),
        licenses=[terms(one) for one in of.licenses],
        groups=[invites.InviteGroup(id=group.id, name=group.name) for group in of.groups],
        message=of.message,
        language=of.language,
        sent=invites.Sent(count=of.number, last_at=rfc3339(of.sent_at)),
        delivery=of.delivery,
        delivery_held=of.delivery_held,
        answered_at=instant(of.answered_at),
        link_requested_at=instant(of.link_requested_at),
        created_at=rfc3339(of.created_at),
        created_by=of.created_by,
        created_by_name=names(of.created_by),
    )


def invited(of: Invited, *, names: NameOf, now: datetime, ids: PersonIds) -> invites.InviteResult:
    """The outcome for one address."""
    return invites.InviteResult(
        email=of.email,
        outcome=of.outcome,
        invite=None if of.invite is None else invite(of.invite, names=names, now=now, ids=ids),
        reason=of.reason or None,
        reason_code=of.fault,
        suggestion=of.suggestion or None,
        retry_after=of.retry_after,
    )


def bulk_result(
    of: BulkResult, *, names: NameOf, now: datetime, ids: PersonIds
) -> invites.BulkDone | invites.BulkRefused:
    """The outcome for one invite of many."""
    if of.error is not None:
        problem = Problem.model_validate(problem_of(of.error))
        return invites.BulkRefused(id=of.id, outcome="refused", error=problem)
    if of.invite is None:
        raise ValueError(of)
    return invites.BulkDone(id=of.id, outcome="done", invite=invite(of.invite, names=names, now=now, ids=ids))


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


def entitlement(of: Access | None, *, now: datetime) -> entitlements.Entitlement:
    """A person's entitlement to a product, by their best access; None for no access."""
    if of is None:
        return entitlements.Entitlement(
            entitled=False, state=None, starts_at=None, ends_at=None, organization=None
        )
    state = of.state_at(now)
    is_given = state in GIVEN  # Only these have a beginning and an end.
    return entitlements.Entitlement(
        entitled=of.entitles(now),
        state=state,
        starts_at=instant(of.start_at) if is_given else None,
        ends_at=rfc3339(of.ends_at) if is_given else None,
        organization=of.terms.organization,
    )
