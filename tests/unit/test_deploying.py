"""`make deploy` asks before it takes away what people use, and does nothing where nobody can answer."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from infra.operations.deploy import confirm, noticeable_changes
from infra.operations.stacks import CannotOperateError, DeployedStage
from infra.settings import BadSettingsError, Settings

CLOUDFRONT = "d111111abcdef8.cloudfront.net"
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/one"
DEPLOYED = {
    "DistributionDomainName": CLOUDFRONT,
    "Origin": "https://seats.example",
    "DomainName": "seats.example",
    "SenderDomain": "training.example",
    "DueShards": "64",
}
SAME: dict[str, Any] = {
    "origin": "https://seats.example",
    "certificate": CERTIFICATE,
    "sender": "no-reply@training.example",
}


def changes(deployed: dict[str, str], **settings: Any) -> list[str]:
    stage = DeployedStage(
        settings=Settings.of_stage(None, **settings), session=boto3.Session(region_name="x"), outputs=deployed
    )
    return noticeable_changes(stage)


def test_a_first_deployment_and_an_equal_one_ask_nothing() -> None:
    assert changes({}, **SAME) == []
    assert changes(DEPLOYED, **SAME) == []


def test_another_origin_is_said_with_what_becomes_of_the_links_that_were_sent() -> None:
    (change,) = changes(DEPLOYED, **{**SAME, "origin": "https://learn.example"})[:1]

    assert change.startswith("The origin becomes https://learn.example. Every link that was emailed so far")
    assert "https://seats.example" in change


def test_a_stage_without_an_origin_goes_back_to_cloudfronts_own() -> None:
    said = changes(DEPLOYED, sender=SAME["sender"])

    assert said[0].startswith(f"The origin becomes https://{CLOUDFRONT}.")
    assert said[1] == "CloudFront no longer answers to seats.example."


def test_a_certificate_that_is_gone_is_refused_while_the_origin_stays() -> None:
    with pytest.raises(BadSettingsError, match=r"`origin` needs `certificate`: .* and not to seats\.example"):
        changes(DEPLOYED, **{**SAME, "certificate": None})


@pytest.mark.parametrize("now", [{"sender": "no-reply@other.example"}, {"ses_identity": "existing"}], ids=str)
def test_a_senders_domain_that_ses_would_forget_is_said(now: dict[str, str]) -> None:
    assert changes(DEPLOYED, **{**SAME, **now}) == [
        "SES loses the identity training.example: no other stage can send from it either."
    ]


def test_fewer_shards_than_there_were_are_said_and_more_are_not() -> None:
    (said,) = changes(DEPLOYED, **SAME, due_shards=16)

    assert said.startswith("`due_shards` becomes 16: what is due in the other 48 partitions")
    assert changes(DEPLOYED, **SAME, due_shards=128) == []


def test_whoever_types_the_stages_name_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    confirm(["The origin becomes another."], stage="prod", ask=lambda _: "prod\n")

    assert capsys.readouterr().out == "  - The origin becomes another.\n"


@pytest.mark.parametrize("answer", ["", "y", "yes", "dev"])
def test_any_other_answer_deploys_nothing(answer: str) -> None:
    with pytest.raises(CannotOperateError, match="Nothing was deployed"):
        confirm(["The origin becomes another."], stage="prod", ask=lambda _: answer)


def test_without_anybody_to_ask_nothing_is_deployed() -> None:
    with pytest.raises(CannotOperateError, match="nobody is there to ask"):
        confirm(["The origin becomes another."], stage="prod", ask=None)
