"""README names targets, files, settings and outputs that exist, and commands that their modules take."""

import importlib
import json
import re
import shlex
import subprocess
from typing import Any

import pytest

from infra.concurrency import Concurrency
from infra.settings import ROOT, BadSettingsError, Settings, Throttle
from tests.infra.template import Template

README = (ROOT / "README.md").read_text()
DEPLOY = README.partition("## Deploy\n")[2].partition("\n## ")[0]
MAKEFILE = (ROOT / "Makefile").read_text()
FENCE = re.compile(r"```sh\n(.*?)```", re.DOTALL)
MADE_BY_THE_READER = {"stages/prod.json"}
SETTING = re.compile(r"^\| ((?:`\w+`(?:, )?)+) \|", re.MULTILINE)


def _code(text: str) -> list[str]:
    """Return the lines of the examples without their comments, and what stands between backticks."""
    lines = [line.split("  #")[0].strip() for fence in FENCE.findall(text) for line in fence.splitlines()]
    return [*lines, *re.findall(r"`([^`\n]+)`", FENCE.sub("", text))]


MAKES = [code for code in _code(README) if re.match(r"make\b", code)]
VARIABLES = {
    name
    for code in [*MAKES, *re.findall(r"`([A-Z]+=[^`]+)`", README)]
    for name in re.findall(r"\b([A-Z]+)=", code)
}


def _dry(command: str) -> str:
    """Return what make would run."""
    return subprocess.run(  # noqa: S603 - a line of our own page
        ["make", "--dry-run", *shlex.split(command)[1:]],  # noqa: S607 - make is wherever it is installed
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.mark.parametrize("command", sorted(set(MAKES)))
def test_each_call_of_make_names_a_target(command: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))

    assert {word for word in shlex.split(command)[1:] if "=" not in word} <= targets


def test_the_variables_are_read_by_the_makefile() -> None:
    assert {"STAGE", "EMAIL", "KEYS", "STEP", "KEY", "DAYS", "RESET"} <= VARIABLES
    assert set(re.findall(r"\$\((?:if \$\()?([A-Z]+)\b", MAKEFILE)) >= VARIABLES


def test_the_files_and_folders_are_there() -> None:
    words = {word for code in _code(README) for word in code.split()}
    paths = {word for word in words if re.fullmatch(r"[a-z][\w-]*/[\w./-]*|[\w-]+\.(?:json|md|py|yml)", word)}

    assert {"stages/example.json", "stages/", "infra/local/", "layers/core/python/usher/"} <= paths
    assert {path for path in paths - MADE_BY_THE_READER if not (ROOT / path).exists()} == set()


def test_the_table_has_every_setting_of_a_stage_and_no_other() -> None:
    listed = re.findall(r"`(\w+)`", " ".join(SETTING.findall(DEPLOY)))

    assert sorted(listed) == sorted(Settings.model_fields.keys() - {"stage"})


@pytest.mark.parametrize(
    ("setting", "of_it"),
    [
        ("throttle", set(Throttle.model_fields)),
        ("concurrency", {"api", "pages"} & Concurrency.model_fields.keys()),
    ],
)
def test_a_setting_with_parts_names_them(setting: str, of_it: set[str]) -> None:
    (row,) = re.findall(rf"^\| `{setting}` \|(.+)", DEPLOY, re.MULTILINE)

    assert of_it == {name for name in re.findall(r"`(\w+)`", row) if name not in Settings.model_fields}


def test_the_settings_that_the_text_names_exist() -> None:
    named = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", DEPLOY))

    assert named
    assert named <= Settings.model_fields.keys()


def test_the_outputs_are_those_of_the_stack(template: Template) -> None:
    named = set(re.findall(r"`([A-Z][a-z]+(?:[A-Z][a-z]+)+)`", DEPLOY))

    assert {"DistributionDomainName", "EntitlementsKeySecret", "AlarmTopicArn"} <= named
    assert named <= set(template.body["Outputs"])


def test_the_routes_are_those_of_the_api() -> None:
    api: dict[str, Any] = json.loads((ROOT / "openapi.json").read_text())["paths"]
    named = re.findall(r"`(GET|PUT|POST|PATCH|DELETE) (/v1/[^`?]*)`", DEPLOY)

    assert named
    for method, path in named:
        assert method.lower() in api.get(path, {}), path


OPERATING = sorted(
    {code for code in _code(DEPLOY) if re.match(r"make (?:bootstrap|deploy|operator|rotate-keys) ", code)}
)


@pytest.mark.parametrize("command", OPERATING)
def test_each_command_is_taken_by_the_module_that_it_runs(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A module that takes its arguments asks for the stage next, and gets no further."""

    def asked(stage: str | None) -> Settings:
        raise BadSettingsError(f"asked for {stage}")

    monkeypatch.setattr(Settings, "of_stage", asked)
    dry = _dry(command).replace("\\\n", " ")
    (called,) = re.findall(r"python -m (infra\.operations\.\w+) (.+)", dry)
    module, arguments = called

    assert importlib.import_module(module).main(shlex.split(arguments)) == 1
    assert capsys.readouterr().err == "asked for prod\n"


def test_the_commands_of_the_deployment_are_among_them() -> None:
    assert {command.split()[1] for command in OPERATING} == {"bootstrap", "deploy", "operator", "rotate-keys"}
