"""DESIGN 7.6: each function's policy allows what it does, on what it does it to, and nothing else."""

import re
from typing import Any

import pytest

from infra.settings import ROOT
from tests.infra.template import Template

TABLE = "SeatsTable"
LISTING = "SeatsTable/index/listing"
DUE = "SeatsTable/index/due"
DIRECTORY = tuple(
    f"SeatsTable/index/directory_{field}" for field in ("email", "first_name", "last_name", "address")
)
STREAM = "SeatsTable.StreamArn"
POOL = "IdentityPool"
LINK_KEYS = "${SecretsLinkKeys}"
ENTITLEMENTS_KEY = "${SecretsEntitlementsKey}"
WEBHOOK_KEYS = "${SecretsWebhookKeys}"
PERSON_ID_KEYS = "${SecretsPersonIdKeys}"
CHALLENGE_KEYS = "${SecretsChallengeKeys}"
ORIGIN_VERIFY_KEYS = "${SecretsOriginVerifyKeys}"
CLIENT_SECRETS = (
    "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:usher/Usher/sso/*"
)
START_MACHINE = "${StartsMachine}"
SES = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}"
ITSELF = "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:Usher-access-start"

IMPORT_FILES = "ImportFilesBucket/*"
UPLOADS = "ImportFilesBucket/*/file"
LOGOS = "CdnConsole/logos/*"

LOG = ("logs:CreateLogStream", "logs:PutLogEvents")
READ = ("dynamodb:GetItem", "dynamodb:BatchGetItem")
PUT_AND_UPDATE = ("dynamodb:PutItem", "dynamodb:UpdateItem")
WRITE = (*PUT_AND_UPDATE, "dynamodb:ConditionCheckItem")
QUERY = ("dynamodb:Query",)
DELETE = ("dynamodb:DeleteItem",)
WRITE_MANY = ("dynamodb:BatchWriteItem",)
TAKE_FROM_QUEUE = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
READ_SECRET = ("secretsmanager:GetSecretValue",)

TRACE = ("xray:PutTraceSegments", "xray:PutTelemetryRecords")
"""What every function may do, for Lambda to trace it; X-Ray knows no narrower resource than `*`."""

# function → what it acts on → what it may do there
EXPECTED: dict[str, dict[str, tuple[str, ...]]] = {
    "api": {
        "HttpFunctionsApiLog": LOG,
        TABLE: READ + QUERY + WRITE + DELETE,
        LISTING: QUERY,
        **dict.fromkeys(DIRECTORY, QUERY),
        POOL: (
            "cognito-idp:AdminInitiateAuth",
            "cognito-idp:AdminUpdateUserAttributes",
            "cognito-idp:AdminSetUserPassword",
            "cognito-idp:AdminUserGlobalSignOut",
        ),
        ENTITLEMENTS_KEY: READ_SECRET,
        IMPORT_FILES: ("s3:GetObject",),
        UPLOADS: ("s3:PutObject",),
        LOGOS: ("s3:PutObject", "s3:DeleteObject"),
        WEBHOOK_KEYS: READ_SECRET,
        PERSON_ID_KEYS: READ_SECRET,
        ORIGIN_VERIFY_KEYS: READ_SECRET,
        CLIENT_SECRETS: (  # never to read them
            "secretsmanager:CreateSecret",
            "secretsmanager:PutSecretValue",
            "secretsmanager:DeleteSecret",
        ),
    },
    "pages": {
        "HttpFunctionsPagesLog": LOG,
        TABLE: READ + QUERY + WRITE + DELETE,
        LISTING: QUERY,
        POOL: (
            "cognito-idp:AdminInitiateAuth",
            "cognito-idp:AdminRespondToAuthChallenge",
            "cognito-idp:AdminListGroupsForUser",
            "cognito-idp:AdminGetUser",
            "cognito-idp:AdminCreateUser",
            "cognito-idp:AdminSetUserPassword",
            "cognito-idp:AdminUserGlobalSignOut",
        ),
        LINK_KEYS: READ_SECRET,
        ORIGIN_VERIFY_KEYS: READ_SECRET,
        CHALLENGE_KEYS: READ_SECRET,
        CLIENT_SECRETS: READ_SECRET,
    },
    "dispatch": {
        "OutboxDispatchLog": LOG,
        STREAM: (
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
            "dynamodb:ListStreams",
        ),
        TABLE: READ + QUERY + WRITE + DELETE + WRITE_MANY,
        LISTING: QUERY,
        "MailToSendQueue": ("sqs:SendMessage",),
        "MailBulkQueue": ("sqs:SendMessage",),
        "OutboxUndispatched": ("sqs:SendMessage",),
        "ImportsWaitingQueue": ("sqs:SendMessage",),
        "ErasuresOrderedQueue": ("sqs:SendMessage",),
        "WebhooksToDeliverQueue": ("sqs:SendMessage",),
        START_MACHINE: ("states:StartExecution",),
        "EventsBus": ("events:PutEvents",),
    },
    "send_email": {
        "OutboxSendEmailLog": LOG,
        TABLE: (*READ, *WRITE, *DELETE),
        "MailToSendQueue": (*TAKE_FROM_QUEUE, "sqs:SendMessage"),
        "MailBulkQueue": (*TAKE_FROM_QUEUE, "sqs:SendMessage"),
        f"{SES}:identity/usher.example": ("ses:SendEmail",),
        f"{SES}:configuration-set/${{MailConfigurationSet}}": ("ses:SendEmail",),
        LINK_KEYS: READ_SECRET,
    },
    "record_delivery": {
        "OutboxRecordDeliveryLog": LOG,
        TABLE: ("dynamodb:GetItem", *PUT_AND_UPDATE, *DELETE),
        "MailDeliveriesQueue": TAKE_FROM_QUEUE,
    },
    "start_access": {
        "StartsStartAccessLog": LOG,
        TABLE: (*READ, "dynamodb:PutItem"),
        DUE: QUERY,
        ITSELF: ("states:StartExecution",),
    },
    "sweep": {
        "SchedulesSweepLog": LOG,
        TABLE: (*READ, *QUERY, *PUT_AND_UPDATE, "dynamodb:BatchWriteItem"),
        DUE: QUERY,
        LISTING: QUERY,
        "WebhooksToDeliverQueue": ("sqs:SendMessage",),
        "*": ("ses:GetSendQuota",),  # it knows no narrower resource
        "SchedulesSweepFunction": ("lambda:InvokeFunction",),  # a run of its own for a full shard
    },
    "run_import": {
        "ImportsRunImportLog": LOG,
        TABLE: READ + QUERY + WRITE,
        LISTING: QUERY,
        IMPORT_FILES: ("s3:GetObject", "s3:PutObject"),
        "ImportsWaitingQueue": (*TAKE_FROM_QUEUE, "sqs:SendMessage"),
    },
    "erase_learner": {
        "ErasuresEraseLearnerLog": LOG,
        TABLE: ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", *QUERY, *DELETE, *WRITE_MANY),
        LISTING: QUERY,
        POOL: ("cognito-idp:AdminListGroupsForUser", "cognito-idp:AdminDeleteUser"),
        "*": ("ses:DeleteSuppressedDestination",),  # an account's one list has no narrower resource
        IMPORT_FILES: ("s3:GetObject", "s3:PutObject", "s3:DeleteObject"),
        "ErasuresOrderedQueue": (*TAKE_FROM_QUEUE, "sqs:SendMessage"),
    },
    "auth_challenge": {
        "AuthChallengeLog": LOG,
        CHALLENGE_KEYS: READ_SECRET,
    },
    "custom_message": {
        "MessagesCustomMessageLog": LOG,
        TABLE: ("dynamodb:GetItem",),
        LISTING: QUERY,
    },
    "deliver_webhook": {
        "WebhooksDeliverWebhookLog": LOG,
        TABLE: ("dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"),
        "WebhooksToDeliverQueue": (*TAKE_FROM_QUEUE, "sqs:SendMessage"),
        WEBHOOK_KEYS: READ_SECRET,
    },
}

# The roles that AWS itself takes on for us.
EXPECTED_OF_SERVICES: dict[str, dict[str, tuple[str, ...]]] = {
    "StartsRole": {
        "StartsStartAccessFunction": ("lambda:InvokeFunction",),
        "*": (  # vended logs know no narrower resource
            "logs:CreateLogDelivery",
            "logs:GetLogDelivery",
            "logs:UpdateLogDelivery",
            "logs:DeleteLogDelivery",
            "logs:ListLogDeliveries",
            "logs:PutResourcePolicy",
            "logs:DescribeResourcePolicies",
            "logs:DescribeLogGroups",
        ),
    },
    "SchedulesRole": {
        "SchedulesSweepFunction": ("lambda:InvokeFunction",),
        "SchedulesMissed": ("sqs:SendMessage",),
    },
}


def _pairs(expected: dict[str, tuple[str, ...]]) -> set[tuple[str, str]]:
    return {(action, target) for target, actions in expected.items() for action in actions}


def _role_of(function: dict[str, Any]) -> str:
    role_id: str = function["Role"]["Fn::GetAtt"][0]
    return role_id


@pytest.mark.parametrize("name", EXPECTED)
def test_a_function_may_do_what_it_does_and_nothing_else(template: Template, name: str) -> None:
    role_id = _role_of(template.functions()[name])

    traced = {(action, "*") for action in TRACE}
    assert template.allowed(role_id) == _pairs(EXPECTED[name]) | traced


@pytest.mark.parametrize("name", EXPECTED_OF_SERVICES)
def test_a_service_may_do_for_us_what_it_must_and_nothing_else(template: Template, name: str) -> None:
    (role_id,) = (role_id for role_id in template.of_type("AWS::IAM::Role") if role_id[:-8] == name)

    assert template.allowed(role_id) == _pairs(EXPECTED_OF_SERVICES[name])


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
