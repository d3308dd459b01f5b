"""The asynchronous workers on moto: stream, queue, mail, state machine and bus, each advanced by the test.

The table's event items stand for the stream: an event that was dispatched without an exception is not
dispatched again. The queue's messages stay until they are deleted, and come again at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Any

import boto3
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from functions.dispatch.wiring import dispatch_events
from functions.send_email.wiring import send_email
from functions.start_access.wiring import start_access
from functions.sweep.wiring import sweep
from tests.support.clock import Clock
from tests.support.tables import REGION
from usher.bootstrap import Bootstrap
from usher.domain.effects.kinds import Email
from usher.domain.events.event import OPERATIONS, Event
from usher.domain.instants import parse_rfc3339
from usher.domain.sendings import Sending
from usher.gateways.bus import Bus
from usher.gateways.links import Keys, Links
from usher.gateways.mail import Mail, Message
from usher.gateways.queue import EMAILS, ERASURE_JOBS, IMPORT_JOBS, WEBHOOK_CALLS, Queue
from usher.gateways.secrets import Secret
from usher.gateways.workflows import Workflows, start_in
from usher.services.context import Context
from usher.services.integrations.webhook_fan_out import SubscriptionCache
from usher.services.outbox.event_batch import EventBatch
from usher.services.outbox.inviters import Inviters
from usher.services.outbox.send_email import EmailContext, SendOutcome
from usher.services.outbox.start_access import StartOutcome
from usher.store import events, keys, organizations

SENDER = "no-reply@usher.example"
ORIGIN = "https://usher.example"
_WAIT = json.dumps({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "End": True}}})


def render(context: EmailContext) -> Message:
    """Render an email for assertions: the template's name as the subject, the link as the text."""
    return Message(
        to=context.email.to,
        sender_name=context.organization.name,
        subject=context.email.template,
        html=context.link or "-",
        text=context.link or "-",
        reply_to=context.inviter.email if context.inviter else "",
    )


@dataclass
class AsyncWorkers:
    """All consumers, over real gateways."""

    context: Context
    clock: Clock
    dispatched: set[str] = field(default_factory=set)
    started: set[str] = field(default_factory=set)
    _sendings: dict[str, Sending | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dynamodb: Any = self.context.table.connection.client
        self.sqs = client_of("sqs")
        self.ses = client_of("sesv2")
        self._keep_tags()
        self.workflow = client_of("stepfunctions")
        self.events = client_of("events")
        secrets = client_of("secretsmanager")
        self.clients = (self.dynamodb, self.sqs, self.ses, self.workflow, self.events)
        no_wait = {"VisibilityTimeout": "0"}
        self.queue = self.sqs.create_queue(QueueName="emails", Attributes=no_wait)["QueueUrl"]
        imports = self.sqs.create_queue(QueueName="imports", Attributes=no_wait)["QueueUrl"]
        self.import_queue = Queue(client=self.sqs, url=imports, message_format=IMPORT_JOBS)
        self.erasure_queue = self.sqs.create_queue(QueueName="erasures", Attributes=no_wait)["QueueUrl"]
        self.webhook_queue = self.sqs.create_queue(QueueName="webhooks", Attributes=no_wait)["QueueUrl"]
        self.ses.create_email_identity(EmailIdentity=SENDER)
        self.machine = self.workflow.create_state_machine(
            name="start",
            definition=_WAIT,
            roleArn=f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:role/r",
        )["stateMachineArn"]
        self.events.create_event_bus(Name="usher")
        secret = secrets.create_secret(
            Name="links", SecretString=json.dumps({"current": "k1", "k1": "x" * 64})
        )
        self.links = Links(Keys(Secret(client=secrets, arn=secret["ARN"])))
        self.bootstrap = self._bootstrap()
        self.dispatch_events = dispatch_events(self.bootstrap)
        self.send_email = send_email(self.bootstrap, render=render)

    def _bootstrap(self) -> Bootstrap:
        """Return the collaborators on moto, with the test's clock, in place of those of the environment."""
        parts = Bootstrap({"USHER_ORIGIN": ORIGIN})
        parts.context = self.context
        parts.email_queue = Queue(client=self.sqs, url=self.queue, message_format=EMAILS)
        parts.bulk_email_queue = parts.email_queue
        parts.webhook_queue = Queue(client=self.sqs, url=self.webhook_queue, message_format=WEBHOOK_CALLS)
        parts.import_queue = self.import_queue
        parts.erasure_queue = Queue(client=self.sqs, url=self.erasure_queue, message_format=ERASURE_JOBS)
        parts.workflows = Workflows(client=self.workflow, machine=self.machine)
        parts.bus = Bus(client=self.events, name="usher")
        parts.mail = Mail(client=self.ses, sender=SENDER, configuration_set="reports")
        parts.links = self.links
        return parts

    def waiting_events(self) -> list[Event]:
        """Return the events that are not dispatched yet, oldest first, as the stream delivers them."""
        table = self.context.table
        tenants = organizations.all_of_provider(table, None, limit=100, cursor=None).rows
        clients = [
            client
            for tenant in tenants
            for client in organizations.all_of_provider(table, tenant.id, limit=100, cursor=None).rows
        ]
        newest = max(self.dispatched, default="")[:10]  # by time alone: ids of other shards may be smaller
        newer = events.EventRow.sk.between(keys.event(newest), keys.event("Z" * 26))
        found = [
            events.event_of(row)
            for tenant in (OPERATIONS, *(row.id for row in (*tenants, *clients)))
            for shard in range(organizations.shards_of(table, tenant))
            for row in table.query_all(events.EventRow, keys.events(tenant, shard), newer)
        ]
        return sorted(
            (event for event in found if event.id not in self.dispatched), key=lambda event: event.id
        )

    def dispatch(self) -> None:
        """Dispatch each event; one that raises is dispatched again the next time."""
        for event in self.waiting_events():
            self.dispatch_events.dispatch(event)
            self.dispatch_events.acknowledge([event])
            self.dispatched.add(event.id)

    def dispatch_batch(self, together: Sequence[Event]) -> None:
        """Dispatch events in one batch, as those that the stream delivers together."""
        batch, subscriptions = EventBatch(), SubscriptionCache(self.context)
        for event in together:
            self.dispatch_events.add(event, batch, subscriptions)
        assert not self.dispatch_events.send(batch)
        self.dispatch_events.acknowledge(together)
        self.dispatched |= {event.id for event in together}

    def skip(self) -> None:
        """Mark the events so far as dispatched, so that the test begins here."""
        self.dispatched |= {event.id for event in self.waiting_events()}

    def messages(self) -> list[dict[str, Any]]:
        """Return the queued emails, as the worker gets them."""
        found: list[dict[str, Any]] = []
        while some := self._receive(hidden_for=600):
            found.extend(some)
        for one in found:
            self.sqs.change_message_visibility(
                QueueUrl=self.queue, ReceiptHandle=one["ReceiptHandle"], VisibilityTimeout=0
            )
        return found

    def erasure_jobs(self) -> list[dict[str, str]]:
        """Return the queued jobs to erase learners."""
        answer = self.sqs.receive_message(QueueUrl=self.erasure_queue, MaxNumberOfMessages=10)
        return [json.loads(one["Body"]) for one in answer.get("Messages", [])]

    def _receive(self, *, hidden_for: int = 0) -> list[dict[str, Any]]:
        answer = self.sqs.receive_message(
            QueueUrl=self.queue, MaxNumberOfMessages=10, VisibilityTimeout=hidden_for
        )
        return list(answer.get("Messages", []))

    def forget_queued(self) -> None:
        """Empty the queue."""
        while some := self._receive():
            for one in some:
                self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=one["ReceiptHandle"])

    def queued(self) -> list[Email]:
        """Return the emails in the queue."""
        return [EMAILS.read(one["Body"]) for one in self.messages()]

    def send(self) -> None:
        """Send the queued emails; a message is deleted when its email is settled, as by the handler."""
        while some := self._receive():
            settled = 0
            inviters = Inviters(self.context)
            for one in some:
                if self.send_email.send(EMAILS.read(one["Body"]), inviters) is not SendOutcome.TAKEN:
                    self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=one["ReceiptHandle"])
                    settled += 1
            if not settled:
                return

    def waits(self) -> list[dict[str, Any]]:
        """Return the inputs of the state machine's executions."""
        listed = self.workflow.list_executions(stateMachineArn=self.machine)["executions"]
        return [
            json.loads(self.workflow.describe_execution(executionArn=one["executionArn"])["input"])
            for one in listed
        ]

    def start(self) -> list[StartOutcome]:
        """Wake the executions whose wait is over; one that raises is woken again the next time."""
        outcomes = []
        for given in self.waits():
            name = json.dumps(given, sort_keys=True)
            if name in self.started or parse_rfc3339(given["check_at"]) > self.clock.now:
                continue
            outcomes.append(self.wake(given))
            self.started.add(name)
        return outcomes

    def wake(self, given: dict[str, Any]) -> StartOutcome:
        """Check an access as an execution does when its wait is over."""
        return start_access(self.bootstrap).start(start_in(given))

    def sweep(self) -> None:
        """Do the scheduled work."""
        sweep(self.bootstrap, enough=lambda: False).sweep()

    def settle(self) -> None:
        """Dispatch, send, start and sweep, with time for leases to lapse in between."""
        self.dispatch()
        self.send()
        self.clock.forward(minutes=5)
        self.send()
        self.start()
        self.sweep()
        self.dispatch()
        self.send()

    def mailbox(self) -> list[tuple[str, str, str]]:
        """Return (to, template, link) of every email sent, oldest first."""
        return [
            (sent.destinations["ToAddresses"][0], sent.subject, sent.body)
            for sent in ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages
        ]

    def sent_to(self, email: str) -> list[str]:
        """Return the templates of the emails sent to an address."""
        return [template for to, template, _ in self.mailbox() if to == email]

    def senders(self, email: str) -> list[str]:
        """Return the sender names of the emails to an address."""
        return [
            parseaddr(sent.source)[0]
            for sent in ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages
            if sent.destinations["ToAddresses"] == [email]
        ]

    def message_ids(self) -> list[str]:
        """Return SES's ids of every email sent."""
        return [sent.id for sent in ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages]

    def sendings(self) -> list[Sending | None]:
        """Return which sending each email is, by the tags that SES took with it: moto does not keep them."""
        return [self._sendings[id_] for id_ in self.message_ids()]

    def sending_to(self, email: str) -> Sending:
        """Return which sending the only email to an address is."""
        (sending,) = (
            sending
            for (to, _, _), sending in zip(self.mailbox(), self.sendings(), strict=True)
            if to == email
        )
        assert sending is not None
        return sending

    def _keep_tags(self) -> None:
        def ask(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
            context["tags"] = {tag["Name"]: [tag["Value"]] for tag in params["EmailTags"]}

        def keep(parsed: dict[str, Any], context: dict[str, Any], **_: object) -> None:
            if "MessageId" in parsed:
                self._sendings[parsed["MessageId"]] = Sending.of_tags(context["tags"])

        self.ses.meta.events.register("provide-client-params.sesv2.SendEmail", ask)
        self.ses.meta.events.register("after-call.sesv2.SendEmail", keep)

    @contextmanager
    def listening(self) -> Iterator[list[dict[str, Any]]]:
        """Record what is published on the bus while the block runs."""
        published: list[dict[str, Any]] = []

        def record(params: dict[str, Any], **_: object) -> None:
            published.extend({**one, "Detail": json.loads(one["Detail"])} for one in params["Entries"])

        self.events.meta.events.register("provide-client-params.eventbridge.PutEvents", record)
        try:
            yield published
        finally:
            self.events.meta.events.unregister("provide-client-params.eventbridge.PutEvents", record)


_clients: dict[str, Any] = {}


def client_of(service: str) -> Any:
    """Return the session's client of a service; moto serves any client."""
    if service not in _clients:
        _clients[service] = boto3.client(service, region_name=REGION)  # type: ignore[call-overload]
    return _clients[service]
