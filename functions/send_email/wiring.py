"""Wires send_email's service."""

from __future__ import annotations

from collections.abc import Callable

from usher.bootstrap import Bootstrap
from usher.gateways.mail import Message
from usher.services.outbox.send_email import EmailContext, EmailQueues, SendEmail
from usher.store.table import JITTER


def send_email(bootstrap: Bootstrap, *, render: Callable[[EmailContext], Message]) -> SendEmail:
    """Return the sending of emails, which `render` writes."""
    return SendEmail(
        bootstrap.context,
        mail=bootstrap.mail,
        links=bootstrap.links,
        origin=bootstrap.origin,
        render=render,
        queues=EmailQueues(awaited=bootstrap.email_queue, bulk=bootstrap.bulk_email_queue),
        chance=JITTER.random,
    )
