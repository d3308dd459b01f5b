"""The synthesis as `make synth` runs it, with the checks of CDK and cdk-nag on; it takes some seconds."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.settings import ROOT


@pytest.fixture(scope="module", params=[{}, {"stage": "example"}], ids=["by default", "a stage"])
def report(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, Any]]:
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
    return _by_plugin(outdir)


def _by_plugin(outdir: Path) -> dict[str, dict[str, Any]]:
    report = json.loads((outdir / "validation-report.json").read_text())
    return {plugin["pluginName"]: plugin for plugin in report["pluginReports"]}


def test_cdk_nag_finds_nothing_that_is_not_acknowledged(report: dict[str, dict[str, Any]]) -> None:
    nag = report["AwsSolutions"]

    assert nag["conclusion"] == "success"
    assert not nag["violations"]
    assert nag["suppressedViolations"], "the checks ran: they saw what we acknowledge"


def test_cdk_itself_has_no_error_and_no_warning(report: dict[str, dict[str, Any]]) -> None:
    assert {name for name, plugin in report.items() if plugin["violations"]} == set()
