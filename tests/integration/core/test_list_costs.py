"""What lists cost: the same calls however large the organization is, however they are sorted or filtered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.codes import client_of, code_of
from tests.support.groups import group_of
from tests.support.imports import ImportDriver
from tests.support.tenant import Tenant
from usher.domain.delivery_problems import DeliveryProblem
from usher.domain.enrollment.codes import CodeKind
from usher.domain.imports.imports import ImportState
from usher.domain.invite_lists import InviteSort
from usher.domain.invites import InviteState
from usher.domain.list_sorts import CodeSort, CreationSort, NamedSort
from usher.services.client_queries import ClientQueries
from usher.services.enrollment.codes import Codes
from usher.services.groups import Groups
from usher.services.imports.import_lists import ImportQuery
from usher.services.invites.invite_listing import InviteQuery
from usher.services.invites.invite_queries import InviteQueries
from usher.services.paging import ResultPage

PENDING = (InviteState.PENDING,)
LISTS: list[tuple[dict[str, Any], int]] = [
    # query, calls: the membership, a query for each state, a batch of what a directory found
    ({}, 5),
    ({"states": PENDING}, 2),
    ({"states": PENDING, "problems": (DeliveryProblem.BOUNCED,)}, 2),
    ({"states": PENDING, "sort": InviteSort.OLDEST}, 2),
    ({"sort": InviteSort.EMAIL}, 6),
    ({"sort": InviteSort.NAME_DESCENDING}, 6),
    ({"states": PENDING, "sort": InviteSort.NAME}, 3),
    ({"email": "ann@x.io"}, 3),  # in every state, one query
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


SORTED: list[tuple[str, dict[str, Any], int]] = [
    # list, query, calls: the membership, a range, a batch of what a directory found, what stands beside it
    ("groups", {}, 3),
    ("groups", {"sort": NamedSort.NEWEST}, 3),
    ("groups", {"sort": NamedSort.NAME_DESCENDING}, 4),
    ("groups", {"search": "g"}, 4),
    ("clients", {"sort": NamedSort.NEWEST}, 3),
    ("clients", {"sort": NamedSort.NAME}, 4),
    ("codes", {"sort": CodeSort.OLDEST}, 3),
    ("codes", {"kinds": [CodeKind.REGISTRATION]}, 7),  # a range for each of four states
    ("codes", {"sort": CodeSort.TEXT}, 4),
    ("codes", {"sort": CodeSort.NAME_DESCENDING}, 4),
    ("imports", {"query": ImportQuery(sort=CreationSort.OLDEST)}, 2),
    ("imports", {"query": ImportQuery(states=(ImportState.AWAITING_FILE,))}, 3),
    ("imports", {"query": ImportQuery(search="p")}, 3),
]


@pytest.mark.parametrize("size", [4, 12])
def test_a_page_in_any_order_costs_the_same_however_long_the_list_is(
    tenant: Tenant, imports: ImportDriver, count: Count, size: int
) -> None:
    license_ = tenant.license()
    for number in range(size):
        group_of(tenant, license_, name=f"Group {number}")
        client_of(tenant, f"client-{number}")
        code_of(tenant, license_, text=f"CODE-{number}", name=f"Name {number}")
        imports.create()
    lists: dict[str, Callable[..., ResultPage[Any]]] = {
        "groups": Groups(tenant.context).listed,
        "clients": ClientQueries(tenant.context).listed,
        "codes": Codes(tenant.context).listed,
        "imports": imports.service.listed,
    }

    for name, fields, calls in SORTED:
        with count() as cost:
            page = lists[name](person=tenant.full, organization=tenant.id, **fields, limit=2, cursor=None)

        assert (cost.calls, cost.items, len(page.items)) == (calls, 0, 2), (name, fields)
        assert page.next is not None
