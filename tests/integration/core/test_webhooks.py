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
from tests.support.webhooks import Post
from usher.domain.integrations.webhook_deliveries import DeliveryState
from usher.domain.integrations.webhooks import Webhook
from usher.services.clients import Clients
from usher.services.integrations.deliver_webhook import CallOutcome
from usher.services.integrations.webhook_fan_out import Subscriptions
from usher.services.integrations.webhook_redelivery import WebhookRedelivery
from usher.services.integrations.webhook_subscriptions import WebhookChanges, WebhookSubscriptions
from usher.services.organization_settings import OrganizationSettings
from usher.services.receipts import Receipt
from usher.store import events


def received_types(receiver: Receiver) -> list[str]:
    """Return the types of the messages."""
    return [json.loads(request.body)["type"] for request in receiver.requests]


def subscriptions(post: Post) -> WebhookSubscriptions:
    return WebhookSubscriptions(post.context, signatures=post.signatures, own_networks=["127.0.0.0/8"])


def test_an_event_reaches_the_receiver_signed_as_standard_webhooks_has_it(
    post: Post, tenant: Tenant, receiver: Receiver, webhook: Webhook
) -> None:
    license_ = tenant.license()
    tenant.invite(license_)

    assert post.settle() == [CallOutcome.DELIVERED] * 2
    request = receiver.requests[-1]
    message = request.verified(post.secret(webhook))
    assert message["type"] == "invites.created"
    assert message["occurred_at"] == "2027-01-04T09:00:00Z"
    assert message["id"] == request.headers["webhook-id"]
    assert message["organization"] == tenant.id
    assert message["actor"] == tenant.full.email
    assert message["data"]["invites"][0]["email"] == "ann@x.io"
    check_event(message)
    assert request.headers["Content-Type"] == "application/json"


def test_a_signature_does_not_fit_another_body_or_secret(
    post: Post, tenant: Tenant, receiver: Receiver, webhook: Webhook
) -> None:
    other = post.subscribe(tenant.full, tenant.id, receiver, "invite.accepted")
    tenant.license()
    post.settle()
    (request,) = receiver.requests

    with pytest.raises(WebhookVerificationError):
        Request(request.path, request.headers, request.body + " ").verified(post.secret(webhook))
    with pytest.raises(WebhookVerificationError):
        request.verified(post.secret(other))


def test_a_webhook_is_told_of_chosen_events_alone(post: Post, tenant: Tenant, receiver: Receiver) -> None:
    post.subscribe(tenant.full, tenant.id, receiver, "invite.accepted", "license.granted")
    tenant.accept(tenant.invite(tenant.license()))
    post.settle()

    assert sorted(received_types(receiver)) == ["invite.accepted", "license.granted"]


@pytest.mark.usefixtures("webhook")
def test_what_happened_before_it_was_made_and_in_other_organizations_is_not_told(
    post: Post, tenant: Tenant, receiver: Receiver
) -> None:
    create_tenant(post.context, slug="other").license()
    post.settle()
    assert receiver.requests == []

    tenant.license()
    late = post.subscribe(tenant.full, tenant.id, receiver)
    post.settle()
    assert received_types(receiver) == ["license.granted"]
    assert post.log(late) == []


def test_a_provider_is_not_told_of_its_clients_events(
    post: Post, tenant: Tenant, receiver: Receiver, webhook: Webhook
) -> None:
    client = Clients(post.context).create(
        person=tenant.full, organization=tenant.id, name="Client", slug="client", receipt=Receipt()
    )
    own = post.subscribe(tenant.full, client.id, receiver, "organization.changed")
    OrganizationSettings(post.context).change(person=tenant.full, organization=client.id, name="Customer")
    post.settle()
    (row,) = events.listed(
        post.context.table, client.id, type_="organization.changed", limit=1, cursor=None
    ).rows
    post.async_workers.dispatch_events.dispatch(events.event_of(row))
    post.deliver()

    assert [one.type for one in post.log(own)] == ["organization.changed"]
    assert "organization.changed" not in {one.type for one in post.log(webhook)}


def test_the_same_event_handed_over_twice_is_delivered_once(
    post: Post, tenant: Tenant, receiver: Receiver, webhook: Webhook
) -> None:
    tenant.license()
    events_of_it = post.async_workers.waiting_events()
    post.settle()
    for event in events_of_it:
        post.async_workers.dispatch_events.dispatch(event)

    assert post.deliver() == [CallOutcome.POINTLESS]
    assert len(receiver.requests) == 1
    assert len(post.log(webhook)) == 1


def test_an_organization_without_webhooks_costs_one_read(post: Post, tenant: Tenant, count: Count) -> None:
    tenant.license()
    (event,) = [one for one in post.async_workers.waiting_events() if one.organization == tenant.id]
    with count() as cost:
        post.webhook_fan_out.fan_out(event, fresh(post))

    assert (cost.operations, cost.writes, post.queued) == (["Query"], 0, [])


def fresh(post: Post) -> Subscriptions:
    return Subscriptions(post.context)


def test_deliveries_under_way_go_to_the_new_address_and_to_none_that_was_deleted(
    post: Post, tenant: Tenant, receiver: Receiver, webhook: Webhook
) -> None:
    tenant.license()
    post.async_workers.dispatch()
    subscriptions(post).change(
        person=tenant.full,
        organization=tenant.id,
        webhook=webhook.id,
        changes=WebhookChanges(url=f"{receiver.url}/new"),
    )
    assert post.deliver() == [CallOutcome.DELIVERED]
    assert receiver.requests[0].path == "/in/new"

    tenant.license()
    post.async_workers.dispatch()
    subscriptions(post).delete(person=tenant.full, organization=tenant.id, webhook=webhook.id)
    assert post.deliver() == [CallOutcome.FAILED]
    assert len(receiver.requests) == 1


def test_after_a_rotation_both_secrets_verify_for_a_day(
    post: Post, tenant: Tenant, clock: Clock, receiver: Receiver, webhook: Webhook
) -> None:
    rotated = subscriptions(post).rotate(
        person=tenant.full, organization=tenant.id, webhook=webhook.id, receipt=Receipt()
    )
    tenant.license()
    post.settle()
    clock.forward(days=1)
    tenant.license()
    post.settle()

    both, newest = receiver.requests
    for secret in (post.secret(webhook), post.secret(rotated)):
        assert both.verified(secret)
    assert newest.verified(post.secret(rotated))
    with pytest.raises(WebhookVerificationError):
        newest.verified(post.secret(webhook))


def test_the_keys_behind_the_secrets_can_rotate(
    post: Post, tenant: Tenant, receiver: Receiver, webhook: Webhook
) -> None:
    secrets = post.async_workers.links._keys._secret._client

    def hold(**keys: str) -> None:
        secrets.put_secret_value(SecretId="webhook-keys", SecretString=json.dumps(keys))
        post.signatures._keys._secret._read_at = float("-inf")

    hold(current="k2", k1="x" * 64, k2="y" * 64)
    tenant.license()
    post.settle()
    assert receiver.requests[-1].verified(post.secret(webhook)), "as before"

    rotated = subscriptions(post).rotate(
        person=tenant.full, organization=tenant.id, webhook=webhook.id, receipt=Receipt()
    )
    hold(current="k2", k2="y" * 64)
    tenant.license()
    post.settle()
    assert str(rotated.secret) == "k2.2"
    assert receiver.requests[-1].verified(post.secret(rotated))

    hold(current="k3", k3="z" * 64)
    tenant.license()
    assert post.settle() == [CallOutcome.TO_REPEAT]
    assert "rotate the secret" in post.log(webhook)[0].attempts[0].reason


def test_redeliver_sends_the_same_message_again(
    post: Post, tenant: Tenant, receiver: Receiver, webhook: Webhook
) -> None:
    tenant.license()
    post.settle()
    (delivery,) = post.log(webhook)
    asked = WebhookRedelivery(post.context).redeliver(
        person=tenant.full,
        organization=tenant.id,
        webhook=webhook.id,
        delivery=delivery.id,
        receipt=Receipt(),
    )

    assert asked.state is DeliveryState.PENDING
    assert post.settle() == [CallOutcome.DELIVERED]
    first, second = receiver.requests
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
    assert len(post.log(webhook)[0].attempts) == 2
    assert len(post.log(webhook)) == 1


def test_the_test_button_sends_a_message_whatever_it_is_subscribed_to(
    post: Post, tenant: Tenant, receiver: Receiver
) -> None:
    webhook = post.subscribe(tenant.full, tenant.id, receiver, "invite.accepted")
    other = post.subscribe(tenant.full, tenant.id, receiver)
    WebhookRedelivery(post.context).test(
        person=tenant.full, organization=tenant.id, webhook=webhook.id, receipt=Receipt()
    )

    assert post.settle() == [CallOutcome.DELIVERED]
    message = receiver.requests[0].verified(post.secret(webhook))
    assert (message["type"], message["data"]["webhook"]["id"]) == ("webhook.tested", webhook.id)
    check_event(message)
    assert [one.type for one in post.log(webhook)] == ["webhook.tested"]
    assert post.log(other) == []


@pytest.mark.usefixtures("webhook")
def test_what_is_about_products_is_told_to_nobody(post: Post, tenant: Tenant, receiver: Receiver) -> None:
    tenant.product()

    assert tenant.operator == OPERATOR
    assert post.settle() == []
    assert receiver.requests == []


def test_a_secret_is_stored_nowhere(post: Post, tenant: Tenant, webhook: Webhook) -> None:
    secret = post.secret(webhook)
    everything = json.dumps(post.async_workers.dynamodb.scan(TableName=tenant.context.table.name)["Items"])

    assert secret.startswith("whsec_")
    assert secret not in everything
    assert secret.removeprefix("whsec_") not in everything
    assert post.secret(replace(webhook, secret=replace(webhook.secret, number=2))) != secret
