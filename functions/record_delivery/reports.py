"""Reads SES's reports about emails, in either of their two JSON forms, as far as invites show them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from usher.domain.invites import Delivery
from usher.domain.sendings import Sending
from usher.lazy_dataclasses import dataclass

_TOPIC_WORKS = "Successfully validated SNS topic"
"""How the only message of event publishing begins that is no JSON."""

_SUBSCRIBED = "AmazonSnsSubscriptionSucceeded"
"""The kind of the same message in the older notifications."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """A report by SES about one email.

    Attributes:
        kind: SES's word for it, such as `Bounce`.
        message_id: SES's id of the email.
        sending: which sending of an invite the email is; None if it is none.
        delivery: the delivery status that an invite shows for it; None for none.
    """

    kind: str
    message_id: str
    sending: Sending | None
    delivery: Delivery | None


def read_report(body: str) -> Report | None:
    """Return the report in a message's body; None for SES's message that it can publish to the topic.

    Event publishing calls the kind `eventType`, the older notifications `notificationType`, which have no
    tags and so are about no invite.

    Raises:
        ValueError, KeyError: the body is no message by SES.
    """
    if body.startswith(_TOPIC_WORKS):
        return None
    message: dict[str, Any] = json.loads(body)
    kind = str(message.get("eventType") or message["notificationType"])
    if kind == _SUBSCRIBED:
        return None
    mail = message["mail"]
    return Report(
        kind=kind,
        message_id=str(mail["messageId"]),
        sending=Sending.of_tags(mail.get("tags", {})),
        delivery=_delivery(kind, message),
    )


def _delivery(kind: str, message: Mapping[str, Any]) -> Delivery | None:
    match kind:
        case "Delivery":
            return Delivery.DELIVERED
        case "Bounce":
            return None if _may_be_an_auto_reply(message["bounce"]) else Delivery.BOUNCED
        case "Reject":  # SES accepted the email and then found a virus: it is not delivered
            return Delivery.BOUNCED
        case "Complaint":
            return Delivery.COMPLAINED
        case _:  # Send, DeliveryDelay, Open, and future kinds
            return None


def _may_be_an_auto_reply(bounce: Mapping[str, Any]) -> bool:
    """Return whether the bounce may be an out-of-office answer to an email that was delivered.

    SES reports a soft bounce only once it has given up, so an email to a full mailbox, or with refused
    content, was not delivered, and the manager has to know. But SES also reports an out-of-office answer as
    `Transient` with `General`, and then the email was delivered.
    """
    return bounce.get("bounceType") == "Transient" and bounce.get("bounceSubType", "General") == "General"
