"""Limits on what strangers may do: exact, for each subject alone, and over when their time is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.tables import items
from usher.domain.rate_limits import LimitReachedError, RateLimit
from usher.services.context import Context
from usher.services.rate_limits import require_left, spend
from usher.store import rate_limits

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TWICE = RateLimit(kind="test", times=2, per=timedelta(hours=1))


def test_as_often_as_it_says_and_no_more(context: Context, clock: Clock) -> None:
    clock.forward(minutes=15)
    spend(context, TWICE, "ann@x.io")
    require_left(context, TWICE, "ann@x.io")
    spend(context, TWICE, "ann@x.io")

    with pytest.raises(LimitReachedError) as refused:
        spend(context, TWICE, "ann@x.io")
    with pytest.raises(LimitReachedError):
        require_left(context, TWICE, "ann@x.io")

    assert refused.value.retry_after == 45 * 60 + 1


def test_each_subject_and_each_kind_is_counted_alone(context: Context) -> None:
    for _ in range(2):
        spend(context, TWICE, "ann@x.io")

    spend(context, TWICE, "bo@x.io")
    spend(context, RateLimit(kind="other", times=1, per=timedelta(hours=1)), "ann@x.io")

    with pytest.raises(LimitReachedError):
        spend(context, TWICE, "ann@x.io")


def test_it_is_over_when_it_said(context: Context, clock: Clock) -> None:
    clock.forward(minutes=59, seconds=59)
    for _ in range(2):
        spend(context, TWICE, "ann@x.io")
    with pytest.raises(LimitReachedError) as refused:
        spend(context, TWICE, "ann@x.io")

    clock.forward(seconds=refused.value.retry_after)

    spend(context, TWICE, "ann@x.io")


def test_it_is_exact_for_two_at_once(context: Context) -> None:
    """What is counted is a condition in the write: a rival between two looks cannot slip through."""
    spend(context, TWICE, "ann@x.io")
    require_left(context, TWICE, "ann@x.io")
    spend(context, TWICE, "ann@x.io")

    assert not rate_limits.spend(context.table, TWICE, "ann@x.io", now=context.now())


def test_it_costs_one_call_and_no_address_stands_in_the_table(
    context: Context, count: Count, dynamodb: DynamoDBClient
) -> None:
    with count() as cost:
        spend(context, TWICE, "ann@x.io")
    with count() as looking:
        require_left(context, TWICE, "ann@x.io")

    (item,) = items(dynamodb)
    assert (cost.calls, cost.writes) == (1, 1)
    assert (looking.calls, looking.writes) == (1, 0)
    assert "ann" not in str(item)
    assert int(item["expires_on"]["N"]) > context.now().timestamp()
