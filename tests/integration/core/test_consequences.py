"""DESIGN 3: what hangs on an event happens, once: emails, starts, the bus, reports of delivery, the sweep."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.clock import Clock
from tests.support.house import House
from tests.support.looking import access_now, events_of, invite_now, seats
from tests.support.machinery import ORIGIN, Machinery
from usher.domain.accesses import AccessState
from usher.domain.invites import Delivery
from usher.domain.organizations import Role
from usher.gateways.links import BadLinkError, Link
from usher.services.outbox.delivering import Delivering, UnknownMessageError
from usher.services.outbox.sending import SendOutcome
from usher.services.outbox.starting import Starting, StartOutcome
from usher.services.outbox.sweeping import Sweeping, Swept
from usher.services.receipts import Receipt
from usher.services.teaming import Teaming

ANN = "ann@x.io"


@pytest.fixture
def quiet(house: House, machinery: Machinery) -> House:
    """A house whose own beginnings cause no emails."""
    machinery.skip()
    return house


def test_an_invite_is_sent_once_with_a_link_that_is_its_own(quiet: House, machinery: Machinery) -> None:
    invite = quiet.invite(quiet.license())

    machinery.settle()
    machinery.dispatched.clear()
    machinery.skip()

    ((to, template, link),) = machinery.mailbox()
    assert (to, template) == (ANN, "invite")
    token = link.removeprefix(f"{ORIGIN}/i/")
    assert machinery.links.read(token) == Link(invite=invite.id, number=1)
    with pytest.raises(BadLinkError):
        machinery.links.read(token[:-1] + ("A" if token[-1] != "A" else "B"))
    assert invite_now(quiet, invite).delivery is Delivery.SENT


def test_an_event_handed_over_twice_sends_nothing_twice(quiet: House, machinery: Machinery) -> None:
    quiet.invite(quiet.license())
    for _ in range(3):
        already = set(machinery.dispatched)
        machinery.dispatch()
        machinery.dispatched = already
    assert len(machinery.queued()) == 3

    machinery.send()

    assert machinery.sent_to(ANN) == ["invite"]


def test_every_event_is_told_on_the_bus(quiet: House, machinery: Machinery) -> None:
    quiet.accept(quiet.invite(quiet.license()))

    with machinery.listening() as told:
        machinery.dispatch()

    types = {one["DetailType"] for one in told}
    assert {(one["Source"], one["EventBusName"]) for one in told} == {("usher", "usher")}
    assert {"license.granted", "invites.created", "invite.accepted"} <= types
    accepted = next(one["Detail"] for one in told if one["DetailType"] == "invite.accepted")
    assert (accepted["organization"], accepted["actor"]) == (quiet.id, ANN)


def test_a_batch_is_one_message_for_each_recipient(quiet: House, machinery: Machinery) -> None:
    quiet.invite_all(quiet.license(60), [f"a{n}@x.io" for n in range(60)])

    machinery.dispatch()

    assert sorted(one.to for one in machinery.queued()) == sorted(f"a{n}@x.io" for n in range(60))


def test_resending_withdrawing_and_rescheduling_tell_the_learner(
    quiet: House, machinery: Machinery, clock: Clock
) -> None:
    invite = quiet.invite(quiet.license())
    machinery.settle()
    quiet.resend(invite)
    machinery.settle()
    quiet.reschedule(invite, "2027-02-01")
    machinery.settle()
    quiet.withdraw(invite)
    machinery.settle()

    assert machinery.sent_to(ANN) == ["invite", "resent", "start_changed", "withdrawn"]
    numbers = [
        machinery.links.read(link.rpartition("/")[2]).number
        for _, _, link in machinery.mailbox()
        if "/i/" in link
    ]
    assert numbers == [1, 2]
    assert clock.now > invite.created_at


def test_an_email_whose_link_is_dead_by_now_is_not_sent(quiet: House, machinery: Machinery) -> None:
    invite = quiet.invite(quiet.license())
    machinery.dispatch()
    quiet.withdraw(invite)
    machinery.settle()

    assert machinery.sent_to(ANN) == ["withdrawn"]


def test_an_email_that_is_being_sent_elsewhere_is_left_to_the_other(
    quiet: House, machinery: Machinery, clock: Clock
) -> None:
    from usher.store import emails  # noqa: PLC0415 - the one place where a test plays the other worker

    quiet.invite(quiet.license())
    machinery.dispatch()
    (email,) = machinery.queued()
    assert emails.lease(quiet.context.table, email.id, now=clock.now)

    assert machinery.sending.send(email) is SendOutcome.TAKEN
    clock.forward(minutes=3)
    assert machinery.sending.send(email) is SendOutcome.SENT
    assert machinery.sending.send(email) is SendOutcome.REPEATED
    assert machinery.sent_to(ANN) == ["invite"]


def test_declining_tells_every_active_manager(quiet: House, machinery: Machinery) -> None:
    invite = quiet.invite(quiet.license())
    quiet.decline(invite)
    machinery.settle()

    assert machinery.sent_to(quiet.full.email) == ["declined_notice"]
    assert machinery.sent_to(quiet.limited.email) == ["declined_notice"]


def test_expiry_tells_every_active_manager_once_for_a_batch(
    quiet: House, machinery: Machinery, clock: Clock
) -> None:
    license_ = quiet.license()
    quiet.invite_all(license_, "a@x.io b@x.io c@x.io")
    clock.forward(days=10)

    machinery.settle()
    assert machinery.sent_to(quiet.full.email) == []
    clock.now = datetime(2027, 1, 15, 5, tzinfo=UTC)  # six in the morning in Zurich
    machinery.settle()
    clock.forward(minutes=15)
    machinery.settle()

    assert machinery.sent_to(quiet.full.email) == ["expired_notice"]
    assert machinery.sent_to(quiet.limited.email) == ["expired_notice"]
    assert seats(quiet, license_) == (10, 0, 10)


def test_a_reminder_comes_three_days_before_expiry_once(
    quiet: House, machinery: Machinery, clock: Clock
) -> None:
    invite = quiet.invite(quiet.license())
    machinery.settle()
    clock.now = invite.expires_at - timedelta(days=3, seconds=1)
    machinery.sweep()
    clock.forward(seconds=1)
    machinery.settle()
    machinery.settle()

    assert machinery.sent_to(ANN) == ["invite", "reminder"]
    (_, _, first), (_, _, second) = machinery.mailbox()
    assert first == second, "the reminder carries the same link"


def test_who_has_answered_is_not_reminded(quiet: House, machinery: Machinery, clock: Clock) -> None:
    quiet.accept(quiet.invite(quiet.license()))
    clock.forward(days=8)
    machinery.settle()

    assert machinery.sent_to(ANN) == []


def test_a_team_invite_and_its_reminder_are_sent_as_what_they_are(
    quiet: House, machinery: Machinery, clock: Clock
) -> None:
    Teaming(quiet.context).invite(
        person=quiet.full,
        organization=quiet.id,
        email="bob@x.io",
        first_name="Bob",
        last_name="Roe",
        role=Role.LIMITED,
        receipt=Receipt(),
    )
    machinery.settle()
    clock.forward(days=7)
    machinery.settle()

    assert machinery.sent_to("bob@x.io") == ["team_invite", "team_invite"]


def test_a_delayed_start_waits_in_a_workflow_and_starts_on_its_date(
    quiet: House, machinery: Machinery, clock: Clock
) -> None:
    license_ = quiet.license()
    quiet.accept(quiet.invite(license_, access_start="2027-02-01"))
    machinery.settle()
    assert [(one["start_at"], one["check_at"]) for one in machinery.waits()] == [
        ("2027-01-31T23:00:00Z", "2027-01-31T23:00:00Z")
    ]
    clock.now = datetime(2027, 1, 31, 22, 59, 59, tzinfo=UTC)
    assert machinery.start() == []
    clock.forward(seconds=1)

    assert machinery.start() == [StartOutcome.STARTED]
    machinery.settle()

    assert access_now(quiet, license_).state is AccessState.ACTIVE
    assert machinery.sent_to(ANN)[-1] == "access_started"
    assert len(events_of(quiet, "access.started")) == 1


def test_an_execution_that_is_out_of_date_ends_without_effect(
    quiet: House, machinery: Machinery, clock: Clock
) -> None:
    license_ = quiet.license()
    invite = quiet.invite(license_, access_start="2027-02-01")
    quiet.accept(invite)
    machinery.dispatch()
    quiet.reschedule(invite, "2027-03-01")
    machinery.dispatch()
    assert len(machinery.waits()) == 2

    clock.now = datetime(2027, 2, 10, tzinfo=UTC)
    assert machinery.start() == [StartOutcome.STALE]
    machinery.sweep()
    assert access_now(quiet, license_).state is AccessState.SCHEDULED
    clock.now = datetime(2027, 3, 2, tzinfo=UTC)
    assert machinery.start() == [StartOutcome.STARTED]


def test_a_wait_longer_than_a_year_is_cut_into_pieces(
    quiet: House, machinery: Machinery, clock: Clock
) -> None:
    license_ = quiet.license(valid_until="2029-01-01")
    quiet.accept(quiet.invite(license_, access_start="2028-06-01"))
    begun = clock.now
    machinery.dispatch()
    (wait,) = machinery.waits()

    assert wait["check_at"] == "2027-10-31T09:00:00Z"
    clock.forward(days=300)
    start_at = access_now(quiet, license_).start_at
    assert start_at is not None
    again = Starting(quiet.context).start(email=ANN, license_id=license_.id, start_at=start_at)
    assert again is StartOutcome.WAIT
    assert clock.now - begun == timedelta(days=300)


def test_the_same_start_is_waited_for_once(quiet: House, machinery: Machinery) -> None:
    quiet.accept(quiet.invite(quiet.license(), access_start="2027-02-01"))
    for _ in range(2):
        already = set(machinery.dispatched)
        machinery.dispatch()
        machinery.dispatched = already

    assert len(machinery.waits()) == 1


def test_the_sweep_starts_what_is_late_and_leaves_the_workflow_its_time(quiet: House, clock: Clock) -> None:
    license_ = quiet.license()
    quiet.accept(quiet.invite(license_, access_start="2027-02-01"))
    clock.now = datetime(2027, 1, 31, 23, 4, 59, tzinfo=UTC)
    assert Sweeping(quiet.context).sweep() == Swept()
    clock.forward(seconds=1)

    assert Sweeping(quiet.context).sweep() == Swept(started_late=1)
    assert Sweeping(quiet.context).sweep() == Swept()
    assert access_now(quiet, license_).state is AccessState.ACTIVE


def test_the_sweep_ends_access_with_its_license_and_gives_the_seats_back(quiet: House, clock: Clock) -> None:
    license_ = quiet.license(valid_until="2027-02-01")
    for n in range(3):
        quiet.accept(quiet.invite(license_, f"a{n}@x.io"))
    clock.forward(days=40)

    assert Sweeping(quiet.context).sweep() == Swept(ended=3)
    assert Sweeping(quiet.context).sweep() == Swept()
    assert seats(quiet, license_) == (10, 0, 10)
    assert len(events_of(quiet, "accesses.ended")) == 1


def test_the_sweep_expires_many_invites_of_several_licenses(quiet: House, clock: Clock) -> None:
    first, second = quiet.license(61), quiet.license(60)
    quiet.invite_all(first, [f"a{n}@x.io" for n in range(60)])
    quiet.invite_all([first, second], "both@x.io")
    clock.forward(days=10)

    assert Sweeping(quiet.context).sweep() == Swept(expired=61)
    assert seats(quiet, first) == (61, 0, 61)
    assert seats(quiet, second) == (60, 0, 60)
    assert len(events_of(quiet, "invites.expired")) == 3


def test_an_invite_answered_while_the_sweep_is_at_it_is_left_alone(quiet: House, clock: Clock) -> None:
    license_ = quiet.license()
    resent = quiet.invite(license_, "a@x.io")
    quiet.invite(license_, "b@x.io")
    clock.forward(days=10)

    with quiet.before_next_write(lambda: quiet.resend(resent)):
        swept = Sweeping(quiet.context).sweep()

    assert swept.expired == 1
    assert seats(quiet, license_) == (10, 1, 9)


def test_reports_of_delivery_show_on_the_invite_and_never_step_back(
    quiet: House, machinery: Machinery
) -> None:
    invite = quiet.invite(quiet.license())
    machinery.settle()
    (message_id,) = machinery.message_ids()
    delivering = Delivering(quiet.context)

    assert delivering.record(message_id=message_id, delivery=Delivery.DELIVERED)
    assert invite_now(quiet, invite).delivery is Delivery.DELIVERED
    assert delivering.record(message_id=message_id, delivery=Delivery.BOUNCED)
    assert not delivering.record(message_id=message_id, delivery=Delivery.DELIVERED)
    assert invite_now(quiet, invite).delivery is Delivery.BOUNCED


def test_a_report_about_an_earlier_sending_is_left_out(quiet: House, machinery: Machinery) -> None:
    invite = quiet.invite(quiet.license())
    machinery.settle()
    (first,) = machinery.message_ids()
    quiet.resend(invite)

    assert not Delivering(quiet.context).record(message_id=first, delivery=Delivery.BOUNCED)
    assert invite_now(quiet, invite).delivery is Delivery.QUEUED


def test_a_report_that_comes_before_its_message_was_noted_has_to_come_again(quiet: House) -> None:
    with pytest.raises(UnknownMessageError):
        Delivering(quiet.context).record(message_id="unheard-of", delivery=Delivery.DELIVERED)
