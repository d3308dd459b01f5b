"""The limits that AWS publishes, each with the page that has it. All were looked up in November 2026.

Quotas are those of an account in one region before anybody asked for more; where regions differ, those of
us-east-1.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """A published limit.

    Attributes:
        per_second: how much of what the limit counts a second holds.
        source: the page of AWS's documentation.
        adjustable: whether AWS raises it on request.
    """

    per_second: float
    source: str
    adjustable: bool = False


_PARTITIONS = "DynamoDB: Best practices for partition keys"
_ON_DEMAND = "DynamoDB: On-demand capacity mode, initial throughput"
_TABLE_QUOTA = "DynamoDB: Service, account, and table quotas"

PARTITION_WRITES = Limit(1_000, _PARTITIONS)
"""Write units of the items, or index entries, with one partition key. Those of one item are among them."""
SPLIT_PARTITION_WRITES = Limit(1_000, f"{_PARTITIONS}; split for heat by its sort keys")
"""The same where sort keys spread over the whole range: DynamoDB splits such a partition that stays hot."""
PARTITION_READS = Limit(3_000, _PARTITIONS)
"""Read units of the same."""
NEW_TABLE_WRITES = Limit(4_000, _ON_DEMAND, adjustable=True)
"""Write units of a new on-demand table, and of each of its indexes. It follows the load, up to twice the
former peak within half an hour; a warm throughput that is set on it raises it at once."""
TABLE_WRITES = Limit(40_000, _TABLE_QUOTA, adjustable=True)
"""Write units of any on-demand table with its indexes."""
EMAILS = Limit(
    14, "Amazon SES: Service quotas in Amazon SES; the rate is each account's own", adjustable=True
)
"""Emails that SES takes. 14 is what accounts often begin with outside of the sandbox, where it is 1."""
API_REQUESTS = Limit(10_000, "API Gateway: Amazon API Gateway quotas", adjustable=True)
"""Requests to all APIs of an account."""
CONCURRENCY = Limit(1_000, "Lambda: Lambda quotas", adjustable=True)
"""Invocations of all functions of an account that run at the same time."""
PUT_EVENTS = Limit(10_000, "EventBridge: Amazon EventBridge quotas", adjustable=True)
"""Calls of PutEvents; 400 to 2,400 in most other regions."""
EVENTS_OF_A_CALL = 10
"""Events in one call of PutEvents."""
STARTED_EXECUTIONS = Limit(300, "Step Functions: Step Functions service quotas", adjustable=True)
"""Executions of standard workflows; 150 in most other regions. A bucket of 1,300 takes short waves."""
CREATED_USERS = Limit(50, "Cognito: Quotas in Amazon Cognito, category UserCreation", adjustable=True)
"""Calls that create users."""
SIGN_INS = Limit(120, "Cognito: Quotas in Amazon Cognito, category UserAuthentication", adjustable=True)
"""Calls that begin a sign-in."""
MOST_LANES = 10
"""The most batches of one shard of a stream that Lambda hands over at a time (parallelization factor)."""
