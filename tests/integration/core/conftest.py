"""Fixtures of the tests of webhooks, and of people's data.

`receiver`  a real server on loopback, over TLS; what it was sent and how it answers is fresh in every test
`webhook_harness`      what brings events to it, by the test's clock
`webhook`   a webhook of `tenant` that leads to it and is told of everything

And `people`, the learners of `tenant`, to be exported and erased.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.people_data import People
from tests.support.tenant import Tenant
from tests.support.webhook_receiver import Receiver, receiving
from tests.support.webhooks import WebhookHarness
from usher.domain.integrations.webhooks import Webhook
from usher.gateways.links import Keys
from usher.gateways.secrets import Secret
from usher.gateways.signatures import Signatures
from usher.services.imports.import_files import ImportFiles


@pytest.fixture(scope="module")
def server() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def receiver(server: Receiver) -> Receiver:
    server.requests.clear()
    server.answers.clear()
    return server


@pytest.fixture
def webhook_harness(
    tenant: Tenant,  # noqa: ARG001 - founded before the test begins
    async_workers: AsyncWorkers,
) -> Iterator[WebhookHarness]:
    async_workers.skip()
    text = json.dumps({"current": "k1", "k1": "x" * 64, "k2": "y" * 64})
    secrets = async_workers.links._keys._secret._client
    arn = secrets.create_secret(Name="webhook-keys", SecretString=text)["ARN"]
    webhook_harness = WebhookHarness(async_workers, Signatures(Keys(Secret(client=secrets, arn=arn))))
    with webhook_harness.listening():
        yield webhook_harness


@pytest.fixture
def webhook(webhook_harness: WebhookHarness, tenant: Tenant, receiver: Receiver) -> Webhook:
    """A webhook for everything."""
    return webhook_harness.subscribe(tenant.full, tenant.id, receiver)


@pytest.fixture
def people(tenant: Tenant, import_files: ImportFiles) -> People:
    return People(tenant, import_files)
