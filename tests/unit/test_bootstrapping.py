"""What CDK is to prepare: the stage's account and region, and the shell's where it names none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID

from infra.operations.bootstrap import environment_of, main
from infra.operations.stacks import CannotOperateError
from infra.settings import ROOT, Settings


@pytest.fixture(autouse=True)
def account() -> Iterator[str]:
    with mock_aws():
        yield DEFAULT_ACCOUNT_ID


def test_it_is_the_stages_own(account: str) -> None:
    settings = Settings.of_stage(None, account=account, region="eu-central-1")

    assert environment_of(settings, boto3.Session(region_name="us-west-2")) == f"aws://{account}/eu-central-1"


def test_what_the_stage_leaves_open_is_the_shells(account: str) -> None:
    session = boto3.Session(region_name="us-west-2")

    assert environment_of(Settings.of_stage(None), session) == f"aws://{account}/us-west-2"


def test_another_account_is_not_prepared(account: str) -> None:
    settings = Settings.of_stage(None, account="210987654321", region="eu-central-1")

    with pytest.raises(CannotOperateError, match=f"210987654321, and .* are of {account}"):
        environment_of(settings, boto3.Session())


def test_without_a_region_nothing_is_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")

    with pytest.raises(CannotOperateError, match="There is no region"):
        environment_of(Settings.of_stage(None), boto3.Session())


def test_a_stage_without_settings_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nowhere", "--cdk", "aws-cdk"]) == 1

    assert "there is no stages/nowhere.json" in capsys.readouterr().err


@pytest.mark.parametrize("page", ["README.md", "docs/runbook.md", "docs/pipeline.yml"])
def test_pages_name_the_target_and_no_command_line_of_another_version(page: str) -> None:
    assert "npx aws-cdk" not in Path(ROOT / page).read_text()
    assert "make bootstrap STAGE=prod" in Path(ROOT / "README.md").read_text()
