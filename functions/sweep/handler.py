"""sweep: does the work that has come due, every quarter of an hour (DESIGN 3, Expiry)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.logs import get_logger, logged_handler
from functions.sweep.wiring import late_events, rebuild_figures, sweep, webhook_fan_out
from usher.bootstrap import Bootstrap
from usher.domain.accesses import LATE_AFTER
from usher.domain.instants import rfc3339

logger = get_logger()
metrics = Metrics(namespace="Usher")
_bootstrap = Bootstrap()
_sweep = sweep(_bootstrap)
_late_events = late_events(_bootstrap)
_webhook_fan_out = webhook_fan_out(_bootstrap)
_rebuild_figures = rebuild_figures(_bootstrap)


@logged_handler(logger)
@metrics.log_metrics
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, int | str | None]:
    """Do the work that is due, and answer with the count of each kind.

    The sweep carries out a start that its workflow has not carried out `late_after_seconds` after it was due,
    a field of the event. If the event has `tell_next_due`, the answer has in `next_due` the moment at which
    something comes due next, in RFC 3339, or null for none, in `next_digest` that of the next digest, and in
    `undispatched` whether an event waits for its dispatch.

    If the event has `rebuild_figures`, the id of an organization, nothing else is done than to count that
    organization's figures anew (decision 0072), and the answer is those of the organization as a whole.
    """
    if (organization := event.get("rebuild_figures")) is not None:
        rebuilt = _rebuild_figures.rebuild(organization=organization)
        logger.info("Figures rebuilt.", organization=organization)
        return {**rebuilt.counts}
    seconds = event.get("late_after_seconds")
    swept = _sweep.sweep(late_after=LATE_AFTER if seconds is None else timedelta(seconds=seconds))
    # Zeros too: a missing metric means that no sweep ran.
    metrics.add_metric(name="Expired", unit=MetricUnit.Count, value=swept.expired)
    metrics.add_metric(name="Reminded", unit=MetricUnit.Count, value=swept.reminded)
    metrics.add_metric(name="LateStarts", unit=MetricUnit.Count, value=swept.started_late)
    metrics.add_metric(name="Ended", unit=MetricUnit.Count, value=swept.ended)
    redispatched = _late_events.redispatch()
    metrics.add_metric(name="RedispatchedEvents", unit=MetricUnit.Count, value=redispatched)
    counts = {
        "expired": swept.expired,
        "reminded": swept.reminded,
        "started_late": swept.started_late,
        "ended": swept.ended,
        "ending": swept.ending,
        "digests": swept.digests,
        "codes_ended": swept.codes_ended,
        "extended": swept.extended,
        "deliveries_queued": _webhook_fan_out.queue_late(),
    }
    logger.info("Swept.", swept={**counts, "redispatched": redispatched})
    if not event.get("tell_next_due"):
        return {**counts}
    next_due, next_digest = _sweep.next_due(), _sweep.next_digest()
    return {
        **counts,
        "next_due": rfc3339(next_due) if next_due else None,
        "next_digest": rfc3339(next_digest) if next_digest else None,
        "undispatched": _late_events.are_some_undispatched(),
    }
