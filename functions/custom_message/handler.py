"""custom_message: the user pool's trigger, writes the email with a password's code (decision 0054)."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.custom_message.wiring import account_organization
from functions.email_layout.password_code import PasswordCodeRenderer
from functions.logs import get_logger, logged_handler
from functions.metrics import MetricName, Metrics, measured_handler
from usher.bootstrap import Bootstrap
from usher.domain.languages import language_of_tag
from usher.domain.organizations import Organization

FORGOT_PASSWORD = "CustomMessage_ForgotPassword"  # noqa: S105 - what Cognito calls the cause

logger = get_logger()
metrics = Metrics()
_bootstrap = Bootstrap()
_account_organization = account_organization(_bootstrap)
_renderer = PasswordCodeRenderer(origin=_bootstrap.origin)


@logged_handler(logger)
@measured_handler(metrics)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 - Lambda's
    """Return the event with the email; messages for other causes stay the pool's own."""
    logger.info("Asked for a message.", cause=event["triggerSource"])
    if event["triggerSource"] != FORGOT_PASSWORD:
        return event
    request = event["request"]
    person, asked = request["userAttributes"], request.get("clientMetadata") or {}
    message = _renderer.render(
        to=person["email"],
        code=request["codeParameter"],
        organization=_organization(person["email"]),
        language=language_of_tag(person.get("locale", "")) or language_of_tag(asked.get("language", "")),
    )
    metrics.add(MetricName.PASSWORD_CODES)
    written = {"emailSubject": message.subject, "emailMessage": message.html}
    return {**event, "response": {**event["response"], **written}}


def _organization(email: str) -> Organization | None:
    try:
        return _account_organization.of(email=email)
    except Exception:
        # The way back in must not depend on it, and is Usher's own then.
        logger.exception("The person's organization could not be read.")
        return None
