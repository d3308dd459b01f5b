"""Wires sweep's services."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from usher.bootstrap import Bootstrap
from usher.services.integrations.webhook_fan_out import WebhookFanOut
from usher.services.outbox.late_events import LateEvents
from usher.services.outbox.sweep import Sweep

if TYPE_CHECKING:
    from usher.services.rebuild_figures import RebuildFigures


def sweep(bootstrap: Bootstrap, *, enough: Callable[[], bool]) -> Sweep:
    """Return the scheduled work, which is done until it is `enough`."""
    return Sweep(bootstrap.context, enough=enough)


def webhook_fan_out(bootstrap: Bootstrap) -> WebhookFanOut:
    """Return the queue of webhooks' deliveries, whose late ones the sweep queues again."""
    return WebhookFanOut(bootstrap.context, queue=bootstrap.webhook_queue)


def late_events(bootstrap: Bootstrap) -> LateEvents:
    """Return the events whose dispatch is late, which the sweep has the stream deliver again."""
    return LateEvents(bootstrap.context)


def rebuild_figures(bootstrap: Bootstrap) -> RebuildFigures:
    """Return the rebuilding of figures, which reads the whole outbox as the sweep does.

    It is loaded when somebody asks for it, and no scheduled run does.
    """
    from usher.services.rebuild_figures import RebuildFigures  # noqa: PLC0415 - see above

    return RebuildFigures(bootstrap.context)
