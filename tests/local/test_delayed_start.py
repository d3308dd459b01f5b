"""The deployed state machine itself. It waits by the real clock, so these come before any time travel."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from tests.local.conftest import LocalUsher
from tests.local.test_story import Acme, Browser, link_in

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


@pytest.fixture
def machine(usher: LocalUsher) -> Iterator["SFNClient"]:
    client = boto3.client(
        "stepfunctions",
        endpoint_url=usher.emulator,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    yield client
    client.close()


def _instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _executions(machine: "SFNClient", usher: LocalUsher) -> list[dict[str, Any]]:
    """Every execution with its input."""
    arn = usher.outputs["StateMachineArn"]
    found = machine.list_executions(stateMachineArn=arn)["executions"]
    described = [machine.describe_execution(executionArn=one["executionArn"]) for one in found]
    return [{**one, "input": json.loads(one["input"])} for one in described]


def test_a_wait_too_long_for_one_execution_is_handed_to_another(
    machine: "SFNClient", usher: LocalUsher
) -> None:
    start_at = _instant(datetime.now(UTC) + timedelta(days=800))
    ordered = {
        "start_at": start_at,
        "lane": 0,
        "waits": 3,
        "turn": 1,
        "check_at": _instant(datetime.now(UTC)),
    }

    machine.start_execution(stateMachineArn=usher.outputs["StateMachineArn"], input=json.dumps(ordered))

    def both() -> list[dict[str, Any]]:
        own = [one for one in _executions(machine, usher) if one["input"]["start_at"] == start_at]
        return own if {one["status"] for one in own} == {"SUCCEEDED", "RUNNING"} else []

    waiting = next(one for one in usher.wait_for(both, "the second execution") if one["status"] == "RUNNING")
    assert waiting["input"]["waits"] == 2
    days = (datetime.fromisoformat(waiting["input"]["check_at"]) - datetime.now(UTC)).days
    assert 150 < days < 366
    machine.stop_execution(executionArn=waiting["executionArn"])


def test_access_starts_by_itself_on_its_latest_date_and_an_earlier_one_has_no_effect(
    machine: "SFNClient", usher: LocalUsher
) -> None:
    acme = Acme(usher)
    begun = datetime.now(UTC)
    first_start, second_start = (_instant(begun + timedelta(seconds=s)) for s in (12, 20))
    invite = acme.invite("course", "waits@team.example", access_start=first_start)["waits@team.example"]
    Browser(usher).register(link_in(usher.email("waits@team.example")), "Will", "Ait")

    def state() -> str:
        learner = acme.http.get(acme.person("learners", "waits@team.example")).json()
        return str(learner["accesses"][0]["state"])

    def ended(start_at: str) -> bool:
        return any(
            one["status"] == "SUCCEEDED"
            for one in _executions(machine, usher)
            if one["input"]["start_at"] == start_at
        )

    assert state() == "scheduled"
    assert acme.patch(invite, second_start).status_code == 200
    usher.wait_for(lambda: ended(first_start), "the end of the first wait")
    assert datetime.now(UTC) >= begun + timedelta(seconds=20) or state() == "scheduled"
    usher.wait_for(lambda: ended(second_start), "the end of the second wait")
    assert state() == "active"
    assert usher.email("waits@team.example", subject="you can start")["links"]
