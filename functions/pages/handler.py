"""Serves the people's pages. A snapshot (SnapStart) has all that is loaded on first use without one."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.logs import logged_handler
from functions.metrics import measured_handler
from functions.origin_verification import refusal_of
from functions.pages.application import answer
from functions.pages.log import logger, metrics
from functions.pages.rendering import compile_all
from functions.pages.services import PageServices
from functions.snapshots import seed_after_restore
from usher.bootstrap import Bootstrap
from usher.lazy_dataclasses import write_all_methods

bootstrap = Bootstrap()
services = PageServices(bootstrap)
if bootstrap.starts_from_snapshot:
    seed_after_restore()
    bootstrap.load_gateways()
    compile_all()
    write_all_methods()


@logged_handler(logger)
@measured_handler(metrics)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request of the HTTP API."""
    refused = refusal_of(event, accepts=bootstrap.origin_verification.accepts)
    return refused or answer(event, context, services=services)
