"""What tests of the join page do in one line."""

from __future__ import annotations

from collections.abc import Sequence

from tests.support.house import House
from usher.domain.doors.grants import Grant
from usher.domain.doors.join_pages import JoinPage, WhenFull
from usher.domain.doors.join_requests import JoinRequest, JoinState
from usher.domain.licenses import License
from usher.domain.people import Person
from usher.services.doors.join_pages import JoinPages
from usher.services.doors.join_requests import JoinRequests
from usher.services.doors.joining import Joining, JoinOutcome
from usher.services.grouping import Grouping
from usher.services.receipts import Receipt


def set_page(
    house: House,
    *licenses: License,
    group: str | None = None,
    is_on: bool = True,
    slug: str = "acme-academy",
    domains: Sequence[str] = (),
    approval: bool = False,
    when_full: WhenFull = WhenFull.REFUSE,
) -> JoinPage:
    """Set the join page, as the full manager."""
    return JoinPages(house.context).put(
        person=house.full,
        organization=house.id,
        slug=slug,
        is_on=is_on,
        domains=domains,
        grant=Grant(licenses=tuple(one.id for one in licenses), group=group),
        approval=approval,
        when_full=when_full,
    )


def group_of(house: House, *licenses: License) -> str:
    """Create a group and return its id."""
    created = Grouping(house.context).create(
        person=house.full,
        organization=house.id,
        name="Night shift",
        license_ids=[one.id for one in licenses],
        receipt=Receipt(),
    )
    return created.group.id


def person(email: str = "ann@x.io") -> Person:
    """Return somebody whose address is proven."""
    return Person(email=email, first_name="Ann", last_name="Lee")


def join(house: House, email: str = "ann@x.io") -> JoinOutcome:
    """Join by the page, with a proven address."""
    return Joining(house.context).join(person=person(email), organization=house.id)


def approve(house: House, email: str = "ann@x.io", receipt: Receipt | None = None) -> JoinRequest:
    """Approve a request, as the full manager."""
    return JoinRequests(house.context).approve(
        person=house.full, organization=house.id, email=email, receipt=receipt or Receipt()
    )


def refuse(house: House, email: str = "ann@x.io") -> JoinRequest:
    """Refuse a request, as the full manager."""
    return JoinRequests(house.context).refuse(
        person=house.full, organization=house.id, email=email, receipt=Receipt()
    )


def requests(house: House, state: JoinState) -> list[str]:
    """Return who asked and is in this state now, in the order of asking."""
    page = JoinRequests(house.context).listed(
        person=house.limited, organization=house.id, state=state, limit=100, cursor=None
    )
    return [one.email for one in page.items]
