"""What SES reports of an email shows on its invite, in whatever order it comes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.workers.conftest import Run, WorkerHarness, sqs_record
from tests.support.clock import Clock
from tests.support.tenant import Tenant
from usher.domain.invites import Delivery, Invite
from usher.services.invites.manage_invites import ManageInvites
from usher.services.receipts import Receipt
from usher.store import invites

DETAILS: dict[str, Any] = {
    "Delivery": {},
    "Bounce": {"bounceType": "Permanent", "bounceSubType": "General"},
    "Complaint": {},
}
DONE: dict[str, Any] = {"batchItemFailures": []}


@pytest.fixture
def sent(tenant: Tenant, settle: Callable[[], None], harness: WorkerHarness) -> tuple[Invite, str]:
    """An invite, and SES's id of its email."""
    invite = tenant.invite(tenant.license())
    settle()
    return invite, harness.all_sent()[-1].id


def report(kind: str, message_id: str, *, receives: int = 1) -> dict[str, Any]:
    body = {"eventType": kind, "mail": {"messageId": message_id}, kind.lower(): DETAILS.get(kind, {})}
    return sqs_record(json.dumps(body), f"report of {message_id}", receives=receives)


def shown(tenant: Tenant, invite: Invite) -> Delivery:
    found = invites.get(tenant.context.table, invite.id)
    assert found is not None
    return found.delivery


@pytest.mark.parametrize(
    ("kinds", "delivery"),
    [
        (["Delivery"], Delivery.DELIVERED),
        (["Delivery", "Delivery"], Delivery.DELIVERED),
        (["Bounce"], Delivery.BOUNCED),
        (["Bounce", "Delivery"], Delivery.BOUNCED),
        (["Delivery", "Bounce"], Delivery.BOUNCED),
        (["Complaint", "Delivery"], Delivery.COMPLAINED),
        (["Delivery", "Complaint", "Bounce"], Delivery.COMPLAINED),
        (["Send", "DeliveryDelay", "Open"], Delivery.SENT),
    ],
)
def test_the_gravest_report_stands_in_whatever_order_they_come(
    tenant: Tenant, sent: tuple[Invite, str], run: Run, kinds: list[str], delivery: Delivery
) -> None:
    invite, message_id = sent

    assert run("record_delivery", {"Records": [report(kind, message_id) for kind in kinds]}) == DONE
    assert shown(tenant, invite) is delivery


def test_a_report_ahead_of_what_it_is_about_comes_again(
    tenant: Tenant, run: Run, sent: tuple[Invite, str]
) -> None:
    invite, message_id = sent
    early = report("Delivery", "not known yet")

    answer = run("record_delivery", {"Records": [early, report("Delivery", message_id)]})
    assert answer == {"batchItemFailures": [{"itemIdentifier": early["messageId"]}]}
    assert shown(tenant, invite) is Delivery.DELIVERED


def test_a_report_that_nobody_ever_knows_of_is_counted_and_given_up(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()

    assert run("record_delivery", {"Records": [report("Bounce", "lost", receives=4)]}) == DONE
    assert '"UnknownReports":[1.0]' in capsys.readouterr().out


def test_what_cannot_be_read_is_kept_for_a_person(run: Run) -> None:
    broken = sqs_record("no json", "broken", receives=9)

    answer = run("record_delivery", {"Records": [broken]})
    assert answer == {"batchItemFailures": [{"itemIdentifier": "broken"}]}


def test_a_report_of_an_earlier_email_says_nothing_of_a_later_one(
    tenant: Tenant,
    harness: WorkerHarness,
    run: Run,
    sent: tuple[Invite, str],
    settle: Callable[[], None],
    clock: Clock,
) -> None:
    invite, first = sent
    clock.forward(minutes=2)
    ManageInvites(tenant.context).resend(
        person=tenant.full, organization=tenant.id, invite=invite.id, receipt=Receipt()
    )
    settle()

    assert run("record_delivery", {"Records": [report("Bounce", first)]}) == DONE
    assert shown(tenant, invite) is Delivery.SENT
    assert run("record_delivery", {"Records": [report("Delivery", harness.all_sent()[-1].id)]}) == DONE
    assert shown(tenant, invite) is Delivery.DELIVERED
