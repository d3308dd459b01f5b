"""The function behind `/i/{token}` and `/learn`. Built once, so that a snapshot of it starts warm."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.logs import redact_unhandled
from functions.pages.application import application, logger
from usher.bootstrap import Bootstrap
from usher.services.enrollment.sso_login import SsoLogin

_usher = Bootstrap()
_application = application(
    context=_usher.context,
    identity=_usher.identity,
    links=_usher.links,
    cookies=_usher.cookies,
    front_key=_usher.front_key,
    signing_on=SsoLogin(_usher.context, secrets=_usher.client_secrets, providers=lambda: _usher.providers),
    origin=_usher.origin,
)


@logger.inject_lambda_context
@redact_unhandled(logger)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request of the HTTP API."""
    return _application.resolve(event, context)
