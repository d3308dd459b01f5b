"""SES's reports about emails, in either of their two JSON forms, read as far as an invite shows them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from usher.domain.invites import Delivery

_TOPIC_WORKS = "Successfully validated SNS topic"
"""The one message of event publishing that is no JSON."""

_SUBSCRIBED = "AmazonSnsSubscriptionSucceeded"
"""The same message of the older notifications."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """A report of SES about one email.

    Attributes:
        kind: SES's word for it, such as `Bounce`.
        message_id: SES's id of the email.
        delivery: how an invite shows it; None where it shows nothing of such a report.
    """

    kind: str
    message_id: str
    delivery: Delivery | None


def read_report(body: str) -> Report | None:
    """Return the report in a message's body; None where SES says that it can publish to the topic.

    Event publishing calls the kind `eventType`, the older notifications `notificationType`.

    Raises:
        ValueError, KeyError: the body is no message of SES.
    """
    if body.startswith(_TOPIC_WORKS):
        return None
    message: dict[str, Any] = json.loads(body)
    kind = str(message.get("eventType") or message["notificationType"])
    if kind == _SUBSCRIBED:
        return None
    return Report(kind=kind, message_id=str(message["mail"]["messageId"]), delivery=_delivery(kind, message))


def _delivery(kind: str, message: Mapping[str, Any]) -> Delivery | None:
    match kind:
        case "Delivery":
            return Delivery.DELIVERED
        case "Bounce":
            return None if _may_be_an_auto_reply(message["bounce"]) else Delivery.BOUNCED
        case "Reject":  # SES took it and then found a virus: it never arrives either
            return Delivery.BOUNCED
        case "Complaint":
            return Delivery.COMPLAINED
        case _:  # Send, DeliveryDelay, Open, and whatever SES will think of next
            return None


def _may_be_an_auto_reply(bounce: Mapping[str, Any]) -> bool:
    """Whether the bounce may be an out-of-office answer to an email that did arrive.

    SES reports a soft bounce only once it has given up, so that a full mailbox or a refused content is an
    email that did not arrive, and the manager has to know. But `Transient` with `General` is also what SES
    makes of an out-of-office answer, whose email did arrive.
    """
    return bounce.get("bounceType") == "Transient" and bounce.get("bounceSubType", "General") == "General"
