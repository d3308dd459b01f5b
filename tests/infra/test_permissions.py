"""DESIGN 7.6: each function's policy allows what it does, on what it does it to, and nothing else."""

import re
from typing import Any

import pytest

from infra.settings import ROOT
from tests.infra.template import Template
from tests.support.permissions import EXPECTED, EXPECTED_OF_SERVICES, LOG, TAKE_FROM_QUEUE, TRACE, pairs


def _role_of(function: dict[str, Any]) -> str:
    role_id: str = function["Role"]["Fn::GetAtt"][0]
    return role_id


@pytest.mark.parametrize("name", EXPECTED)
def test_a_function_may_do_what_it_does_and_nothing_else(template: Template, name: str) -> None:
    role_id = _role_of(template.functions()[name])

    traced = {(action, "*") for action in TRACE}
    assert template.allowed(role_id) == pairs(EXPECTED[name]) | traced


@pytest.mark.parametrize("name", EXPECTED_OF_SERVICES)
def test_a_service_may_do_for_us_what_it_must_and_nothing_else(template: Template, name: str) -> None:
    (role_id,) = (role_id for role_id in template.of_type("AWS::IAM::Role") if role_id[:-8] == name)

    assert template.allowed(role_id) == pairs(EXPECTED_OF_SERVICES[name])


def test_every_role_is_in_the_tables_above(template: Template) -> None:
    of_functions = {_role_of(function) for function in template.functions().values()}
    of_services = {r for r in template.of_type("AWS::IAM::Role") if r[:-8] in EXPECTED_OF_SERVICES}

    assert template.functions().keys() == EXPECTED.keys()
    assert len(of_functions) == len(EXPECTED)
    assert of_functions | of_services == template.of_type("AWS::IAM::Role").keys()


def test_no_role_has_a_managed_or_an_inline_policy_beside(template: Template) -> None:
    for role in template.of_type("AWS::IAM::Role").values():
        assert "ManagedPolicyArns" not in role
        assert "Policies" not in role


def test_no_action_is_a_wildcard(template: Template) -> None:
    actions = {
        action for role_id in template.of_type("AWS::IAM::Role") for action, _ in template.allowed(role_id)
    }

    assert not {action for action in actions if "*" in action}


def test_roles_that_a_service_takes_on_are_for_this_account_only(template: Template) -> None:
    for role_id, role in template.of_type("AWS::IAM::Role").items():
        (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
        if statement["Principal"]["Service"] != "lambda.amazonaws.com":
            assert statement["Condition"] == {
                "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
            }, role_id


BY_AWS = {
    *LOG,
    *TRACE,
    *TAKE_FROM_QUEUE,
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
}
"""What Lambda does with a function's role: it logs, traces, reads queues and the stream (decision 94)."""

CALLED = {
    "dynamodb:ConditionCheckItem": ".condition_check(",
    "dynamodb:PutItem": '"Put"',
    "lambda:InvokeFunction": ".invoke(",
    "sqs:SendMessage": ".send_message_batch(",
}
"""How code writes an action whose call is called otherwise."""


def test_every_action_is_called_by_code_or_made_by_aws(template: Template) -> None:
    source = "\n".join(
        path.read_text() for folder in ("functions", "layers") for path in (ROOT / folder).rglob("*.py")
    )
    granted = {
        action
        for function in template.functions().values()
        for action, _ in template.allowed(_role_of(function))
    }

    def is_called(action: str) -> bool:
        name = action.partition(":")[2]
        method = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        return any(text in source for text in (CALLED.get(action, f".{method}("), f'"{name}"'))

    assert granted >= BY_AWS
    assert {action for action in granted - BY_AWS if not is_called(action)} == set()
