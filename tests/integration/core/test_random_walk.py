"""Any commands in any order, with time moving: no surprise, and the seats always add up (DESIGN 7.1)."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.support.clock import Clock
from tests.support.house import House
from tests.support.invariants import check_invariants
from tests.support.looking import invite_now
from usher.domain.errors import UsherError
from usher.domain.invites import Invite, InviteState
from usher.services.licensing import Licensing
from usher.services.outbox.sweeping import Sweeping
from usher.services.receipts import Receipt

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

STEPS = 120


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_seats_add_up_after_every_walk(
    house: House, dynamodb: DynamoDBClient, clock: Clock, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a walk that can be repeated
    licenses = [house.license(4), house.license(6, valid_until="2027-02-20")]
    emails = [f"a{n}@x.io" for n in range(8)]
    known: list[Invite] = []
    refusals = 0

    def invite() -> None:
        wanted = chance.sample(licenses, chance.randint(1, 2))
        date = chance.choice([None, None, (clock.now.date()).isoformat(), "2027-02-10"])
        results = house.invite_all(wanted, chance.sample(emails, chance.randint(1, 4)), access_start=date)
        known.extend(one.invite for one in results if one.invite)

    def on_some(change: Callable[[Invite], object]) -> Callable[[], object]:
        return lambda: change(invite_now(house, chance.choice(known))) if known else None

    def accept_an_old_link() -> None:
        if known:
            house.accept(chance.choice(known))

    def take() -> None:
        Licensing(house.context).assign_self(
            person=house.full,
            organization=house.id,
            license_id=chance.choice(licenses).id,
            receipt=Receipt(),
        )

    steps: list[Callable[[], object]] = [
        invite,
        invite,
        on_some(house.accept),
        accept_an_old_link,
        on_some(house.decline),
        on_some(house.withdraw),
        on_some(house.resend),
        on_some(lambda one: house.reschedule(one, chance.choice([None, "2027-02-12"]))),
        take,
        lambda: clock.forward(hours=chance.randint(1, 60)),
        lambda: Sweeping(house.context).sweep(),
    ]
    for step in range(STEPS):
        try:
            chance.choice(steps)()
        except UsherError:
            refusals += 1
        if step % 20 == 0:
            check_invariants(dynamodb)

    assert 0 < refusals < STEPS
    assert InviteState.ACCEPTED in {invite_now(house, one).state for one in known}
    clock.forward(days=400)
    Sweeping(house.context).sweep()
    every = Licensing(house.context).licenses(person=house.full, organization=house.id)
    assert [one.assigned for one in every] == [0, 0], "in the end every seat is back"
