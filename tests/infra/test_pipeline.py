"""The example of a pipeline runs commands that exist, in order, and needs no stored key."""

import re
from typing import Any

import yaml

from infra.settings import ROOT

PIPELINE = ROOT / "docs" / "pipeline.yml"
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def _jobs() -> dict[str, dict[str, Any]]:
    jobs: dict[str, dict[str, Any]] = yaml.safe_load(PIPELINE.read_text())["jobs"]
    return jobs


def _commands(job: dict[str, Any]) -> list[str]:
    return [step["run"] for step in job["steps"] if "run" in step]


def test_it_checks_shows_what_changes_and_deploys_what_was_approved() -> None:
    jobs = _jobs()

    assert list(jobs) == ["check", "diff", "deploy"]
    assert [jobs[name].get("needs") for name in jobs] == [None, "check", "diff"]
    assert [_commands(job) for job in jobs.values()] == [
        [".ci/run"],
        ["make diff"],
        ["make deploy APPROVED=1"],
    ]
    assert {"diff", "deploy"} <= TARGETS
    assert (ROOT / ".ci" / "run").exists()


def test_only_jobs_with_an_environment_get_a_token_and_no_key_is_stored() -> None:
    for name, job in _jobs().items():
        assert (job.get("permissions", {}).get("id-token") == "write") is ("environment" in job), name
    assert not re.search(r"secrets\.|access-key|AWS_SECRET", PIPELINE.read_text())
