"""Shortcuts that set join pages, join, and answer or take back requests."""

from __future__ import annotations

from collections.abc import Sequence

from tests.support.tenant import Tenant
from usher.domain.enrollment.grants import Grant
from usher.domain.enrollment.join_pages import JoinPage, WhenFull
from usher.domain.enrollment.join_requests import JoinRequest, JoinState
from usher.domain.licenses import License
from usher.domain.people import Person
from usher.services.enrollment.join_page_flow import JoinOutcome, JoinPageFlow
from usher.services.enrollment.join_pages import JoinPages
from usher.services.enrollment.join_requests import JoinRequests
from usher.services.groups import Groups
from usher.services.receipts import Receipt


def set_page(
    tenant: Tenant,
    *licenses: License,
    group: str | None = None,
    is_on: bool = True,
    slug: str = "acme-academy",
    domains: Sequence[str] = (),
    addresses: Sequence[str] = (),
    approval: bool = False,
    when_full: WhenFull = WhenFull.REFUSE,
) -> JoinPage:
    """Set the join page, as the full manager."""
    return JoinPages(tenant.context).put(
        person=tenant.full,
        organization=tenant.id,
        slug=slug,
        is_on=is_on,
        domains=domains,
        addresses=addresses,
        grant=Grant(licenses=tuple(one.id for one in licenses), group=group),
        approval=approval,
        when_full=when_full,
    )


def group_of(tenant: Tenant, *licenses: License) -> str:
    """Create a group and return its id."""
    created = Groups(tenant.context).create(
        person=tenant.full,
        organization=tenant.id,
        name="Night shift",
        license_ids=[one.id for one in licenses],
        receipt=Receipt(),
    )
    return created.group.id


def person(email: str = "ann@x.io") -> Person:
    """Return a person whose address is proven."""
    return Person(email=email, first_name="Ann", last_name="Lee")


def join(tenant: Tenant, email: str = "ann@x.io") -> JoinOutcome:
    """Join by the page, with a proven address."""
    return JoinPageFlow(tenant.context).join(person=person(email), organization=tenant.id)


def withdraw(tenant: Tenant, email: str = "ann@x.io") -> None:
    """Take the person's own request back."""
    JoinPageFlow(tenant.context).withdraw(person=person(email), organization=tenant.id)


def approve(tenant: Tenant, email: str = "ann@x.io", receipt: Receipt | None = None) -> JoinRequest:
    """Approve a request, as the full manager."""
    return JoinRequests(tenant.context).approve(
        person=tenant.full, organization=tenant.id, email=email, receipt=receipt or Receipt()
    )


def refuse(tenant: Tenant, email: str = "ann@x.io") -> JoinRequest:
    """Refuse a request, as the full manager."""
    return JoinRequests(tenant.context).refuse(
        person=tenant.full, organization=tenant.id, email=email, receipt=Receipt()
    )


def requests(tenant: Tenant, state: JoinState) -> list[str]:
    """Return the addresses of the requests in a state, in the order of asking."""
    page = JoinRequests(tenant.context).listed(
        person=tenant.limited, organization=tenant.id, states=[state], limit=100, cursor=None
    )
    return [one.email for one in page.items]
