"""The organization in whose name a person is written to about their account."""

from __future__ import annotations

import pytest

from tests.support.call_counts import Count
from tests.support.tenant import Tenant, create_tenant
from usher.services.people.account_organization import AccountOrganization


@pytest.mark.parametrize(
    ("organizations", "operations"),
    [(0, ["Query", "Query"]), (1, ["Query", "Query", "GetItem"]), (4, ["Query", "Query"])],
)
def test_it_is_the_only_one_and_costs_three_calls_at_most(
    tenant: Tenant, count: Count, organizations: int, operations: list[str]
) -> None:
    tenants = [tenant, *(create_tenant(tenant.context, slug=f"o{n}") for n in range(3))]
    for one in tenants[:organizations]:
        one.accept(one.invite(one.license(), "ann@x.io"))

    with count() as cost:
        found = AccountOrganization(tenant.context).of(email="ann@x.io")

    assert (found.id if found else None) == (tenant.id if organizations == 1 else None)
    assert cost.operations == operations


def test_a_manager_who_learns_there_as_well_is_in_one_organization(tenant: Tenant) -> None:
    tenant.accept(tenant.invite(tenant.license(), tenant.full.email))

    found = AccountOrganization(tenant.context).of(email=tenant.full.email)
    assert found is not None
    assert found.id == tenant.id
