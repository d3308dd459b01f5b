"""Serves the people's pages. Everything is created at start, so that a snapshot (SnapStart) has it."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.logs import logged_handler
from functions.pages.application import answer
from functions.pages.log import logger
from functions.pages.services import PageServices
from usher.bootstrap import Bootstrap

services = PageServices(Bootstrap())


@logged_handler(logger)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request of the HTTP API."""
    return answer(event, context, services=services)
