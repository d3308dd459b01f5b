"""run_import: takes imports further, as far as one invocation goes (docs/decisions/0026)."""

from __future__ import annotations

import traceback
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from usher.bootstrap import Bootstrap
from usher.gateways.queue import read_turn
from usher.services.imports.files import ImportFiles
from usher.services.imports.run_import import RunImport

LAST_MILLISECONDS = 90_000
"""With less time than this left, no further piece is begun: the longest takes half of it."""

logger = Logger()
_bootstrap = Bootstrap()
_queue = _bootstrap.import_queue
_running = RunImport(_bootstrap.context, ImportFiles(_bootstrap.files))


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Work on one import after another; those that the answer names stay in the queue and come again.

    What is left to do at the end of the time is queued anew before the message at hand is given up, so that
    an import that is not at its end always has a message.
    """
    return {
        "batchItemFailures": [
            {"itemIdentifier": record["messageId"]}
            for record in event["Records"]
            if not _advanced(record, context)
        ]
    }


def _advanced(record: dict[str, Any], context: LambdaContext) -> bool:
    """Take one import further; False if the message has to come again."""
    import_id = ""
    try:
        turn = read_turn(record["body"])
        import_id = turn.import_id
        more = _running.advance(
            turn, enough=lambda: context.get_remaining_time_in_millis() < LAST_MILLISECONDS
        )
        if more:
            _queue.put(turn)
    except Exception as error:  # noqa: BLE001 - whatever it was, the message comes again
        # Not its words, which may name somebody.
        where = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
        kind = type(error).__qualname__
        logger.error("An import was not taken further.", import_id=import_id, error=kind, where=where)  # noqa: TRY400 - see above
        return False
    logger.info("Took an import further.", import_id=import_id, more=more)
    return True
