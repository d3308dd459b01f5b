"""What happens, told to receivers: fan-out, signatures, secrets, tests, redelivery."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from standardwebhooks import WebhookVerificationError

from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.published_events import check_event
from tests.support.tenant import OPERATOR, Tenant, create_tenant
from tests.support.webhook_receiver import Receiver, Request
from tests.support.webhooks import WebhookHarness
from usher.domain.integrations.webhook_deliveries import DeliveryState
from usher.domain.integrations.webhooks import Webhook
from usher.services.clients import Clients
from usher.services.integrations.deliver_webhook import CallOutcome
from usher.services.integrations.webhook_fan_out import SubscriptionCache
from usher.services.integrations.webhook_redelivery import WebhookRedelivery
from usher.services.integrations.webhook_subscriptions import WebhookChanges
from usher.services.organization_settings import OrganizationSettings
from usher.services.receipts import Receipt
from usher.store import events


def received_types(receiver: Receiver) -> list[str]:
    """Return the types of the messages."""
    return [json.loads(request.body)["type"] for request in receiver.requests]


def test_an_event_reaches_the_receiver_signed_as_standard_webhooks_has_it(
    webhook_harness: WebhookHarness, tenant: Tenant, receiver: Receiver, webhook: Webhook
) -> None:
    license_ = tenant.license()
    tenant.invite(license_)

    assert webhook_harness.settle() == [CallOutcome.DELIVERED] * 2
    request = receiver.requests[-1]
    message = request.verified(webhook_harness.secret(webhook))
    assert message["type"] == "invites.created"
    assert message["occurred_at"] == "2027-01-04T09:00:00Z"
    assert message["id"] == request.headers["webhook-id"]
    assert message["organization"] == tenant.id
    assert message["actor"] == tenant.full.email
    assert message["data"]["invites"][0]["email"] == "ann@x.io"
    check_event(message)
    assert request.headers["Content-Type"] == "application/json"


def test_a_signature_does_not_fit_another_body_or_secret(
    webhook_harness: WebhookHarness, tenant: Tenant, receiver: Receiver, webhook: Webhook
) -> None:
    other = webhook_harness.subscribe(tenant.full, tenant.id, receiver, "invite.accepted")
    tenant.license()
    webhook_harness.settle()
    (request,) = receiver.requests

    with pytest.raises(WebhookVerificationError):
        Request(request.path, request.headers, request.body + " ").verified(webhook_harness.secret(webhook))
    with pytest.raises(WebhookVerificationError):
        request.verified(webhook_harness.secret(other))


def test_a_webhook_is_told_of_chosen_events_alone(
    webhook_harness: WebhookHarness, tenant: Tenant, receiver: Receiver
) -> None:
    webhook_harness.subscribe(tenant.full, tenant.id, receiver, "invite.accepted", "license.granted")
    tenant.accept(tenant.invite(tenant.license()))
    webhook_harness.settle()

    assert sorted(received_types(receiver)) == ["invite.accepted", "license.granted"]


@pytest.mark.usefixtures("webhook")
def test_what_happened_before_it_was_made_and_in_other_organizations_is_not_told(
    webhook_harness: WebhookHarness, tenant: Tenant, receiver: Receiver
) -> None:
    create_tenant(webhook_harness.context, slug="other").license()
    webhook_harness.settle()
    assert receiver.requests == []

    tenant.license()
    late = webhook_harness.subscribe(tenant.full, tenant.id, receiver)
    webhook_harness.settle()
    assert received_types(receiver) == ["license.granted"]
    assert webhook_harness.log(late) == []


def test_a_provider_is_not_told_of_its_clients_events(
    webhook_harness: WebhookHarness, tenant: Tenant, receiver: Receiver, webhook: Webhook
) -> None:
    client = Clients(webhook_harness.context).create(
        person=tenant.full, organization=tenant.id, name="Client", slug="client", receipt=Receipt()
    )
    own = webhook_harness.subscribe(tenant.full, client.id, receiver, "organization.changed")
    OrganizationSettings(webhook_harness.context).change(
        person=tenant.full, organization=client.id, name="Customer"
    )
    webhook_harness.settle()
    happened = events.between(webhook_harness.context.table, client.id, 1)
    (changed,) = (event for event in happened if event.type == "organization.changed")
    webhook_harness.async_workers.dispatch_events.dispatch(changed)
    webhook_harness.deliver()

    assert [one.type for one in webhook_harness.log(own)] == ["organization.changed"]
    assert "organization.changed" not in {one.type for one in webhook_harness.log(webhook)}


def test_the_same_event_handed_over_twice_is_delivered_once(
    webhook_harness: WebhookHarness, tenant: Tenant, receiver: Receiver, webhook: Webhook
) -> None:
    tenant.license()
    events_of_it = webhook_harness.async_workers.waiting_events()
    webhook_harness.settle()
    for event in events_of_it:
        webhook_harness.async_workers.dispatch_events.dispatch(event)

    assert webhook_harness.deliver() == [CallOutcome.POINTLESS]
    assert len(receiver.requests) == 1
    assert len(webhook_harness.log(webhook)) == 1


def test_an_organization_without_webhooks_costs_one_read(
    webhook_harness: WebhookHarness, tenant: Tenant, count: Count
) -> None:
    tenant.license()
    (event,) = [
        one for one in webhook_harness.async_workers.waiting_events() if one.organization == tenant.id
    ]
    with count() as cost:
        calls = webhook_harness.webhook_fan_out.deliveries_of(event, fresh(webhook_harness))

    assert (cost.operations, cost.writes, calls) == (["Query"], 0, [])


def fresh(webhook_harness: WebhookHarness) -> SubscriptionCache:
    return SubscriptionCache(webhook_harness.context)


def test_deliveries_under_way_go_to_the_new_address_and_to_none_that_was_deleted(
    webhook_harness: WebhookHarness, tenant: Tenant, receiver: Receiver, webhook: Webhook
) -> None:
    tenant.license()
    webhook_harness.async_workers.dispatch()
    webhook_harness.subscriptions.change(
        person=tenant.full,
        organization=tenant.id,
        webhook=webhook.id,
        changes=WebhookChanges(url=f"{receiver.url}/new"),
    )
    assert webhook_harness.deliver() == [CallOutcome.DELIVERED]
    assert receiver.requests[0].path == "/in/new"

    tenant.license()
    webhook_harness.async_workers.dispatch()
    webhook_harness.subscriptions.delete(person=tenant.full, organization=tenant.id, webhook=webhook.id)
    assert webhook_harness.deliver() == [CallOutcome.FAILED]
    assert len(receiver.requests) == 1


def test_after_a_rotation_both_secrets_verify_for_a_day(
    webhook_harness: WebhookHarness, tenant: Tenant, clock: Clock, receiver: Receiver, webhook: Webhook
) -> None:
    rotated = webhook_harness.subscriptions.rotate(
        person=tenant.full, organization=tenant.id, webhook=webhook.id, receipt=Receipt()
    )
    tenant.license()
    webhook_harness.settle()
    clock.forward(days=1)
    tenant.license()
    webhook_harness.settle()

    both, newest = receiver.requests
    for secret in (webhook_harness.secret(webhook), webhook_harness.secret(rotated)):
        assert both.verified(secret)
    assert newest.verified(webhook_harness.secret(rotated))
    with pytest.raises(WebhookVerificationError):
        newest.verified(webhook_harness.secret(webhook))


def test_the_keys_behind_the_secrets_can_rotate(
    webhook_harness: WebhookHarness, tenant: Tenant, receiver: Receiver, webhook: Webhook
) -> None:
    secrets = webhook_harness.async_workers.links._keys._secret._client

    def hold(**keys: str) -> None:
        secrets.put_secret_value(SecretId="webhook-keys", SecretString=json.dumps(keys))
        webhook_harness.signatures._keys._secret._read_at = float("-inf")

    hold(current="k2", k1="x" * 64, k2="y" * 64)
    tenant.license()
    webhook_harness.settle()
    assert receiver.requests[-1].verified(webhook_harness.secret(webhook)), "as before"

    rotated = webhook_harness.subscriptions.rotate(
        person=tenant.full, organization=tenant.id, webhook=webhook.id, receipt=Receipt()
    )
    hold(current="k2", k2="y" * 64)
    tenant.license()
    webhook_harness.settle()
    assert str(rotated.secret) == "k2.2"
    assert receiver.requests[-1].verified(webhook_harness.secret(rotated))

    hold(current="k3", k3="z" * 64)
    tenant.license()
    assert webhook_harness.settle() == [CallOutcome.TO_REPEAT]
    assert "rotate the secret" in webhook_harness.log(webhook)[0].attempts[0].reason


def test_redeliver_sends_the_same_message_again(
    webhook_harness: WebhookHarness, tenant: Tenant, receiver: Receiver, webhook: Webhook
) -> None:
    tenant.license()
    webhook_harness.settle()
    (delivery,) = webhook_harness.log(webhook)
    asked = WebhookRedelivery(webhook_harness.context).redeliver(
        person=tenant.full,
        organization=tenant.id,
        webhook=webhook.id,
        delivery=delivery.id,
        receipt=Receipt(),
    )

    assert asked.state is DeliveryState.PENDING
    assert webhook_harness.settle() == [CallOutcome.DELIVERED]
    first, second = receiver.requests
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
    assert len(webhook_harness.log(webhook)[0].attempts) == 2
    assert len(webhook_harness.log(webhook)) == 1


def test_the_test_button_sends_a_message_whatever_it_is_subscribed_to(
    webhook_harness: WebhookHarness, tenant: Tenant, receiver: Receiver
) -> None:
    webhook = webhook_harness.subscribe(tenant.full, tenant.id, receiver, "invite.accepted")
    other = webhook_harness.subscribe(tenant.full, tenant.id, receiver)
    WebhookRedelivery(webhook_harness.context).test(
        person=tenant.full, organization=tenant.id, webhook=webhook.id, receipt=Receipt()
    )

    assert webhook_harness.settle() == [CallOutcome.DELIVERED]
    message = receiver.requests[0].verified(webhook_harness.secret(webhook))
    assert (message["type"], message["data"]["webhook"]["id"]) == ("webhook.tested", webhook.id)
    check_event(message)
    assert [one.type for one in webhook_harness.log(webhook)] == ["webhook.tested"]
    assert webhook_harness.log(other) == []


@pytest.mark.usefixtures("webhook")
def test_what_is_about_products_is_told_to_nobody(
    webhook_harness: WebhookHarness, tenant: Tenant, receiver: Receiver
) -> None:
    tenant.product()

    assert tenant.operator == OPERATOR
    assert webhook_harness.settle() == []
    assert receiver.requests == []


def test_a_secret_is_stored_nowhere(
    webhook_harness: WebhookHarness, tenant: Tenant, webhook: Webhook
) -> None:
    secret = webhook_harness.secret(webhook)
    everything = json.dumps(
        webhook_harness.async_workers.dynamodb.scan(TableName=tenant.context.table.name)["Items"]
    )

    assert secret.startswith("whsec_")
    assert secret not in everything
    assert secret.removeprefix("whsec_") not in everything
    assert webhook_harness.secret(replace(webhook, secret=replace(webhook.secret, number=2))) != secret
