"""What is seen of a request to the API: its id on its events, and refusals that are counted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from functions.api.app import Api
from tests.support.api_caller import Caller
from tests.support.tables import items
from tests.support.tenant import Tenant

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def test_the_event_of_a_request_has_its_id(
    manager: Caller, base: str, tenant: Tenant, dynamodb: DynamoDBClient
) -> None:
    license_ = tenant.license(seats=3)

    assert manager.post(f"{base}/invites", {"license": license_.id, "emails": "ann@x.io"}).status == 201

    ids = {
        item["type"]["S"]: item.get("correlation_id", {}).get("S")
        for item in items(dynamodb)
        if item["sk"]["S"].startswith("EVENT#")
    }
    assert ids["invites.created"] == "request-1"
    assert ids["license.granted"] is None, "nobody asked for it over HTTP"


def test_seats_that_are_refused_are_counted_and_other_refusals_are_not(
    manager: Caller, base: str, tenant: Tenant, api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    license_ = tenant.license(seats=2)
    api._metrics.flush()
    capsys.readouterr()

    refused = manager.post(f"{base}/invites", {"license": license_.id, "emails": "a@x.io b@x.io c@x.io"})
    unknown = manager.post(f"{base}/invites", {"license": "nowhere", "emails": "a@x.io"})
    api._metrics.flush()

    assert (refused.json["code"], unknown.status) == ("no_seats", 404)
    measured = json.loads(
        next(line for line in capsys.readouterr().out.splitlines() if line.startswith('{"_aws"'))
    )
    assert measured["SeatsRefused"] == [1.0]
    assert "UnexpectedErrors" not in measured
