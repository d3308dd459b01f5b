"""Accesses end with their license, which alone is due at its end (decision 0098)."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.codes import client_of, draft, redeem, sublicense_of
from tests.support.crashes import Crash, crashing, written
from tests.support.published_events import data_of
from tests.support.reading_back import access_now, events_of, seats
from tests.support.tenant import OPERATOR, Tenant
from usher.domain.accesses import AccessState
from usher.domain.license_extensions import SETTLED_AFTER
from usher.domain.licenses import License
from usher.services.enrollment.codes import Codes
from usher.services.license_extensions import LicenseExtensions, Steps
from usher.services.outbox import license_ends
from usher.services.outbox.license_ends import LicenseEnds
from usher.services.outbox.sweep import LANES, Sweep, SweepResult
from usher.services.receipts import Receipt
from usher.services.self_assignment import SelfAssignment
from usher.store import accesses, keys, licenses
from usher.store.keys import due_shards

END = datetime(2027, 12, 31, 23, tzinfo=UTC)
"""The end of a license that is granted without a date, midnight in Zurich."""


def people(number: int) -> list[str]:
    return [f"a{n:03}@x.io" for n in range(number)]


def accepted(tenant: Tenant, license_: License, emails: list[str], *, start: str | None = None) -> None:
    """Invite the people, and accept for each of them."""
    for one in tenant.invite_all(license_, emails, access_start=start):
        assert one.invite is not None
        tenant.accept(one.invite)


def ended(tenant: Tenant) -> Counter[str]:
    """Count how often each address is in an event of an end."""
    found = events_of(tenant, "accesses.ended")
    return Counter(email for event in found for email in cast("Any", data_of(event)["emails"]))


def states(tenant: Tenant, license_: License, emails: list[str]) -> Counter[AccessState]:
    return Counter(access_now(tenant, license_, email).state for email in emails)


def due_at(tenant: Tenant, license_: License) -> datetime | None:
    """Return what the license's item says of when it is due."""
    row = tenant.context.table.get(licenses.ref(license_.terms.organization, license_.id))
    assert row is not None
    return keys.due_at(row.due_sk) if row.due_sk else None


def extend(tenant: Tenant, license_: License, valid_until: str = "2029-01-01") -> None:
    LicenseExtensions(tenant.context).extend(
        person=OPERATOR,
        organization=tenant.id,
        license_id=license_.id,
        order_id="later",
        valid_until=valid_until,
    )


def end_as_read(tenant: Tenant, license_: License) -> list[int]:
    """End the accesses of a license as it was read before; return how many each transaction ended."""
    ends = LicenseEnds(tenant.context, LicenseExtensions(tenant.context))
    return list(ends.end(license_, Steps(100)))


def test_an_access_is_due_at_its_start_alone(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license()
    tenant.accept(tenant.invite(license_, "now@x.io"))
    tenant.accept(tenant.invite(license_, "later@x.io", access_start="2027-06-01"))

    def due_of(email: str) -> str | None:
        row = tenant.context.table.get(accesses.ref(email, license_.id))
        assert row is not None
        return row.due_sk

    before = due_of("later@x.io")
    clock.now = datetime(2027, 6, 1, tzinfo=UTC)
    Sweep(tenant.context).sweep()

    assert due_of("now@x.io") is None
    assert before is not None
    assert before.startswith("2027-05-31T22:00:00Z#")
    assert access_now(tenant, license_, "later@x.io").state is AccessState.ACTIVE
    assert due_of("later@x.io") is None


def test_a_license_is_due_at_its_notices_and_then_at_its_end(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license()
    due = [due_at(tenant, license_)]
    for days in (30, 7, 1):
        clock.now = END - timedelta(days=days)
        Sweep(tenant.context).sweep()
        due.append(due_at(tenant, license_))

    assert due == [END - timedelta(days=30), END - timedelta(days=7), END - timedelta(days=1), END]


def test_all_accesses_end_in_one_sweep_whether_they_have_started_or_not(
    tenant: Tenant, clock: Clock, count: Count
) -> None:
    license_ = tenant.license(125)
    started, late = people(119), ["late@x.io"]
    accepted(tenant, license_, started)
    accepted(tenant, license_, late, start="2027-12-31")
    clock.now = END - timedelta(minutes=1)
    reserved = tenant.invite(license_, "reserved@x.io")
    clock.now = END

    with count() as cost:
        swept = Sweep(tenant.context).sweep()

    assert swept == SweepResult(ended=120, expired=1)
    assert states(tenant, license_, started + late) == {AccessState.ENDED: 120}
    assert access_now(tenant, license_, reserved.email).state is AccessState.RELEASED
    assert seats(tenant, license_) == (125, 0, 125)
    assert set(ended(tenant).values()) == {1}
    assert [len(cast("Any", data_of(one)["emails"])) for one in events_of(tenant, "accesses.ended")] == [
        98,
        22,
    ]
    assert cost.operations.count("TransactWriteItems") == 2 + 1
    assert cost.operations.count("Query") == due_shards.FEWEST + 2 + 1, (
        "two of the started, one of the others"
    )


def test_a_license_stays_due_until_nothing_can_be_written_that_had_read_it_before_its_end(
    tenant: Tenant, clock: Clock
) -> None:
    license_ = tenant.license()

    def rival() -> None:
        clock.now = END
        assert Sweep(tenant.context).sweep() == SweepResult()

    clock.now = END - timedelta(seconds=1)
    Sweep(tenant.context).sweep()
    with tenant.before_next_write(rival):
        SelfAssignment(tenant.context).assign(
            person=tenant.full, organization=tenant.id, license_id=license_.id, receipt=Receipt()
        )
    late = Sweep(tenant.context).sweep()
    looks = [due_at(tenant, license_)]
    for since in (SETTLED_AFTER - timedelta(seconds=1), SETTLED_AFTER):
        clock.now = END + since
        assert Sweep(tenant.context).sweep() == SweepResult()
        looks.append(due_at(tenant, license_))

    assert late == SweepResult(ended=1)
    assert looks == [END, END, None]


def test_a_late_sweep_looks_once_more_after_it_has_ended_the_last(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license()
    tenant.accept(tenant.invite(license_))
    clock.now = END + timedelta(days=30)

    swept, still_due = Sweep(tenant.context).sweep(), due_at(tenant, license_)
    again = Sweep(tenant.context).sweep()

    assert (swept, still_due) == (SweepResult(ended=1), END - timedelta(days=30))
    assert (again, due_at(tenant, license_)) == (SweepResult(), None)


def test_two_sweeps_at_once_end_each_access_once(
    tenant: Tenant, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(license_ends, "AT_ONCE", 2)
    license_ = tenant.license()
    accepted(tenant, license_, people(5))
    clock.now = END
    others: list[SweepResult] = []

    with tenant.before_next_write(lambda: others.append(Sweep(tenant.context).sweep()), after=1):
        swept = Sweep(tenant.context).sweep()

    assert (swept, others) == (SweepResult(ended=2), [SweepResult(ended=3)])
    assert ended(tenant) == Counter(people(5))
    assert seats(tenant, license_) == (10, 0, 10)


def test_a_death_after_any_write_ends_nobody_twice_and_leaves_nobody(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(license_ends, "AT_ONCE", 1)
    license_ = tenant.license()
    accepted(tenant, license_, people(3))
    async_workers.dispatch()
    clock.now = END + SETTLED_AFTER

    deaths = 0
    for _ in range(10):
        with suppress(Crash):
            with crashing(async_workers.dynamodb, at=1, counts=written):
                Sweep(tenant.context).sweep()
            break
        deaths += 1

    assert deaths == 3 + 1, "one after each access, and one after the license"
    assert ended(tenant) == Counter(people(3))
    assert seats(tenant, license_) == (10, 0, 10)
    assert due_at(tenant, license_) is None


def test_an_access_whose_terms_are_behind_ends_with_its_license_and_no_sooner(
    tenant: Tenant, clock: Clock
) -> None:
    license_ = tenant.license()
    tenant.accept(tenant.invite(license_))
    extend(tenant, license_)  # its event is never dispatched

    clock.now = END
    as_read = end_as_read(tenant, license_)
    kept = access_now(tenant, license_)
    clock.now = datetime(2028, 12, 31, 23, tzinfo=UTC)
    swept = Sweep(tenant.context).sweep()

    assert (as_read, kept.state, kept.ends_at) == ([0], AccessState.ACTIVE, clock.now)
    assert swept.ended == 1
    assert access_now(tenant, license_).state is AccessState.ENDED


@pytest.fixture
def sublicense(tenant: Tenant, async_workers: AsyncWorkers) -> License:
    """A client's, with two accesses, whose provider's license was extended without its event's dispatch."""
    held = tenant.license(20)
    created = sublicense_of(tenant, client_of(tenant), held, 5)
    Codes(tenant.context).create(
        person=tenant.full,
        organization=created.terms.organization,
        draft=draft(created),
        text="BRANCH-27",
        receipt=Receipt(),
    )
    for email in people(2):
        redeem(tenant, "BRANCH-27", email, organization=created.terms.organization)
    async_workers.dispatch()
    extend(tenant, held)
    return created


def test_of_a_sublicense_that_is_extended_while_its_accesses_end_none_ends(
    tenant: Tenant, sublicense: License, clock: Clock
) -> None:
    """A provider's license cannot be extended so late, but its sublicenses may follow it then."""
    clock.now = END
    work = LicenseExtensions(tenant.context)
    parent = cast("str", sublicense.parent)

    with tenant.before_next_write(lambda: work.begin(organization=tenant.id, license_id=parent)):
        as_read = end_as_read(tenant, sublicense)

    assert as_read == [0]
    held = [access_now(tenant, sublicense, email) for email in people(2)]
    assert {(one.state, one.ends_at.year) for one in held} == {(AccessState.ACTIVE, 2028)}, (
        "its end came along"
    )
    assert seats(tenant, sublicense) == (5, 2, 3)
    assert due_at(tenant, sublicense) == datetime(2028, 12, 1, 23, tzinfo=UTC), "the next notice"


def test_a_sublicense_that_is_extended_at_the_last_look_stays_due(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    held = tenant.license(20)
    sublicense = sublicense_of(tenant, client_of(tenant), held, 5)
    async_workers.dispatch()
    extend(tenant, held, (END + timedelta(days=30)).isoformat())
    clock.now = END + SETTLED_AFTER
    work = LicenseExtensions(tenant.context)

    with tenant.before_next_write(lambda: work.begin(organization=tenant.id, license_id=held.id)):
        as_read = end_as_read(tenant, sublicense)

    assert as_read == []
    assert due_at(tenant, sublicense) == END + timedelta(days=23)


def test_a_license_with_many_accesses_takes_part_of_a_run_and_its_lane_the_rest(
    tenant: Tenant, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(license_ends, "AT_ONCE", 1)
    monkeypatch.setattr("usher.services.outbox.sweep.STEPS_OF_A_RUN", 2)
    big, small = tenant.license(), tenant.license()
    accepted(tenant, big, people(5))
    tenant.accept(tenant.invite(small))
    clock.now = END

    swept = Sweep(tenant.context).sweep()
    by_lane = [Sweep(tenant.context).sweep_lane(lane) for lane in swept.full_lanes]

    assert (swept.ended, swept.full_lanes) == (2 + 1, (due_shards.shard_of(big.id) % LANES,))
    assert by_lane == [SweepResult(ended=3)]
    assert states(tenant, small, ["ann@x.io"]) == {AccessState.ENDED: 1}
    assert ended(tenant) == Counter([*people(5), "ann@x.io"])


def test_ends_stop_when_the_time_is_up_and_go_on_with_the_next_sweep(
    tenant: Tenant, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(license_ends, "AT_ONCE", 1)
    license_ = tenant.license()
    accepted(tenant, license_, people(3))
    clock.now = END
    asked = iter([False, False])  # before the license, and before its first transaction

    swept = Sweep(tenant.context, enough=lambda: next(asked, True)).sweep()

    assert (swept.ended, swept.failed) == (1, 0)
    assert Sweep(tenant.context).sweep() == SweepResult(ended=2)
