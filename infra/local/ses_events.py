"""What SES tells about each email; the emulator tells none of it, so this plays the events.

An address of SES's mailbox simulator, such as `bounce@simulator.amazonses.com`, does what it does with SES.
"""

import asyncio
import json
from datetime import UTC, datetime
from email.utils import getaddresses, parseaddr
from typing import Any

from infra.local.aws import Aws
from infra.local.mailbox import Email

_AFTER_SECONDS = 1.0
"""An email is reported after its sender has had the time to note its id, as with SES."""

_SIMULATOR = "simulator.amazonses.com"

_COGNITO = "no-reply@verificationemail.com"
"""Who sends Cognito's own emails: not through our configuration set, so nothing is reported of them."""


class SesEvents:
    """Publishes to the stack's topic what became of each email."""

    def __init__(self, aws: Aws) -> None:
        """Nothing is published before a topic is known."""
        self._aws = aws
        self._topic: str | None = None
        self._pending: set[asyncio.Task[None]] = set()

    def publish_to(self, topic: str) -> None:
        """Use this topic from now on."""
        self._topic = topic

    async def report(self, email: Email) -> None:
        """Report this email in a moment."""
        task = asyncio.create_task(self._publish(email))
        self._pending.add(task)
        task.add_done_callback(self._pending.discard)

    async def settle(self) -> None:
        """Wait until everything is reported."""
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
    """The events of one email, in the form of SES's event publishing; none where it was not ours."""
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
        "tags": {"ses:from-domain": [parseaddr(email.sender)[1].rpartition("@")[2]]},
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
