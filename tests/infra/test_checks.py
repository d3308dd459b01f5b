"""The synthesis as `make synth` runs it, with the checks of CDK, cdk-nag and cfn-lint; it takes a while."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.settings import ROOT

OPTIONS = {
    "backup": True,
    "canary": True,
    "web_acl_arn": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/usher/0000",
}


@pytest.fixture(
    scope="module",
    params=[{}, OPTIONS, {"stage": "example"}],
    ids=["by default", "with all options", "a stage"],
)
def outdir(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    outdir = tmp_path_factory.mktemp("cdk.out")
    environment = {key: value for key, value in os.environ.items() if key != "CDK_VALIDATION"}
    synthesized = subprocess.run(
        [sys.executable, "-m", "infra.app"],
        cwd=ROOT,
        env={
            **environment,
            "CDK_OUTDIR": str(outdir),
            "CDK_CONTEXT_JSON": json.dumps({"aws:cdk:bundling-stacks": [], **request.param}),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert synthesized.returncode == 0, synthesized.stderr
    return outdir


@pytest.fixture(scope="module")
def report(outdir: Path) -> dict[str, dict[str, Any]]:
    report = json.loads((outdir / "validation-report.json").read_text())
    return {plugin["pluginName"]: plugin for plugin in report["pluginReports"]}


@pytest.mark.parametrize("pack", ["AwsSolutions", "Serverless"])
def test_cdk_nag_finds_nothing_that_is_not_acknowledged(report: dict[str, dict[str, Any]], pack: str) -> None:
    nag = report[pack]

    assert nag["conclusion"] == "success"
    assert not nag["violations"]
    assert nag["suppressedViolations"], "the checks ran: they saw what we acknowledge"


def test_cdk_itself_has_no_error_and_no_warning(report: dict[str, dict[str, Any]]) -> None:
    assert {name for name, plugin in report.items() if plugin["violations"]} == set()


def test_cfn_lint_finds_nothing(outdir: Path) -> None:
    linted = subprocess.run(  # noqa: S603 - all of its words are ours
        [Path(sys.executable).with_name("cfn-lint"), next(outdir.glob("Usher*.template.json"))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert linted.returncode == 0, linted.stdout
