"""Decision 96: the starts of one moment are few calls, and what fails for one access leaves the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.disturbances import busy
from tests.support.reading_back import access_now, events_of
from tests.support.tables import NAME
from tests.support.tenant import Tenant, create_tenant
from usher.domain.accesses import AccessState
from usher.domain.licenses import License
from usher.domain.start_checks import LANES, StartCheck
from usher.services.bulkheads import Bulkhead
from usher.services.integrations.webhook_fan_out import SubscriptionCache
from usher.services.known_shards import KnownShards
from usher.services.outbox.event_batch import EventBatch
from usher.services.outbox.start_access import StartAccess
from usher.store import accesses, organizations, scheduled_accesses
from usher.store.keys import due_shards

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MIDNIGHT = datetime(2027, 1, 31, 23, tzinfo=UTC)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("usher.store.transaction._LONGEST_PAUSE", 0)


def addresses(license_: License, number: int, *, lane: int = 0) -> list[str]:
    """Return addresses whose accesses of the license start in the lane."""
    every = (f"a{n}@x.io" for n in range(10_000))
    of_lane = (email for email in every if scheduled_accesses.lane_of(email, license_.id) == lane)
    return [next(of_lane) for _ in range(number)]


def schedule(tenant: Tenant, license_: License, emails: list[str]) -> None:
    """Give people access from 1 February on."""
    for one in tenant.invite_all(license_, emails, access_start="2027-02-01"):
        assert one.invite is not None
        tenant.accept(one.invite)


def check(tenant: Tenant, alone: Bulkhead, *, lane: int = 0) -> int:
    start_check = StartCheck(start_at=MIDNIGHT, lane=lane)
    return StartAccess(tenant.context).check(start_check, alone).started


@contextmanager
def workflows_begun(workers: AsyncWorkers) -> Iterator[Counter[str]]:
    """Count the calls of StartExecution by the workflow's name while the block runs."""
    begun: Counter[str] = Counter()

    def note(params: dict[str, Any], **_: object) -> None:
        begun[params["name"]] += 1

    events = workers.workflow.meta.events
    events.register("provide-client-params.stepfunctions.StartExecution", note)
    yield begun
    events.unregister("provide-client-params.stepfunctions.StartExecution", note)


def test_a_moment_that_many_share_is_one_call_for_each_lane(
    tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    async_workers.skip()
    license_ = tenant.license(60)
    schedule(tenant, license_, [f"a{n}@x.io" for n in range(60)])
    dispatch = async_workers.dispatch_events
    waiting = async_workers.waiting_events()

    with workflows_begun(async_workers) as begun:
        for some in (waiting[:40], waiting[40:]):
            batch = EventBatch()
            for event in some:
                dispatch.add(event, batch, SubscriptionCache(tenant.context))
            assert dispatch.send(batch) == {}

    assert begun == {f"20270131T230000Z-lane{lane}": 1 for lane in due_shards.all_of_them()}


def test_a_lane_is_read_by_hundreds_and_started_by_fifties(
    tenant: Tenant, clock: Clock, count: Count
) -> None:
    license_ = tenant.license(120)
    schedule(tenant, license_, addresses(license_, 120))
    clock.now = MIDNIGHT

    with count() as cost:
        assert check(tenant, Bulkhead()) == 120

    assert Counter(cost.operations) == {
        "Query": 1,
        "BatchGetItem": 2,
        "GetItem": 1,  # among how many shards the events of so many are divided
        "TransactWriteItems": 3,
    }
    assert cost.items == 2 * 120


def test_the_figures_are_right_after_many_started_in_one_transaction(
    tenant: Tenant, clock: Clock, async_workers: AsyncWorkers
) -> None:
    license_ = tenant.license(60)
    schedule(tenant, license_, addresses(license_, 60))
    clock.now = MIDNIGHT

    check(tenant, Bulkhead())

    changes = [event.figures for event in async_workers.waiting_events() if event.type == "access.started"]
    assert len(changes) == 60
    assert len([change for change in changes if change]) == 2, "one event of each transaction has the sum"


def test_accesses_of_several_organizations_start_together_and_are_counted_for_each(
    tenant: Tenant, clock: Clock, count: Count, async_workers: AsyncWorkers
) -> None:
    other = create_tenant(tenant.context, slug="other")
    for owner in (tenant, other):
        license_ = owner.license()
        schedule(owner, license_, addresses(license_, 5))
    clock.now = MIDNIGHT

    with count() as cost:
        assert check(tenant, Bulkhead()) == 10

    assert cost.operations.count("TransactWriteItems") == 1
    started = [event for event in async_workers.waiting_events() if event.type == "access.started"]
    assert Counter(event.organization for event in started) == {tenant.id: 5, other.id: 5}
    assert {event.organization for event in started if event.figures} == {tenant.id, other.id}


def test_an_access_that_is_busy_leaves_all_others_to_start(tenant: Tenant, clock: Clock) -> None:
    other = create_tenant(tenant.context, slug="other")
    license_, others = tenant.license(60), other.license(3)
    emails, free = addresses(license_, 60), addresses(others, 3)
    schedule(tenant, license_, emails)
    schedule(other, others, free)
    clock.now = MIDNIGHT
    alone = Bulkhead()

    with busy(tenant, f'PERSON#{emails[7]}"'):
        started = check(tenant, alone)

    assert (started, alone.failures) == (59 + 3, 1), "the other organization's share its transactions"
    assert access_now(tenant, license_, emails[7]).state is AccessState.SCHEDULED
    assert {access_now(other, others, email).state for email in free} == {AccessState.ACTIVE}
    assert check(tenant, Bulkhead()) == 1


def test_an_access_that_another_version_wrote_leaves_all_others_to_start(
    tenant: Tenant, clock: Clock, dynamodb: DynamoDBClient
) -> None:
    license_ = tenant.license(3)
    emails = addresses(license_, 3)
    schedule(tenant, license_, emails)
    at = accesses.ref(emails[1], license_.id)
    dynamodb.update_item(
        TableName=NAME,
        Key={"pk": {"S": at.pk}, "sk": {"S": at.sk}},
        UpdateExpression="SET given_by = :unknown",
        ExpressionAttributeValues={":unknown": {"S": "lottery"}},
    )
    clock.now = MIDNIGHT
    alone = Bulkhead()

    assert check(tenant, alone) == 2
    assert alone.failures == 1


def test_the_events_of_a_big_organization_are_divided_among_its_shards(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license(60)
    schedule(tenant, license_, addresses(license_, 60))
    organizations.grow_shards(tenant.context.table, tenant.id, 8)
    clock.now = MIDNIGHT
    fresh = replace(tenant.context, shards=KnownShards())

    StartAccess(fresh).check(StartCheck(start_at=MIDNIGHT, lane=0), Bulkhead())

    shards = {event.id[10] for event in events_of(tenant, "access.started")}
    assert len(shards) > 4


def test_an_access_whose_license_has_ended_does_not_start(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license(valid_until="2027-03-01")
    schedule(tenant, license_, addresses(license_, 1))
    clock.now = datetime(2027, 3, 2, tzinfo=UTC)

    assert check(tenant, Bulkhead()) == 0


def test_an_access_starts_in_its_lane_and_in_no_other(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license()
    (email,) = addresses(license_, 1, lane=2)
    schedule(tenant, license_, [email])
    clock.now = MIDNIGHT

    started = [check(tenant, Bulkhead(), lane=lane) for lane in range(LANES)]

    assert [lane for lane, number in enumerate(started) if number] == [2]


@pytest.fixture
def many_shards() -> Iterator[None]:
    """As many shards as a stage has."""
    due_shards.use(64)
    yield
    due_shards.use(due_shards.FEWEST)


@pytest.mark.usefixtures("many_shards")
def test_the_lanes_have_all_shards_between_them() -> None:
    shards = [shard for lane in range(LANES) for shard in scheduled_accesses.shards_of(lane)]

    assert sorted(shards) == list(range(64))


@pytest.mark.usefixtures("many_shards")
def test_the_accesses_of_all_shards_of_a_lane_start_together(
    tenant: Tenant, clock: Clock, count: Count
) -> None:
    license_ = tenant.license(40)
    schedule(tenant, license_, addresses(license_, 40))
    clock.now = MIDNIGHT

    with count() as cost:
        assert check(tenant, Bulkhead()) == 40

    assert Counter(cost.operations) == {"Query": 8, "BatchGetItem": 1, "TransactWriteItems": 1}


@pytest.mark.usefixtures("many_shards")
def test_a_shard_that_cannot_be_read_leaves_the_others_of_its_lane(tenant: Tenant, clock: Clock) -> None:
    license_ = tenant.license(40)
    emails = addresses(license_, 40)
    schedule(tenant, license_, emails)
    clock.now = MIDNIGHT
    alone = Bulkhead()

    def fail(params: dict[str, Any], **_: object) -> None:
        if "DUE#16" in str(params):
            raise ConnectionError

    events = tenant.context.table.connection.client.meta.events
    events.register("provide-client-params.dynamodb.Query", fail)
    try:
        started = check(tenant, alone)
    finally:
        events.unregister("provide-client-params.dynamodb.Query", fail)

    unread = [email for email in emails if due_shards.shard_of(f"{license_.id}#{email}") == 16]
    assert unread
    assert (started, alone.failures) == (40 - len(unread), 1)
    assert check(tenant, Bulkhead()) == len(unread)
