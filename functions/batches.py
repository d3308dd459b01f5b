"""Calls a function's batch processor and returns Lambda's partial response."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext


def process_batch(
    event: dict[str, Any],
    context: LambdaContext,
    *,
    record_handler: Callable[..., object],
    processor: BatchProcessor,
) -> PartialItemFailureResponse:
    """Process the records of an event, and return those to deliver again.

    An empty batch has no failures: Lambda never sends one, but an invocation by hand may, to see whether the
    function starts. Powertools' own function raises for it.
    """
    if event["Records"] == []:
        return {"batchItemFailures": []}
    return process_partial_response(
        event=event, record_handler=record_handler, processor=processor, context=context
    )
