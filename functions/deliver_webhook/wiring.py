"""Wires deliver_webhook's service."""

from __future__ import annotations

from collections.abc import Callable

from usher import clock
from usher.bootstrap import Bootstrap
from usher.services.integrations.deliver_webhook import DeliverWebhook
from usher.store.table import JITTER


def deliver_webhook(bootstrap: Bootstrap, *, chance: Callable[[], float] = JITTER.random) -> DeliverWebhook:
    """Return the delivery of webhooks; `chance`, from 0 to 1, spreads the next attempts."""
    return DeliverWebhook(
        bootstrap.context,
        receivers=bootstrap.receivers,
        signatures=bootstrap.signatures,
        queue=bootstrap.webhook_queue,
        actual_now=clock.actual_now,
        chance=chance,
    )
