"""Waits until the stack's queues are empty."""

import time
from collections.abc import Iterator

from infra.local.aws import Aws


def wait_until_drained(aws: Aws, *, stack: str, seconds: float, quiet: float = 0.5) -> bool:
    """Wait until all queues but the dead-letter queues are empty; return whether they are.

    They must stay empty for `quiet` seconds: a change of the table reaches its trigger, and SES reports, only
    after a moment.
    """
    queues = list(_working_queues(aws, stack))
    deadline = time.monotonic() + seconds
    empty_since = None
    while time.monotonic() < deadline:
        if any(_holds_messages(aws, queue) for queue in queues):
            empty_since = None
        elif empty_since is None:
            empty_since = time.monotonic()
        elif time.monotonic() - empty_since > quiet:
            return True
        time.sleep(0.1)
    return False


def _working_queues(aws: Aws, stack: str) -> Iterator[str]:
    """Yield the URLs of the queues that have a dead-letter queue; those without are dead-letter queues."""
    for page in aws.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack):
        for resource in page["StackResourceSummaries"]:
            if resource["ResourceType"] == "AWS::SQS::Queue":
                queue = resource["PhysicalResourceId"]
                attributes = aws.queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["RedrivePolicy"])
                if "RedrivePolicy" in attributes.get("Attributes", {}):
                    yield queue


def _holds_messages(aws: Aws, queue: str) -> bool:
    counts = aws.queues.get_queue_attributes(
        QueueUrl=queue,
        AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    )["Attributes"]
    return any(int(count) for count in counts.values())
