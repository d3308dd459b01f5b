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
from usher.services.outbox.sweep import Sweep, SweepResult

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

    Lanes of which more is due than one run should do get an invocation of their own at once, whose event has
    the lane's number as `lane`; a traveller, who waits for the work, gets them once the rest is done.

    Raises:
        WorkFailedError: some of the work failed; all the other was done. The next sweep tries it again.
    """
    if (rebuilt_organization := event.get("rebuild_figures")) is not None:
        rebuilt = rebuild_figures(_bootstrap).rebuild(organization=rebuilt_organization)
        logger.info("Figures rebuilt.", organization=rebuilt_organization)
        return {**rebuilt.counts}

    begun_at = _bootstrap.context.now()
    seconds = event.get("late_after_seconds")
    late_after = LATE_AFTER if seconds is None else timedelta(seconds=seconds)
    if (lane := event.get("lane")) is not None:
        work = sweep(_bootstrap, enough=_out_of(context, LAST_MILLISECONDS))
        return _report(asdict(work.sweep_lane(lane, late_after=late_after)))
    is_awaited = bool(event.get("tell_next_due"))
    work = sweep(_bootstrap, enough=_out_of(context, LAST_MILLISECONDS + 2 * OUTBOX_MILLISECONDS))
    counts = _sweep(work, context, late_after=late_after, is_awaited=is_awaited)
    if not is_awaited:
        return counts
    # What became due while the sweep ran may not have been swept: it comes next.
    next_due, next_digest = work.next_due(after=begun_at), work.next_digest(after=begun_at)
    return {
        **counts,
        "next_due": rfc3339(next_due) if next_due else None,
        "next_digest": rfc3339(next_digest) if next_digest else None,
        "undispatched": _late_events.are_some_undispatched(),
    }


def _out_of(context: LambdaContext, milliseconds: int) -> Callable[[], bool]:
    """Return what returns whether less time than this is left."""
    return lambda: context.get_remaining_time_in_millis() < milliseconds


def _sweep(
    work: Sweep, context: LambdaContext, *, late_after: timedelta, is_awaited: bool
) -> dict[str, int | str | None]:
    """Sweep, and send on what is late; each whatever becomes of the others."""
    alone = Bulkhead()

    def begin_lane(lane: int) -> bool:
        lane_event = {"lane": lane, "late_after_seconds": late_after.total_seconds()}
        return bool(alone.attempt(("lane", lane), _begin, context.function_name, lane_event))

    at_once = {} if is_awaited else {"begin_lane": begin_lane}
    swept = asdict(alone.attempt("sweep", work.sweep, late_after=late_after, **at_once) or SweepResult())
    for lane in swept["full_lanes"]:
        begin_lane(lane)
    events = Bulkhead(enough=_out_of(context, LAST_MILLISECONDS + OUTBOX_MILLISECONDS))
    swept["redispatched"] = events.attempt("redispatch", _late_events.redispatch, events) or 0
    deliveries = Bulkhead(enough=_out_of(context, LAST_MILLISECONDS))
    swept["deliveries_queued"] = deliveries.attempt("queue", _webhook_fan_out.queue_late, deliveries) or 0
    metrics.add(MetricName.REDISPATCHED_EVENTS, swept["redispatched"])
    alone.attempt(MetricName.OUTBOX_AGE, _measure_outbox)
    alone.attempt(MetricName.EMAIL_QUOTA_USED, _measure_email_quota)
    swept["failed"] += alone.failures + events.failures + deliveries.failures
    metrics.add(MetricName.SWEEP_RUNS)
    return _report(swept, because=alone.first_failure or events.first_failure or deliveries.first_failure)


def _begin(function: str, event: dict[str, float]) -> bool:
    """Begin an invocation, and return True."""
    _invocations.begin(function, event)
    return True


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
