"""What the mailbox of the local stack keeps of an email."""

import asyncio
import json
import smtplib
from datetime import UTC, datetime
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

from functions.record_delivery.reports import read_report
from infra.local.mail_relay import header_lines
from infra.local.mailbox import Email, Mailbox, links_in
from infra.local.servers import smtp_server
from infra.local.ses_events import events_of
from usher.domain.sendings import Sending

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


def _message(to: str = "ann@x.io") -> str:
    message = MIMEMultipart("alternative")
    message.attach(MIMEText("Grüezi Ann, http://localhost:8000/i/abc.", "plain", "utf-8"))
    message.attach(MIMEText('<p>Grüezi <a href="http://localhost:8000/i/abc">Ann</a></p>', "html", "utf-8"))
    message["Message-ID"] = "<one@email.amazonses.com>"
    message["Subject"] = "Ihr Platz für den Kurs"
    message["From"] = '"Acme Learning" <no-reply@usher.example>'
    message["To"] = to
    message["Reply-To"] = "mara@acme.example"
    message["List-Unsubscribe"] = "<http://localhost:8000/learn/reminders/abc>"
    message["Auto-Submitted"] = "auto-generated"
    return message.as_string()


def test_nothing_is_reported_of_what_cognito_sends_itself() -> None:
    own = _message().replace("no-reply@usher.example", "no-reply@verificationemail.com")

    assert events_of(Email.parse(own.encode(), recipients=["ann@x.io"], received=NOON), at=NOON) == []
    assert events_of(_email("ann@x.io"), at=NOON)


def test_the_emulator_relays_the_headers_that_it_does_not_write_itself() -> None:
    request = {
        "ReplyToAddresses": ["mara@acme.example"],
        "Content": {"Simple": {"Headers": [{"Name": "Auto-Submitted", "Value": "auto-generated"}]}},
    }

    assert header_lines(json.dumps(request).encode()) == (
        "Reply-To: mara@acme.example",
        "Auto-Submitted: auto-generated",
    )
    assert header_lines(b"{}") == header_lines(b"[]") == header_lines(b"no json") == ()


def test_the_tags_that_an_email_was_sent_with_are_in_its_reports() -> None:
    sending = Sending(invite="01MBFYTJM0000000000000003H", number=2)
    request = {"EmailTags": [{"Name": name, "Value": value} for name, value in sending.tags.items()]}
    (line,) = header_lines(json.dumps(request).encode())

    email = Email.parse(f"{line}\n{_message()}".encode(), recipients=["ann@x.io"], received=NOON)
    (event,) = events_of(email, at=NOON)
    report = read_report(json.dumps(event))

    assert report is not None
    assert report.sending == sending


def _email(to: str) -> Email:
    return Email.parse(_message(to).encode(), recipients=[to], received=NOON)


def test_an_email_over_smtp_is_read_and_kept(tmp_path: Path) -> None:
    told: list[Email] = []

    async def on_email(email: Email) -> None:
        told.append(email)

    async def deliver() -> None:
        mailbox = Mailbox(path=tmp_path / "mail.jsonl", now=lambda: NOON, on_email=on_email)
        async with smtp_server(mailbox) as port:
            await asyncio.to_thread(_send, port)

    asyncio.run(deliver())
    (kept,) = Mailbox(path=tmp_path / "mail.jsonl", now=lambda: NOON, on_email=on_email).newest_first()

    assert told == [kept]
    assert kept.message_id == "one@email.amazonses.com"
    assert kept.to == "ann@x.io"
    assert kept.reply_to == "mara@acme.example"
    assert kept.headers == {
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": "<http://localhost:8000/learn/reminders/abc>",
    }
    assert kept.subject == "Ihr Platz für den Kurs"
    assert kept.text == "Grüezi Ann, http://localhost:8000/i/abc."
    assert kept.links == ["http://localhost:8000/i/abc"]
    assert kept.sent_at == "2026-12-01T12:00:00Z"


def _send(port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=5) as connection:
        connection.sendmail("no-reply@usher.example", ["ann@x.io"], _message())


def test_a_line_that_a_crash_cut_short_is_left_out(tmp_path: Path) -> None:
    kept = tmp_path / "mail.jsonl"
    kept.write_text('{"message_id": "one", "to": "ann@x.i')

    async def on_email(_email: Email) -> None: ...

    assert Mailbox(path=kept, now=lambda: NOON, on_email=on_email).newest_first() == []


def test_links_are_listed_once_in_the_order_of_the_html() -> None:
    html = '<a href="https://b.io/2">b</a><a href="mailto:x@y.io">mail</a><a href="https://a.io/1">a</a>'
    text = "See https://a.io/1, https://b.io/2 and (https://c.io/3)."

    assert links_in(html=html, text=text) == ["https://b.io/2", "https://a.io/1", "https://c.io/3"]


def test_ses_reports_what_its_mailbox_simulator_would() -> None:
    kinds = {
        name: [event["eventType"] for event in events_of(_email(f"{name}@simulator.amazonses.com"), at=NOON)]
        for name in ("success", "bounce", "complaint")
    }

    assert kinds == {
        "success": ["Delivery"],
        "bounce": ["Bounce"],
        "complaint": ["Delivery", "Complaint"],
    }


def test_ses_reports_a_delivery_of_any_other_address() -> None:
    (event,) = events_of(_email("ann@x.io"), at=NOON)

    assert event["eventType"] == "Delivery"
    assert event["mail"]["messageId"] == "one@email.amazonses.com"
    assert event["delivery"]["recipients"] == ["ann@x.io"]
