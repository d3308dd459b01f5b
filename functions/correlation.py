"""The correlation id in the logs: each line names the request that the work began with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger

from usher import correlation


def correlate(logger: Logger, correlation_id: str) -> None:
    """Begin work that follows from the request of this id, and name the id in each line of the log."""
    correlation.begin(correlation_id)
    logger.set_correlation_id(correlation_id or None)


def end_correlation() -> None:
    """End the work: what comes next belongs to no request until it begins its own."""
    correlation.begin("")


def correlation_id_of(record: Mapping[str, Any]) -> str:
    """Return the correlation id of a message as Lambda hands it over; empty for one without."""
    named = (record.get("messageAttributes") or {}).get(correlation.ATTRIBUTE) or {}
    return str(named.get("stringValue") or "")
