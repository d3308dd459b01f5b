"""What is kept is kept, what fails is seen, and the stack can be deployed at all."""

import json
from graphlib import TopologicalSorter
from typing import Any

from infra.constructs.api_paths import API_PATHS
from infra.constructs.mail import SEND_TIMEOUT
from infra.settings import ROOT
from tests.infra.template import Template, references, words
from tests.support.tables import INDEXES
from usher.store.emails import LEASE

DAY = 24 * 60 * 60
AT_ONCE = {"WebhooksToDeliverQueue": 20, "ErasuresOrderedQueue": 2}
"""Queues whose consumer wants more copies than the others' (receivers of webhooks can be slow), or fewer."""


def _dead_letters(template: Template) -> set[str]:
    """The queues that something else sends what it could not handle to."""
    return {
        *(
            queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
            for queue in template.of_type("AWS::SQS::Queue").values()
            if "RedrivePolicy" in queue
        ),
        *(
            mapping["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0]
            for mapping in template.of_type("AWS::Lambda::EventSourceMapping").values()
            if "DestinationConfig" in mapping
        ),
        *(
            schedule["Target"]["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0]
            for schedule in template.of_type("AWS::Scheduler::Schedule").values()
        ),
        *(
            subscription["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
            for subscription in template.of_type("AWS::SNS::Subscription").values()
            if "RedrivePolicy" in subscription
        ),
    }


KEPT = "RetainExceptOnCreate"
"""CloudFormation keeps it when a stack is deleted, but not when its creation failed."""


def test_what_sns_cannot_deliver_is_kept_apart_from_what_a_queue_can_take_back(template: Template) -> None:
    (subscription,) = template.of_type("AWS::SNS::Subscription").values()

    letters = subscription["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
    assert letters.startswith("MailUndelivered")
    of_queues = {
        queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
        for queue in template.of_type("AWS::SQS::Queue").values()
        if "RedrivePolicy" in queue
    }
    assert letters not in of_queues


def test_the_sweep_is_tried_again_by_its_schedule_alone(template: Template) -> None:
    config = template.one("AWS::Lambda::EventInvokeConfig")["Properties"]
    (schedule,) = template.of_type("AWS::Scheduler::Schedule").values()

    assert config["FunctionName"]["Ref"].startswith("SchedulesSweep")
    assert config["MaximumRetryAttempts"] == 0
    assert schedule["Target"]["RetryPolicy"]["MaximumRetryAttempts"] == 2


def test_the_table_outlives_the_stack_and_can_be_taken_back_in_time(template: Template) -> None:
    table = template.one("AWS::DynamoDB::Table")

    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == (KEPT, "Retain")
    assert table["Properties"]["DeletionProtectionEnabled"] is True
    assert table["Properties"]["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert table["Properties"]["BillingMode"] == "PAY_PER_REQUEST"


def test_the_table_has_the_keys_indexes_and_stream_that_the_store_expects(template: Template) -> None:
    table = template.one("AWS::DynamoDB::Table")["Properties"]
    indexes = {index["IndexName"]: index for index in table["GlobalSecondaryIndexes"]}

    assert [key["AttributeName"] for key in table["KeySchema"]] == ["pk", "sk"]
    assert indexes.keys() == INDEXES.keys()
    for name, index in indexes.items():
        *keys, projection = INDEXES[name]
        assert [key["AttributeName"] for key in index["KeySchema"]] == keys
        assert index["Projection"] == {"ProjectionType": projection}
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_on", "Enabled": True}


def test_accounts_and_keys_outlive_the_stack(template: Template) -> None:
    pool = template.one("AWS::Cognito::UserPool")

    assert pool["DeletionPolicy"] == KEPT
    assert pool["Properties"]["DeletionProtection"] == "ACTIVE"
    for resource in template.resources.values():
        if resource["Type"] in {"AWS::SecretsManager::Secret", "AWS::S3::Bucket"}:
            assert resource["DeletionPolicy"] == KEPT


def test_nobody_can_sign_up_or_change_their_address_on_their_own(template: Template) -> None:
    pool = template.one("AWS::Cognito::UserPool")["Properties"]
    client = template.one("AWS::Cognito::UserPoolClient")["Properties"]

    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    assert pool["UsernameAttributes"] == ["email"]
    assert set(client["WriteAttributes"]) == {"given_name", "family_name"}
    assert set(client["ReadAttributes"]) == {"email", "email_verified", "given_name", "family_name", "locale"}
    assert set(client["ExplicitAuthFlows"]) == {
        "ALLOW_ADMIN_USER_PASSWORD_AUTH",
        "ALLOW_CUSTOM_AUTH",  # asks for what only our own functions can answer (decision 61)
        "ALLOW_REFRESH_TOKEN_AUTH",
    }
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert pool["LambdaConfig"].keys() == {
        "DefineAuthChallenge",
        "CreateAuthChallenge",
        "VerifyAuthChallengeResponse",
        "CustomMessage",
    }


def test_every_queue_has_dead_letters_or_holds_them(template: Template) -> None:
    dead_letters = _dead_letters(template)

    assert len(dead_letters) == 9
    for queue_id, queue in template.of_type("AWS::SQS::Queue").items():
        assert ("RedrivePolicy" in queue) != (queue_id in dead_letters), queue_id


def test_dead_letters_are_kept_for_two_weeks_and_an_alarm_watches_them(template: Template) -> None:
    queues = template.of_type("AWS::SQS::Queue")
    watched = {
        dimension["Value"]["Fn::GetAtt"][0]
        for alarm in template.of_type("AWS::CloudWatch::Alarm").values()
        if alarm.get("MetricName") == "ApproximateNumberOfMessagesVisible"
        for dimension in alarm["Dimensions"]
    }

    assert watched == _dead_letters(template)
    assert all(queues[queue]["MessageRetentionPeriod"] == 14 * DAY for queue in watched)


def test_queues_and_topics_are_encrypted_and_refuse_plain_http(template: Template) -> None:
    policies = [
        *template.of_type("AWS::SQS::QueuePolicy").values(),
        *template.of_type("AWS::SNS::TopicPolicy").values(),
    ]
    https_only = {
        reference
        for policy in policies
        if any(
            statement["Effect"] == "Deny"
            and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
            for statement in policy["PolicyDocument"]["Statement"]
        )
        for reference in references(policy.get("Queues") or policy["Topics"])
    }
    queues, topics = template.of_type("AWS::SQS::Queue"), template.of_type("AWS::SNS::Topic")

    assert https_only == queues.keys() | topics.keys()
    assert all(queue["SqsManagedSseEnabled"] is True for queue in queues.values())
    assert all("KmsMasterKeyId" in topic for topic in topics.values())


def test_a_message_is_hidden_for_six_times_as_long_as_its_consumer_may_work(template: Template) -> None:
    functions, queues = template.of_type("AWS::Lambda::Function"), template.of_type("AWS::SQS::Queue")
    for mapping in template.of_type("AWS::Lambda::EventSourceMapping").values():
        source = mapping["EventSourceArn"]["Fn::GetAtt"][0]
        if source in queues:
            timeout = functions[mapping["FunctionName"]["Ref"]]["Timeout"]

            assert queues[source]["VisibilityTimeout"] >= 6 * timeout
            assert mapping["ScalingConfig"]["MaximumConcurrency"] == AT_ONCE.get(source[:-8], 5)


def test_the_lease_of_an_email_outlives_two_workers_and_ends_before_its_message_comes_again() -> None:
    # One reads that it was not sent and takes over the lease of another, which has recorded that it was.
    assert 2 * SEND_TIMEOUT.to_seconds() < LEASE.total_seconds() < 6 * SEND_TIMEOUT.to_seconds()


def test_events_wait_for_others_no_longer_than_whoever_waits_for_an_email_notices(template: Template) -> None:
    waits = {
        "Stream"
        if "StartingPosition" in mapping
        else mapping["EventSourceArn"]["Fn::GetAtt"][0]: mapping.get("MaximumBatchingWindowInSeconds")
        for mapping in template.of_type("AWS::Lambda::EventSourceMapping").values()
    }

    assert {source[:19] for source, seconds in waits.items() if seconds} == {"Stream", "MailDeliveriesQueue"}
    assert waits["Stream"] == 1


def test_every_consumer_reports_what_failed_of_a_batch(template: Template) -> None:
    for mapping in template.of_type("AWS::Lambda::EventSourceMapping").values():
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def _lets_through(pattern: Any, record: Any) -> bool:
    """Return whether a filter of an event source mapping lets a record through, by its patterns used here."""
    if isinstance(pattern, dict):
        return all(_lets_through(pattern[key], (record or {}).get(key)) for key in pattern)
    return any(
        (isinstance(record, str) and record.startswith(one["prefix"]))
        if isinstance(one, dict) and "prefix" in one
        else record is not None
        if one == {"exists": True}
        else record == one
        for one in pattern
    )


def test_functions_that_queue_their_own_work_are_not_stopped_as_a_loop_and_no_others(
    template: Template,
) -> None:
    """Lambda ends a chain of a function and its own queue after 16 invocations unless told otherwise."""
    allowed = {name for name, own in template.functions().items() if own.get("RecursiveLoop") == "Allow"}

    assert allowed == {"run_import", "deliver_webhook", "send_email", "erase_learner"}


def test_dispatch_sees_new_events_and_those_found_undispatched_and_nothing_else(template: Template) -> None:
    (stream,) = (
        mapping
        for mapping in template.of_type("AWS::Lambda::EventSourceMapping").values()
        if "StartingPosition" in mapping
    )
    new, again = (json.loads(one["Pattern"]) for one in stream["FilterCriteria"]["Filters"])
    event = {"sk": {"S": "EVENT#1"}}
    waiting = {**event, "due_pk": {"S": "OUTBOX#1"}}
    found = {**waiting, "redispatched_at": {"S": "2027-01-04T09:00:00Z"}}

    def seen(kind: str, image: dict[str, Any]) -> bool:
        record = {"eventName": kind, "dynamodb": {"NewImage": image}}
        return _lets_through(new, record) or _lets_through(again, record)

    assert new == {
        "eventName": ["INSERT"],
        "dynamodb": {
            "NewImage": {"sk": {"S": [{"prefix": "EVENT#"}]}, "due_pk": {"S": [{"prefix": "OUTBOX#"}]}}
        },
    }
    assert seen("INSERT", waiting)
    assert seen("MODIFY", found), "the sweep touched it"
    assert not seen("MODIFY", event), "it leaves the outbox"
    assert not seen("MODIFY", waiting), "a person was erased from it"
    assert not seen("INSERT", {"sk": {"S": "NOW"}})
    assert not seen("INSERT", event), "it is put back from a restored table"
    assert not seen("REMOVE", found)
    assert stream["BisectBatchOnFunctionError"] is True
    assert 0 < stream["MaximumRetryAttempts"] < 100


def test_only_ses_reports_deliveries_and_only_cloudwatch_alarms_each_for_this_account(
    template: Template,
) -> None:
    allowed = {}
    for policy in template.of_type("AWS::SNS::TopicPolicy").values():
        (publish,) = (s for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Allow")
        allowed[next(references(policy["Topics"]))[:-8]] = (
            publish["Principal"]["Service"],
            {key.lower() for key in publish["Condition"]["StringEquals"]},
        )

    assert allowed == {
        "MailDeliveryTopic": ("ses.amazonaws.com", {"aws:sourceaccount", "aws:sourcearn"}),
        "ObservabilityAlarms": ("cloudwatch.amazonaws.com", {"aws:sourceaccount"}),
    }


def test_the_sweep_runs_every_fifteen_minutes_sharp(template: Template) -> None:
    schedule = template.one("AWS::Scheduler::Schedule")["Properties"]

    assert schedule["ScheduleExpression"] == "rate(15 minutes)"
    assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert schedule["Target"]["RetryPolicy"]["MaximumRetryAttempts"] > 0


def test_a_failed_sweep_is_not_repeated_but_followed_by_the_next(template: Template) -> None:
    invoked = template.one("AWS::Lambda::EventInvokeConfig")["Properties"]

    assert words(invoked["FunctionName"]) == "${SchedulesSweepFunction}"
    assert invoked["MaximumRetryAttempts"] == 0


def test_the_state_machine_has_the_name_under_which_its_function_begins_the_next_wait(
    template: Template,
) -> None:
    machine = template.one("AWS::StepFunctions::StateMachine")["Properties"]
    definition = json.loads((ROOT / "infra" / "access_start.asl.json").read_text())
    named = template.functions()["start_access"]["Environment"]["Variables"]

    assert machine["StateMachineName"] == "Usher-access-start"
    assert words(named["USHER_START_STATE_MACHINE"]).endswith(":stateMachine:Usher-access-start")
    assert machine["StateMachineType"] == "STANDARD"
    assert set(machine["DefinitionSubstitutions"]) == {"StartAccessFunction"}
    assert json.loads(machine["DefinitionString"]) == definition


def test_the_console_is_private_to_cloudfront(template: Template) -> None:
    assert _allowed_principals(template, "CdnConsole") == [{"Service": "cloudfront.amazonaws.com"}]


def test_files_to_import_are_private_and_deleted_after_thirty_days(template: Template) -> None:
    bucket = _bucket(template, "ImportFilesBucket")
    (rule,) = bucket["LifecycleConfiguration"]["Rules"]
    (browsers,) = bucket["CorsConfiguration"]["CorsRules"]

    assert _allowed_principals(template, "ImportFilesBucket") == []
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 30)
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    assert "Prefix" not in rule
    assert "VersioningConfiguration" not in bucket, "what is deleted is gone"
    assert (browsers["AllowedMethods"], browsers["AllowedOrigins"]) == (
        ["POST"],
        ["https://*.cloudfront.net"],
    )


def test_the_console_may_upload_to_the_bucket_of_imports(template: Template) -> None:
    policies = template.of_type("AWS::CloudFront::ResponseHeadersPolicy").values()
    uploads = [one for one in policies if "ImportFilesBucket" in json.dumps(one)]

    assert len(uploads) == 1
    assert "connect-src 'self' https://" in json.dumps(uploads)


def _bucket(template: Template, name: str) -> dict[str, Any]:
    (bucket,) = (b for id_, b in template.of_type("AWS::S3::Bucket").items() if id_[:-8] == name)
    found: dict[str, Any] = bucket
    return found


def _allowed_principals(template: Template, name: str) -> list[Any]:
    """Return whom the policy of a bucket allows access, besides the roles of its account."""
    (policy,) = (
        p for p in template.of_type("AWS::S3::BucketPolicy").values() if p["Bucket"]["Ref"][:-8] == name
    )
    statements = policy["PolicyDocument"]["Statement"]
    (https_only,) = (s for s in statements if s["Effect"] == "Deny")

    assert set(_bucket(template, name)["PublicAccessBlockConfiguration"].values()) == {True}
    assert https_only["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    return [s["Principal"] for s in statements if s["Effect"] == "Allow"]


def test_one_origin_serves_the_api_the_pages_and_the_console(template: Template) -> None:
    distribution = template.one("AWS::CloudFront::Distribution")["Properties"]["DistributionConfig"]
    behaviors = {b["PathPattern"]: b for b in distribution["CacheBehaviors"]}

    assert behaviors.keys() == set(API_PATHS)
    assert {"/i", "/learn", "/join", "/c"} <= behaviors.keys(), "a shortened address gets a page, too"
    assert all(set(b["AllowedMethods"]) >= {"GET", "HEAD", "POST", "DELETE"} for b in behaviors.values())
    assert distribution["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "redirect-to-https"


def test_the_api_is_shown_by_a_secret_that_a_request_came_through_the_front(template: Template) -> None:
    """By reference: neither the template nor its history holds the secret."""
    distribution = template.one("AWS::CloudFront::Distribution")["Properties"]["DistributionConfig"]
    shown = [
        (header["HeaderName"], words(header["HeaderValue"]))
        for origin in distribution["Origins"]
        for header in origin.get("OriginCustomHeaders", [])
    ]

    ((name, value),) = shown
    assert name == "X-Origin-Verify"
    assert value.startswith("{{resolve:secretsmanager:${SecretsOriginVerifyKeys}:SecretString:k1:")


def test_no_resource_waits_for_itself(template: Template) -> None:
    """CloudFormation finds circles only when it deploys; nobody should have to try."""
    graph = {logical_id: _needs(template, resource) for logical_id, resource in template.resources.items()}

    assert len([*TopologicalSorter(graph).static_order()]) == len(graph)


def test_the_outputs_are_those_that_scripts_rely_on_each_with_its_meaning(template: Template) -> None:
    outputs = template.body["Outputs"]

    assert outputs.keys() == {
        "AlarmTopicArn",
        "ApiEndpoint",
        "ApiFunctionName",
        "ConsoleBucketName",
        "DeliverWebhookFunctionName",
        "DeliveryTopicArn",
        "DispatchFunctionName",
        "DistributionDomainName",
        "EmailQueueUrl",
        "CustomMessageFunctionName",
        "EntitlementsKeySecret",
        "EraseLearnerFunctionName",
        "AuthChallengeFunctionName",
        "EventBusName",
        "ChallengeKeysSecret",
        "LinkKeysSecret",
        "DueShards",
        "OriginVerifyKey",
        "OriginVerifyKeysSecret",
        "PersonIdKeysSecret",
        "SenderDomain",
        "WebhookKeysSecret",
        "Origin",
        "PagesFunctionName",
        "RecordDeliveryFunctionName",
        "RunImportFunctionName",
        "SendEmailFunctionName",
        "StartAccessFunctionName",
        "StateMachineArn",
        "SweepFunctionName",
        "TableName",
        "UserPoolClientId",
        "UserPoolId",
    }
    assert all(output["Description"] for output in outputs.values())


def _needs(template: Template, resource: dict[str, Any]) -> set[str]:
    depends_on = resource.get("DependsOn", [])
    named = {depends_on} if isinstance(depends_on, str) else set(depends_on)
    return named | (set(references(resource.get("Properties", {}))) & template.resources.keys())
