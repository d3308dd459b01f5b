"""Pointers for lists with a filter, rebuilt from the events (decision 0085)."""

from __future__ import annotations

from typing import Any

from tests.support.async_workers import AsyncWorkers
from tests.support.clock import Clock
from tests.support.codes import code_of, redeem
from tests.support.groups import group_of
from tests.support.groups import invite as invite_to_group
from tests.support.tables import items
from tests.support.tenant import Tenant
from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.invites import InviteState
from usher.services.rebuild_figures import RebuildFigures
from usher.store import event_trails, list_pointers
from usher.store.event_trails import TrailRow
from usher.store.invite_pointers import PointerRow
from usher.store.table import Ref


def kept(tenant: Tenant) -> set[tuple[str, str]]:
    """Return the keys of all pointers to invites and enrollments."""
    client: Any = tenant.context.table.connection.client
    keys = ((item["pk"]["S"], item["sk"]["S"]) for item in items(client))
    return {(pk, sk) for pk, sk in keys if "#INVITES_OF#" in pk or "#ENROLLMENTS_OF#" in pk}


def test_pointers_are_rebuilt_from_the_events(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    one, two = tenant.license(), tenant.license()
    group = group_of(tenant, one, name="Nurses")
    tenant.invite([one, two], "expires@x.io")
    withdrawn = tenant.invite(one, "withdrawn@x.io")
    clock.forward(days=11)
    async_workers.settle()
    tenant.withdraw(withdrawn)
    tenant.accept(tenant.invite(two, "accepts@x.io"))
    tenant.decline(tenant.invite(two, "declines@x.io"))
    invite_to_group(tenant, group, "nurse@x.io")
    redeem(tenant, code_of(tenant, two), "coded@x.io")
    async_workers.settle()
    right = kept(tenant)
    wrong = PointerRow(list_pointers.invites_to(tenant.id, one.id, InviteState.DECLINED), withdrawn.id)
    lost = [Ref(PointerRow, *key) for key in sorted(right)[::2]]
    tenant.context.table.write_many(puts=[wrong], deletes=lost)

    RebuildFigures(tenant.context).rebuild(organization=tenant.id)

    assert len(right) > 8
    assert kept(tenant) == right


def test_the_trails_of_methods_are_rebuilt_from_the_events(
    tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    license_ = tenant.license()
    code = code_of(tenant, license_)
    redeem(tenant, code, "coded@x.io")
    tenant.accept(tenant.invite(license_))
    async_workers.settle()
    (trail,) = event_trails.of_methods(tenant.id, 1, [EnrollmentMethod.CODE])
    right = event_trails.all_in(tenant.context.table, trail)
    lost = [Ref(TrailRow, row.pk, row.sk) for row in right]
    tenant.context.table.write_many(puts=[TrailRow(trail, "0" * 26)], deletes=lost)

    RebuildFigures(tenant.context).rebuild(organization=tenant.id)

    assert len(right) == 1
    assert [row.sk for row in event_trails.all_in(tenant.context.table, trail)] == [right[0].sk]
    others = event_trails.of_methods(tenant.id, 1, {*EnrollmentMethod} - {EnrollmentMethod.CODE})
    assert [event_trails.all_in(tenant.context.table, one) for one in others] == [[]] * len(others)


def test_a_pointer_of_an_event_that_waits_for_its_dispatch_stays(
    tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    tenant.invite(tenant.license())
    waiting = async_workers.waiting_events()
    for event in waiting:
        async_workers.dispatch_events.dispatch(event)
    written = kept(tenant)

    RebuildFigures(tenant.context).rebuild(organization=tenant.id)

    assert written
    assert kept(tenant) == written
