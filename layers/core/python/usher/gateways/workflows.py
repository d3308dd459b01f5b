"""Workflows: executions of the state machine, each of which waits for the start of one access."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import TYPE_CHECKING

from usher.domain.effects.kinds import ScheduleStart
from usher.domain.instants import rfc3339

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class Workflows:
    """The state machine that waits until an access starts."""

    def __init__(self, *, client: SFNClient, machine: str) -> None:
        self._client = client
        self._machine = machine

    def wait_for(self, start: ScheduleStart, *, check_at: datetime) -> None:
        """Start a workflow that waits for a start; a second call for the same start does nothing."""
        given = {
            "email": start.email,
            "license": start.license,
            "start_at": rfc3339(start.start_at),
        }
        # The name is the same for the same start, and has no address, since consoles show names.
        name = hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()
        try:
            self._client.start_execution(
                stateMachineArn=self._machine,
                name=name,
                input=json.dumps({**given, "check_at": rfc3339(check_at)}),
            )
        except self._client.exceptions.ExecutionAlreadyExists:
            return
