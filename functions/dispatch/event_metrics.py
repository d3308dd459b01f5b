"""What dispatch measures of the events that it has acknowledged, each of them once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from functions.metrics import MetricName
from usher.domain.events.enrollment import JoinWaiting
from usher.domain.events.event import Event
from usher.domain.events.imports import ImportFailed, ImportFinished
from usher.domain.events.integrations import WebhookDisabled
from usher.domain.events.invites import InviteAccepted, InvitesCreated
from usher.domain.events.licenses import SeatsOut


def measures_of(event: Event, *, now: datetime) -> Iterator[tuple[MetricName, float]]:
    """Yield what is measured of every event, and what its type counts as, each with its value."""
    yield MetricName.EVENTS_DISPATCHED, 1
    yield MetricName.DISPATCH_DELAY, max((now - event.occurred_at).total_seconds(), 0)
    match event.data:
        case InvitesCreated(invites=invites):
            yield MetricName.INVITES_CREATED, len(invites)
        case InviteAccepted():
            yield MetricName.INVITES_ACCEPTED, 1
        case JoinWaiting():
            yield MetricName.JOINS_WAITING, 1
        case SeatsOut():
            yield MetricName.LICENSES_OUT_OF_SEATS, 1
        case ImportFinished(outcomes=outcomes):
            yield MetricName.IMPORT_ROWS, sum(outcomes.values())
        case ImportFailed(outcomes=outcomes):
            yield MetricName.IMPORTS_FAILED, 1
            yield MetricName.IMPORT_ROWS, sum(outcomes.values())
        case WebhookDisabled():
            yield MetricName.WEBHOOKS_DISABLED, 1
