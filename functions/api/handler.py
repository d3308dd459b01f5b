"""Serves the HTTP API's events. A snapshot (SnapStart) has all that is loaded on first use without one."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.api.app import Api
from functions.api.services import Services
from functions.logs import get_logger, logged_handler
from functions.metrics import Metrics, measured_handler
from functions.origin_verification import refusal_of
from functions.snapshots import seed_after_restore
from usher.bootstrap import Bootstrap
from usher.lazy_dataclasses import write_all_methods

logger = get_logger()
metrics = Metrics()
bootstrap = Bootstrap()
services = Services(bootstrap)
api = Api(logger=logger, metrics=metrics)
if bootstrap.starts_from_snapshot:
    seed_after_restore()
    bootstrap.load_gateways()
    services.create_all()
    api.warm_up()
    write_all_methods()


@logged_handler(logger)
@measured_handler(metrics)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request."""
    refused = refusal_of(event, accepts=bootstrap.origin_verification.accepts)
    return refused or api.answer(event, context, services=services)
