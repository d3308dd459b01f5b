"""sweep: does the work that has come due, every quarter of an hour (DESIGN 3, Expiry)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.logs import get_logger, logged_handler
from functions.metrics import MetricName, Metrics, measured_handler
from functions.sweep.wiring import late_events, rebuild_figures, sweep, webhook_fan_out
from usher.bootstrap import Bootstrap
from usher.domain.accesses import LATE_AFTER
from usher.domain.instants import rfc3339
from usher.services.bulkheads import Bulkhead, WorkFailedError
from usher.services.outbox.sweep import SweepResult

LAST_MILLISECONDS = 60_000
"""The remaining time below which no further work is begun; one piece of work takes less."""

OUTBOX_MILLISECONDS = 90_000
"""The time that late events have to themselves, however much was due, and so have late deliveries."""

METRICS = {
    "expired": MetricName.EXPIRED,
    "reminded": MetricName.REMINDED,
    "started_late": MetricName.LATE_STARTS,
    "ended": MetricName.ENDED,
    "failed": MetricName.SWEEP_FAILURES,
}
"""The metrics of a sweep, by its counts. Zeros too: a missing metric means that no sweep ran."""

logger = get_logger()
metrics = Metrics()
_bootstrap = Bootstrap()
_late_events = late_events(_bootstrap)
_webhook_fan_out = webhook_fan_out(_bootstrap)
_invocations = _bootstrap.invocations
_sending_quota = _bootstrap.sending_quota


@logged_handler(logger)
@measured_handler(metrics)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int | str | None]:
    """Do the work that is due, and answer with the count of each kind.

    The sweep carries out a start that its workflow has not carried out `late_after_seconds` after it was due,
    a field of the event. If the event has `tell_next_due`, the answer has in `next_due` the first moment
    since the sweep began at which something comes due, in RFC 3339, or null for none, in `next_digest` that
    of the next digest, and in `undispatched` whether an event waits for its dispatch.

    If the event has `rebuild_figures`, the id of an organization, nothing else is done than to count that
    organization's figures anew (decision 0072), and the answer is those of the organization as a whole.

    Shards of which more is due than one run should do get an invocation of their lane, whose event has its
    number as `lane`.

    Raises:
        WorkFailedError: some of the work failed; all the other was done. The next sweep tries it again.
    """
    if (rebuilt_organization := event.get("rebuild_figures")) is not None:
        rebuilt = rebuild_figures(_bootstrap).rebuild(organization=rebuilt_organization)
        logger.info("Figures rebuilt.", organization=rebuilt_organization)
        return {**rebuilt.counts}

    def until(milliseconds_left: int) -> Callable[[], bool]:
        return lambda: context.get_remaining_time_in_millis() < milliseconds_left

    begun_at = _bootstrap.context.now()
    seconds = event.get("late_after_seconds")
    late_after = LATE_AFTER if seconds is None else timedelta(seconds=seconds)
    lane = event.get("lane")
    if lane is not None:
        work = sweep(_bootstrap, enough=until(LAST_MILLISECONDS))
        return _report(asdict(work.sweep_lane(lane, late_after=late_after)))
    work = sweep(_bootstrap, enough=until(LAST_MILLISECONDS + 2 * OUTBOX_MILLISECONDS))
    alone = Bulkhead()
    swept = asdict(alone.attempt("sweep", work.sweep, late_after=late_after) or SweepResult())
    for full in swept["full_lanes"]:
        lane_event = {"lane": full, "late_after_seconds": late_after.total_seconds()}
        alone.attempt(("lane", full), _invocations.begin, context.function_name, lane_event)
    events = Bulkhead(enough=until(LAST_MILLISECONDS + OUTBOX_MILLISECONDS))
    swept["redispatched"] = events.attempt("redispatch", _late_events.redispatch, events) or 0
    deliveries = Bulkhead(enough=until(LAST_MILLISECONDS))
    swept["deliveries_queued"] = deliveries.attempt("queue", _webhook_fan_out.queue_late, deliveries) or 0
    metrics.add(MetricName.REDISPATCHED_EVENTS, swept["redispatched"])
    alone.attempt(MetricName.OUTBOX_AGE, _measure_outbox)
    alone.attempt(MetricName.EMAIL_QUOTA_USED, _measure_email_quota)
    swept["failed"] += alone.failures + events.failures + deliveries.failures
    metrics.add(MetricName.SWEEP_RUNS)
    counts = _report(swept, because=alone.first_failure or events.first_failure or deliveries.first_failure)
    if not event.get("tell_next_due"):
        return counts
    # What became due while the sweep ran may not have been swept: it comes next.
    next_due, next_digest = work.next_due(after=begun_at), work.next_digest(after=begun_at)
    return {
        **counts,
        "next_due": rfc3339(next_due) if next_due else None,
        "next_digest": rfc3339(next_digest) if next_digest else None,
        "undispatched": _late_events.are_some_undispatched(),
    }


def _measure_outbox() -> None:
    metrics.add(MetricName.OUTBOX_AGE, _late_events.age_of_oldest().total_seconds())


def _measure_email_quota() -> None:
    used = _sending_quota.used()
    if used is not None:
        metrics.add(MetricName.EMAIL_QUOTA_USED, 100 * used)


def _report(swept: dict[str, Any], *, because: Exception | None = None) -> dict[str, int | str | None]:
    """Log and measure what was done, and return the counts, or raise WorkFailedError from a failure."""
    for count, name in METRICS.items():
        metrics.add(name, swept[count])
    logger.info("Swept.", swept=swept)
    if swept["failed"]:
        raise WorkFailedError(f"{swept['failed']} pieces of work failed.") from because
    return {
        name: count for name, count in swept.items() if name not in {"failed", "full_lanes", "redispatched"}
    }
