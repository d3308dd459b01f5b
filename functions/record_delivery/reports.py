"""What SES says of an email, in either of its two forms, as far as an invite shows it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from usher.domain.invites import Delivery

_TOPIC_WORKS = "Successfully validated SNS topic"
"""The one message of event publishing that is no JSON."""

_SUBSCRIBED = "AmazonSnsSubscriptionSucceeded"
"""Its counterpart in the older form."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """One message of SES about one email. `delivery` is None where an invite shows nothing of it."""

    kind: str
    message_id: str
    delivery: Delivery | None


def read_report(body: str) -> Report | None:
    """Read a report: event publishing calls its kind `eventType`, the older notifications `notificationType`.

    None is what SES says about itself: that the topic works, when it is tied to it.

    Raises:
        ValueError, KeyError: it is none of these.
    """
    if body.startswith(_TOPIC_WORKS):
        return None
    told: dict[str, Any] = json.loads(body)
    kind = str(told.get("eventType") or told["notificationType"])
    if kind == _SUBSCRIBED:
        return None
    return Report(kind=kind, message_id=str(told["mail"]["messageId"]), delivery=_delivery(kind, told))


def _delivery(kind: str, told: Mapping[str, Any]) -> Delivery | None:
    match kind:
        case "Delivery":
            return Delivery.DELIVERED
        case "Bounce":
            return None if _may_be_an_auto_reply(told["bounce"]) else Delivery.BOUNCED
        case "Reject":  # SES took it and then found a virus: it never arrives either
            return Delivery.BOUNCED
        case "Complaint":
            return Delivery.COMPLAINED
        case _:  # Send, DeliveryDelay, Open, and whatever SES will think of next
            return None


def _may_be_an_auto_reply(bounce: Mapping[str, Any]) -> bool:
    """Say whether the bounce is of the one sort that does not mean that the email was lost.

    SES reports a soft bounce only once it has given up, so that a full mailbox or a refused content is an
    email that did not arrive, and the manager has to know. But `Transient` with `General` is also what SES
    makes of an out-of-office answer, whose email did arrive.
    """
    return bounce.get("bounceType") == "Transient" and bounce.get("bounceSubType", "General") == "General"
