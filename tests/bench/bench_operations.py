"""What each operation takes of the processor, over its bare botocore calls, and of the table's capacity.

docs/performance.md keeps what it prints.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
import pytest
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from tests.bench.conftest import Say
from tests.bench.measured_calls import BareClient, measure
from tests.integration.core import test_costs as costs
from tests.support.capacity import CapacityMeter
from tests.support.clock import Clock
from tests.support.imports import BUCKET, ImportDriver
from tests.support.tables import NAME, REGION
from tests.support.tenant import Tenant
from usher.bootstrap import TABLE_CONFIG
from usher.domain.imports.imports import CHUNK
from usher.domain.invites import InviteState
from usher.gateways.files import Files
from usher.services.imports.import_files import ImportFiles
from usher.services.invites.invite_listing import InviteQuery
from usher.services.invites.invite_queries import InviteQueries
from usher.services.outbox.sweep import Sweep
from usher.services.people.learner_lists import LearnerLists
from usher.store.client import create_client

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Operation = Callable[[], object]
Prepared = Callable[[Tenant, Clock], Operation]


@pytest.fixture(scope="session")
def one_dynamodb_client() -> DynamoDBClient:
    """The client of every test here, set up as that of a function."""
    with mock_aws():
        return create_client(botocore.session.get_session(), TABLE_CONFIG, region=REGION)


@pytest.fixture(scope="session")
def bare() -> BareClient:
    return BareClient()


def addresses(count: int) -> list[str]:
    return [f"a{number}@x.io" for number in range(count)]


def invite_five_hundred(tenant: Tenant, _clock: Clock) -> Operation:
    license_ = tenant.license(500)
    return lambda: tenant.invite_all(license_, addresses(500))


def page_of_invites_with_a_filter(tenant: Tenant, _clock: Clock) -> Operation:
    license_ = tenant.license(500)
    tenant.invite_all(license_, addresses(500))
    query = InviteQuery(states=(InviteState.PENDING,), licenses=(license_.id,))
    return lambda: InviteQueries(tenant.context).listed(
        person=tenant.full, organization=tenant.id, query=query, limit=50, cursor=None
    )


def page_of_invites_of_every_state(tenant: Tenant, _clock: Clock) -> Operation:
    tenant.invite_all(tenant.license(100), addresses(100))
    return lambda: InviteQueries(tenant.context).listed(
        person=tenant.full, organization=tenant.id, query=InviteQuery(), limit=50, cursor=None
    )


def page_of_learners(tenant: Tenant, _clock: Clock) -> Operation:
    for one in tenant.invite_all(tenant.license(60), addresses(60)):
        assert one.invite is not None
        tenant.accept(one.invite)
    return lambda: LearnerLists(tenant.context).learners(
        person=tenant.full, organization=tenant.id, limit=50, cursor=None
    )


def chunk_of_an_import(tenant: Tenant, _clock: Clock) -> Operation:
    """Invite the five hundred rows of a chunk; the file's place answers in the process, and is no call."""
    tenant.license(CHUNK)
    s3 = boto3.client("s3", region_name=REGION)
    s3.create_bucket(Bucket=BUCKET)
    imports = ImportDriver(tenant, ImportFiles(Files(client=s3, bucket=BUCKET)), s3)
    new = imports.previewed([f"{email},Ann,Lee,,Fire safety,,," for email in addresses(CHUNK)])
    imports.confirm(new)
    return lambda: imports.work_once(new)


def expiry_of_five_hundred(tenant: Tenant, clock: Clock) -> Operation:
    tenant.invite_all(tenant.license(500), addresses(500))
    clock.forward(days=11)
    return lambda: Sweep(tenant.context).sweep()


OPERATIONS: dict[Prepared, int] = {
    costs.invite_one: 30,
    costs.invite_a_hundred: 5,
    invite_five_hundred: 3,
    costs.accept: 30,
    costs.resend: 30,
    costs.withdraw: 30,
    costs.page_of_invites: 10,
    page_of_invites_with_a_filter: 3,
    page_of_invites_of_every_state: 5,
    page_of_learners: 2,
    costs.entitlement: 30,
    costs.overview: 5,
    chunk_of_an_import: 3,
    expiry_of_five_hundred: 3,
}
"""How often each is measured."""


@pytest.mark.parametrize("prepared", OPERATIONS, ids=[prepared.__name__ for prepared in OPERATIONS])
def test_an_operation(prepared: Prepared, tenant: Tenant, clock: Clock, bare: BareClient, say: Say) -> None:
    client = tenant.context.table.connection.client
    clear = fresh(clock)

    def anew() -> Operation:
        clear()
        return prepared(tenant, clock)

    found = measure(client, bare, anew, runs=OPERATIONS[prepared])
    operation = anew()
    with CapacityMeter(client)() as capacity:
        operation()
    say(
        f"{prepared.__name__:32} {found.calls:3} calls {found.seconds * 1000:8.1f} ms  "
        f"x {found.ratio:4.2f}, {found.ratio_with_calls:4.2f} with the calls  "
        f"{capacity.writes:5} write units {capacity.read:6.1f} read units"
    )


def fresh(clock: Clock) -> Callable[[], None]:
    """Return what puts the table and the clock back to what they are now."""
    items, now = copy.deepcopy(_table().items), clock.now

    def back() -> None:
        _table().items, clock.now = copy.deepcopy(items), now

    return back


def _table() -> Any:
    """Return moto's table, which each transaction replaces by another."""
    return dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables[NAME]
