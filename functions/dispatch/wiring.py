"""Wires dispatch's services."""

from __future__ import annotations

from usher.bootstrap import Bootstrap
from usher.services.outbox.dispatch_events import DispatchEvents
from usher.services.outbox.shard_growth import ShardGrowth


def dispatch_events(bootstrap: Bootstrap) -> DispatchEvents:
    """Return the dispatch of events to the queues, the state machine and the bus."""
    return DispatchEvents(
        bootstrap.context,
        emails=bootstrap.email_queue,
        bulk_emails=bootstrap.bulk_email_queue,
        webhooks=bootstrap.webhook_queue,
        imports=bootstrap.import_queue,
        erasures=bootstrap.erasure_queue,
        workflows=bootstrap.workflows,
        bus=bootstrap.bus,
    )


def shard_growth(bootstrap: Bootstrap) -> ShardGrowth:
    """Return the growth of organizations' shards."""
    return ShardGrowth(bootstrap.context)
