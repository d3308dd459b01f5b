"""The mailbox of all recipients: an SMTP server that keeps every email that the emulator's SES sends.

The emulator sends each message by SMTP and keeps none itself over a restart.
"""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from infra.local.mail_relay import TAGS_HEADER

_ACCEPTED = "250 Message accepted for delivery"
_LINK = re.compile(r"https?://[^\s<>\"']+")
_SHOWN_HEADERS = ("Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post")
_AFTER_A_LINK = ".,;:!?)"


@dataclass(frozen=True, kw_only=True)
class Email:
    """One email as its recipient sees it."""

    message_id: str
    to: str
    sender: str
    subject: str
    text: str
    html: str
    links: list[str]
    sent_at: str
    reply_to: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, content: bytes, *, recipients: list[str], received: datetime) -> "Email":
        """Read a MIME message; parts and headers that it lacks are empty."""
        message = message_from_bytes(content, policy=policy.default)
        text, html = _part(message, "plain"), _part(message, "html")
        return cls(
            message_id=str(message.get("Message-ID", "")).strip("<> \t\r\n"),
            to=str(message.get("To", "")) or ", ".join(recipients),
            sender=str(message.get("From", "")),
            subject=str(message.get("Subject", "")),
            text=text,
            html=html,
            links=links_in(html=html, text=text),
            sent_at=received.strftime("%Y-%m-%dT%H:%M:%SZ"),
            reply_to=str(message.get("Reply-To", "")),
            headers={name: str(message[name]) for name in _SHOWN_HEADERS if name in message},
            tags=_tags_in(str(message.get(TAGS_HEADER, ""))),
        )


class Mailbox:
    """Every email that was sent, kept in one file of JSON lines."""

    def __init__(
        self, *, path: Path, now: Callable[[], datetime], on_email: Callable[[Email], Awaitable[None]]
    ) -> None:
        """Read the file. `on_email` is called with each new email once it is kept."""
        self._path = path
        self._now = now
        self._on_email = on_email
        self._emails = _kept(path)

    def newest_first(self) -> list[Email]:
        """Return all emails, the newest first."""
        return list(reversed(self._emails))

    def find(self, message_id: str) -> Email | None:
        """Return the email with this message id, or None."""
        return next((email for email in self._emails if email.message_id == message_id), None)

    def smtp(self) -> SMTP:
        """Return the protocol of one SMTP connection, for `loop.create_server`."""
        return SMTP(self, hostname="localhost", ident="Usher's mailbox", enable_SMTPUTF8=True)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep one email and accept it."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        recipients = [str(recipient) for recipient in envelope.rcpt_tos]
        email = Email.parse(content, recipients=recipients, received=self._now())
        with self._path.open("a") as kept:
            kept.write(json.dumps(asdict(email)) + "\n")
        self._emails.append(email)
        await self._on_email(email)
        return _ACCEPTED


def links_in(*, html: str, text: str) -> list[str]:
    """Return the links of an email, each once: those of the HTML in order, then those only in the text."""
    anchors = _Anchors()
    anchors.feed(html)
    plain = (found.rstrip(_AFTER_A_LINK) for found in _LINK.findall(text))
    return list(dict.fromkeys([*anchors.found, *plain]))


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = dict(attrs).get("href") if tag == "a" else None
        if address and address.startswith(("http://", "https://")):
            self.found.append(address)


def _part(message: EmailMessage, subtype: str) -> str:
    body = message.get_body(preferencelist=(subtype,))
    return str(body.get_content()).replace("\r\n", "\n") if body else ""


def _tags_in(header: str) -> dict[str, str]:
    """Return the tags that an email was sent to SES with."""
    return dict(tag.strip().split("=", 1) for tag in header.split(",") if "=" in tag)


def _kept(path: Path) -> list[Email]:
    """Return the emails in the file, without a last line that a crash left incomplete."""
    if not path.exists():
        return []
    emails = []
    for line in path.read_text().splitlines():
        try:
            emails.append(Email(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return emails
