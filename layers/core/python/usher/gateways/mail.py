"""Mail: sends an email to one recipient by SES."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from email.headerregistry import Address
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from usher.domain.email_holds import EmailHold
from usher.domain.sendings import Sending
from usher.gateways.outages import NO_ANSWER, is_outage
from usher.lazy_dataclasses import dataclass

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client


@dataclass(frozen=True, kw_only=True)
class Message:
    """An email. `reply_to` is empty for an email without that header; `headers` are others, in ASCII."""

    to: str
    sender_name: str
    subject: str
    html: str
    text: str
    reply_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class EmailHeldError(Exception):
    """SES takes no email at the moment; the same one can be sent later.

    Attributes:
        reason: why.
    """

    def __init__(self, reason: EmailHold) -> None:
        super().__init__(reason.value)
        self.reason = reason


_HOLDS: Mapping[str, EmailHold] = {
    "TooManyRequestsException": EmailHold.RATE,
    "Throttling": EmailHold.RATE,
    "ThrottlingException": EmailHold.RATE,
    "LimitExceededException": EmailHold.QUOTA,
    "AccountSuspendedException": EmailHold.PAUSED,
    "SendingPausedException": EmailHold.PAUSED,
}
"""The errors of SES that pass, by their codes."""


class Mail:
    """The sender of emails by SES, with the configuration set that reports deliveries."""

    def __init__(self, *, client: SESV2Client, sender: str, configuration_set: str) -> None:
        self._client = client
        self._sender = sender
        self._configuration_set = configuration_set

    def send(self, message: Message, *, sending: Sending | None = None) -> str:
        """Send the message, and return SES's id for it. SES's reports on it name the sending that it is.

        Raises:
            EmailHeldError: the rate or quota is used up, sending was paused, or SES fails or does not answer.
        """
        try:
            return self._send(message, sending)
        except ClientError as error:
            hold = _hold_for(error)
            if hold is None:
                raise
            raise EmailHeldError(hold) from error
        except NO_ANSWER as error:
            raise EmailHeldError(EmailHold.OUTAGE) from error

    def _send(self, message: Message, sending: Sending | None) -> str:
        user, _, domain = self._sender.partition("@")
        sender = Address(display_name=_one_line(message.sender_name), username=user, domain=domain)
        answer = self._client.send_email(
            FromEmailAddress=_ascii(sender),
            Destination={"ToAddresses": [message.to]},
            ReplyToAddresses=[message.reply_to] if message.reply_to else [],
            ConfigurationSetName=self._configuration_set,
            EmailTags=[{"Name": name, "Value": value} for name, value in sending.tags.items()]
            if sending
            else [],
            Content={
                "Simple": {
                    "Subject": {"Data": _one_line(message.subject), "Charset": "UTF-8"},
                    "Body": {
                        "Html": {"Data": message.html, "Charset": "UTF-8"},
                        "Text": {"Data": message.text, "Charset": "UTF-8"},
                    },
                    "Headers": [{"Name": name, "Value": value} for name, value in message.headers.items()],
                }
            },
        )
        return answer["MessageId"]


def _hold_for(error: ClientError) -> EmailHold | None:
    """Return why SES takes no email at the moment; None where it refused this one."""
    hold = _HOLDS.get(error.response.get("Error", {}).get("Code", ""))
    return EmailHold.OUTAGE if hold is None and is_outage(error) else hold


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _ascii(address: Address) -> str:
    """Return `"Name" <address>`, with a name beyond ASCII as a MIME encoded word, as SES requires."""
    if address.display_name.isascii():
        return str(address)
    from email.header import Header  # noqa: PLC0415 - only names beyond ASCII need it

    return f"{Header(address.display_name, 'utf-8').encode(maxlinelen=998)} <{address.addr_spec}>"
