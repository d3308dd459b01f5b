"""erase_learner: takes a learner out of all that an organization holds (docs/decisions/0034)."""

from __future__ import annotations

import traceback
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from usher.bootstrap import Bootstrap
from usher.gateways.queue import read_order
from usher.services.imports.files import ImportFiles
from usher.services.people.pseudonymize_learner import PseudonymizeLearner

logger = Logger()
_bootstrap = Bootstrap()
_scrubbing = PseudonymizeLearner(
    _bootstrap.context, identity=_bootstrap.identity, files=ImportFiles(_bootstrap.files)
)


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Carry out the orders; those that the answer names come again, and go on where it is needed."""
    failed = [record for record in event["Records"] if not _carried_out(record["body"])]
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in failed]}


def _carried_out(body: str) -> bool:
    order = read_order(body)
    try:
        done = _scrubbing.carry_out(organization=order.organization, erasure=order.erasure)
    except Exception as error:  # noqa: BLE001 - whatever it was, the order comes again
        # Not its words, which may name somebody.
        where = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
        kind = type(error).__qualname__
        logger.error("A learner was not erased.", erasure=order.erasure, error=kind, where=where)  # noqa: TRY400 - see above
        return False
    logger.info("Erased a learner.", erasure=order.erasure, done=done)
    return True
