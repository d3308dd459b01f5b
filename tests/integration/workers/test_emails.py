"""From an event in the stream to an email at SES: once, with a link that works, or not at all."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from ulid import ULID

from tests.integration.workers.conftest import ORIGIN, SENDER, Run, WorkerHarness, sqs_record, stream_record
from tests.support.clock import Clock
from tests.support.tenant import Tenant
from usher.domain.instants import parse_rfc3339, rfc3339
from usher.domain.invites import Delivery, Invite, InviteState
from usher.domain.notices import Notice
from usher.domain.organizations import Role
from usher.domain.people import Person
from usher.gateways.links import Link
from usher.services.context import Context
from usher.services.invites.answer_invite import AnswerInvite
from usher.services.invites.manage_invites import ManageInvites
from usher.services.receipts import Receipt
from usher.services.team_members import TeamMembers
from usher.store import emails, invites

Settle = Callable[[], None]


@pytest.fixture
def settled_tenant(tenant: Tenant, settle: Settle, harness: WorkerHarness) -> Tenant:
    """An organization all of whose own emails are out already."""
    settle()
    harness.sent_before = len(harness.all_sent())
    return tenant


def now_of(context: Context, invite: Invite) -> Invite:
    found = invites.get(context.table, invite.id)
    assert found is not None
    return found


def token_in(html: str) -> str:
    found = re.search(rf'href="{re.escape(ORIGIN)}/i/([^"]+)"', html)
    assert found is not None
    return found[1]


def to(email: Any) -> str:
    (address,) = email.destinations["ToAddresses"]
    return str(address)


def changing(settled_tenant: Tenant) -> ManageInvites:
    return ManageInvites(settled_tenant.context)


def resend(settled_tenant: Tenant, invite: Invite) -> Invite:
    return changing(settled_tenant).resend(
        person=settled_tenant.full, organization=settled_tenant.id, invite=invite.id, receipt=Receipt()
    )


def test_an_invited_address_gets_a_link_that_works(
    settled_tenant: Tenant, harness: WorkerHarness, settle: Settle
) -> None:
    invite = settled_tenant.invite(settled_tenant.license(), "ann@x.io")
    settle()

    (email,) = harness.sent()
    assert to(email) == "ann@x.io"
    assert email.source == "Acme <no-reply@usher.example>"
    assert email.subject == "Acme invites you to Fire safety"
    links = harness.handlers["send_email"]._bootstrap.links
    assert links.read(token_in(email.body)) == Link(invite=invite.id, number=1)
    assert now_of(settled_tenant.context, invite).delivery is Delivery.SENT


def test_answers_reach_the_inviting_manager_and_ses_reports_on_the_email(
    settled_tenant: Tenant, harness: WorkerHarness, settle: Settle
) -> None:
    settled_tenant.invite(settled_tenant.license())
    settle()

    request = harness.requests[-1]
    assert request["ReplyToAddresses"] == [settled_tenant.full.email]
    assert request["ConfigurationSetName"] == "emails"
    assert "Fire safety" in request["Content"]["Simple"]["Body"]["Text"]["Data"]


def test_every_address_of_a_batch_gets_its_own_email(
    settled_tenant: Tenant, harness: WorkerHarness, settle: Settle
) -> None:
    addresses = [f"p{number}@x.io" for number in range(60)]
    settled_tenant.invite_all(settled_tenant.license(60), addresses)
    settle()

    assert sorted(to(email) for email in harness.sent()) == sorted(addresses)
    assert len({token_in(email.body) for email in harness.sent()}) == 60


def test_a_message_in_the_queue_names_nobody_but_its_recipient(
    settled_tenant: Tenant, harness: WorkerHarness, run: Run
) -> None:
    settled_tenant.invite_all(settled_tenant.license(60), [f"p{number}@x.io" for number in range(60)])
    run("dispatch", {"Records": harness.events()})

    named = [set(re.findall(r"p\d+@x\.io", record["body"])) for record in harness.queued()]
    assert len(named) == 60
    assert all(len(addresses) == 1 for addresses in named)


def test_the_same_event_and_the_same_message_again_send_nothing_again(
    settled_tenant: Tenant, harness: WorkerHarness, run: Run
) -> None:
    settled_tenant.invite(settled_tenant.license())
    records = {"Records": harness.events()}
    for _ in range(3):
        run("dispatch", records)
        harness.forget_done_events()
    queued = harness.queued()
    assert len(queued) == 3

    for _ in range(2):
        assert run("send_email", {"Records": queued}) == {"batchItemFailures": []}
    assert len(harness.sent()) == 1


def test_a_message_that_another_worker_is_sending_comes_again(
    settled_tenant: Tenant, harness: WorkerHarness, run: Run, clock: Clock
) -> None:
    settled_tenant.invite(settled_tenant.license())
    run("dispatch", {"Records": harness.events()})
    (record,) = harness.queued()
    email_id = re.search(r'"id":"([^"]+)"', record["body"])
    assert email_id is not None
    emails.lease(harness.table, email_id[1], now=clock())

    answer = run("send_email", {"Records": [record]})
    assert answer == {"batchItemFailures": [{"itemIdentifier": record["messageId"]}]}
    assert not harness.sent()

    clock.forward(minutes=3)  # that worker has died
    assert run("send_email", {"Records": [record]}) == {"batchItemFailures": []}
    assert len(harness.sent()) == 1


@pytest.mark.parametrize("ending", ["withdrawn", "declined", "accepted", "replaced", "expired"])
def test_a_link_that_died_in_the_queue_is_not_sent(
    settled_tenant: Tenant, harness: WorkerHarness, run: Run, clock: Clock, ending: str
) -> None:
    invite = settled_tenant.invite(settled_tenant.license())
    run("dispatch", {"Records": harness.events()})
    queued = harness.queued()
    if ending == "withdrawn":
        changing(settled_tenant).withdraw(
            person=settled_tenant.full, organization=settled_tenant.id, invite=invite.id, receipt=Receipt()
        )
    elif ending == "declined":
        AnswerInvite(settled_tenant.context).decline(invite=invite.id, number=1)
    elif ending == "accepted":
        settled_tenant.accept(invite)
    elif ending == "replaced":
        resend(settled_tenant, invite)
    else:
        clock.forward(days=10)

    assert run("send_email", {"Records": queued}) == {"batchItemFailures": []}
    assert not harness.sent()


def test_one_message_that_cannot_be_sent_keeps_no_other_back(
    settled_tenant: Tenant, harness: WorkerHarness, run: Run
) -> None:
    settled_tenant.invite_all(settled_tenant.license(), "ann@x.io, bob@x.io")
    run("dispatch", {"Records": harness.events()})
    first, last = harness.queued()
    broken = sqs_record("no json", "broken")

    answer = run("send_email", {"Records": [first, broken, last]})
    assert answer == {"batchItemFailures": [{"itemIdentifier": "broken"}]}
    assert len(harness.sent()) == 2


def test_a_resent_invite_has_a_new_link_and_says_so(
    settled_tenant: Tenant, harness: WorkerHarness, settle: Settle, clock: Clock
) -> None:
    invite = settled_tenant.invite(settled_tenant.license())
    settle()
    clock.forward(minutes=2)
    resend(settled_tenant, invite)
    settle()

    first, second = harness.sent()
    assert second.subject == "New link: Acme invites you to Fire safety"
    assert token_in(first.body) != token_in(second.body)


def test_a_withdrawn_learner_is_told(settled_tenant: Tenant, harness: WorkerHarness, settle: Settle) -> None:
    invite = settled_tenant.invite(settled_tenant.license())
    settle()
    changing(settled_tenant).withdraw(
        person=settled_tenant.full, organization=settled_tenant.id, invite=invite.id, receipt=Receipt()
    )
    settle()

    assert harness.sent()[-1].subject == "Withdrawn: the invitation to Fire safety"
    assert to(harness.sent()[-1]) == "ann@x.io"


def test_a_moved_start_is_told(settled_tenant: Tenant, harness: WorkerHarness, settle: Settle) -> None:
    invite = settled_tenant.invite(settled_tenant.license(), access_start="2027-02-01")
    settle()
    changing(settled_tenant).reschedule(
        person=settled_tenant.full,
        organization=settled_tenant.id,
        invite=invite.id,
        access_start="2027-03-01",
        receipt=Receipt(),
    )
    settle()

    assert harness.sent()[-1].subject == "New start date for Fire safety"
    assert "Starts: 1 March 2027<" in harness.sent()[-1].body


def test_a_moved_start_of_a_pending_invite_carries_its_link(
    settled_tenant: Tenant, harness: WorkerHarness, settle: Settle, clock: Clock
) -> None:
    invite = settled_tenant.invite(settled_tenant.license(), access_start="2027-02-01")
    settle()
    clock.forward(minutes=2)
    resent = resend(settled_tenant, invite)
    settle()
    changing(settled_tenant).reschedule(
        person=settled_tenant.full,
        organization=settled_tenant.id,
        invite=invite.id,
        access_start="2027-03-01",
        receipt=Receipt(),
    )
    settle()

    _, newest, moved = harness.sent()
    assert token_in(moved.body) == token_in(newest.body)
    links = harness.handlers["send_email"]._bootstrap.links
    assert links.read(token_in(moved.body)) == Link(invite=invite.id, number=resent.number)


def test_a_moved_start_of_an_accepted_invite_carries_no_link(
    settled_tenant: Tenant, harness: WorkerHarness, settle: Settle
) -> None:
    invite = settled_tenant.invite(settled_tenant.license(), access_start="2027-02-01")
    settled_tenant.accept(invite)
    changing(settled_tenant).reschedule(
        person=settled_tenant.full,
        organization=settled_tenant.id,
        invite=invite.id,
        access_start="2027-03-01",
        receipt=Receipt(),
    )
    settle()

    assert harness.sent()[-1].subject == "New start date for Fire safety"
    assert "/i/" not in harness.sent()[-1].body


def test_a_notice_and_a_reminder_carry_the_link_that_switches_them_off(
    settled_tenant: Tenant, harness: WorkerHarness, run: Run, settle: Settle, clock: Clock
) -> None:
    license_ = settled_tenant.license()
    invite = settled_tenant.invite(license_)
    settled_tenant.decline(settled_tenant.invite(license_, "bob@x.io"))
    settle()
    links = harness.handlers["send_email"]._bootstrap.links
    notices = {
        request["Destination"]["ToAddresses"][0]: unsubscribe_link(request)
        for request in harness.requests[-2:]
    }
    clock.forward(days=8)
    run("sweep", {})
    settle()

    for email, link in notices.items():
        found = links.read_notice(link.removeprefix(f"{ORIGIN}/learn/notices/"))
        assert (found.organization, found.notice) == (settled_tenant.id, Notice.INVITE_DECLINED)
        assert links.is_to(found, email)
    assert notices.keys() == {settled_tenant.full.email, settled_tenant.limited.email}
    reminder = unsubscribe_link(harness.requests[-1])
    assert links.read_reminder(reminder.removeprefix(f"{ORIGIN}/learn/reminders/")) == invite.id


def unsubscribe_link(request: Any) -> str:
    headers = {one["Name"]: one["Value"] for one in request["Content"]["Simple"]["Headers"]}
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return str(headers["List-Unsubscribe"]).removeprefix("<").removesuffix(">")


def test_every_active_manager_hears_of_a_decline_once(
    settled_tenant: Tenant, harness: WorkerHarness, run: Run, settle: Settle
) -> None:
    invite = settled_tenant.invite(settled_tenant.license())
    settle()
    AnswerInvite(settled_tenant.context).decline(invite=invite.id, number=1)
    records = {"Records": harness.events()}
    run("dispatch", records)
    run("dispatch", records)
    run("send_email", {"Records": harness.queued()})

    told = harness.sent()[1:]
    assert sorted(to(email) for email in told) == [settled_tenant.limited.email, settled_tenant.full.email]
    assert {email.subject for email in told} == {"ann@x.io declined the invitation to Fire safety"}


def test_a_manager_is_invited_to_the_team(
    settled_tenant: Tenant, harness: WorkerHarness, settle: Settle
) -> None:
    TeamMembers(settled_tenant.context).invite(
        person=settled_tenant.full,
        organization=settled_tenant.id,
        email="tim@acme.example",
        first_name="Tim",
        last_name="Lee",
        role=Role.LIMITED,
        receipt=Receipt(),
    )
    settle()

    (email,) = harness.sent()
    assert to(email) == "tim@acme.example"
    assert email.subject == "Acme invites you to its team"
    assert token_in(email.body)


def test_an_accepted_invite_begins_its_wait_once(
    settled_tenant: Tenant, harness: WorkerHarness, run: Run
) -> None:
    license_ = settled_tenant.license()
    settled_tenant.accept(settled_tenant.invite(license_, access_start="2027-02-01"))
    records = {"Records": harness.events()}
    run("dispatch", records)
    run("dispatch", records)

    (execution,) = harness.executions()
    lane = execution["lane"]
    check_at = parse_rfc3339("2027-01-31T23:00:02Z") + lane * timedelta(seconds=15)
    assert execution == {
        "start_at": "2027-01-31T23:00:00Z",
        "lane": lane,
        "waits": 0,
        "turn": 1,
        "check_at": rfc3339(check_at),
    }, "it names no learner, organization or event"


def test_a_start_too_far_off_is_looked_at_before(
    settled_tenant: Tenant, harness: WorkerHarness, run: Run
) -> None:
    settled_tenant.accept(
        settled_tenant.invite(settled_tenant.license(valid_until="2029-01-01"), access_start="2028-06-01")
    )
    run("dispatch", {"Records": harness.events()})

    (execution,) = harness.executions()
    assert execution["start_at"] == "2028-05-31T22:00:00Z"
    assert parse_rfc3339(execution["check_at"]) == parse_rfc3339(execution["start_at"]) - timedelta(days=300)


def test_what_is_no_new_event_is_ignored(settled_tenant: Tenant, harness: WorkerHarness, run: Run) -> None:
    settled_tenant.invite(settled_tenant.license())
    (*_, event) = harness.events()
    image = event["dynamodb"]["NewImage"]
    removed = {"eventName": "REMOVE", "dynamodb": {"SequenceNumber": "1", "OldImage": image}}
    other = stream_record({"pk": {"S": "INVITE#1"}, "sk": {"S": "INVITE"}})
    touched = stream_record(image, kind="MODIFY")

    assert run("dispatch", {"Records": [removed, other, touched]}) == {"batchItemFailures": []}
    assert not harness.queued()


def test_dispatch_passes_over_what_it_cannot_read(
    settled_tenant: Tenant, harness: WorkerHarness, run: Run
) -> None:
    license_ = settled_tenant.license()
    settled_tenant.invite(license_, "ann@x.io")
    settled_tenant.invite(license_, "bob@x.io")
    *_, ann, bob = harness.events()
    broken = stream_record({**ann["dynamodb"]["NewImage"], "data": {"S": "no json"}}, "2")

    assert run("dispatch", {"Records": [broken, ann, broken, bob]}) == {"batchItemFailures": []}
    assert len(harness.queued()) == 2


def test_dispatch_logs_what_it_cannot_read_and_takes_a_type_that_it_does_not_know(
    settled_tenant: Tenant, harness: WorkerHarness, run: Run, logged: io.StringIO
) -> None:
    settled_tenant.invite(settled_tenant.license())
    *_, invited = harness.events()
    image = invited["dynamodb"]["NewImage"]
    later = {**image, "id": {"S": str(ULID())}, "type": {"S": "moon.landed"}, "data": {"S": '{"crew":3}'}}
    later["sk"] = {"S": f"EVENT#{later['id']['S']}"}
    unknown = stream_record(later, "1")
    unreadable = stream_record({**image, "data": {"S": '{"invites":[]}'}}, "2")

    assert run("dispatch", {"Records": [unknown]}) == {"batchItemFailures": []}
    assert not harness.queued()
    assert "UnreadableEventError" not in logged.getvalue()
    assert run("dispatch", {"Records": [unknown, unreadable]}) == {"batchItemFailures": []}
    assert "UnreadableEventError" in logged.getvalue()
    assert not harness.queued()


def test_no_address_and_no_link_is_logged(
    settled_tenant: Tenant, settle: Settle, logged: io.StringIO
) -> None:
    invite = settled_tenant.invite(settled_tenant.license(), "ann@x.io")
    settle()
    AnswerInvite(settled_tenant.context).decline(invite=invite.id, number=1)
    settle()

    lines = logged.getvalue()
    assert lines.count("Dispatched an event.") == 4
    assert lines.count("Handled an email.") == 3
    assert "@" not in lines
    assert f"{invite.id}.1" not in lines


def test_no_address_is_logged_when_ses_names_it(
    settled_tenant: Tenant, harness: WorkerHarness, run: Run, logged: io.StringIO
) -> None:
    harness.clients["sesv2"].delete_email_identity(EmailIdentity=SENDER)
    settled_tenant.invite(settled_tenant.license(), "ann@x.io")
    run("dispatch", {"Records": harness.events()})
    (record,) = harness.queued()

    answer = run("send_email", {"Records": [record]})
    assert answer == {"batchItemFailures": [{"itemIdentifier": record["messageId"]}]}
    assert "MessageRejected" in logged.getvalue()
    assert "@" not in logged.getvalue()


def test_a_person_who_was_invited_and_accepted_gets_nothing_more(
    settled_tenant: Tenant, harness: WorkerHarness, settle: Settle
) -> None:
    invite = settled_tenant.invite(settled_tenant.license())
    settle()
    accepted = AnswerInvite(settled_tenant.context).accept(
        person=Person(email="ann@x.io", first_name="Ann", last_name="Lee"), invite=invite.id, number=1
    )
    settle()

    assert accepted.state is InviteState.ACCEPTED
    assert len(harness.sent()) == 1
