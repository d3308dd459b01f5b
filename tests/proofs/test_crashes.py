"""Dying before and after each call to AWS (DESIGN 7.2 and 7.5).

A person or program whose request died repeats it with its Idempotency-Key; the stream and the queue hand over
again what did not go through; the sweep looks after the rest. Then everything is at its right end, with one
email each: two only where SES had taken an email and its answer was not written down.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from typing import Any, cast

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.clock import Clock
from tests.support.crashes import Crash, crashing, written
from tests.support.divided import PARTS, DividedTenant
from tests.support.published_events import data_of
from tests.support.reading_back import access_now, emails_of, events_of, invite_now, seats
from tests.support.tenant import Tenant
from usher.domain.accesses import AccessState
from usher.domain.effects.kinds import Email
from usher.domain.effects.table import effects_of
from usher.domain.events.event import Event
from usher.domain.instants import parse_rfc3339, rfc3339
from usher.domain.invites import Delivery, Invite, InviteState
from usher.services.invites.manage_invites import ManageInvites
from usher.services.outbox.email_delivery_reports import EmailDeliveryReports
from usher.services.receipts import Receipt, open_receipt
from usher.store import accesses, scheduled_accesses

MANY = 97
"""In three transactions: 48, 48 and 1."""


@pytest.fixture
def quiet(tenant: Tenant, async_workers: AsyncWorkers) -> Tenant:
    async_workers.skip()
    return tenant


@pytest.fixture(params=PARTS, ids=lambda parts: f"in {parts}")
def divided(quiet: Tenant, request: pytest.FixtureRequest) -> DividedTenant:
    """The same with licenses in one, two and eight parts; of these the last is always tried first.

    So a command makes the same calls at each try.
    """
    quiet.context.table.choose = lambda parts: parts - 1
    return DividedTenant.of(quiet, request.param)


def each_death(
    async_workers: AsyncWorkers,
    command: Callable[[int], object],
    *,
    counts: Callable[[str], bool] = lambda _: True,
) -> Iterator[tuple[int, str]]:
    """Run the command, crashing at its first moment, its second and so on until it lives through all of them.

    Yields the number of the try and the moment of its crash, for the recovery and the asserts.
    """
    for at in range(1, 200):
        try:
            with crashing(*async_workers.clients, at=at, counts=counts) as moments:
                command(at)
        except Crash as crash:
            yield at, str(crash)
        else:
            assert moments.passed == at - 1
            assert moments.passed >= 2, "it was worth crashing"
            return
    raise AssertionError("it never came to its end")


def with_key(tenant: Tenant, key: object, command: Callable[[Receipt], object]) -> list[Any]:
    """Carry a command out under a key, as the API does, and return its answers."""

    def render(result: Any) -> str:
        return str(getattr(result, "outcome", getattr(result, "id", "")))

    receipt = open_receipt(tenant.context, scope=tenant.id, key=str(key), fingerprint="f", render=render)
    if not receipt.complete:
        command(receipt)
    return receipt.answers


@pytest.mark.parametrize("repeats", [True, False])
def test_inviting_one_person(divided: DividedTenant, async_workers: AsyncWorkers, *, repeats: bool) -> None:
    license_ = divided.license(100)

    def invite(n: int) -> list[Any]:
        return with_key(divided, n, lambda r: divided.invite_all(license_, f"a{n}@x.io", receipt=r))

    for n, _ in each_death(async_workers, invite):
        if repeats:
            assert invite(n) == ["invited"]
        async_workers.settle()

        invited = accesses.get(divided.context.table, f"a{n}@x.io", license_.id) is not None
        assert invited or not repeats
        assert async_workers.sent_to(f"a{n}@x.io") == ["invite"] * invited


def test_inviting_a_batch(divided: DividedTenant, async_workers: AsyncWorkers) -> None:
    license_ = divided.license(20 * MANY * divided.parts)  # enough in each part

    def addresses(n: int) -> list[str]:
        return [f"b{n}-{at}@x.io" for at in range(MANY)]

    def invite(n: int) -> list[Any]:
        return with_key(divided, n, lambda r: divided.invite_all(license_, addresses(n), receipt=r))

    partly = tries = 0
    for tries, _ in each_death(async_workers, invite):
        done = seats(divided, license_)[1] - (tries - 1) * MANY
        partly += 0 < done < MANY
        assert invite(tries) == ["invited"] * MANY
        assert seats(divided, license_)[1] == tries * MANY
    assert partly, "some died in the middle"

    emails = [
        effect.to
        for event in events_of(divided, "invites.created")
        for effect in effects_of(event)
        if isinstance(effect, Email)
    ]
    assert Counter(emails) == Counter(email for n in range(1, tries + 2) for email in addresses(n))


def test_inviting_a_batch_that_no_part_has_seats_for(
    divided: DividedTenant, async_workers: AsyncWorkers
) -> None:
    """Its transaction has no room for the parts, so that their seats are gathered before."""
    license_ = [divided.license(32) for _ in range(40)]

    def invite(n: int) -> list[Any]:
        addresses = [f"c{n}-{at}@x.io" for at in range(32)]
        return with_key(divided, n, lambda r: divided.invite_all(license_[n], addresses, receipt=r))

    tries = 0
    for tries, _ in each_death(async_workers, invite):
        assert seats(divided, license_[tries])[1] in {0, 32}
        assert invite(tries) == ["invited"] * 32
        assert seats(divided, license_[tries]) == (32, 32, 0)
    assert tries


def test_accepting(quiet: Tenant, async_workers: AsyncWorkers, clock: Clock) -> None:
    license_ = quiet.license(100)
    invites: dict[int, Invite] = {}
    for n in range(1, 10):
        invites[n] = quiet.invite(license_, f"a{n}@x.io", access_start="2027-02-01")
    async_workers.settle()
    tried = 0
    for tried, _ in each_death(async_workers, lambda n: quiet.accept(invites[n])):
        assert quiet.accept(invites[tried]).state is InviteState.ACCEPTED
        async_workers.settle()
    accepted = [f"a{n}@x.io" for n in range(1, tried + 2)]
    async_workers.settle()
    clock.forward(days=40)
    async_workers.settle()

    assert len(events_of(quiet, "invite.accepted")) == len(accepted)
    for email in accepted:
        assert access_now(quiet, license_, email).state is AccessState.ACTIVE
        assert async_workers.sent_to(email) == ["invite", "access_started"]


@pytest.mark.parametrize(("command", "email"), [("withdraw", "withdrawn"), ("resend", "resent")])
def test_changing_an_invite(
    divided: DividedTenant, async_workers: AsyncWorkers, clock: Clock, command: str, email: str
) -> None:
    license_ = divided.license(100)
    invites = {n: divided.invite(license_, f"a{n}@x.io") for n in range(1, 12)}
    async_workers.settle()
    clock.forward(hours=1)

    def change(n: int) -> list[Any]:
        def carry_out(receipt: Receipt) -> object:
            return getattr(ManageInvites(divided.context), command)(
                person=divided.full, organization=divided.id, invite=invites[n].id, receipt=receipt
            )

        return with_key(divided, n, carry_out)

    for n, _ in each_death(async_workers, change):
        assert change(n) == [invites[n].id]
        async_workers.settle()

        assert async_workers.sent_to(f"a{n}@x.io") == ["invite", email]
        assert invite_now(divided, invites[n]).number == (2 if command == "resend" else 1)
    assert seats(divided, license_)[1] == (11 if command == "resend" else 11 - n - 1)


def invites_created(tenant: Tenant, n: int) -> None:
    tenant.invite_all(tenant.license(), [f"a{n}-{at}@x.io" for at in range(3)])


def accepted_with_a_start(tenant: Tenant, n: int) -> None:
    """Each on a day of its own, so that each has a workflow of its own."""
    tenant.accept(tenant.invite(tenant.license(), f"a{n}-0@x.io", access_start=f"2027-02-{n:02}"))


def declined(tenant: Tenant, n: int) -> None:
    tenant.decline(tenant.invite(tenant.license(), f"a{n}-0@x.io"))


@pytest.mark.parametrize(
    ("happening", "type_", "emails"),
    [
        (invites_created, "invites.created", {"invite": 3}),
        (accepted_with_a_start, "invite.accepted", {}),
        (declined, "invite.declined", {"declined_notice": 2}),
    ],
)
def test_dispatching(
    quiet: Tenant,
    async_workers: AsyncWorkers,
    happening: Callable[[Tenant, int], None],
    type_: str,
    emails: dict[str, int],
) -> None:
    def event(n: int) -> Event:
        if len(events_of(quiet, type_)) < n:
            happening(quiet, n)
        return events_of(quiet, type_)[n - 1]

    prepared = [event(n) for n in range(1, 16)]  # more than there are moments to die at
    tried = 0
    with async_workers.listening() as published:
        for n, _ in each_death(
            async_workers, lambda n: async_workers.dispatch_events.dispatch(prepared[n - 1])
        ):
            async_workers.dispatch_events.dispatch(prepared[n - 1])
            tried = n
    async_workers.send()

    done = {one.id for one in prepared[: tried + 1]}
    assert {one["Detail"]["id"] for one in published} == done
    sent = Counter(template for _, template, _ in async_workers.mailbox())
    assert sent == {template: each * len(done) for template, each in emails.items()}
    waits = async_workers.waits()
    assert len(waits) == (len(done) if type_ == "invite.accepted" else 0)


def test_sending(quiet: Tenant, async_workers: AsyncWorkers, clock: Clock) -> None:
    license_ = quiet.license(100)
    invites: dict[int, Invite] = {}
    twice: list[str] = []
    for n in range(1, 20):
        invites[n] = quiet.invite(license_, f"a{n}@x.io")
    async_workers.dispatch()
    queued = {one.to: one for one in async_workers.queued()}
    for n, moment in each_death(async_workers, lambda n: async_workers.send_email.send(queued[f"a{n}@x.io"])):
        async_workers.send_email.send(queued[f"a{n}@x.io"])
        clock.forward(minutes=3)
        async_workers.send_email.send(queued[f"a{n}@x.io"])
        async_workers.send_email.send(queued[f"a{n}@x.io"])
        mails = [link for to, _, link in async_workers.mailbox() if to == f"a{n}@x.io"]
        if len(mails) > 1:
            twice.append(moment)

        assert len(mails) <= 2
        assert len(set(mails)) == 1, "a copy carries the same link"
        assert invite_now(quiet, invites[n]).delivery is Delivery.SENT
    assert twice == ["after SendEmail", "before UpdateItem"], "SES had it, and nothing else knew"


def test_recording_a_delivery(quiet: Tenant, async_workers: AsyncWorkers) -> None:
    invites = {f"a{n}@x.io": quiet.invite(quiet.license(), f"a{n}@x.io") for n in range(1, 8)}
    async_workers.settle()
    sendings = {n: async_workers.sending_to(f"a{n}@x.io") for n in range(1, 8)}
    delivery_reports = EmailDeliveryReports(quiet.context)

    def record(n: int) -> bool:
        return delivery_reports.record(sendings[n], delivery=Delivery.DELIVERED)

    for n, _ in each_death(async_workers, record):
        record(n)

        assert invite_now(quiet, invites[f"a{n}@x.io"]).delivery is Delivery.DELIVERED


@pytest.mark.parametrize("rescue", ["start", "sweep"])
def test_starting(
    quiet: Tenant,
    async_workers: AsyncWorkers,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    rescue: str,
) -> None:
    """On each day one workflow starts three accesses of a lane, in two transactions."""
    monkeypatch.setattr("usher.services.outbox.start_access.TOGETHER", 2)
    license_ = quiet.license(100)
    addresses = (f"a{n}@x.io" for n in count())
    of_lane = (email for email in addresses if scheduled_accesses.lane_of(email, license_.id) == 0)
    of_day = {day: list(islice(of_lane, 3)) for day in range(1, 15)}
    for day, emails in of_day.items():
        for email in emails:
            quiet.accept(quiet.invite(license_, email, access_start=f"2027-02-{day:02}"))
    async_workers.dispatch()
    async_workers.forget_queued()
    waits = {one["start_at"]: one for one in async_workers.waits()}
    assert len(waits) == len(of_day)

    def start(day: int) -> None:
        midnight = datetime(2027, 1, 31, 23, tzinfo=UTC) + timedelta(days=day - 1)
        wait = waits[rfc3339(midnight)]
        clock.now = max(clock.now, parse_rfc3339(wait["check_at"]))
        async_workers.wake(wait)

    last = 0
    for last, _ in each_death(async_workers, start):
        clock.forward(minutes=5)
        start(last) if rescue == "start" else async_workers.sweep()
        start(last)
    async_workers.dispatch()
    async_workers.send()

    started = [email for day in range(1, last + 2) for email in of_day[day]]
    for email in started:
        assert access_now(quiet, license_, email).state is AccessState.ACTIVE
        assert async_workers.sent_to(email) == ["access_started"]
    assert len(events_of(quiet, "access.started")) == len(started)


def test_telling_that_seats_are_out(divided: DividedTenant, async_workers: AsyncWorkers) -> None:
    for n in range(1, 20):
        divided.invite(divided.license(1), f"a{n}@x.io")
    created = events_of(divided, "invites.created")
    n = 0
    for n, _ in each_death(async_workers, lambda n: async_workers.dispatch_events.dispatch(created[n - 1])):
        async_workers.dispatch_events.dispatch(created[n - 1])
    licenses = [data_of(event)["license"]["id"] for event in events_of(divided, "seats.out")]

    assert n > 1, "it has several calls to die between"
    assert len(licenses) == len(set(licenses)) == n + 1, "the last was not interrupted"


def test_sweeping(divided: DividedTenant, async_workers: AsyncWorkers, clock: Clock) -> None:
    first, second = (divided.license(500, valid_until="2031-01-01") for _ in range(2))

    def prepare(n: int) -> None:
        """Bring about one of each kind of work, all of it due at once."""
        until = rfc3339(clock.now + timedelta(days=13))
        ending = divided.license(valid_until=until, product=first.terms.product)
        divided.invite_all(first, [f"expired{n}-1@x.io", f"expired{n}-2@x.io"])
        divided.invite([first, second], f"expired{n}-3@x.io")
        divided.accept(divided.invite(ending, f"ended{n}@x.io"))
        late = rfc3339(clock.now + timedelta(days=12))
        divided.accept(divided.invite(first, f"late{n}@x.io", access_start=late))
        clock.forward(days=5)
        divided.invite(second, f"reminded{n}@x.io")
        async_workers.dispatch()
        async_workers.forget_queued()
        clock.forward(days=8)

    prepare(1)
    n = 1
    for n, _ in each_death(async_workers, lambda _: async_workers.sweep(), counts=written):
        async_workers.sweep()
        async_workers.dispatch()
        async_workers.send()

        assert async_workers.sent_to(f"reminded{n}@x.io") == ["reminder"]
        assert async_workers.sent_to(f"late{n}@x.io") == ["access_started"]
        async_workers.sweep()
        async_workers.dispatch()
        async_workers.send()
        prepare(n + 1)
    async_workers.dispatch()
    clock.forward(days=1)
    async_workers.sweep()
    async_workers.dispatch()
    async_workers.send()

    published = Counter(emails_of(divided, "invites.expired"))
    ended = Counter(
        email
        for event in events_of(divided, "accesses.ended")
        for email in cast("Any", data_of(event)["emails"])
    )
    for of in range(1, n + 1):
        assert [published[f"expired{of}-{which}@x.io"] for which in (1, 2, 3)] == [1, 1, 1]
        assert ended[f"ended{of}@x.io"] == 1
    digests = [cast("int", data_of(one)["count"]) for one in events_of(divided, "invites.expiry_summarized")]
    assert sum(digests) == published.total(), "each expiry is in one digest"
    assert async_workers.sent_to(divided.full.email) == ["expired_notice"] * len(digests)
