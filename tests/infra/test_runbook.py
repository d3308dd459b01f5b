"""The runbook has a section for every alarm, and names queues and outputs that exist."""

import re

from infra.settings import ROOT
from tests.infra.template import Template

RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()
HEADINGS = re.findall(r"^### (.+)$", RUNBOOK, re.MULTILINE)
NAMED = {name for heading in HEADINGS for name in re.findall(r"`(\w+…?)`", heading)}


def _plain(logical_id: str) -> str:
    return logical_id[:-8]


def test_every_alarm_has_its_section(template: Template) -> None:
    """A heading names an alarm, or with an ellipsis all whose names begin so."""
    alarms = {_plain(one).removeprefix("Observability") for one in template.of_type("AWS::CloudWatch::Alarm")}

    assert alarms
    assert {
        alarm
        for alarm in alarms
        if alarm not in NAMED and not any(alarm.startswith(name[:-1]) for name in NAMED if name.endswith("…"))
    } == set()


def test_every_queue_of_dead_letters_is_described(template: Template) -> None:
    dead = {
        _plain(one).removeprefix("Observability")
        for one in template.of_type("AWS::CloudWatch::Alarm")
        if "DeadLetters" in one
    }

    assert dead
    assert dead == set(re.findall(r"`(DeadLetters\w+)`", RUNBOOK))


def test_its_commands_name_queues_and_outputs_that_exist(template: Template) -> None:
    queues = {_plain(one) for one in template.of_type("AWS::SQS::Queue")}
    outputs = set(template.body["Outputs"])
    in_loops = re.findall(r"for name in ([\w ]+);", RUNBOOK)
    functions = set(re.findall(r"(?:^|`)log (\w+)", RUNBOOK, re.MULTILINE))

    assert set(re.findall(r"\$\((?:queue|arn) (\w+)\)", RUNBOOK)) <= queues
    assert set(re.findall(r"\$\(output (\w+)\)", RUNBOOK)) <= outputs
    functions |= set(" ".join(in_loops).split())
    assert {f"{name}FunctionName" for name in functions} <= outputs
