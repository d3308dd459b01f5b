"""What single reads cost through the API (DESIGN 5), whatever the size of the organization."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.integration.api.test_operated_organizations import CONNECTION, ORGANIZATIONS
from tests.support.api_caller import Caller
from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clients import create_client
from tests.support.codes import code_of, redeem
from tests.support.groups import group_of
from tests.support.tenant import Tenant

PEOPLE = 12
"""Learners of the license, each by the code, with an open invite to another license."""


Read = tuple[str, dict[str, str]]
"""An address, and its query."""


@pytest.fixture
def paths(manager: Caller, base: str, tenant: Tenant, async_workers: AsyncWorkers) -> Mapping[str, Read]:
    """Fill an organization; return the addresses that are read, by their names in COSTS."""
    license_, other = tenant.license(40), tenant.license(40)
    code = code_of(tenant, license_)
    people = [f"a{n}@x.io" for n in range(PEOPLE)]
    for email in people:
        redeem(tenant, code, email, network_address=email)
    tenant.invite_all(other, people)
    group_of(tenant)
    hook = manager.post(f"{base}/webhooks", {"url": "https://hooks.example/usher"}).json["id"]
    client = create_client(tenant, manager="chief@branch.example").id
    async_workers.dispatch()
    learner = manager.get(f"{base}/learners", email=people[0]).json["items"][0]["id"]
    (listed,) = manager.get(f"{base}/codes").json["items"]
    return {
        "a learner": (f"{base}/learners/{learner}", {}),
        "accesses in use": (f"{base}/licenses/{license_.id}/accesses", {"state": "active"}),
        "accesses that hold a seat": (f"{base}/licenses/{license_.id}/accesses", {}),
        "uses of a code": (f"{base}/codes/{listed['id']}/uses", {}),
        "uses of all codes": (f"{base}/code-uses", {}),
        "events of a person": (f"{base}/events", {"person": learner}),
        "all events": (f"{base}/events", {}),
        "deliveries": (f"{base}/webhooks/{hook}/deliveries", {}),
        "deliveries with counts": (f"{base}/webhooks/{hook}/deliveries", {"counts": "true"}),
        "an email preview": (f"{base}/email-previews/invite", {}),
        "an organization": (f"/v1/operator/organizations/{tenant.id}", {}),
        "a client": (f"/v1/operator/organizations/{client}", {}),
    }


COSTS: list[tuple[str, int]] = [
    # what is read, calls
    ("a learner", 6),  # the person with the membership, accesses, groups, clients; memberships; open invites
    ("accesses in use", 3),  # the membership, the listing, names
    ("accesses that hold a seat", 4),  # and a second run of states in the listing
    ("uses of a code", 4),
    ("uses of all codes", 3),
    ("events of a person", 4),  # the membership, the pointers, the events; names of who caused them
    ("all events", 3),  # the membership, the events; names of who caused them
    ("deliveries", 2),
    ("deliveries with counts", 4),
    ("an email preview", 1),
    ("an organization", 6),  # itself, its team, licenses with figures, connections, and how many clients
    ("a client", 6),
]


@pytest.mark.parametrize(("read", "calls"), COSTS, ids=[read for read, _ in COSTS])
def test_a_read_costs_what_the_design_says(
    manager: Caller, operator: Caller, paths: Mapping[str, Read], count: Count, read: str, calls: int
) -> None:
    who = operator if read in {"an organization", "a client"} else manager
    path, query = paths[read]
    with count() as cost:
        answer = who.get(path, **query)

    assert answer.status == 200
    assert (cost.calls, cost.items) == (calls, 0)


def test_an_organization_whose_connections_give_something_costs_a_call_more(
    manager: Caller, operator: Caller, base: str, tenant: Tenant, count: Count
) -> None:
    giving = {**CONNECTION, "grant": {"licenses": [tenant.license().id]}}
    assert manager.post(f"{base}/sso-connections", giving).status == 201
    with count() as cost:
        answer = operator.get(f"{ORGANIZATIONS}/{tenant.id}")

    assert answer.status == 200
    assert (cost.calls, cost.items) == (7, 0), "and what the connections give"


def test_a_preview_of_an_invites_email(manager: Caller, base: str, tenant: Tenant, count: Count) -> None:
    body = {"license": tenant.license().id, "emails": "a@x.io"}
    with count() as cost:
        answer = manager.post(f"{base}/invites/preview-email", body)

    assert answer.status == 200
    assert (cost.calls, cost.items) == (2, 0)


def test_a_download_link_and_its_use(
    manager: Caller, caller: Caller, base: str, tenant: Tenant, count: Count
) -> None:
    code_of(tenant, tenant.license())
    with count() as listing:
        manager.get(f"{base}/codes")
    with count() as asking:
        link = manager.post(f"{base}/downloads", {"what": "codes"}).json["url"]
    with count() as using:
        answer = caller.get(link.removeprefix("https://usher.example"))

    assert answer.status == 200
    assert (asking.calls, asking.items) == (listing.calls + 1, 0), "the caller, and the list's first page"
    assert (using.calls, using.items) == (listing.calls + 1, 0), "whose link it is, and the list"
