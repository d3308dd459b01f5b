"""An erasure works in turns, each of which begins where the last one ended (decision 0090)."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest

from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.people_data import ANN, People
from tests.support.tenant import Tenant
from usher.domain.enrollment.connections import Link
from usher.domain.erasure_readings import LATE_AT_MOST
from usher.domain.erasures import Erasure
from usher.services.people.pseudonymize_learner import ErasureTurn
from usher.services.people.scrub_records import NotScrubbedError
from usher.store.enrollment import connections
from usher.store.people import erasures, personal_records
from usher.store.transaction import ConditionFailedError, commit


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of three items, so that a small organization takes many turns."""
    monkeypatch.setattr(personal_records, "_PAGE", 3)


def ten_learners(tenant: Tenant) -> None:
    """Ten learners besides Ann, some before and some after her, and some with the same local part."""
    others = [*(f"a{n}@x.io" for n in range(5)), *(f"ann@y{n}.io" for n in range(5))]
    license_ = tenant.license(20)
    for email in (*others, ANN):
        tenant.accept(tenant.invite(license_, email))


def as_stored(tenant: Tenant, order: Erasure) -> Erasure:
    found = erasures.get(tenant.context.table, tenant.id, order.id)
    assert found is not None
    return found


def test_an_erasure_of_many_turns_leaves_nothing(tenant: Tenant, people: People) -> None:
    ten_learners(tenant)
    ordered = people.order()

    turns = people.carry_out_by_pages(ordered)

    assert turns > 20
    assert people.mentions() == []
    assert as_stored(tenant, ordered).reading.reached == "", "nothing is kept of where it was"


def test_a_turn_begins_where_the_last_one_ended(tenant: Tenant, people: People, count: Count) -> None:
    ten_learners(tenant)
    ordered = people.order()
    calls: list[int] = []
    while True:
        with count() as cost:
            turn = people.turn(ordered, enough=lambda: True)
        calls.append(cost.operations.count("Query"))
        if turn is not ErasureTurn.MORE:
            break

    # The webhooks and a page; two or three pages where all of the first one have the same local part.
    assert max(calls[:-1]) <= 4
    assert calls[:-1].count(2) > len(calls) / 2, "no turn reads what an earlier one has read"


def test_where_a_reading_stands_names_nobody(tenant: Tenant, people: People) -> None:
    ten_learners(tenant)
    ordered = people.order()
    positions = set()
    while people.turn(ordered, enough=lambda: True) is ErasureTurn.MORE:
        positions.add(as_stored(tenant, ordered).reading.reached)

    assert "LEARNER#ann@" in positions
    assert not {one for one in positions if "x.io" in one or "y0" in one}


def test_an_event_written_behind_the_reading_is_found(tenant: Tenant, people: People, clock: Clock) -> None:
    ten_learners(tenant)
    ordered = people.order()
    behind = f"5#ORG#{tenant.id}#EVENTS"
    while not as_stored(tenant, ordered).reading.stretch.startswith(behind):
        assert people.turn(ordered, enough=lambda: True) is ErasureTurn.MORE
    clock.forward(minutes=20)
    tenant.invite(tenant.license(1), ANN)

    people.carry_out_by_pages(ordered)

    assert people.mentions() == []


def test_the_second_reading_reads_the_events_since_the_first_began(
    tenant: Tenant, people: People, clock: Clock
) -> None:
    ten_learners(tenant)
    clock.forward(days=3)
    ordered = people.order()
    begun = clock.now
    while as_stored(tenant, ordered).reading.number == 1:
        assert people.turn(ordered, enough=lambda: True) is ErasureTurn.MORE

    assert as_stored(tenant, ordered).reading.since == begun - LATE_AT_MOST
    newest = personal_records.stretches(
        tenant.context.table, tenant.id, "a1@x.io", events_since=begun - LATE_AT_MOST
    )[-1]
    pages = personal_records.pages(tenant.context.table, newest, "a1@x.io", position="")
    assert [one for page, _ in pages for one in page] == []


def test_a_worker_whose_turn_was_recorded_by_another_stops(tenant: Tenant, people: People) -> None:
    ten_learners(tenant)
    ordered = people.order()
    rival = iter([lambda: people.turn(ordered, enough=lambda: True)])

    def enough() -> bool:
        if (other := next(rival, None)) is not None:
            assert other() is ErasureTurn.MORE
        return True

    assert people.turn(ordered, enough=enough) is ErasureTurn.NOTHING
    assert people.carry_out(ordered)
    assert people.mentions() == []


def test_who_writes_the_address_again_and_again_is_waited_for(
    tenant: Tenant, people: People, clock: Clock
) -> None:
    ten_learners(tenant)
    ordered = people.order()
    link = Link(
        connection="gone", organization=tenant.id, email=ANN, issuer="https://i", subject="s", since=clock.now
    )

    def write_again() -> bool:
        with suppress(ConditionFailedError):  # it is there still
            commit(tenant.context.table, [connections.link(link)])
        return False

    with pytest.raises(NotScrubbedError):
        people.turn(ordered, enough=write_again)

    assert as_stored(tenant, ordered).reading.number > 2
    with pytest.raises(NotScrubbedError):  # what was written last, and once more nothing
        people.carry_out(ordered)
    assert people.carry_out(ordered)
    assert people.mentions() == []


def test_an_order_that_was_given_up_goes_on_where_it_was(
    tenant: Tenant, people: People, clock: Clock
) -> None:
    ten_learners(tenant)
    ordered = people.order()
    for _ in range(6):
        people.turn(ordered, enough=lambda: True)
    before = as_stored(tenant, ordered).reading
    clock.forward(hours=1)

    assert people.pseudonymize_learner.give_up(organization=tenant.id, erasure=ordered.id)

    assert as_stored(tenant, ordered).failed_at == ordered.ordered_at + timedelta(hours=1)
    assert as_stored(tenant, ordered).reading == before
    assert people.carry_out(ordered)
    assert as_stored(tenant, ordered).failed_at is None
