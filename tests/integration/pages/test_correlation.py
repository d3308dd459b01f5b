"""The event of what a person does on a page has the request's id."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.integration.pages.conftest import Browser
from tests.support.tables import items
from usher.domain.invites import Invite

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def test_an_accepted_invite_is_followed_from_the_page(
    browser: Browser, invite: Invite, link_to: Callable[[Invite], str], dynamodb: DynamoDBClient
) -> None:
    browser.get(link_to(invite))
    browser.submit("register", first_name="Ann", last_name="Lee", password="Correct-Horse-9")

    (accepted,) = (item for item in items(dynamodb) if item.get("type", {}).get("S") == "invite.accepted")
    assert accepted["correlation_id"] == {"S": "r"}
