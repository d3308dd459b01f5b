"""What a million invites cost from sent to active, by service (docs/performance.md).

A hundred people with names are invited, get their emails, which are reported as delivered, and accept; what
happens comes to workers in tens.
DynamoDB's units are computed from the items that these calls write and read (tests/support/capacity.py); of
the other services what is called is counted. In a second run access starts on a later date, of which an email
tells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from tests.bench.conftest import Say
from tests.bench.prices import AS_OF, COGNITO_PER_ACTIVE_USER, PER_MILLION
from tests.support.async_workers import AsyncWorkers
from tests.support.capacity import Capacity, CapacityMeter
from tests.support.clock import Clock
from tests.support.tenant import Tenant
from usher.domain.invites import Delivery, Invite
from usher.domain.people import Person
from usher.services.invites.answer_invite import AnswerInvite
from usher.services.outbox.email_delivery_reports import EmailDeliveryReports

PEOPLE = 100
MOST_DOLLARS = 40.0
"""What all services but SES and Cognito may cost."""

_MESSAGES = 10
"""Messages in an invocation of a queue's worker, which takes a request to receive and one to delete them."""

_EVENTS = 10
"""Events in an invocation of dispatch, which takes those of a second, up to a hundred."""

_CALL_SECONDS = 0.01
"""What a call takes of an invocation's time, and what its own code takes beside them."""

_MEMORY_GB = 0.5
_PAGES_GB = 1.0
_REQUESTS_OF_A_PERSON = 2
"""The page of the invite, and the answer."""

_TRANSITIONS = 2
"""Those of a workflow that waits for a start: the wait, and the call of start_access."""


@contextmanager
def calls_of(*clients: Any) -> Iterator[Counter[str]]:
    """Count the calls of clients by their operations while the block runs."""
    counted: Counter[str] = Counter()

    def note(model: Any, **_: object) -> None:
        counted[model.name] += 1

    with ExitStack() as stack:
        for client in clients:
            events = client.meta.events
            events.register("provide-client-params", note)
            stack.callback(events.unregister, "provide-client-params", note)
        yield counted


class Steps:
    """The way of a hundred invites from sent to active, with the capacity that each step took."""

    def __init__(self, tenant: Tenant, workers: AsyncWorkers) -> None:
        self._tenant = tenant
        self._workers = workers
        self._meter = CapacityMeter(tenant.context.table.connection.client)
        self.taken: dict[str, Capacity] = {}

    def take(self, step: str, act: Callable[[], object]) -> None:
        """Do a step."""
        with self._meter() as capacity:
            act()
        self.taken[step] = capacity

    def invite(self, access_start: str | None) -> list[Invite]:
        """Invite the people, as one manager with one command."""
        product = self._tenant.product(name="Fire safety in care", url="https://learn.example/fire-safety")
        license_ = self._tenant.license(20 * PEOPLE, product=product)
        self._workers.dispatch()
        self._workers.forget_queued()
        people = [f"Anna Bergmann <anna.bergmann{n:03}@hospital.example>" for n in range(PEOPLE)]
        invited: list[Invite] = []

        def invite() -> None:
            for one in self._tenant.invite_all(license_, people, access_start=access_start):
                assert one.invite is not None
                invited.append(one.invite)

        self.take("invite", invite)
        return invited

    def dispatch(self, step: str) -> None:
        """Dispatch what happened in batches, as the stream delivers it."""
        waiting = self._workers.waiting_events()

        def dispatch() -> None:
            for first in range(0, len(waiting), _EVENTS):
                self._workers.dispatch_batch(waiting[first : first + _EVENTS])

        self.take(step, dispatch)

    def deliver(self) -> None:
        """Report every email as delivered."""
        reports = EmailDeliveryReports(self._tenant.context)
        for sending in self._workers.sendings():
            assert sending is not None
            reports.record(sending, delivery=Delivery.DELIVERED)

    def accept(self, invites: list[Invite]) -> None:
        """Accept the invites, each by its page."""
        answers = AnswerInvite(self._tenant.context)
        for invite in invites:
            person = Person(email=invite.email, first_name="Anna", last_name="Bergmann")
            answers.accept(person=person, invite=invite.id, number=invite.number)


@pytest.mark.parametrize("access_start", [None, "2027-02-01"], ids=["at once", "on a later date"])
def test_a_million_invites(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock, say: Say, access_start: str | None
) -> None:
    steps = Steps(tenant, async_workers)
    others = (async_workers.sqs, async_workers.events, async_workers.workflow)
    invites = steps.invite(access_start)
    with calls_of(*others) as called, async_workers.listening() as published:
        steps.dispatch("dispatch of the invites")
        steps.take("send", async_workers.send)
        steps.take("delivered", steps.deliver)
        steps.take("accept", lambda: steps.accept(invites))
        steps.dispatch("dispatch of the answers")
        if access_start is not None:
            clock.forward(days=40)
            steps.take("start", async_workers.start)
            steps.dispatch("dispatch of the starts")
            steps.take("send of the starts", async_workers.send)
    emails = len(async_workers.message_ids())
    assert emails == PEOPLE * (1 if access_start is None else 2)

    say(table_of(steps.taken))
    say(prices_of(units_of(steps.taken, called, emails=emails, events=len(published))))


def units_of(
    taken: Mapping[str, Capacity], called: Counter[str], *, emails: int, events: int
) -> dict[str, float]:
    """Return the units of each service for one invite."""
    sent, happened = emails / PEOPLE, events / PEOPLE
    queued = (called["SendMessage"] + called["SendMessageBatch"]) / PEOPLE
    whole = sum(taken.values(), Capacity())
    started = called["StartExecution"] / PEOPLE
    invocations = {
        "dispatch": happened / _EVENTS,
        "send_email": sent / _MESSAGES,
        "record_delivery": sent / _MESSAGES,
        "start_access": started,
    }
    workers = sum(invocations.values())
    calls = whole.calls.total() / PEOPLE + called["PutEvents"] / PEOPLE + sent + started + queued
    return {
        "DynamoDB writes": whole.writes / PEOPLE,
        "DynamoDB reads": whole.read / PEOPLE,
        "Step Functions": started * _TRANSITIONS,
        "EventBridge": happened,
        "SQS": queued + 2 * (invocations["send_email"] + invocations["record_delivery"]),
        "SNS": sent,
        "API Gateway": _REQUESTS_OF_A_PERSON + 1 / PEOPLE,
        "CloudFront": _REQUESTS_OF_A_PERSON + 1 / PEOPLE,
        "Lambda requests": workers + _REQUESTS_OF_A_PERSON,
        "Lambda time": _CALL_SECONDS * ((workers + calls) * _MEMORY_GB + _REQUESTS_OF_A_PERSON * _PAGES_GB),
        "SES": sent,
    }


def table_of(taken: Mapping[str, Capacity]) -> str:
    """Return what an invite takes in each step, in units."""
    lines = [
        f"{'one of a hundred invites':30} {'calls':>6} {'write units':>11}  of indexes {'read units':>10}"
    ]
    for step, capacity in {**taken, "all": sum(taken.values(), Capacity())}.items():
        of_indexes = capacity.writes - capacity.written["table"]
        lines.append(
            f"{step:30} {capacity.calls.total() / PEOPLE:6.2f} {capacity.writes / PEOPLE:11.2f} "
            f"{of_indexes / PEOPLE:11.2f} {capacity.read / PEOPLE:10.2f}"
        )
    return "\n".join(lines)


def prices_of(used: Mapping[str, float]) -> str:
    """Return the price of a million invites by service."""
    lines = [f"a million invites, prices of {AS_OF}"]
    dollars = {name: units * PER_MILLION[name] for name, units in used.items()}
    own = sum(price for name, price in dollars.items() if name != "SES")
    lines += [f"{name:20} {used[name]:8.2f} each  ${price:7.2f}" for name, price in dollars.items()]
    lines.append(f"{'all but SES':20} {'':13}  ${own:7.2f}  (at most ${MOST_DOLLARS:.0f})")
    lines += [
        f"{f'Cognito {plan}':20} {'':13}  ${price * 1e6:7.0f}  if all of them sign in within one month"
        for plan, price in COGNITO_PER_ACTIVE_USER.items()
    ]
    return "\n".join(lines)
