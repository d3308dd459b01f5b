"""Publishes SES's reports about emails, which the emulator lacks.

Addresses of SES's mailbox simulator, such as `bounce@simulator.amazonses.com`, have their effect here, too.
"""

import asyncio
import json
from datetime import UTC, datetime
from email.utils import getaddresses, parseaddr
from typing import Any

from infra.local.aws import Aws
from infra.local.mailbox import Email

_AFTER_SECONDS = 1.0
"""The delay of reports, in which the sender records the email's id, as with SES."""

_SIMULATOR = "simulator.amazonses.com"

_COGNITO = "no-reply@verificationemail.com"
"""The sender of Cognito's own emails, which have no configuration set and so no reports."""


class SesEvents:
    """Publishes a report about each email to the stack's topic."""

    def __init__(self, aws: Aws) -> None:
        """Publish nothing before `publish_to` is called."""
        self._aws = aws
        self._topic: str | None = None
        self._pending: set[asyncio.Task[None]] = set()

    def publish_to(self, topic: str) -> None:
        """Publish to this topic from now on."""
        self._topic = topic

    async def report(self, email: Email) -> None:
        """Schedule the reports about this email."""
        task = asyncio.create_task(self._publish(email))
        self._pending.add(task)
        task.add_done_callback(self._pending.discard)

    async def settle(self) -> None:
        """Wait until all scheduled reports are published."""
        while self._pending:
            await asyncio.gather(*self._pending, return_exceptions=True)

    async def _publish(self, email: Email) -> None:
        await asyncio.sleep(_AFTER_SECONDS)
        if self._topic is None:
            return
        for event in events_of(email, at=datetime.now(UTC)):
            await asyncio.to_thread(
                self._aws.topics.publish,
                TopicArn=self._topic,
                Subject="Amazon SES Email Event Notification",
                Message=json.dumps(event),
            )


def events_of(email: Email, *, at: datetime) -> list[dict[str, Any]]:
    """Return the reports about an email, in the form of SES's event publishing; none for one of Cognito's."""
    if parseaddr(email.sender)[1] == _COGNITO:
        return []
    instant = at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    recipients = [address for _, address in getaddresses([email.to]) if address]
    mail = {
        "timestamp": instant,
        "messageId": email.message_id,
        "source": email.sender,
        "destination": recipients,
        "commonHeaders": {
            "from": [email.sender],
            "to": recipients,
            "messageId": email.message_id,
            "subject": email.subject,
        },
        "tags": {
            "ses:from-domain": [parseaddr(email.sender)[1].rpartition("@")[2]],
            **{name: [value] for name, value in email.tags.items()},
        },
    }
    return [
        {"eventType": kind, "mail": mail, kind.lower(): _detail(kind, recipients, instant)}
        for kind in _outcomes(recipients)
    ]


def _outcomes(recipients: list[str]) -> tuple[str, ...]:
    local, _, domain = (recipients[0] if recipients else "").lower().partition("@")
    if domain != _SIMULATOR:
        return ("Delivery",)
    name = local.partition("+")[0]
    return {"bounce": ("Bounce",), "complaint": ("Delivery", "Complaint")}.get(name, ("Delivery",))


def _detail(kind: str, recipients: list[str], instant: str) -> dict[str, Any]:
    if kind == "Bounce":
        return {
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "bouncedRecipients": [
                {"emailAddress": recipient, "action": "failed", "status": "5.1.1"} for recipient in recipients
            ],
            "timestamp": instant,
        }
    if kind == "Complaint":
        return {
            "complainedRecipients": [{"emailAddress": recipient} for recipient in recipients],
            "complaintFeedbackType": "abuse",
            "timestamp": instant,
        }
    return {"timestamp": instant, "recipients": recipients, "smtpResponse": "250 2.6.0 Message received"}
