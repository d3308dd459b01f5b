"""DESIGN 5: what an operation may cost, in calls to DynamoDB and items written."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.clock import Clock
from tests.support.counting import Count
from tests.support.house import House
from usher.domain.invites import InviteState
from usher.services.invites.changing import ChangingInvites
from usher.services.invites.looking import InviteQuery, Invites
from usher.services.outbox.sweeping import Sweeping
from usher.services.programs.entitling import Entitling
from usher.services.receipts import Receipt, open_receipt

Prepared = Callable[[House, Clock], Callable[[], object]]
"""Prepares an operation and returns it, so that it alone is counted."""


def invite_one(house: House, _clock: Clock) -> Callable[[], object]:
    license_ = house.license()
    return lambda: house.invite(license_)


def invite_a_hundred(house: House, _clock: Clock) -> Callable[[], object]:
    license_ = house.license(100)
    return lambda: house.invite_all(license_, [f"a{n}@x.io" for n in range(100)])


def invite_one_with_a_key(house: House, _clock: Clock) -> Callable[[], object]:
    license_ = house.license()

    def invite() -> object:
        receipt = open_receipt(house.context, scope="s", key="k", fingerprint="f", render=str)
        return house.invite_all(license_, "ann@x.io", receipt=receipt)

    return invite


def accept(house: House, _clock: Clock) -> Callable[[], object]:
    invite = house.invite(house.license())
    return lambda: house.accept(invite)


def resend(house: House, _clock: Clock) -> Callable[[], object]:
    invite = house.invite(house.license())
    return lambda: ChangingInvites(house.context).resend(
        person=house.full, organization=house.id, invite=invite.id, receipt=Receipt()
    )


def resend_after_expiry(house: House, clock: Clock) -> Callable[[], object]:
    operation = resend(house, clock)
    clock.forward(days=11)
    Sweeping(house.context).sweep()
    return operation


def withdraw(house: House, _clock: Clock) -> Callable[[], object]:
    invite = house.invite(house.license())
    return lambda: ChangingInvites(house.context).withdraw(
        person=house.full, organization=house.id, invite=invite.id, receipt=Receipt()
    )


def edit_date_while_pending(house: House, _clock: Clock) -> Callable[[], object]:
    invite = house.invite(house.license())
    return lambda: ChangingInvites(house.context).reschedule(
        person=house.full,
        organization=house.id,
        invite=invite.id,
        access_start="2027-02-01",
        receipt=Receipt(),
    )


def edit_date_after_acceptance(house: House, _clock: Clock) -> Callable[[], object]:
    invite = house.invite(house.license(), access_start="2027-03-01")
    house.accept(invite)
    return lambda: ChangingInvites(house.context).reschedule(
        person=house.full,
        organization=house.id,
        invite=invite.id,
        access_start="2027-02-01",
        receipt=Receipt(),
    )


def page_of_invites(house: House, _clock: Clock) -> Callable[[], object]:
    house.invite_all(house.license(60), [f"a{n}@x.io" for n in range(60)])
    query = InviteQuery(state=InviteState.PENDING)
    return lambda: Invites(house.context).listed(
        person=house.full, organization=house.id, query=query, limit=50, cursor=None
    )


def entitlement(house: House, _clock: Clock) -> Callable[[], object]:
    license_ = house.license()
    house.accept(house.invite(license_))
    product = license_.terms.product.id
    return lambda: Entitling(house.context).best_access(email="ann@x.io", product=product)


def expiry_of_sixty(house: House, clock: Clock) -> Callable[[], object]:
    house.invite_all(house.license(60), [f"a{n}@x.io" for n in range(60)])
    clock.forward(days=11)
    return lambda: Sweeping(house.context).sweep()


def expiry_of_nothing(house: House, _clock: Clock) -> Callable[[], object]:
    house.invite_all(house.license(60), [f"a{n}@x.io" for n in range(60)])
    return lambda: Sweeping(house.context).sweep()


COSTS: list[tuple[Prepared, int, int]] = [
    # operation, calls, items written
    (invite_one, 3, 4),
    (invite_one_with_a_key, 4, 5),  # and a part of the receipt (DESIGN 6)
    (invite_a_hundred, 5, 1 + 2 * 100 + 3),  # three transactions
    (accept, 2, 4),
    (resend, 2, 3),
    (resend_after_expiry, 2, 4),
    (withdraw, 2, 4),
    (edit_date_while_pending, 2, 2),
    (edit_date_after_acceptance, 3, 3),
    (page_of_invites, 2, 0),
    (entitlement, 1, 0),
    (expiry_of_nothing, 4, 0),  # one query a shard
    (expiry_of_sixty, 4 + 2, 2 * 60 + 2 + 1),  # two transactions: an event each, and one license
]


@pytest.mark.parametrize(
    ("prepared", "calls", "items"), COSTS, ids=[prepared.__name__ for prepared, _, _ in COSTS]
)
def test_an_operation_costs_what_the_design_says(
    prepared: Prepared, calls: int, items: int, house: House, clock: Clock, count: Count
) -> None:
    operation = prepared(house, clock)

    with count() as cost:
        operation()

    assert (cost.calls, cost.items) == (calls, items)


def test_a_license_is_written_once_by_each_transaction_of_a_batch(house: House, count: Count) -> None:
    license_ = house.license(100)

    with count() as cost:
        house.invite_all(license_, [f"a{n}@x.io" for n in range(100)])

    assert cost.operations.count("TransactWriteItems") == 3
    assert cost.writes == 2 * 100 + 2 * 3


def test_expiry_writes_two_items_for_an_invite_and_two_for_a_transaction(
    house: House, clock: Clock, count: Count
) -> None:
    sweep = expiry_of_sixty(house, clock)

    with count() as cost:
        sweep()

    assert cost.writes == 2 * 60 + 2 * 2
