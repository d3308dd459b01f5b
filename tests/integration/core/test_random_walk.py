"""Any commands in any order, with time moving: no surprise, and the seats always add up (DESIGN 7.1)."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.support.clock import Clock
from tests.support.divided import PARTS, DividedTenant
from tests.support.invariants import check_invariants
from tests.support.reading_back import invite_now
from tests.support.tenant import Tenant
from usher.domain.errors import UsherError
from usher.domain.invites import Invite, InviteState
from usher.services.license_queries import LicenseQueries
from usher.services.outbox.sweep import Sweep
from usher.services.receipts import Receipt
from usher.services.self_assignment import SelfAssignment

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

STEPS = 120


@pytest.mark.parametrize("parts", PARTS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_seats_add_up_after_every_walk(
    tenant: Tenant, dynamodb: DynamoDBClient, clock: Clock, seed: int, parts: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a walk that can be repeated
    tenant = DividedTenant.of(tenant, parts)
    licenses = [tenant.license(4), tenant.license(6, valid_until="2027-02-20")]
    emails = [f"a{n}@x.io" for n in range(8)]
    known: list[Invite] = []
    refusals = 0

    def invite() -> None:
        wanted = chance.sample(licenses, chance.randint(1, 2))
        date = chance.choice([None, None, (clock.now.date()).isoformat(), "2027-02-10"])
        results = tenant.invite_all(wanted, chance.sample(emails, chance.randint(1, 4)), access_start=date)
        known.extend(one.invite for one in results if one.invite)

    def on_some(change: Callable[[Invite], object]) -> Callable[[], object]:
        return lambda: change(invite_now(tenant, chance.choice(known))) if known else None

    def accept_an_old_link() -> None:
        if known:
            tenant.accept(chance.choice(known))

    def take() -> None:
        SelfAssignment(tenant.context).assign(
            person=tenant.full,
            organization=tenant.id,
            license_id=chance.choice(licenses).id,
            receipt=Receipt(),
        )

    steps: list[Callable[[], object]] = [
        invite,
        invite,
        on_some(tenant.accept),
        accept_an_old_link,
        on_some(tenant.decline),
        on_some(tenant.withdraw),
        on_some(tenant.resend),
        on_some(lambda one: tenant.reschedule(one, chance.choice([None, "2027-02-12"]))),
        take,
        lambda: clock.forward(hours=chance.randint(1, 60)),
        lambda: Sweep(tenant.context).sweep(),
    ]
    for step in range(STEPS):
        try:
            chance.choice(steps)()
        except UsherError:
            refusals += 1
        if step % 20 == 0:
            check_invariants(dynamodb)

    assert 0 < refusals < STEPS
    assert InviteState.ACCEPTED in {invite_now(tenant, one).state for one in known}
    clock.forward(days=400)
    Sweep(tenant.context).sweep()
    every = LicenseQueries(tenant.context).licenses(person=tenant.full, organization=tenant.id)
    assert [one.assigned for one in every] == [0, 0], "in the end every seat is back"
