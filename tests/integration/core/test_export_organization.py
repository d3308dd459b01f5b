"""An organization's export has all that is held about it, nothing of others, and is for its owner's eyes."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from infra.operations.export_organization import Item, OrganizationItems, write
from infra.operations.stacks import CannotOperateError
from tests.support.clock import Clock
from tests.support.codes import code_of, redeem
from tests.support.groups import group_of
from tests.support.groups import invite_all as invite_all_to_group
from tests.support.identity_provider import IdentityProvider
from tests.support.join_pages import join, set_page
from tests.support.sso_connections import Connector
from tests.support.tables import NAME, REGION, items
from tests.support.tenant import Tenant, create_tenant
from tests.support.webhook_receiver import Receiver
from tests.support.webhooks import WebhookHarness
from usher.domain.enrollment.connections import Link
from usher.domain.licenses import ProductKind
from usher.gateways.client_secrets import ClientSecrets
from usher.store import organizations, transaction
from usher.store.enrollment import connections

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SHARDS = 4
NOWHERE = IdentityProvider("https://login.acme.example", "https://usher.example/learn/sso/callback")
LEADS_TO_OTHERS = (
    "SLUG#",
    "ORGANIZATION_NAMES",
    "JOIN#",
    "PRODUCT#",
    "DOMAIN#",
    "ORG#{o}#INVITES_OF#",
    "ORG#{o}#ENROLLMENTS_OF#",
    "ORG#{o}#TRAIL#",
)
"""The partitions whose items lead to those of the organization, and hold nothing else."""
OF_SOME_DAYS = ("EMAIL#", "MESSAGE#", "RECEIPT#", "LIMIT#", "WRITES#")
MARKERS = ("JOIN_REQUEST_MARKER#", "UNCONFIRMED")


@pytest.fixture
def client(tenant: Tenant) -> DynamoDBClient:
    found: Any = tenant.context.table.connection.client
    return found  # type: ignore[no-any-return] # the stubs have its type alone


@pytest.fixture
def whole(tenant: Tenant, clock: Clock, webhook_harness: WebhookHarness, receiver: Receiver) -> Tenant:
    """The tenant with something of every kind, of several shards, beside another with the same."""
    for one in (tenant, create_tenant(tenant.context, slug="harbor")):
        webhook_harness.subscribe(one.full, one.id, receiver)
        organizations.grow_shards(one.context.table, one.id, SHARDS)
        _fill(one, clock)
        webhook_harness.settle()
    return tenant


def _fill(tenant: Tenant, clock: Clock) -> None:
    license_, other = tenant.license(600), tenant.license(20, kind=ProductKind.SUBSCRIPTION)
    for n, answer in enumerate((tenant.accept, tenant.decline, tenant.withdraw, tenant.resend) * 2):
        clock.forward(seconds=1)
        answer(tenant.invite(license_, f"a{n}@{tenant.organization.slug}.example"))
    group = group_of(tenant, other)
    (grouped,) = invite_all_to_group(tenant, group, f"grouped@{tenant.organization.slug}.example")
    assert grouped.invite is not None
    tenant.accept(grouped.invite)
    code = code_of(tenant, license_, text=f"WELCOME-{tenant.organization.slug.upper()}")
    redeem(tenant, code, f"coded@{tenant.organization.slug}.example")
    set_page(tenant, license_, slug=f"{tenant.organization.slug}-academy", approval=True)
    join(tenant, f"asks@{tenant.organization.slug}.example")
    _connect(tenant)


def _connect(tenant: Tenant) -> None:
    secrets = ClientSecrets(
        client=boto3.client("secretsmanager", region_name=REGION), prefix="usher/test/sso/"
    )
    connection = Connector(tenant, NOWHERE, secrets).connect()
    link = Link(
        connection=connection.id,
        organization=tenant.id,
        email=f"single@{tenant.organization.slug}.example",
        issuer=NOWHERE.issuer,
        subject="s1",
        since=tenant.context.now() - timedelta(seconds=1),
    )
    transaction.commit(tenant.context.table, [connections.link(link)])


def exported(client: DynamoDBClient, organization: str) -> list[Item]:
    return list(OrganizationItems(dynamodb=client, table=NAME, organization=organization).read())


def keys_of(found: list[Item] | list[dict[str, Any]]) -> list[tuple[str, str]]:
    return sorted((item["pk"]["S"], item["sk"]["S"]) for item in found)


def _leads_or_passes(item: dict[str, Any], organization: str) -> bool:
    partitions = [one.format(o=organization) for one in (*LEADS_TO_OTHERS, *OF_SOME_DAYS)]
    partition, sort = (str(item[name]["S"]) for name in ("pk", "sk"))
    return partition.startswith(tuple(partitions)) or sort.startswith(MARKERS)


def test_it_has_everything_that_names_the_organization(whole: Tenant, client: DynamoDBClient) -> None:
    naming = [item for item in items(client) if whole.id in json.dumps(item)]

    found = exported(client, whole.id)

    assert set(keys_of(naming)) - set(keys_of(found)) == {
        key
        for item, key in ((item, (item["pk"]["S"], item["sk"]["S"])) for item in naming)
        if _leads_or_passes(item, whole.id)
    }
    assert len(set(keys_of(found))) == len(found), "each once"
    stored = {(item["pk"]["S"], item["sk"]["S"]): item for item in items(client)}
    assert all(stored[item["pk"]["S"], item["sk"]["S"]] == item for item in found), "whole"


def test_it_has_each_kind_and_the_events_of_several_shards(whole: Tenant, client: DynamoDBClient) -> None:
    found = exported(client, whole.id)

    kinds = {(pk.partition("#")[0], sk.partition("#")[0]) for pk, sk in keys_of(found)}
    assert kinds >= {
        *(("ORG", kind) for kind in ("ORG", "MANAGER", "LICENSE", "LEARNER", "GROUP", "MEMBER", "EVENT")),
        *(("ORG", kind) for kind in ("JOIN_REQUEST", "JOIN_PAGE", "WEBHOOK")),
        *(("PERSON", kind) for kind in ("ACCESS", "SSO")),
        *(("CODE", kind) for kind in ("CODE", "USE")),
        ("INVITE", "INVITE"),
        ("WEBHOOK", "DELIVERY"),
        ("SSO", "SSO"),
        ("FIGURES", "NOW"),
    }
    assert len({pk for pk, sk in keys_of(found) if sk.startswith("EVENT#")}) > 1


def test_it_reads_by_keys_and_never_the_whole_table(tenant: Tenant, client: DynamoDBClient) -> None:
    tenant.accept(tenant.invite(tenant.license()))
    called: list[str] = []

    def note(model: Any, **_: object) -> None:
        called.append(model.name)

    client.meta.events.register("before-call.dynamodb", note)
    try:
        exported(client, tenant.id)
    finally:
        client.meta.events.unregister("before-call.dynamodb", note)

    assert set(called) == {"GetItem", "Query"}


def test_an_organization_that_is_not_there_is_refused(tenant: Tenant, client: DynamoDBClient) -> None:
    with pytest.raises(CannotOperateError, match="There is no organization"):
        exported(client, tenant.full.email)


def test_the_file_is_lines_of_json_that_its_owner_alone_reads(
    tenant: Tenant, client: DynamoDBClient, tmp_path: Path
) -> None:
    tenant.invite(tenant.license(), "zoe@x.io")
    file = tmp_path / "acme.jsonl"

    count = write(iter(exported(client, tenant.id)), file)

    lines = [json.loads(line)["Item"] for line in file.read_text().splitlines()]
    assert lines == exported(client, tenant.id)
    assert count == len(lines) > 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "acme.jsonl"
    file.write_text("before")

    with pytest.raises(CannotOperateError, match="cannot be written: File exists"):
        write(iter([]), file)

    assert file.read_text() == "before"


def test_half_an_export_is_no_file(tenant: Tenant, client: DynamoDBClient, tmp_path: Path) -> None:
    def breaks_off() -> Iterator[Item]:
        yield exported(client, tenant.id)[0]
        raise CannotOperateError("The credentials have expired.")

    with pytest.raises(CannotOperateError, match="expired"):
        write(breaks_off(), tmp_path / "acme.jsonl")

    assert not list(tmp_path.iterdir())
