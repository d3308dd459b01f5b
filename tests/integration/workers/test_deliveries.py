"""What SES reports of an email shows on its invite, in whatever order it comes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.integration.workers.conftest import Run, sqs_record
from tests.support.clock import Clock
from tests.support.tenant import Tenant
from usher.domain.invites import Delivery
from usher.domain.sendings import Sending
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
def sent(tenant: Tenant, settle: Callable[[], None]) -> Sending:
    """An invite that was sent once."""
    invite = tenant.invite(tenant.license())
    settle()
    return Sending(invite=invite.id, number=1)


def report(kind: str, sending: Sending | None) -> dict[str, Any]:
    tags = {name: [value] for name, value in sending.tags.items()} if sending else {}
    mail = {"messageId": "m", "tags": {"ses:from-domain": ["usher.example"], **tags}}
    body = {"eventType": kind, "mail": mail, kind.lower(): DETAILS.get(kind, {})}
    return sqs_record(json.dumps(body), f"report of {kind}")


def shown(tenant: Tenant, invite: str) -> Delivery:
    found = invites.get(tenant.context.table, invite)
    assert found is not None
    return found.delivery


@pytest.mark.parametrize(
    ("kinds", "delivery"),
    [
        (["Delivery"], Delivery.DELIVERED),
        (["Delivery", "Delivery"], Delivery.DELIVERED),
        (["Bounce"], Delivery.BOUNCED),
        (["Bounce", "Delivery"], Delivery.BOUNCED),
        (["Bounce", "Complaint"], Delivery.COMPLAINED),
        (["Delivery", "Bounce"], Delivery.BOUNCED),
        (["Complaint", "Delivery"], Delivery.COMPLAINED),
        (["Delivery", "Complaint", "Bounce"], Delivery.COMPLAINED),
        (["Send", "DeliveryDelay", "Open"], Delivery.SENT),
    ],
)
def test_the_gravest_report_stands_in_whatever_order_they_come(
    tenant: Tenant, sent: Sending, run: Run, kinds: list[str], delivery: Delivery
) -> None:
    assert run("record_delivery", {"Records": [report(kind, sent) for kind in kinds]}) == DONE
    assert shown(tenant, sent.invite) is delivery


def test_a_report_about_no_invite_changes_nothing(
    tenant: Tenant, run: Run, sent: Sending, capsys: pytest.CaptureFixture[str]
) -> None:
    other = report("Delivery", None)
    older = sqs_record(
        json.dumps({"notificationType": "Bounce", "mail": {"messageId": "m"}, "bounce": DETAILS["Bounce"]}),
        "in the older form, without tags",
    )
    capsys.readouterr()

    assert run("record_delivery", {"Records": [other, older]}) == DONE
    assert shown(tenant, sent.invite) is Delivery.SENT
    assert '"EmailsBounced":[1.0]' in capsys.readouterr().out


def test_what_cannot_be_read_is_kept_for_a_person(run: Run) -> None:
    broken = sqs_record("no json", "broken", receives=9)

    answer = run("record_delivery", {"Records": [broken]})
    assert answer == {"batchItemFailures": [{"itemIdentifier": "broken"}]}


def test_a_report_of_an_earlier_email_says_nothing_of_a_later_one(
    tenant: Tenant, run: Run, sent: Sending, settle: Callable[[], None], clock: Clock
) -> None:
    clock.forward(minutes=2)
    ManageInvites(tenant.context).resend(
        person=tenant.full, organization=tenant.id, invite=sent.invite, receipt=Receipt()
    )
    settle()

    assert run("record_delivery", {"Records": [report("Bounce", sent)]}) == DONE
    assert shown(tenant, sent.invite) is Delivery.SENT
    assert run("record_delivery", {"Records": [report("Delivery", replace(sent, number=2))]}) == DONE
    assert shown(tenant, sent.invite) is Delivery.DELIVERED
