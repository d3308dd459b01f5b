"""An email is sent once: the one that sends an invite is marked on the invite, any other on its own item."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.reading_back import invite_now
from tests.support.tenant import Tenant
from usher.domain.effects.kinds import Email, Template
from usher.domain.invites import Delivery, Invite
from usher.domain.sendings import Sending
from usher.services.outbox.email_delivery_reports import EmailDeliveryReports
from usher.services.outbox.send_email import SendOutcome

ANN = "ann@x.io"
REPORTED = [Delivery.DELIVERED, Delivery.BOUNCED, Delivery.COMPLAINED]


@pytest.fixture
def invite(tenant: Tenant, async_workers: AsyncWorkers) -> Invite:
    """An invite with a start to come, whose email waits in the queue."""
    license_ = tenant.license()
    async_workers.skip()
    invite = tenant.invite(license_, ANN, access_start="2027-02-01")
    async_workers.dispatch()
    return invite


def queued(async_workers: AsyncWorkers, template: Template) -> Email:
    (email,) = (one for one in async_workers.queued() if one.template is template)
    return email


def test_sending_an_invite_takes_a_lease_and_one_mark(
    async_workers: AsyncWorkers, invite: Invite, count: Count
) -> None:
    email = queued(async_workers, Template.INVITE)

    with count() as cost:
        assert async_workers.send_email.send(email) is SendOutcome.SENT

    assert cost.operations == ["BatchGetItem", "GetItem", "PutItem", "UpdateItem"]
    assert cost.written == [(f"EMAIL#{email.id}", "EMAIL"), (f"INVITE#{invite.id}", "INVITE")]


def test_emails_of_a_batch_read_their_inviter_once(
    tenant: Tenant, async_workers: AsyncWorkers, count: Count
) -> None:
    license_ = tenant.license()
    async_workers.skip()
    tenant.invite_all(license_, ["ann@x.io", "bo@x.io", "cy@x.io"])
    async_workers.dispatch()

    with count() as cost:
        async_workers.send()

    assert cost.operations.count("BatchGetItem") == 3
    assert cost.operations.count("GetItem") == 1


@pytest.mark.parametrize("delivery", [None, *REPORTED])
def test_an_invite_that_was_sent_is_not_sent_again_however_it_went(
    tenant: Tenant, async_workers: AsyncWorkers, invite: Invite, clock: Clock, delivery: Delivery | None
) -> None:
    email = queued(async_workers, Template.INVITE)
    async_workers.send_email.send(email)
    if delivery is not None:
        EmailDeliveryReports(tenant.context).record(async_workers.sending_to(ANN), delivery=delivery)

    for _ in range(2):
        assert async_workers.send_email.send(email) is SendOutcome.REPEATED
        clock.forward(minutes=3)
    assert async_workers.sent_to(ANN) == ["invite"]
    assert invite_now(tenant, invite).delivery is (delivery or Delivery.SENT)


def test_a_report_that_comes_before_the_mark_is_one(
    tenant: Tenant, async_workers: AsyncWorkers, invite: Invite
) -> None:
    email = queued(async_workers, Template.INVITE)
    sending = Sending(invite=invite.id, number=1)

    assert EmailDeliveryReports(tenant.context).record(sending, delivery=Delivery.DELIVERED)
    assert async_workers.send_email.send(email) is SendOutcome.REPEATED
    assert async_workers.sent_to(ANN) == []


def test_each_sending_of_an_invite_is_one_email(
    tenant: Tenant, async_workers: AsyncWorkers, invite: Invite, clock: Clock
) -> None:
    first = queued(async_workers, Template.INVITE)
    async_workers.send()
    clock.forward(minutes=10)
    tenant.resend(invite)
    async_workers.dispatch()
    second = queued(async_workers, Template.RESENT)

    assert async_workers.send_email.send(first) is SendOutcome.POINTLESS
    assert async_workers.send_email.send(second) is SendOutcome.SENT
    assert async_workers.send_email.send(second) is SendOutcome.REPEATED
    assert async_workers.sent_to(ANN) == ["invite", "resent"]


@pytest.mark.parametrize("delivery", REPORTED)
def test_an_invite_that_still_waits_is_sent_whatever_is_reported_of_an_email_that_overtook_it(
    tenant: Tenant, async_workers: AsyncWorkers, invite: Invite, delivery: Delivery
) -> None:
    waiting = queued(async_workers, Template.INVITE)
    tenant.reschedule(invite, "2027-03-01")
    async_workers.dispatch()
    moved = queued(async_workers, Template.START_CHANGED)
    reports = EmailDeliveryReports(tenant.context)

    assert async_workers.send_email.send(moved) is SendOutcome.SENT
    overtaking = async_workers.sending_to(ANN)
    assert not reports.record(overtaking, delivery=delivery)
    assert invite_now(tenant, invite).delivery is Delivery.QUEUED

    assert async_workers.send_email.send(waiting) is SendOutcome.SENT
    assert async_workers.send_email.send(moved) is SendOutcome.REPEATED
    assert async_workers.sent_to(ANN) == ["start_changed", "invite"]
    assert reports.record(overtaking, delivery=delivery)
    assert invite_now(tenant, invite).delivery is delivery


def test_a_reminder_has_a_mark_of_its_own(async_workers: AsyncWorkers, invite: Invite, clock: Clock) -> None:
    async_workers.send()
    clock.forward(days=8)
    async_workers.sweep()
    async_workers.dispatch()
    reminder = queued(async_workers, Template.REMINDER)

    assert async_workers.send_email.send(reminder) is SendOutcome.SENT
    assert async_workers.send_email.send(reminder) is SendOutcome.REPEATED
    assert async_workers.sent_to(ANN) == ["invite", "reminder"]
    assert async_workers.sendings()[-1] == Sending(invite=invite.id, number=1, follow_up=True)


def test_the_tags_of_an_email_say_which_sending_it_is() -> None:
    sending = Sending(invite="01A", number=2)

    for one in (sending, replace(sending, follow_up=True)):
        assert Sending.of_tags({name: [value] for name, value in one.tags.items()}) == one
