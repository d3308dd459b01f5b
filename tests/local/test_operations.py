"""What whoever runs Usher does to a deployed stage, by the commands that they would type."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import httpx
import pytest
from botocore.exceptions import ClientError

from infra.local.emulator import REGION
from tests.local.conftest import ROOT, LocalUsher
from tests.local.test_story import Browser

OPERATOR = "first.operator@usher.example"
CHOSEN = "Another-horse-2"


def _run(usher: LocalUsher, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", f"infra.operations.{module}", *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            "AWS_ENDPOINT_URL": usher.emulator,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def _client(usher: LocalUsher, service: Any) -> Any:
    return boto3.client(
        service,
        region_name=REGION,
        endpoint_url=usher.emulator,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def _queue(usher: LocalUsher, name: str) -> str:
    """Return the queue's address by what the runbook calls it."""
    (found,) = (
        resource["PhysicalResourceId"]
        for page in _client(usher, "cloudformation")
        .get_paginator("list_stack_resources")
        .paginate(StackName="Usher")
        for resource in page["StackResourceSummaries"]
        if resource["ResourceType"] == "AWS::SQS::Queue" and resource["LogicalResourceId"].startswith(name)
    )
    return str(found)


def test_the_first_operator_chooses_a_password_and_signs_in(usher: LocalUsher) -> None:
    made = _run(usher, "create_operator", OPERATOR.upper())
    again = _run(usher, "create_operator", OPERATOR)

    assert made.returncode == again.returncode == 0, made.stderr + again.stderr
    assert (
        f"{OPERATOR} is an operator. They choose a password at {usher.base_url}/learn/password" in made.stdout
    )
    assert "They had an account" in again.stdout
    browser = Browser(usher)
    browser.open("/learn/password")
    browser.submit("/learn/password", action="send", email=OPERATOR)
    code = usher.email(OPERATOR)["html"].partition("<strong>")[2].partition("</strong>")[0]
    browser.submit("/learn/password", action="reset", email=OPERATOR, code=code, password=CHOSEN)
    credentials = {"email": OPERATOR, "password": CHOSEN}
    session = httpx.post(f"{usher.base_url}/v1/session", json=credentials, timeout=60, trust_env=False)
    assert session.status_code == 200, session.text
    listed = usher.client().get(
        "/v1/operator/organizations",
        headers={"authorization": f"Bearer {session.json()['access_token']}"},
    )
    assert listed.status_code == 200


def test_an_operator_without_an_address_or_a_stage_is_refused(usher: LocalUsher) -> None:
    for arguments, reason in (
        (["nobody"], "'nobody' is no address"),
        ([OPERATOR, "--stage", "nowhere"], "there is no stages/nowhere.json"),
        (
            [OPERATOR, "--stage", "example"],
            "The stack Usher-example has no UserPoolId",
        ),
    ):
        refused = _run(usher, "create_operator", *arguments)

        assert refused.returncode == 1
        assert reason in refused.stderr


def test_a_key_is_added_and_not_promoted_before_every_function_knows_it(usher: LocalUsher) -> None:
    added = _run(usher, "rotate_keys", "link", "add")
    hasty = _run(usher, "rotate_keys", "link", "promote")
    shown = _run(usher, "rotate_keys", "origin-verify", "retire", "--key", "k1")

    assert added.stdout == "k2 is added. Promote it in six minutes.\n"
    assert (hasty.returncode, hasty.stdout) == (1, "")
    assert "when every function knows k2" in hasty.stderr
    assert "CloudFront shows k1" in shown.stderr


def test_an_organization_is_exported_to_a_file(usher: LocalUsher, tmp_path: Path) -> None:
    organizations = usher.signed_in("manager@acme.example").get("/v1/me").json()["organizations"]
    organization = organizations[0]["id"]
    file = tmp_path / "organization.jsonl"

    exported = _run(usher, "export_organization", organization, str(file))
    again = _run(usher, "export_organization", organization, str(file))
    unknown = _run(usher, "export_organization", "acme", str(file))

    lines = file.read_text().splitlines()
    assert exported.stdout == f"{len(lines)} items were written to {file}.\n", exported.stderr
    assert {"Item"} == {key for line in lines for key in json.loads(line)}
    assert again.returncode == 1
    assert f"{file} cannot be written: File exists.\n" in again.stderr
    assert "'acme' is no organization's id" in unknown.stderr


def test_the_feeding_of_each_function_that_a_restoration_stops_can_be_stopped(usher: LocalUsher) -> None:
    """The function's name, which an output has, leads to what feeds it, as the runbook's `feeding` has it."""
    client = _client(usher, "lambda")
    runbook = (ROOT / "docs" / "runbook.md").read_text()
    (fed, *_) = re.findall(r"for name in ([\w ]+); do\n\s*for mapping in \$\(feeding", runbook)

    for name in fed.split():
        function = usher.outputs[f"{name}FunctionName"]
        feeding = client.list_event_source_mappings(FunctionName=function)["EventSourceMappings"]
        assert feeding, name
        for mapping in feeding:
            stopped = client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
            begun = client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
            assert stopped["State"] in ("Disabling", "Disabled")
            assert begun["State"] in ("Enabling", "Enabled")


def test_an_alarm_that_rings_is_listed_and_its_history_says_since_when(usher: LocalUsher) -> None:
    cloudwatch = _client(usher, "cloudwatch")
    name = cloudwatch.describe_alarms()["MetricAlarms"][0]["AlarmName"]

    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="tried")
    ringing = cloudwatch.describe_alarms(StateValue="ALARM")["MetricAlarms"]
    history = cloudwatch.describe_alarm_history(AlarmName=name, HistoryItemType="StateUpdate")
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="tried")

    assert [alarm["AlarmName"] for alarm in ringing] == [name]
    assert any("ALARM" in item["HistorySummary"] for item in history["AlarmHistoryItems"])


def test_contributor_insights_are_enabled_for_throttled_keys_and_disabled(usher: LocalUsher) -> None:
    dynamodb = _client(usher, "dynamodb")
    table = usher.outputs["TableName"]

    enabled = dynamodb.update_contributor_insights(
        TableName=table, ContributorInsightsAction="ENABLE", ContributorInsightsMode="THROTTLED_KEYS"
    )
    disabled = dynamodb.update_contributor_insights(TableName=table, ContributorInsightsAction="DISABLE")

    assert enabled["ContributorInsightsStatus"] == "ENABLING"
    assert disabled["ContributorInsightsStatus"] == "DISABLING"


def test_what_the_sweep_does_again_is_purged_from_its_dead_letters(usher: LocalUsher) -> None:
    sqs = _client(usher, "sqs")
    queue = _queue(usher, "OutboxUndispatched")
    sqs.send_message(QueueUrl=queue, MessageBody="the place in the stream")
    waiting = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"])

    sqs.purge_queue(QueueUrl=queue)

    left = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"])
    assert waiting["Attributes"] == {"ApproximateNumberOfMessages": "1"}
    assert left["Attributes"] == {"ApproximateNumberOfMessages": "0"}


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("sqs", "start_message_move_task", {"SourceArn": "arn:aws:sqs:us-east-1:000000000000:any"}),
        ("sqs", "list_message_move_tasks", {"SourceArn": "arn:aws:sqs:us-east-1:000000000000:any"}),
        ("sesv2", "get_suppressed_destination", {"EmailAddress": "ann@x.io"}),
        ("sesv2", "delete_suppressed_destination", {"EmailAddress": "ann@x.io"}),
        ("service-quotas", "list_service_quotas", {"ServiceCode": "dynamodb"}),
        (
            "backup",
            "start_restore_job",
            {"RecoveryPointArn": "arn:aws:backup:us-east-1:000000000000:recovery-point:any", "Metadata": {}},
        ),
    ],
)
def test_what_the_runbook_says_was_not_tried_cannot_be(
    usher: LocalUsher, service: str, operation: str, parameters: dict[str, Any]
) -> None:
    """Where an emulator has learned one of these, try it, and take it out of the runbook and decision 7."""
    with pytest.raises(ClientError, match=r"not valid|Unknown|\(400\)|No route"):
        getattr(_client(usher, service), operation)(**parameters)


def test_the_apis_own_address_serves_nobody(usher: LocalUsher) -> None:
    api = str(urlsplit(usher.outputs["ApiEndpoint"]).hostname).partition(".")[0]
    base = f"{usher.emulator}/_aws/execute-api/{api}/$default"

    aside = httpx.get(f"{base}/v1/entitlements", timeout=60, trust_env=False)

    assert (aside.status_code, aside.json()["code"]) == (403, "wrong_host")
