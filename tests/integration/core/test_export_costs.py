"""What the export of a person costs: what is held about the person, whatever the organization has (0085)."""

from __future__ import annotations

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.capacity import CapacityMeter
from tests.support.clock import Clock
from tests.support.codes import code_of, redeem, remove, switch
from tests.support.groups import group_of
from tests.support.groups import join as join_group
from tests.support.people_data import ANN, People
from tests.support.tenant import Tenant
from usher.domain.enrollment.codes import Code, Use
from usher.store.enrollment import code_uses
from usher.store.transaction import commit


def use(tenant: Tenant, code: Code, email: str) -> Use:
    """Return a person's redemption of a code, now."""
    return Use(
        organization=tenant.id,
        code=code.key,
        email=email,
        at=tenant.context.now(),
        grant=code.grant,
        batch=False,
    )


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


@pytest.mark.parametrize("others", [10, 300])
def test_redemptions_of_a_text_that_was_redeemed_twice_are_found_by_their_minutes(
    tenant: Tenant, people: People, async_workers: AsyncWorkers, clock: Clock, others: int
) -> None:
    license_ = tenant.license()
    former = code_of(tenant, license_, text="SPRING-2027")
    redeem(tenant, former, ANN)
    remove(tenant, switch(tenant, former, disabled=True))
    clock.forward(days=1)
    many = code_of(tenant, tenant.license(), text="MANY-2027")
    for first in range(0, others, 50):
        of_others = (use(tenant, many, f"a{n}@x.io") for n in range(first, min(first + 50, others)))
        commit(
            tenant.context.table, [write for one in of_others for write in code_uses.record(one, before=None)]
        )
    clock.forward(days=1)
    later = code_of(tenant, tenant.license(), text="SPRING-2027")
    redeem(tenant, later, ANN)
    redeem(tenant, many, ANN)
    async_workers.dispatch()
    clock.forward(days=1)

    with CapacityMeter(tenant.context.table.connection.client)() as cost:
        found = people.export()

    assert [one["code_id"] for one in found.records["use"]] == [later.id, many.id, former.id]
    assert cost.calls["Query"] == 15, "two of them for the two redemptions of the text"
    assert cost.read == 22.5
