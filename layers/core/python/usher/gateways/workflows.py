"""Workflows: executions of the state machine, each of which waits for the start of one access."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from usher import correlation
from usher.domain.effects.kinds import ScheduleStart
from usher.domain.instants import parse_rfc3339, rfc3339

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class Workflows:
    """The state machine that waits until an access starts."""

    def __init__(self, *, client: SFNClient, machine: str) -> None:
        self._client = client
        self._machine = machine

    def wait_for(self, start: ScheduleStart, *, check_at: datetime) -> None:
        """Start a workflow that waits for a start; a second call for the same start does nothing."""
        self._begin(start.name, start, check_at)

    def wait_on(self, start: ScheduleStart, *, check_at: datetime) -> None:
        """Start the next workflow of a wait that is too long for one; a second call for it does nothing."""
        self._begin(f"{start.name}-{check_at:%Y%m%d%H%M%S}", start, check_at)

    def _begin(self, name: str, start: ScheduleStart, check_at: datetime) -> None:
        try:
            self._client.start_execution(
                stateMachineArn=self._machine,
                name=name,
                input=json.dumps({**input_of(start), "check_at": rfc3339(check_at)}),
            )
        except self._client.exceptions.ExecutionAlreadyExists:
            return


def input_of(start: ScheduleStart) -> dict[str, Any]:
    """Return what a workflow is told of its start, with the id of the request that it follows from.

    It stays in the history of workflows.
    """
    return {
        "organization": start.organization,
        "event": start.event,
        "number": start.number,
        "license": start.license,
        "start_at": rfc3339(start.start_at),
        correlation.ATTRIBUTE: correlation.current(),
    }


def start_in(given: Mapping[str, Any]) -> ScheduleStart:
    """Return the start that a workflow's input tells of."""
    return ScheduleStart(
        organization=given["organization"],
        event=given["event"],
        number=given["number"],
        license=given["license"],
        start_at=parse_rfc3339(given["start_at"]),
    )
