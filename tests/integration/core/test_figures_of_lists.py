"""Counts beside the lists of codes, accesses, learners and deliveries (decision 0072).

After each test the figures, with those that undispatched events carry, are compared with a count of the items
(tests/support/invariants.py).
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.codes import change, code_now, code_of, redeem, remove, switch
from tests.support.reading_back import access_now, events_of
from tests.support.tenant import Tenant
from usher.domain.accesses import AccessState
from usher.domain.enrollment.codes import Code, CodeKind, CodeRefusedError, CodeState
from usher.domain.integrations.webhook_deliveries import (
    MOST_COUNTED,
    DeliveryState,
    WebhookDelivery,
)
from usher.services.outbox.acknowledge_events import acknowledge
from usher.services.outbox.sweep import Sweep, SweepResult
from usher.services.rebuild_figures import RebuildFigures
from usher.store import figures
from usher.store.integrations import webhook_deliveries

Happening = Callable[[Tenant, Code, Clock], object]


def codes_in(tenant: Tenant) -> dict[str, int]:
    """Return how many codes there are in each state, without those that are zero."""
    counts = figures.get(tenant.context.table, tenant.id).counts
    return {name.removeprefix("codes_"): n for name, n in counts.items() if "codes_" in name and n}


def accesses_in(tenant: Tenant, license_id: str) -> dict[str, int]:
    """Return how many accesses a license has in each state, without those that are zero."""
    counts = figures.get(tenant.context.table, tenant.id, license_id).counts
    return {name.removeprefix("accesses_"): n for name, n in counts.items() if n}


def disable(tenant: Tenant, code: Code, _clock: Clock) -> None:
    switch(tenant, code, disabled=True)


def use_up(tenant: Tenant, code: Code, _clock: Clock) -> None:
    redeem(tenant, code, "ann@x.io")
    redeem(tenant, code, "bob@x.io")


def end(tenant: Tenant, _code: Code, clock: Clock) -> None:
    clock.forward(days=40)
    assert Sweep(tenant.context).sweep().codes_ended == 1


def after(*happenings: Happening) -> Happening:
    def all_of_them(tenant: Tenant, code: Code, clock: Clock) -> None:
        for happening in happenings:
            happening(tenant, code, clock)

    return all_of_them


def enable(tenant: Tenant, code: Code, _clock: Clock) -> None:
    switch(tenant, code, disabled=False)


def prolong(tenant: Tenant, code: Code, _clock: Clock) -> None:
    change(tenant, code, ends_on="2027-12-31")


def rename(tenant: Tenant, code: Code, _clock: Clock) -> None:
    change(tenant, code, name="Night shift")


def uncap(tenant: Tenant, code: Code, _clock: Clock) -> None:
    change(tenant, code, no_cap=True)


def cap_at_uses(tenant: Tenant, code: Code, _clock: Clock) -> None:
    redeem(tenant, code, "cid@x.io")
    change(tenant, code, cap=1)


def delete(tenant: Tenant, code: Code, _clock: Clock) -> None:
    remove(tenant, code)


@pytest.mark.parametrize(
    ("happening", "counted"),
    [
        (after(), {"active": 2}),
        (disable, {"active": 1, "disabled": 1}),
        (after(disable, enable), {"active": 2}),
        (after(disable, delete), {"active": 1}),
        (use_up, {"active": 1, "used_up": 1}),
        (after(use_up, uncap), {"active": 2}),
        (after(use_up, disable, enable), {"active": 1, "used_up": 1}),
        (after(use_up, delete), {"active": 1}),
        (after(use_up, end), {"active": 1, "ended": 1}),
        (after(use_up, end, prolong), {"active": 1, "used_up": 1}),
        (cap_at_uses, {"active": 1, "used_up": 1}),
        (end, {"active": 1, "ended": 1}),
        (after(end, rename), {"active": 1, "ended": 1}),
        (after(end, prolong), {"active": 2}),
        (after(end, disable), {"active": 1, "disabled": 1}),
        (after(end, delete), {"active": 1}),
        (after(disable, end), {"active": 1, "disabled": 1}),
        (after(disable, end, enable), {"active": 1, "ended": 1}),
    ],
)
def test_codes_are_counted_by_their_state(
    tenant: Tenant,
    async_workers: AsyncWorkers,
    clock: Clock,
    happening: Happening,
    counted: dict[str, int],
) -> None:
    license_ = tenant.license(5)
    code = code_of(tenant, license_, cap=2, ends_on="2027-01-31")
    code_of(tenant, license_, text="ANOTHER", kind=CodeKind.REDEMPTION)
    happening(tenant, code, clock)
    async_workers.dispatch()

    assert codes_in(tenant) == counted


def test_a_code_that_was_changed_at_its_end_is_left_to_the_next_sweep(tenant: Tenant, clock: Clock) -> None:
    code = code_of(tenant, tenant.license(), ends_on="2027-01-31")
    clock.forward(days=40)
    with tenant.before_next_write(lambda: change(tenant, code, ends_on="2027-12-31")):
        swept = Sweep(tenant.context).sweep()

    assert swept == SweepResult()
    assert code_now(tenant, code).processed_state is CodeState.ACTIVE


def test_an_end_is_processed_once_and_is_no_event(tenant: Tenant, clock: Clock, count: Count) -> None:
    license_ = tenant.license()
    for n in range(3):
        code_of(tenant, license_, text=f"SPRING-{n}", ends_on="2027-01-31")
    clock.forward(days=40)
    with count() as cost:
        swept = Sweep(tenant.context).sweep()

    assert swept.codes_ended == 3
    assert (cost.calls, cost.writes) == (4 + 1 + 1, 3 + 1), (
        "four shards, the codes; each code, and the figures"
    )
    assert Sweep(tenant.context).sweep() == SweepResult()
    assert not events_of(tenant, "code.changed")


def test_the_last_use_of_a_code_is_the_last_whoever_redeems_at_the_same_moment(
    tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    code = code_of(tenant, tenant.license(5), cap=2)
    with tenant.before_next_write(lambda: redeem(tenant, code, "bob@x.io")):
        redeem(tenant, code, "ann@x.io")
    with pytest.raises(CodeRefusedError):
        redeem(tenant, code, "cid@x.io")
    async_workers.dispatch()

    assert code_now(tenant, code).uses == 2
    assert codes_in(tenant) == {"used_up": 1}


def test_a_use_in_the_middle_of_a_change_is_counted(tenant: Tenant, async_workers: AsyncWorkers) -> None:
    code = code_of(tenant, tenant.license(5), cap=1)
    with tenant.before_next_write(lambda: redeem(tenant, code)):
        switch(tenant, code, disabled=True)
    with tenant.before_next_write(lambda: change(tenant, code, cap=3)):
        switch(tenant, code, disabled=False)
    async_workers.dispatch()

    assert codes_in(tenant) == {"active": 1}


def test_accesses_are_counted_by_license_and_state(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    license_, other = tenant.license(9), tenant.license(9)
    tenant.invite(license_, "reserved@x.io")
    tenant.accept(tenant.invite(license_, "active@x.io"))
    tenant.accept(tenant.invite(license_, "scheduled@x.io", access_start="2027-02-01"))
    tenant.withdraw(tenant.invite(license_, "released@x.io"))
    tenant.accept(tenant.invite(other))
    async_workers.dispatch()
    at_first = accesses_in(tenant, license_.id)
    clock.forward(days=60)
    Sweep(tenant.context).sweep()
    async_workers.dispatch()

    assert at_first == {"reserved": 1, "active": 1, "scheduled": 1}
    assert accesses_in(tenant, license_.id) == {"active": 2}, "the invite expired, and the start came"
    assert accesses_in(tenant, other.id) == {"active": 1}
    assert not [name for name in figures.get(tenant.context.table, tenant.id).counts if "accesses" in name]


def test_a_seat_that_is_given_again_counts_once(tenant: Tenant, async_workers: AsyncWorkers) -> None:
    license_ = tenant.license()
    tenant.withdraw(tenant.invite(license_))
    tenant.accept(tenant.invite(license_))
    async_workers.dispatch()

    assert accesses_in(tenant, license_.id) == {"active": 1}


def test_what_ends_with_its_license_counts_no_more(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    license_ = tenant.license()
    tenant.accept(tenant.invite(license_))
    clock.now = license_.terms.valid_until
    Sweep(tenant.context).sweep()
    async_workers.dispatch()

    assert access_now(tenant, license_).state is AccessState.ENDED
    assert accesses_in(tenant, license_.id) == {}


def test_events_of_many_licenses_are_acknowledged_in_as_many_calls_as_they_take(
    tenant: Tenant, async_workers: AsyncWorkers, count: Count
) -> None:
    licenses = [tenant.license() for _ in range(70)]
    async_workers.dispatch()
    for n, license_ in enumerate(licenses):
        tenant.invite(license_, f"a{n}@x.io")
    waiting = async_workers.waiting_events()
    with count() as cost:
        acknowledge(tenant.context, waiting)

    assert cost.operations == ["BatchGetItem", *["TransactWriteItems"] * 3], "the time zone; then"
    # Marks, figures of licenses and of their day; in each call those of the organization and of its day.
    assert cost.writes == 3 * 70 + 3 * 2
    assert all(accesses_in(tenant, one.id) == {"reserved": 1} for one in licenses)


def test_figures_of_lists_are_rebuilt_from_the_items(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    license_ = tenant.license(9)
    code = code_of(tenant, license_, cap=1)
    code_of(tenant, license_, text="SPRING", ends_on="2027-01-31")
    redeem(tenant, code)
    tenant.invite(license_, "bob@x.io")
    clock.forward(days=5)
    async_workers.dispatch()
    right = codes_in(tenant), accesses_in(tenant, license_.id)
    tenant.invite(license_, "cid@x.io")
    for at, wrong in (
        (figures.ref(tenant.id), {"codes_active": 7}),
        (figures.ref(tenant.id, license_.id), {"accesses_reserved": -3, "accesses_moons": 2}),
    ):
        tenant.context.table.update(at, *figures.additions(wrong), condition=figures.FiguresRow.pk.exists())
    RebuildFigures(tenant.context).rebuild(organization=tenant.id)

    assert (codes_in(tenant), accesses_in(tenant, license_.id)) == right
    assert right == ({"active": 1, "used_up": 1}, {"active": 1, "reserved": 1})


@pytest.mark.parametrize("state", [DeliveryState.PENDING, DeliveryState.FAILED])
def test_deliveries_that_were_not_made_are_counted_as_far_as_is_promised(
    tenant: Tenant, count: Count, clock: Clock, state: DeliveryState
) -> None:
    for n in range(MOST_COUNTED + 5):
        webhook_deliveries.ensure(tenant.context.table, delivery(n, state, clock))
    with count() as cost:
        counted = webhook_deliveries.counts(tenant.context.table, "hook")

    assert counted[state] == MOST_COUNTED
    assert sum(counted.values()) == MOST_COUNTED
    assert cost.calls == 2, "one for each state"


def test_a_delivery_leaves_the_counts_with_its_state(tenant: Tenant, clock: Clock) -> None:
    table = tenant.context.table
    pending, made = (delivery(n, DeliveryState.PENDING, clock) for n in range(2))
    for one in (pending, made):
        webhook_deliveries.ensure(table, one)
    at_first = webhook_deliveries.counts(table, "hook")
    webhook_deliveries.move(table, pending, pending.ended("gone", now=clock.now))
    webhook_deliveries.move(table, made, delivery(1, DeliveryState.DELIVERED, clock))

    assert at_first == {DeliveryState.PENDING: 2, DeliveryState.FAILED: 0}
    assert webhook_deliveries.counts(table, "hook") == {DeliveryState.PENDING: 0, DeliveryState.FAILED: 1}


def delivery(n: int, state: DeliveryState, clock: Clock) -> WebhookDelivery:
    """Return a delivery of a webhook that nothing else has."""
    return WebhookDelivery(
        id=f"{n:026}",
        organization="acme",
        webhook="hook",
        type="invites.created",
        state=state,
        created_at=clock.now,
        since=clock.now,
        next_attempt_at=clock.now if state is DeliveryState.PENDING else None,
    )
