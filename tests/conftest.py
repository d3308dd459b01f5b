"""Fixtures for everyone who tests code that stands on the table. All on moto, in this process.

`aws`          a fresh, empty moto, with the environment that botocore asks for
`dynamodb`     a client of it; `table` (empty, with DESIGN 4's schema) and `context` run on this one
`clock`          stands still on Monday, 4 January 2027, 9:00 UTC; `clock.forward(days=10)` moves it
`context`        what services are built from: `InviteLearners(context).invite(...)`
`tenant`         organization `acme` in Zurich with the persons `tenant.full`, `tenant.limited`,
                 `tenant.operator`; `tenant.license(seats=10)`, `tenant.invite(license, "ann@x.io")`,
                 `tenant.accept(invite)`
`async_workers`  dispatch, send, start and sweep over moto's SQS, SES, Step Functions and EventBridge;
                 `async_workers.settle()` runs all that is due, `async_workers.mailbox()` lists what was sent
`imports`        imports of the tenant, in a bucket: `imports.previewed(["ann@x.io,,,,"])`
`count`          `with count() as cost: ...`; then `cost.calls`, `cost.writes`, `cost.items`
`provider`       a real OpenID provider in a process of its own; all its tests run in one worker

After each test that uses `table`, its seats are counted and have to agree (tests/support/invariants.py).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import botocore.session
import pytest
from moto import mock_aws

from tests.support.async_workers import AsyncWorkers
from tests.support.cached_tenant import cached_tenant
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.identity_provider import IdentityProvider, serving
from tests.support.ids import growing_ids
from tests.support.imports import BUCKET, ImportDriver
from tests.support.invariants import check_invariants
from tests.support.quick_moto import make_quick
from tests.support.tables import NAME, REGION, create_table
from tests.support.tenant import Tenant
from usher import correlation
from usher.bootstrap import CONFIG
from usher.gateways.files import FILES_CONFIG, Files
from usher.services.context import Context
from usher.services.imports.import_files import ImportFiles
from usher.store.client import create_client
from usher.store.table import Table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

# The template gives it to all functions, whose modules are imported before any fixture.
os.environ["POWERTOOLS_METRICS_NAMESPACE"] = "Usher"


@pytest.fixture(autouse=True)
def _no_request() -> None:
    """Nothing belongs to the request of an earlier test: most tests call functions without their handler."""
    correlation.begin("")


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_ACCOUNT_ID_ENDPOINT_MODE", "disabled")
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "USHER_CLOCK_OFFSET_FILE"):
        monkeypatch.delenv(name, raising=False)
    make_quick(monkeypatch)
    with mock_aws():
        yield


@pytest.fixture(scope="session")
def one_dynamodb_client() -> DynamoDBClient:
    """Made once, since reading the service model takes longer than most tests; moto serves any client.

    It is the functions' own, but that it validates parameters, which they leave to the types of the rows.
    """
    with mock_aws():
        return create_client(botocore.session.get_session(), CONFIG, region=REGION)


@pytest.fixture
def dynamodb(
    aws: None,  # noqa: ARG001 - moto stands first
    one_dynamodb_client: DynamoDBClient,
) -> DynamoDBClient:
    return one_dynamodb_client


@pytest.fixture
def table(dynamodb: DynamoDBClient) -> Iterator[Table]:
    create_table(dynamodb)
    yield Table(name=NAME, client=dynamodb)
    check_invariants(dynamodb)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def context(table: Table, clock: Clock) -> Context:
    return Context(table=table, now=clock, new_id=growing_ids(clock))


@pytest.fixture(scope="session")
def one_s3_client() -> S3Client:
    """Made once, as above."""
    with mock_aws():
        return boto3.client("s3", region_name=REGION, config=FILES_CONFIG)


@pytest.fixture
def files(
    aws: None,  # noqa: ARG001 - moto stands first
    one_s3_client: S3Client,
) -> Files:
    """The bucket of imports."""
    return Files(client=one_s3_client, bucket=BUCKET)


@pytest.fixture
def import_files(files: Files) -> ImportFiles:
    return ImportFiles(files)


@pytest.fixture
def bucket(
    aws: None,  # noqa: ARG001 - moto stands first
    one_s3_client: S3Client,
) -> S3Client:
    one_s3_client.create_bucket(Bucket=BUCKET)
    return one_s3_client


@pytest.fixture
def imports(tenant: Tenant, import_files: ImportFiles, bucket: S3Client) -> ImportDriver:
    return ImportDriver(tenant, import_files, bucket)


@pytest.fixture
def tenant(context: Context, clock: Clock) -> Tenant:
    return cached_tenant(context, clock)


@pytest.fixture
def count(dynamodb: DynamoDBClient) -> Count:
    return Count(dynamodb)


@pytest.fixture(scope="session")
def provider() -> Iterator[IdentityProvider]:
    with serving("https://usher.example/learn/sso/") as provider:
        yield provider


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.pluginmanager.hasplugin("xdist"):
        return
    for item in items:
        if "provider" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("provider"))


@pytest.fixture
def async_workers(context: Context, clock: Clock) -> AsyncWorkers:
    return AsyncWorkers(context, clock)
