"""Fixtures for everyone who tests code that stands on the table. All on moto, in this process.

`aws`          a fresh, empty moto, with the environment that botocore asks for
`dynamodb`     a client of it; `table` (empty, with DESIGN 4's schema) and `context` run on this one
`clock`        stands still on Monday, 4 January 2027, 9:00 UTC; `clock.forward(days=10)` moves it
`context`      what services stand on: `Inviting(context).invite(...)`
`house`        organization `acme` in Zurich with the persons `house.full`, `house.limited`, `house.operator`;
               `house.license(seats=10)`, `house.invite(license, "ann@x.io")`, `house.accept(invite)`
`machinery`    dispatch, send, start and sweep over moto's SQS, SES, Step Functions and EventBridge;
               `machinery.settle()` lets all happen that has to, `machinery.mailbox()` says what was sent
`importing`    imports of the house, in a bucket: `importing.previewed(["ann@x.io,,,,"])`
`count`        `with count() as cost: ...`; then `cost.calls`, `cost.writes`, `cost.items`
`provider`     a real OpenID provider in a process of its own; all its tests run in one worker

After each test that uses `table`, its seats are counted and have to agree (tests/support/invariants.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from tests.support.clock import Clock
from tests.support.counting import Count
from tests.support.house import House
from tests.support.identity_provider import IdentityProvider, serving
from tests.support.ids import growing_ids
from tests.support.importing import BUCKET, Imports
from tests.support.invariants import check_invariants
from tests.support.machinery import Machinery
from tests.support.quick_moto import make_quick
from tests.support.same_house import same_house
from tests.support.tables import NAME, REGION, create_table
from usher.gateways.files import FILES_CONFIG, Files
from usher.services.context import Context
from usher.services.importing.files import ImportFiles
from usher.store.table import Table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client


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
    """Made once, since reading the service model takes longer than most tests; moto serves any client."""
    with mock_aws():
        return boto3.client("dynamodb", region_name=REGION)


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
def import_files(
    aws: None,  # noqa: ARG001 - moto stands first
    one_s3_client: S3Client,
) -> ImportFiles:
    return ImportFiles(Files(client=one_s3_client, bucket=BUCKET))


@pytest.fixture
def bucket(
    aws: None,  # noqa: ARG001 - moto stands first
    one_s3_client: S3Client,
) -> S3Client:
    one_s3_client.create_bucket(Bucket=BUCKET)
    return one_s3_client


@pytest.fixture
def importing(house: House, import_files: ImportFiles, bucket: S3Client) -> Imports:
    return Imports(house, import_files, bucket)


@pytest.fixture
def house(context: Context, clock: Clock) -> House:
    return same_house(context, clock)


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
def machinery(context: Context, clock: Clock) -> Machinery:
    return Machinery(context, clock)
