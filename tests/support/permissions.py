"""What each role of the template may do: expected by a test of the template, and held where the code runs."""

from collections.abc import Mapping
from typing import Any

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


def pairs(expected: dict[str, tuple[str, ...]]) -> set[tuple[str, str]]:
    """Return each action with what it acts on."""
    return {(action, target) for target, actions in expected.items() for action in actions}


def actions_of(operation: str, params: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return what a call of DynamoDB needs: the actions, each with the table or index that it acts on."""
    index = params.get("IndexName")
    on = TABLE if index is None else f"{TABLE}/index/{index}"
    if operation != "TransactWriteItems":
        return {(f"dynamodb:{operation}", on)}
    kinds = {kind for one in params["TransactItems"] for kind in one}
    return {(f"dynamodb:{kind}Item", on) for kind in kinds}
