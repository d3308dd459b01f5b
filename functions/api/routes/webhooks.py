"""Webhooks: the organization's events, sent to other programs as they happen."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.api.descriptions import Caller, described
from functions.api.router import ApiRouter
from functions.api.schemas.common import MOST_VALUES, Cursor, Limit, OrganizationPath
from functions.api.schemas.figures import CountsQuery
from functions.api.schemas.webhooks import (
    NewWebhook,
    Webhook,
    WebhookChange,
    WebhookDelivery,
    WebhookDeliveryPage,
    WebhookPage,
    WebhookWithSecret,
)
from functions.api.views import figures as figures_views
from functions.api.views import webhooks as views
from usher.domain.integrations.webhook_deliveries import (
    DeliveryState,
)
from usher.domain.organizations import Permission
from usher.services.integrations.webhook_redelivery import WebhookRedelivery
from usher.services.integrations.webhook_subscriptions import WebhookChanges, WebhookSubscriptions
from usher.services.paging import PAGE
from usher.services.receipts import Receipt

WEBHOOKS = "/v1/organizations/<organization>/webhooks"
ONE = f"{WEBHOOKS}/<webhook>"

WebhookPath = Annotated[str, Path(max_length=64, description="The webhook's id.")]

router = ApiRouter()


@router.post(WEBHOOKS, status_code=HTTPStatus.CREATED)
@described(WebhookSubscriptions.create, caller=Caller.SIGNED_IN, idempotent=True)
def create_webhook(organization: OrganizationPath, new: NewWebhook) -> Response[WebhookWithSecret]:
    """Create a webhook.

    Each event from now on is sent as a POST, signed as in Standard Webhooks, and retried for a day until it
    is answered with 2xx. The secret is in this answer only. Messages may come twice and out of order; those
    with the same `webhook-id` are the same.
    """
    person = router.person
    return _with_secret(
        organization,
        lambda receipt: router.services.webhook_subscriptions.create(
            person=person,
            organization=organization,
            url=new.url,
            events_wanted=new.events,
            description=new.description,
            receipt=receipt,
        ),
        status=HTTPStatus.CREATED,
    )


@router.get(WEBHOOKS)
@described(WebhookSubscriptions.listed)
def list_webhooks(organization: OrganizationPath) -> WebhookPage:
    """List the webhooks.

    Oldest first; all of them are one page. Callers who may not change them see only the host of each address.
    """
    page = router.services.webhook_subscriptions.listed(person=router.person, organization=organization)
    names = router.names(organization, (one.created_by for one in page.items))
    return WebhookPage(items=[views.webhook(one, names=names) for one in page.items], next=page.next)


@router.get(ONE)
@described(WebhookSubscriptions.webhook)
def get_webhook(organization: OrganizationPath, webhook: WebhookPath) -> Webhook:
    """Read a webhook.

    If it is disabled, with the reason. Its secret cannot be read again. Callers who may not change it see
    only the host of its address.
    """
    return views.webhook(
        router.services.webhook_subscriptions.webhook(
            person=router.person, organization=organization, webhook=webhook
        ),
        names=router.names(organization),
    )


@router.patch(ONE)
@described(WebhookSubscriptions.change, caller=Caller.SIGNED_IN)
def change_webhook(organization: OrganizationPath, webhook: WebhookPath, change: WebhookChange) -> Webhook:
    """Change a webhook.

    A field that is left out stays. Deliveries under way go to the new address. Events that happen while it is
    disabled are not delivered later.

    With the `version` that was read, what somebody else changed meanwhile is not overwritten: the answer is a
    refusal, `changed_meanwhile`.
    """
    return views.webhook(
        router.services.webhook_subscriptions.change(
            person=router.person,
            organization=organization,
            webhook=webhook,
            changes=WebhookChanges(
                url=change.url,
                events=change.events,
                all_events="events" in change.model_fields_set,
                description=change.description,
                enabled=change.enabled,
            ),
            version=change.version,
        ),
        names=router.names(organization),
    )


@router.delete(ONE, status_code=HTTPStatus.NO_CONTENT)
@described(WebhookSubscriptions.delete, caller=Caller.SIGNED_IN)
def delete_webhook(organization: OrganizationPath, webhook: WebhookPath) -> Response[None]:
    """Delete a webhook.

    Deliveries under way are dropped.
    """
    router.services.webhook_subscriptions.delete(
        person=router.person, organization=organization, webhook=webhook
    )
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.post(f"{ONE}/rotate-secret")
@described(WebhookSubscriptions.rotate, caller=Caller.SIGNED_IN, idempotent=True)
def rotate_webhook_secret(
    organization: OrganizationPath, webhook: WebhookPath
) -> Response[WebhookWithSecret]:
    """Rotate a webhook's secret.

    For a day, messages have two signatures, with the new and with the previous secret, so that the receiver
    can change over meanwhile. After another rotation within that day, only the newest two secrets sign.
    """
    person = router.person
    return _with_secret(
        organization,
        lambda receipt: router.services.webhook_subscriptions.rotate(
            person=person, organization=organization, webhook=webhook, receipt=receipt
        ),
    )


@router.post(f"{ONE}/test", status_code=HTTPStatus.CREATED)
@described(WebhookRedelivery.test, caller=Caller.SIGNED_IN, idempotent=True)
def test_webhook(organization: OrganizationPath, webhook: WebhookPath) -> Response[WebhookDelivery]:
    """Send a test message to a webhook.

    An event of the type `webhook.tested`, whatever the webhook is subscribed to, delivered like all others.
    The log of deliveries shows the result.
    """
    person = router.person
    return router.idempotent(
        lambda receipt: router.services.webhook_redelivery.test(
            person=person, organization=organization, webhook=webhook, receipt=receipt
        ),
        person=person,
        scope=organization,
        permission=Permission.MANAGE_PROGRAMS,
        view=views.delivery,
        status=HTTPStatus.CREATED,
    )


@router.get(f"{ONE}/deliveries")
@described(WebhookRedelivery.log)
def list_webhook_deliveries(
    organization: OrganizationPath,
    webhook: WebhookPath,
    state: Annotated[
        list[DeliveryState] | None,
        Query(max_length=MOST_VALUES, description="Deliveries in these states only; several by commas."),
    ] = None,
    *,
    counts: CountsQuery = False,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> WebhookDeliveryPage:
    """List a webhook's deliveries.

    Those of the newest events first, each with its attempts; kept for 30 days.
    """
    page = router.services.webhook_redelivery.log(
        person=router.person,
        organization=organization,
        webhook=webhook,
        states=state or (),
        limit=limit,
        cursor=cursor,
        with_counts=counts,
    )
    return WebhookDeliveryPage(
        items=[views.delivery(one) for one in page.items],
        next=page.next,
        counts=figures_views.delivery_counts(page.counts),
    )


@router.post(f"{ONE}/deliveries/<delivery>/redeliver")
@described(WebhookRedelivery.redeliver, caller=Caller.SIGNED_IN, idempotent=True)
def redeliver_to_webhook(
    organization: OrganizationPath,
    webhook: WebhookPath,
    delivery: Annotated[str, Path(max_length=64, description="The delivery's id.")],
) -> Response[WebhookDelivery]:
    """Redeliver an event to a webhook.

    Whatever the result of the delivery was, with the same `webhook-id`, and retried for a day until it is
    answered with 2xx.
    """
    person = router.person
    return router.idempotent(
        lambda receipt: router.services.webhook_redelivery.redeliver(
            person=person, organization=organization, webhook=webhook, delivery=delivery, receipt=receipt
        ),
        person=person,
        scope=organization,
        permission=Permission.MANAGE_PROGRAMS,
        view=views.delivery,
    )


def _with_secret(
    organization: str, command: Callable[[Receipt], object], *, status: HTTPStatus = HTTPStatus.OK
) -> Response[Any]:
    """Answer with the webhook and its secret; the receipt keeps the answer without the secret."""
    response = router.idempotent(
        command,
        person=router.person,
        scope=organization,
        permission=Permission.MANAGE_PROGRAMS,
        view=partial(views.webhook, names=router.names(organization)),
        status=status,
    )
    shown: dict[str, Any] = dict(response.body or {})
    secret = router.services.webhook_subscriptions.secret(
        webhook=shown["id"], version=shown["secret_version"]
    )
    response.body = {**shown, "secret": secret}
    return response
