"""An Usher over the table engine: an organization with licenses, and the workers behind the stream."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from ulid import ULID

from functions.dispatch.wiring import dispatch_events
from functions.send_email.wiring import send_email
from tests.bench.scale.layouts import Layout
from tests.bench.table_engine.clients import Services, client_of
from tests.bench.table_engine.engine import LimitedTable
from tests.bench.table_engine.virtual_time import VirtualTime
from tests.support.async_workers import ORIGIN, SENDER, render
from tests.support.clock import MONDAY
from tests.support.item_sizes import Item
from tests.support.tables import NAME, REGION, create_table
from tests.support.tenant import Tenant, create_tenant
from usher.bootstrap import Bootstrap
from usher.domain.invites import Delivery
from usher.domain.licenses import License
from usher.domain.sendings import Sending
from usher.gateways.bus import Bus
from usher.gateways.links import Keys, Links
from usher.gateways.mail import Mail
from usher.gateways.queue import EMAILS, ERASURE_JOBS, IMPORT_JOBS, WEBHOOK_CALLS, Queue
from usher.gateways.secrets import Secret
from usher.gateways.workflows import Workflows
from usher.services.context import Context
from usher.services.integrations.webhook_fan_out import SubscriptionCache
from usher.services.outbox.email_delivery_reports import EmailDeliveryReports
from usher.store import events
from usher.store.table import Table

STREAM_BATCH = 100
"""Records that Lambda hands to `dispatch` at once, at most."""


class Deployment:
    """The services over the table engine, in virtual time, with one organization."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.time = VirtualTime()
        self.table = LimitedTable(self.time, partition_of=layout.partition_of)
        self.services = Services(self.time)
        self.client = client_of(self.table)
        create_table(self.client)
        self.context = Context(table=Table(name=NAME, client=self.client), now=self.now, new_id=self._new_id)
        parts = self._parts()
        self._dispatch_events = dispatch_events(parts)
        self._send_email = send_email(parts, render=render)
        self._reports = EmailDeliveryReports(self.context)
        self._dispatched = 0
        self.tenant: Tenant = create_tenant(self.context)
        layout.spread(self.tenant)

    def now(self) -> datetime:
        """Return the virtual time as the services see it, in whole seconds."""
        return MONDAY + timedelta(seconds=int(self.time.now))

    def _new_id(self) -> str:
        return str(ULID.from_datetime(MONDAY + timedelta(seconds=self.time.now)))

    def _parts(self) -> Bootstrap:
        parts = Bootstrap({"USHER_ORIGIN": ORIGIN})
        parts.context = self.context
        sqs = self.services.client("sqs")
        parts.email_queue = Queue(client=sqs, url=_url("emails"), message_format=EMAILS)
        parts.bulk_email_queue = Queue(client=sqs, url=_url("bulk"), message_format=EMAILS)
        parts.webhook_queue = Queue(client=sqs, url=_url("webhooks"), message_format=WEBHOOK_CALLS)
        parts.import_queue = Queue(client=sqs, url=_url("imports"), message_format=IMPORT_JOBS)
        parts.erasure_queue = Queue(client=sqs, url=_url("erasures"), message_format=ERASURE_JOBS)
        parts.workflows = Workflows(client=self.services.client("stepfunctions"), machine="starts")
        parts.bus = Bus(client=self.services.client("events"), name="usher")
        parts.mail = Mail(client=self.services.client("sesv2"), sender=SENDER, configuration_set="reports")
        parts.links = Links(Keys(Secret(client=self.services.client("secretsmanager"), arn="links")))
        return parts

    def license(self) -> License:
        """Grant a license with seats for all that is measured."""
        return self.layout.license(self.tenant)

    def skip_events(self) -> None:
        """Leave the events so far undispatched."""
        self._dispatched = len(self.table.created)

    def dispatch(self) -> float:
        """Dispatch the events so far, and return the seconds that it takes.

        All are taken to be in one shard of the stream. Lambda hands over as many batches at a time as the
        shard has lanes; what has one partition key is in one lane, in order.
        """
        new = self.table.created[self._dispatched :]
        self._dispatched = len(self.table.created)
        lanes: dict[int, list[Item]] = defaultdict(list)
        for image in filter(events.is_event, new):
            lanes[zlib.crc32(image["pk"]["S"].encode()) % self.layout.lanes].append(image)
        begun = self.time.now
        for images in lanes.values():
            self.time.start(begun, self._lane(images))
        self.time.run()
        return self.time.now - begun

    def _lane(self, images: Sequence[Item]) -> Callable[[], None]:
        def lane() -> None:
            for first in range(0, len(images), STREAM_BATCH):
                batch = [events.from_stream(image) for image in images[first : first + STREAM_BATCH]]
                self.layout.dispatch(self._dispatch_events, batch, SubscriptionCache(self.context))

        return lane

    def send_emails(self) -> float:
        """Send the queued emails, have SES report their arrival, and return the seconds of sending one."""
        queued = [body for queue in ("emails", "bulk") for body in self.services.queued.pop(queue, [])]
        sending, sent = 0.0, 0
        for body in queued:
            calls, begun = self.services.calls["SendEmail"], self.time.now
            email = EMAILS.read(body)
            self._send_email.send(email)
            if self.services.calls["SendEmail"] > calls:
                sending, sent = sending + self.time.now - begun, sent + 1
                if email.number:
                    reported = Sending(invite=email.invite, number=email.number)
                    self._reports.record(reported, delivery=Delivery.DELIVERED)
        return sending / max(sent, 1)


@contextmanager
def deployed(layout: Layout) -> Iterator[Deployment]:
    """Deploy in virtual time, which everything that pauses sleeps in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        layout.lay_out(patch)
        deployment = Deployment(layout)
        patch.setattr("time.sleep", deployment.time.sleep)
        try:
            yield deployment
        finally:
            deployment.client.delete_table(TableName=NAME)


def _url(name: str) -> str:
    return f"https://sqs.us-east-1.amazonaws.com/123456789012/{name}"
