"""send_email: sends queued emails, one SQS message each, once each (DESIGN 3, Email)."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.send_email.discretion import DiscreetFormatter
from functions.send_email.rendering import Rendering
from usher.bootstrap import Bootstrap
from usher.gateways.queue import read_email
from usher.services.outbox.send_email import SendEmail, SendOutcome

logger = Logger(logger_formatter=DiscreetFormatter())
_bootstrap = Bootstrap()
_sending = SendEmail(
    _bootstrap.context,
    mail=_bootstrap.mail,
    links=_bootstrap.links,
    origin=_bootstrap.origin,
    render=Rendering(now=_bootstrap.context.now).render,
)


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Send a batch of emails; those that the answer names stay in the queue and come again.

    One that another worker is sending right now is among them: only if that worker dies is it sent here.
    """
    return {
        "batchItemFailures": [
            {"itemIdentifier": record["messageId"]} for record in event["Records"] if not _settled(record)
        ]
    }


def _settled(record: dict[str, Any]) -> bool:
    """Send one email; False if it has to come again."""
    try:
        email = read_email(record["body"])
        outcome = _sending.send(email)
    except Exception:
        logger.exception("An email was not sent.", sqs_message=record["messageId"])
        return False
    logger.info(
        "Handled an email.",
        email_id=email.id,
        invite=email.invite,
        template=email.template,
        outcome=outcome,
    )
    return outcome is not SendOutcome.TAKEN
