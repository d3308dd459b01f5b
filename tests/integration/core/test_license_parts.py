"""Decision 0086: seats in parts are taken, given back, lent, added and removed as exactly as in one item."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, cast

import pytest

from tests.support.call_counts import Count
from tests.support.clients import create_client
from tests.support.clock import Clock
from tests.support.divided import PARTS, DividedTenant, assigned_by_part, available_by_part, divide
from tests.support.reading_back import events_of, invite_now, outcomes, seats
from tests.support.tenant import Tenant
from usher.domain.invites import InviteState
from usher.domain.licenses import License, NotEnoughSeatsError, SeatAlert, SeatsInUseError
from usher.services.clients import Clients
from usher.services.invites.invite_plans import InviteRequest
from usher.services.invites.preview_invites import PreviewInvites
from usher.services.license_extensions import LicenseExtensions
from usher.services.license_queries import LicenseQueries
from usher.services.operator_commands import OperatorCommands
from usher.services.outbox.seat_levels import SeatLevels
from usher.services.outbox.sweep import Sweep
from usher.services.receipts import Receipt
from usher.store import license_pools, licenses
from usher.store.license_parts import SeatsRow, read_pool
from usher.store.seat_shifts import part_key
from usher.store.transaction import ConditionFailedError, ConflictError, commit, update


@pytest.fixture
def divided(tenant: Tenant) -> DividedTenant:
    return DividedTenant.of(tenant, 8)


def resize(tenant: Tenant, license_: License, seats: int) -> License:
    return OperatorCommands(tenant.context).resize_license(
        person=tenant.operator,
        organization=tenant.id,
        license_id=license_.id,
        order_id=f"by-{seats}-{tenant.context.new_id()}",
        seats=seats,
    )


def take(tenant: Tenant, license_: License, n: int) -> None:
    """Assign seats that belong to nobody; only for tests that give them back."""
    commit(tenant.context.table, [license_pools.take(license_.terms, n)])


def give_back(tenant: Tenant, license_: License, n: int) -> None:
    commit(tenant.context.table, [license_pools.give_back(license_.terms, n)])


def in_one_part(tenant: DividedTenant, license_: License, part: int) -> None:
    """Move all available seats of a license that nobody has taken one of to one part."""
    counts = available_by_part(tenant, license_)
    moved = [
        update(
            part_key(license_.terms, of),
            SeatsRow.available.set(sum(counts) if of == part else 0),
            condition=SeatsRow.available == n,
        )
        for of, n in enumerate(counts)
    ]
    commit(tenant.context.table, moved)


def shortfall_of(refused: pytest.ExceptionInfo[NotEnoughSeatsError]) -> dict[str, Any]:
    """Return what a refusal says of the only license that lacks seats."""
    (short,) = cast("list[dict[str, Any]]", refused.value.facts["shortfall"])
    return short


@contextmanager
def before_next(tenant: Tenant, operation: str, rival: Callable[[], object]) -> Iterator[None]:
    """Call a rival once, before the next call of an operation of DynamoDB."""
    events = tenant.context.table.connection.client.meta.events
    rivals = iter([rival])

    def step_in(**_: object) -> None:
        for call in rivals:
            call()

    events.register(f"provide-client-params.dynamodb.{operation}", step_in)
    try:
        yield
    finally:
        events.unregister(f"provide-client-params.dynamodb.{operation}", step_in)
    assert next(rivals, None) is None, "the rival was called"


@pytest.mark.parametrize(("granted", "parts"), [(500, 1), (501, 2), (2000, 4), (100_000, 8)])
def test_a_license_is_granted_in_parts_by_its_size(tenant: Tenant, granted: int, parts: int) -> None:
    license_ = tenant.license(granted)

    shares = available_by_part(tenant, license_)
    assert (len(shares), sum(shares)) == (parts, granted)
    assert max(shares) - min(shares) <= 1
    assert seats(tenant, license_) == (granted, 0, granted)


@pytest.mark.parametrize("parts", PARTS)
def test_reading_a_licenses_figures_is_one_call(tenant: Tenant, count: Count, parts: int) -> None:
    divided = DividedTenant.of(tenant, parts)
    license_ = divided.license(30)
    divided.invite_all(license_, [f"a{n}@x.io" for n in range(20)])
    queries = LicenseQueries(divided.context)

    with count() as cost:
        found = queries.license(person=divided.full, organization=divided.id, license_id=license_.id)
    assert (found.total, found.assigned, found.available) == (30, 20, 10)
    assert cost.operations == ["BatchGetItem"]

    with count() as cost:
        (listed,) = queries.licenses(person=divided.full, organization=divided.id)
    assert (listed.total, listed.assigned, listed.available) == (30, 20, 10)
    assert cost.operations == ["BatchGetItem", "Query", "Query"], "as for licenses in one item"

    with count() as cost:
        assert licenses.get(divided.context.table, divided.id, license_.id) is not None
    assert cost.calls == 1


def test_parts_are_listed_with_their_own_license(tenant: Tenant) -> None:
    small, large, last = tenant.license(3), tenant.license(1200), tenant.license(7)

    found = licenses.of_organization(tenant.context.table, tenant.id)

    assert [(one.id, one.total, one.available) for one in found] == [
        (small.id, 3, 3),
        (large.id, 1200, 1200),
        (last.id, 7, 7),
    ]


def shortfall(refused: NotEnoughSeatsError) -> dict[str, Any]:
    """Return the one license that has too few seats, as the refusal names it."""
    named: Any = refused.facts["shortfall"]
    (short,) = named
    return {**short}


def test_seats_are_taken_to_the_last_one_whatever_part_is_chosen(divided: DividedTenant) -> None:
    license_ = divided.license(20)

    for n in range(20):
        divided.invite(license_, f"a{n}@x.io")

    with pytest.raises(NotEnoughSeatsError) as refused:
        divided.invite(license_, "late@x.io")
    assert shortfall_of(refused)["available"] == 0
    assert seats(divided, license_) == (20, 20, 0)


def test_an_empty_part_steals_in_the_transaction_of_the_command(divided: DividedTenant, count: Count) -> None:
    license_ = divided.license(80)
    in_one_part(divided, license_, 3)
    costs = []
    for n in range(12):
        with count() as cost:
            divided.invite(license_, f"a{n}@x.io")
        costs.append(cost.operations.count("TransactWriteItems"))

    assert set(costs) <= {1, 2}
    assert sum(costs) > 12, "some found their part empty"
    assert sum(available > 0 for available in available_by_part(divided, license_)) > 1, "and refilled it"
    assert seats(divided, license_) == (80, 12, 68)


def test_a_refusal_says_what_all_parts_have(divided: DividedTenant) -> None:
    license_ = divided.license(9)
    divided.invite(license_, "a@x.io")

    with pytest.raises(NotEnoughSeatsError) as refused:
        divided.invite_all(license_, [f"b{n}@x.io" for n in range(9)])
    with pytest.raises(SeatsInUseError) as in_use:
        resize(divided, license_, -9)

    short = shortfall_of(refused)
    assert (short["needed"], short["available"], short["missing"]) == (9, 8, 1)
    assert in_use.value.facts["available"] == 8


def test_a_write_that_all_parts_refuse_has_their_sum(divided: DividedTenant) -> None:
    license_ = divided.license(20)
    taken = license_pools.take(license_.terms, 21)

    with pytest.raises(ConditionFailedError) as failed:
        commit(divided.context.table, [taken])

    assert license_pools.available_in(failed.value.failed[taken]) == 20
    assert license_pools.total_in(failed.value.failed[taken]) == 20


def test_a_seat_that_moves_while_the_parts_are_read_is_not_overlooked(divided: DividedTenant) -> None:
    license_ = divided.license(1)
    take(divided, license_, 1)

    # The parts are read one after the other, and found empty; only a snapshot refuses.
    with before_next(divided, "TransactGetItems", lambda: give_back(divided, license_, 1)):
        take(divided, license_, 1)

    assert seats(divided, license_) == (1, 1, 0)
    give_back(divided, license_, 1)


def test_seats_return_to_the_parts_that_lack_them(divided: DividedTenant) -> None:
    license_ = divided.license(40)
    invites = [divided.invite(license_, f"a{n}@x.io") for n in range(40)]

    for invite in invites[:25]:
        divided.withdraw(invite)

    assert seats(divided, license_) == (40, 15, 25)
    assert min(assigned_by_part(divided, license_)) >= 0


def test_more_is_never_given_back_than_is_assigned(divided: DividedTenant) -> None:
    license_ = divided.license(10)
    take(divided, license_, 3)
    returned = license_pools.give_back(license_.terms, 4)

    with pytest.raises(ConditionFailedError) as failed:
        commit(divided.context.table, [returned])

    assert returned in failed.value
    give_back(divided, license_, 3)
    assert seats(divided, license_) == (10, 0, 10)


@pytest.mark.parametrize("parts", PARTS)
def test_batches_larger_than_any_part_are_invited_and_expire(
    tenant: Tenant, clock: Clock, parts: int
) -> None:
    """Their transactions have no room for the parts, so that the seats are gathered before."""
    divided = DividedTenant.of(tenant, parts)
    license_ = divided.license(120)

    invited = divided.invite_all(license_, [f"a{n}@x.io" for n in range(120)])
    assert set(outcomes(invited).values()) == {"invited"}
    assert seats(divided, license_) == (120, 120, 0)
    clock.forward(days=11)
    expired = Sweep(divided.context).sweep().expired

    assert expired == 120
    assert seats(divided, license_) == (120, 0, 120)


def test_batches_take_from_as_few_parts_as_they_can(tenant: Tenant, count: Count) -> None:
    license_ = tenant.license(4000)

    with count() as cost:
        tenant.invite_all(license_, [f"a{n}@x.io" for n in range(100)])

    written = [sk for _, sk in cost.written if sk.startswith("LICENSE#")]
    assert len(written) == cost.operations.count("TransactWriteItems") == 4


@pytest.mark.parametrize("parts", PARTS)
def test_accesses_end_with_the_license_of_several_parts(tenant: Tenant, clock: Clock, parts: int) -> None:
    divided = DividedTenant.of(tenant, parts)
    license_ = divided.license(120)
    for invited in divided.invite_all(license_, [f"a{n}@x.io" for n in range(110)]):
        assert invited.invite is not None
        divided.accept(invited.invite)
    clock.forward(days=400)

    assert Sweep(divided.context).sweep().ended == 110
    assert seats(divided, license_) == (120, 0, 120)


def test_accesses_do_not_end_with_a_license_that_was_extended(divided: DividedTenant, clock: Clock) -> None:
    license_ = divided.license(20)
    divided.accept(divided.invite(license_))
    LicenseExtensions(divided.context).extend(
        person=divided.operator,
        organization=divided.id,
        license_id=license_.id,
        order_id="later",
        valid_until="2029-01-01",
    )
    returned = license_pools.give_back(license_.terms, 1, ended_by=license_.terms.valid_until)

    with pytest.raises(ConditionFailedError) as failed:
        commit(divided.context.table, [returned])
    clock.forward(days=400)
    Sweep(divided.context).sweep()

    assert returned in failed.value
    assert seats(divided, license_) == (20, 1, 19)


@pytest.mark.parametrize(
    ("granted", "added", "parts"), [(400, 100, 1), (400, 101, 2), (10, 5000, 8), (900, 700, 4)]
)
def test_more_seats_bring_more_parts(tenant: Tenant, granted: int, added: int, parts: int) -> None:
    license_ = tenant.license(granted)
    tenant.invite_all(license_, ["a@x.io", "b@x.io"])

    grown = resize(tenant, license_, added)

    assert (grown.terms.parts, len(available_by_part(tenant, license_))) == (parts, parts)
    assert seats(tenant, license_) == (granted + added, 2, granted + added - 2)


def test_fewer_seats_leave_the_parts_that_there_are(tenant: Tenant) -> None:
    license_ = tenant.license(4000)

    shrunk = resize(tenant, license_, -3990)

    assert (shrunk.total, shrunk.available, shrunk.terms.parts) == (10, 10, 8)
    tenant.invite_all(license_, [f"a{n}@x.io" for n in range(10)])
    assert seats(tenant, license_) == (10, 10, 0)
    with pytest.raises(SeatsInUseError):
        resize(tenant, license_, -1)


def test_a_license_that_grows_while_it_is_written_gives_its_seats(tenant: Tenant) -> None:
    license_ = tenant.license(2)
    tenant.invite_all(license_, ["a@x.io", "b@x.io"])

    # The command knows one part alone, and this has no seats.
    with before_next(tenant, "TransactWriteItems", lambda: resize(tenant, license_, 3000)):
        take(tenant, license_, 2000)

    assert seats(tenant, license_) == (3002, 2002, 1000)
    give_back(tenant, license_, 2000)


def test_an_invite_from_before_the_growth_gives_its_seat_back(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license(49)
    invited = tenant.invite_all(license_, [f"a{n}@x.io" for n in range(49)])
    resize(tenant, license_, 4000)
    grown = licenses.get(tenant.context.table, tenant.id, license_.id)
    assert grown is not None

    assert invited[0].invite is not None
    tenant.withdraw(invited[0].invite)
    clock.forward(days=11)
    Sweep(tenant.context).sweep()

    assert seats(tenant, license_) == (4049, 0, 4049)


def test_two_that_let_a_license_grow_at_once_add_both(tenant: Tenant) -> None:
    license_ = tenant.license(400)

    with before_next(tenant, "TransactWriteItems", lambda: resize(tenant, license_, 600)):
        resize(tenant, license_, 2000)

    assert seats(tenant, license_) == (3000, 0, 3000)
    assert len(available_by_part(tenant, license_)) >= 4


@pytest.mark.parametrize(("granted", "parts"), [(400, 1), (1400, 2), (4200, 5)])
def test_seats_are_lent_and_returned_over_the_parts(tenant: Tenant, granted: int, parts: int) -> None:
    license_, client = tenant.license(granted), create_client(tenant, manager="chief@branch.example")
    clients = Clients(tenant.context)

    def move(seats: int) -> License:
        return clients.move_seats(
            person=tenant.full,
            organization=tenant.id,
            client=client.id,
            sublicense=sublicense.id,
            seats=seats,
            receipt=Receipt(),
        )

    sublicense = clients.create_sublicense(
        person=tenant.full,
        organization=tenant.id,
        client=client.id,
        license_id=license_.id,
        seats=granted // 2,
        receipt=Receipt(),
    )
    assert sublicense.terms.parts == parts
    assert (move(granted // 2).total, seats(tenant, license_)) == (granted, (granted, 0, 0))
    with pytest.raises(NotEnoughSeatsError) as refused:
        move(1)
    assert shortfall_of(refused)["available"] == 0
    assert move(50 - granted).total == 50
    with pytest.raises(SeatsInUseError) as in_use:
        move(-51)

    assert in_use.value.facts["available"] == 50
    assert seats(tenant, license_) == (granted, 0, granted - 50)


@pytest.mark.parametrize("parts", PARTS)
def test_a_preview_says_what_all_parts_have(tenant: Tenant, parts: int) -> None:
    divided = DividedTenant.of(tenant, parts)
    license_ = divided.license(50)
    divided.invite(license_)

    preview = PreviewInvites(divided.context).preview(
        person=divided.full,
        organization=divided.id,
        request=InviteRequest(license_ids=[license_.id], emails=[f"a{n}@x.io" for n in range(49)]),
    )

    assert preview.refusal is None
    assert preview.seats[0].need.available == 49


class TestSeatAlerts:
    """The level of the seats that are left is that of all parts at one moment."""

    def alert(self, tenant: Tenant, license_: License) -> SeatAlert | None:
        SeatLevels(tenant.context).check(organization=tenant.id, license_id=license_.id)
        found = licenses.get(tenant.context.table, tenant.id, license_.id)
        assert found is not None
        return found.alert

    @pytest.mark.parametrize("parts", PARTS)
    def test_levels(self, tenant: Tenant, parts: int) -> None:
        license_ = DividedTenant.of(tenant, parts).license(100)
        steps: list[tuple[int, SeatAlert | None]] = [
            (89, None),
            (1, SeatAlert.LOW),
            (9, SeatAlert.LOW),
            (1, SeatAlert.OUT),
            (-5, SeatAlert.LOW),
            (-95, None),
        ]
        for seats_, level in steps:
            (take if seats_ > 0 else give_back)(tenant, license_, abs(seats_))

            assert self.alert(tenant, license_) is level
        assert [len(events_of(tenant, type_)) for type_ in ("seats.low", "seats.out")] == [1, 1]

    def test_a_level_that_was_left_meanwhile_is_not_written(self, divided: DividedTenant) -> None:
        license_ = divided.license(20)
        take(divided, license_, 20)
        out = licenses.get(divided.context.table, divided.id, license_.id)
        assert out is not None
        give_back(divided, license_, 1)

        with pytest.raises(ConditionFailedError):
            commit(divided.context.table, license_pools.alert(out, SeatAlert.OUT))

        assert self.alert(divided, license_) is SeatAlert.LOW
        give_back(divided, license_, 19)

    def test_parts_that_do_not_add_up_are_read_again(self, divided: DividedTenant) -> None:
        torn = replace(divided.license(20), assigned=3)

        with pytest.raises(ConflictError):
            license_pools.alert(torn, None)


def test_a_resent_invite_takes_a_seat_of_any_part(divided: DividedTenant, clock: Clock) -> None:
    license_ = divided.license(8)
    invites = [divided.invite(license_, f"a{n}@x.io") for n in range(8)]
    clock.forward(days=11)
    Sweep(divided.context).sweep()

    for invite in invites:
        divided.resend(invite)

    assert {invite_now(divided, one).state for one in invites} == {InviteState.PENDING}
    assert seats(divided, license_) == (8, 8, 0)


def test_a_license_with_parts_is_written_as_one_item_where_it_has_one(tenant: Tenant) -> None:
    small = tenant.license(500)
    pool = read_pool(tenant.context.table, tenant.id, small.id)
    assert pool is not None

    assert "parts" not in pool.item
    assert divide(tenant.context, small, 1) is small
    assert pool.others == []
