"""What the export of a person costs: what is held about the person, whatever the organization has (0085)."""

from __future__ import annotations

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.codes import code_of, redeem
from tests.support.groups import group_of
from tests.support.groups import join as join_group
from tests.support.people_data import ANN, People
from tests.support.tenant import Tenant


@pytest.mark.parametrize("others", [10, 300])
def test_an_export_reads_what_names_the_person(
    tenant: Tenant, people: People, async_workers: AsyncWorkers, clock: Clock, count: Count, others: int
) -> None:
    license_ = tenant.license(others + 1)
    group = group_of(tenant, tenant.license(), name="Nurses")
    tenant.accept(tenant.invite(license_, ANN))
    join_group(tenant, group, ANN)
    redeem(tenant, code_of(tenant, tenant.license()), ANN)
    tenant.invite_all(license_, [f"a{n}@x.io" for n in range(others)])
    async_workers.dispatch()
    clock.forward(days=2)

    with count() as cost:
        found = people.export()

    assert {kind: len(some) for kind, some in found.records.items()} == {
        "learner": 1,
        "member": 1,
        "access": 3,
        "invite": 2,
        "use": 1,
        "event": 5,
    }
    assert cost.operations.count("BatchGetItem") == 4, "the caller, items by their keys, events, a code's use"
    assert cost.calls == 19


def test_an_event_that_was_not_dispatched_yet_is_in_the_export(tenant: Tenant, people: People) -> None:
    tenant.invite(tenant.license(), ANN)

    assert len(people.export().records["event"]) == 1
