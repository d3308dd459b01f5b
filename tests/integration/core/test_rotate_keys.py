"""A key is rotated in three steps, none of which voids what is in use."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from moto import mock_aws

from infra.operations.rotate_keys import KNOWN_AFTER, KeySecret
from infra.operations.stacks import CannotOperateError
from infra.settings import ROOT
from usher.gateways.links import BadLinkError, Keys, Link, Links
from usher.gateways.secrets import REREAD_AFTER, Secret

ROTATIONS = re.findall(
    r"```sh\n(.*?)```",
    (ROOT / "docs" / "runbook.md").read_text().partition("## Rotating keys")[2].partition("\n## ")[0],
    re.DOTALL,
)
"""The commands of the runbook, block by block."""

LINK = Link(invite="01HZX3B5T4Q8J6M2K9R7N0V1WC", number=1)


@pytest.fixture
def secret() -> Iterator[KeySecret]:
    with mock_aws():
        client = boto3.client("secretsmanager", region_name="us-east-1")
        value = json.dumps({"current": "k1", "k1": "x" * 64})
        yield KeySecret(client=client, arn=client.create_secret(Name="link-keys", SecretString=value)["ARN"])


def links(secret: KeySecret) -> Links:
    """What a function sees that reads the secret now."""
    return Links(Keys(Secret(client=secret.client, arn=secret.arn)))


def later() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=7)


def test_a_new_key_signs_only_once_every_function_knows_it(secret: KeySecret) -> None:
    assert timedelta(seconds=REREAD_AFTER) < KNOWN_AFTER

    assert secret.add() == "k2"

    assert secret.keys()["current"] == "k1"
    with pytest.raises(CannotOperateError, match=r"Try again at \d\d:\d\d:\d\d UTC"):
        secret.promote(now=datetime.now(UTC))
    assert secret.promote(now=later()) == "k2"
    assert secret.keys()["current"] == "k2"


def test_links_that_the_previous_key_signed_go_on_until_it_is_retired(secret: KeySecret) -> None:
    sent = links(secret).token(LINK)
    secret.add()
    secret.promote(now=later())

    assert links(secret).read(sent) == LINK
    assert ".k2." in links(secret).token(LINK)

    secret.retire("k1")

    with pytest.raises(BadLinkError):
        links(secret).read(sent)


def test_the_key_that_signs_is_not_retired(secret: KeySecret) -> None:
    with pytest.raises(CannotOperateError, match="k1 is the current key"):
        secret.retire("k1")


@pytest.mark.parametrize("key", ["", "k9", "current"])
def test_a_key_that_is_not_there_is_not_retired(secret: KeySecret, key: str) -> None:
    secret.add()

    with pytest.raises(CannotOperateError, match=r"There is no key .*; there are k1, k2"):
        secret.retire(key)

    assert secret.keys().keys() == {"current", "k1", "k2"}


def test_a_key_is_promoted_once(secret: KeySecret) -> None:
    with pytest.raises(CannotOperateError, match="add one first"):
        secret.promote(now=later())


def test_after_a_leak_a_key_is_promoted_and_the_other_retired_at_once(secret: KeySecret) -> None:
    """What a function has read before it believes for five minutes more, as the runbook says."""
    reading_before = links(secret)
    leaked = reading_before.token(LINK)

    secret.add()
    assert secret.promote(now=datetime.now(UTC), force=True) == "k2"
    secret.retire("k1")

    with pytest.raises(BadLinkError):
        links(secret).read(leaked)
    assert reading_before.read(leaked) == LINK
    with pytest.raises(BadLinkError):
        reading_before.read(links(secret).token(LINK))


@pytest.mark.parametrize("rotation", ROTATIONS)
def test_each_rotation_of_the_runbook_can_be_done_step_by_step(secret: KeySecret, rotation: str) -> None:
    """Time passes where the runbook says so, and not elsewhere."""
    now = datetime.now(UTC)
    for line in rotation.splitlines():
        if "six minutes later" in line:
            now = later()
        settings = dict(re.findall(r"([A-Z]+)=(\S+)", line))
        match settings.get("STEP"):
            case "add":
                secret.add()
            case "promote":
                secret.promote(now=now, force="FORCE" in settings)
            case "retire":
                secret.retire(settings["KEY"])

    assert secret.keys().keys() == {"current", "k2"}
    assert secret.keys()["current"] == "k2"


def test_the_runbook_rotates_in_peace_after_a_leak_and_at_cloudfront() -> None:
    assert len(ROTATIONS) == 3


def test_ids_of_keys_are_never_used_again(secret: KeySecret) -> None:
    secret.add()
    secret.promote(now=later())
    secret.retire("k1")

    assert secret.add() == "k3"
