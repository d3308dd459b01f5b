"""What SES reports, in both of its forms, is read as what an invite shows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.record_delivery.reports import read_report
from usher.domain.invites import Delivery


def body(kind: str, *, form: str = "eventType", **details: Any) -> str:
    return json.dumps({form: kind, "mail": {"messageId": "m1", "destination": ["ann@x.io"]}, **details})


@pytest.mark.parametrize("form", ["eventType", "notificationType"])
@pytest.mark.parametrize(
    ("kind", "details", "delivery"),
    [
        ("Delivery", {"delivery": {}}, Delivery.DELIVERED),
        ("Complaint", {"complaint": {"complaintFeedbackType": "abuse"}}, Delivery.COMPLAINED),
        ("Bounce", {"bounce": {"bounceType": "Permanent", "bounceSubType": "General"}}, Delivery.BOUNCED),
        ("Bounce", {"bounce": {"bounceType": "Undetermined"}}, Delivery.BOUNCED),
        ("Bounce", {"bounce": {"bounceType": "Transient", "bounceSubType": "MailboxFull"}}, Delivery.BOUNCED),
        ("Reject", {"reject": {"reason": "Bad content"}}, Delivery.BOUNCED),
    ],
)
def test_a_report_says_how_far_the_email_got(
    form: str, kind: str, details: dict[str, Any], delivery: Delivery
) -> None:
    report = read_report(body(kind, form=form, **details))

    assert report is not None
    assert report.message_id == "m1"
    assert report.delivery is delivery


def test_an_out_of_office_answer_is_no_bounce() -> None:
    bounce = {"bounceType": "Transient", "bounceSubType": "General"}

    report = read_report(body("Bounce", bounce=bounce))

    assert report is not None
    assert report.delivery is None


@pytest.mark.parametrize("kind", ["Send", "DeliveryDelay", "Open", "Click", "Subscription", "Tomorrow"])
def test_other_reports_change_nothing(kind: str) -> None:
    report = read_report(body(kind))

    assert report is not None
    assert report.delivery is None


@pytest.mark.parametrize(
    "text",
    [
        "Successfully validated SNS topic for Amazon SES event publishing.",
        '{"notificationType":"AmazonSnsSubscriptionSucceeded","message":"You have subscribed."}',
    ],
)
def test_what_ses_says_of_its_topic_is_about_no_email(text: str) -> None:
    assert read_report(text) is None


@pytest.mark.parametrize("text", ["", "no json", "{}", '{"eventType": "Delivery"}'])
def test_what_is_no_report_is_refused(text: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        read_report(text)
