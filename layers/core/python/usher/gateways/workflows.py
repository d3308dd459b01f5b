"""Workflows: executions of the state machine, each of which waits for the starts of one moment and lane."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from usher.domain.instants import parse_rfc3339, rfc3339
from usher.domain.start_checks import StartCheck

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

MOST_REMEMBERED = 10_000
"""How many names of workflows a process remembers."""


class Workflows:
    """The state machine that waits until accesses start."""

    def __init__(self, *, client: SFNClient, machine: str) -> None:
        self._client = client
        self._machine = machine
        self._begun: dict[str, None] = {}

    def wait_for(self, check: StartCheck) -> None:
        """Have a workflow wait for a check: one call, or none where this process has begun it lately.

        A workflow that waits or has ended already is left as it is: Step Functions takes its name once in
        the 90 days that it keeps what has ended.
        """
        if check.name in self._begun:
            return
        with suppress(self._client.exceptions.ExecutionAlreadyExists):
            self._client.start_execution(
                stateMachineArn=self._machine, name=check.name, input=json.dumps(input_of(check))
            )
        self._begun[check.name] = None
        if len(self._begun) > MOST_REMEMBERED:
            del self._begun[next(iter(self._begun))]


def input_of(check: StartCheck) -> dict[str, Any]:
    """Return what a workflow is told of its check; it stays in the history of workflows."""
    return {
        "start_at": rfc3339(check.start_at),
        "lane": check.lane,
        "waits": check.waits,
        "turn": check.turn,
        "check_at": rfc3339(check.check_at),
    }


def check_in(given: Mapping[str, Any]) -> StartCheck:
    """Return the check that a workflow's input tells of."""
    return StartCheck(
        start_at=parse_rfc3339(given["start_at"]),
        lane=given["lane"],
        waits=given["waits"],
        turn=given["turn"],
    )
