"""What lists cost: the same calls however large the organization is, however they are sorted or filtered."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.tenant import Tenant
from usher.domain.invite_lists import InviteSort
from usher.domain.invites import Delivery, InviteState
from usher.services.invites.invite_queries import InviteQueries, InviteQuery

PENDING = (InviteState.PENDING,)
LISTS: list[tuple[dict[str, Any], int]] = [
    # query, calls: the membership, a query for each state, a batch of what a directory found
    ({}, 5),
    ({"states": PENDING}, 2),
    ({"states": PENDING, "deliveries": (Delivery.QUEUED,)}, 2),
    ({"states": PENDING, "sort": InviteSort.OLDEST}, 2),
    ({"sort": InviteSort.EMAIL}, 6),
    ({"sort": InviteSort.NAME_DESCENDING}, 6),
    ({"states": PENDING, "sort": InviteSort.NAME}, 3),
    ({"email": "ann@x.io"}, 6),
    ({"states": PENDING, "email": "ann@x.io"}, 3),
    ({"search": "ann@"}, 6),
    ({"search": "ann"}, 15),  # addresses, first and last names in four states; a batch where there are any
    ({"search": "ann lee"}, 10),
    ({"search": "a1"}, 6),  # more addresses than a page has: names are not looked at
    ({"states": PENDING, "search": "ann"}, 6),
    ({"states": PENDING, "search": "nobody"}, 4),
]


@pytest.mark.slow
@pytest.mark.parametrize("size", [120, 720])
def test_a_page_costs_what_it_returns(tenant: Tenant, clock: Clock, count: Count, size: int) -> None:
    license_ = tenant.license(size + 1)
    tenant.invite(license_, "Ann Lee <ann@x.io>")
    clock.forward(seconds=1)
    for first in range(0, size, 500):
        tenant.invite_all(license_, [f"a1{n}@x.io" for n in range(first, min(first + 500, size))])

    for fields, calls in LISTS:
        with count() as cost:
            page = InviteQueries(tenant.context).listed(
                person=tenant.full,
                organization=tenant.id,
                query=InviteQuery(**fields),
                limit=50,
                cursor=None,
            )

        assert (cost.calls, cost.items) == (calls, 0), fields
        assert len(page.items) in {0, 1, 50}


def test_names_of_creators_cost_one_call_a_page_and_none_for_the_caller(tenant: Tenant, count: Count) -> None:
    tenant.invite(tenant.license())

    for person, calls in ((tenant.full, 2), (tenant.limited, 3)):
        with count() as cost:
            InviteQueries(tenant.context).listed(
                person=person,
                organization=tenant.id,
                query=InviteQuery(states=PENDING),
                limit=50,
                cursor=None,
            )

        assert cost.calls == calls
