"""The runbook has a section for every alarm, names what exists, and leaves out nothing that a step needs."""

import re
from collections.abc import Iterator

import pytest

from infra.app import build
from infra.settings import ROOT, Settings
from tests.infra.template import Template, references

RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()
HEADINGS = re.findall(r"^### (.+)$", RUNBOOK, re.MULTILINE)
NAMED = {name for heading in HEADINGS for name in re.findall(r"`(\w+…?)`", heading)}


OPTIONS = {
    "web_acl_arn": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/usher/0000",
    "origin": "https://seats.usher.example",
    "certificate": "arn:aws:acm:us-east-1:123456789012:certificate/0000",
    "alarm_email": "on-call@usher.example",
    "ses_sandbox": True,
    "route_metrics": True,
    "backup": True,
    "canary": True,
}
"""All that a stage may have beside, since any of it may bring alarms of its own, as `canary` does."""
WHERE = {"stage", "account", "region"}
"""Settings that say where a stage is, and not what it has."""


@pytest.fixture(scope="module")
def with_options(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    outdir = tmp_path_factory.mktemp("cdk.out")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CDK_VALIDATION", "false")
        patch.delenv("CDK_CONTEXT_JSON", raising=False)
        build(outdir=str(outdir), context={"aws:cdk:bundling-stacks": [], **OPTIONS}).synth()
        yield Template.read(outdir)


def _plain(logical_id: str) -> str:
    return logical_id[:-8]


def _alarms(template: Template) -> set[str]:
    return {_plain(one).removeprefix("Observability") for one in template.of_type("AWS::CloudWatch::Alarm")}


def _names(name: str, alarm: str) -> bool:
    return alarm.startswith(name[:-1]) if name.endswith("…") else alarm == name


def test_the_template_with_options_has_all_that_a_stage_may_leave_out() -> None:
    left_out = {name for name, field in Settings.model_fields.items() if field.default in (None, False, ())}
    given = {name for name in left_out if OPTIONS.get(name)}

    assert given == left_out - WHERE - {"log_sample_rate", "webhook_networks"}, (
        "numbers and networks have no alarm"
    )


def test_every_alarm_has_its_section_and_every_section_its_alarm(
    template: Template, with_options: Template
) -> None:
    """A heading names an alarm, or with an ellipsis all whose names begin so."""
    alarms = _alarms(with_options)

    assert _alarms(template) < alarms, "some belong to options"
    named = {name: {alarm for alarm in alarms if _names(name, alarm)} for name in NAMED}
    assert alarms - set[str]().union(*named.values()) == set()
    assert {name for name, those in named.items() if not those} == set(), "no alarm is called so"


def test_every_queue_of_dead_letters_is_described(template: Template) -> None:
    dead = {alarm for alarm in _alarms(template) if "DeadLetters" in alarm}

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


def _looped(text: str) -> set[str]:
    return set(" ".join(re.findall(r"for name in ([\w ]+);", text)).split())


def test_a_restoration_stops_every_function_that_writes_and_lets_it_run_again(template: Template) -> None:
    """A function is called by somebody, and gets no concurrency, or it is fed, and its feeding is stopped."""
    (table,) = template.of_type("AWS::DynamoDB::Table")
    functions = {
        output.removesuffix("FunctionName"): next(iter(references(described["Value"])))
        for output, described in template.body["Outputs"].items()
        if output.endswith("FunctionName")
    }
    fed = {
        next(iter(references(mapping["FunctionName"])))
        for mapping in template.of_type("AWS::Lambda::EventSourceMapping").values()
    }
    writing = {
        name
        for name, function in functions.items()
        if {
            action
            for action, on in template.allowed(
                template.resources[function]["Properties"]["Role"]["Fn::GetAtt"][0]
            )
            if on == table[:-8]
        }
        & {f"dynamodb:{kind}Item" for kind in ("Put", "Update", "Delete", "BatchWrite")}
    }
    section = RUNBOOK.partition("## Restoring")[2].partition("## Rotating")[0]
    stop, _, go = section.partition("2. Restore")
    stopped, fed_no_more = stop.split("for name in Dispatch", 1)

    assert _looped(stopped) | _looped(f"for name in Dispatch{fed_no_more}") == writing
    assert _looped(stopped) == {name for name in writing if functions[name] not in fed}
    assert _looped(go) == writing


def test_messages_are_moved_back_from_the_dead_letters_of_queues_alone(template: Template) -> None:
    """SQS moves back what came from a queue, and not what SNS, Lambda or a schedule put there."""
    of_queues = {
        _plain(queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0])
        for queue in template.of_type("AWS::SQS::Queue").values()
        if "RedrivePolicy" in queue
    }
    section = RUNBOOK.partition("## Redriving")[2].partition("## Restoring")[0]
    moved = set(re.findall(r"`(\w+DeadLetters)`", section)) | set(
        re.findall(r"start-message-move-task --source-arn \"\$\(arn (\w+)\)", section)
    )

    assert moved == of_queues
    others = {_plain(queue) for queue in template.of_type("AWS::SQS::Queue")} - of_queues
    assert {queue for queue in others if not queue.endswith("Queue")} <= set(re.findall(r"`(\w+)`", section))


def test_a_log_is_read_from_a_moment_on_and_a_sweep_is_waited_for_and_begun_once() -> None:
    """Without a start, the log is read from its beginning; after a minute, the sweep is invoked again."""
    functions = RUNBOOK.partition("```sh")[2].partition("```")[0]
    (sweep,) = re.findall(r"^sweep\(\) \{.*?\}$", functions, re.MULTILINE | re.DOTALL)

    assert "--start-time" in functions.partition("log() {")[2].partition("}\n")[0]
    assert "AWS_MAX_ATTEMPTS=1" in sweep
    assert "--cli-read-timeout 900" in sweep
    assert RUNBOOK.count("aws lambda invoke") == 1, "that one"
