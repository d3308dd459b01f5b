"""The metrics of every function: their names, and how they are written (Powertools, embedded metric format).

A metric's only dimension is the function (`service`). No name, address or id is in it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from enum import StrEnum
from typing import ParamSpec, TypeVar

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider

P = ParamSpec("P")
R = TypeVar("R")


class MetricName(StrEnum):
    """The names of all metrics that functions write; `infra.constructs.observability` reads them."""

    # every function
    COLD_STARTS = "ColdStarts"
    # dispatch: each event once, however often it is delivered
    EVENTS_DISPATCHED = "EventsDispatched"
    DISPATCH_DELAY = "DispatchDelay"
    INVITES_CREATED = "InvitesCreated"
    INVITES_ACCEPTED = "InvitesAccepted"
    JOINS_WAITING = "JoinsWaiting"
    LICENSES_OUT_OF_SEATS = "LicensesOutOfSeats"
    IMPORT_ROWS = "ImportRows"
    IMPORTS_FAILED = "ImportsFailed"
    WEBHOOKS_DISABLED = "WebhooksDisabled"
    # api and pages
    SEATS_REFUSED = "SeatsRefused"
    UNEXPECTED_ERRORS = "UnexpectedErrors"
    # send_email and record_delivery
    EMAILS_SENT = "EmailsSent"
    EMAILS_HELD_BY_RATE = "EmailsHeldByRate"
    EMAILS_HELD_BY_QUOTA = "EmailsHeldByQuota"
    EMAILS_HELD_BY_PAUSE = "EmailsHeldByPause"
    EMAILS_HELD_BY_OUTAGE = "EmailsHeldByOutage"
    EMAILS_DELIVERED = "EmailsDelivered"
    EMAILS_BOUNCED = "EmailsBounced"
    EMAILS_COMPLAINED = "EmailsComplained"
    EMAILS_REJECTED = "EmailsRejected"
    # sweep: zeros, too
    SWEEP_RUNS = "SweepRuns"
    SWEEP_FAILURES = "SweepFailures"
    EXPIRED = "Expired"
    REMINDED = "Reminded"
    LATE_STARTS = "LateStarts"
    ENDED = "Ended"
    REDISPATCHED_EVENTS = "RedispatchedEvents"
    OUTBOX_AGE = "OutboxAge"
    EMAIL_QUOTA_USED = "EmailQuotaUsed"
    # the other workers
    STARTS = "Starts"
    WEBHOOKS_DELIVERED = "WebhooksDelivered"
    WEBHOOK_FAILURES = "WebhookFailures"
    IDLE_IMPORT_TURNS = "IdleImportTurns"
    LEARNERS_ERASED = "LearnersErased"
    MESSAGES_FAILED = "MessagesFailed"
    CHALLENGES_REFUSED = "ChallengesRefused"
    PASSWORD_CODES = "PasswordCodes"  # noqa: S105 - the name of a metric


_UNITS = {
    MetricName.DISPATCH_DELAY: MetricUnit.Seconds,
    MetricName.OUTBOX_AGE: MetricUnit.Seconds,
    MetricName.EMAIL_QUOTA_USED: MetricUnit.Percent,
}
"""The units of metrics that are no count."""


class Metrics:
    """The metrics of one invocation, in the namespace and for the service of the environment."""

    def __init__(self) -> None:
        # Powertools' own `Metrics` keeps the values of all its instances in one place.
        self._written = AmazonCloudWatchEMFProvider()

    def add(self, name: MetricName, value: float = 1) -> None:
        """Add a value to the metric; values of one invocation are written together."""
        self._written.add_metric(name=name, unit=_UNITS.get(name, MetricUnit.Count), value=value)

    def flush(self) -> None:
        """Write the metrics that were added, if any, as one line for CloudWatch."""
        if self._written.metric_set:
            self._written.flush_metrics()


def measured_handler(metrics: Metrics) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a handler to write its metrics at its end, whether it returns or raises.

    The first invocation of an execution environment counts as a cold start, one from a snapshot as well.
    """
    cold = [True]

    def decorate(handler: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(handler)
        def measured(*args: P.args, **kwargs: P.kwargs) -> R:
            if cold:
                cold.clear()
                metrics.add(MetricName.COLD_STARTS)
            try:
                return handler(*args, **kwargs)
            finally:
                metrics.flush()

        return measured

    return decorate
