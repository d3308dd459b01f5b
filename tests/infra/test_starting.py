"""What a function loads at its start: a worker nothing that it does not use, a snapshot all that it will."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.infra.template import Template
from tests.infra.test_handlers import NAMES, SERVING_HTTP

WORKERS = [name for name in NAMES if name not in SERVING_HTTP]

BOTO = ("boto3", "s3transfer")
WEB = ("pydantic", "aws_lambda_powertools.event_handler", "jwt", "cryptography")
PAGES = ("jinja2", "css_inline")
SHEETS = ("openpyxl", "PIL", "usher.sheets")

ALLOWED: dict[str, tuple[str, ...]] = {
    "erase_learner": ("boto3", "s3transfer"),  # which converts the values of items of all kinds
    "custom_message": ("jinja2", "css_inline"),
    "send_email": ("jinja2", "css_inline"),
    "run_import": ("usher.sheets",),
}
"""What a worker loads of the libraries that are not for all."""

SNAPSHOT = {
    "api": (
        "usher.gateways.identity",
        "usher.gateways.receivers",
        "functions.api.routes.groups",
        "functions.api.schemas.groups",
        "usher.services.groups",
    ),
    "pages": ("usher.gateways.identity", "usher.gateways.mail"),
}
"""Some of what a function loads at once, if a snapshot is taken of it."""

LOADED = """
import importlib, sys
importlib.import_module(sys.argv[1])
print(*sys.modules)
"""


def loaded(template: Template, name: str, **environment: str) -> set[str]:
    """Return the modules that the function has loaded when it has started."""
    function = template.functions()[name]
    variables = function["Environment"]["Variables"]
    given = {key: value if str(value).isdigit() else f"test-{key}" for key, value in variables.items()}
    started = subprocess.run(  # noqa: S603 - all of its words are ours
        [sys.executable, "-B", "-c", LOADED, function["Handler"].rpartition(".")[0]],
        cwd=template.function_asset(function),
        env={**given, "AWS_DEFAULT_REGION": "us-east-1", "TZ": "UTC", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(started.stdout.split())


@pytest.mark.parametrize("name", sorted(SERVING_HTTP))
def test_a_function_with_a_snapshot_registers_what_follows_a_restore(
    template: Template, name: str, tmp_path: Path
) -> None:
    (tmp_path / "snapshot_restore_py.py").write_text("def register_after_restore(hook): pass")
    environment = {"AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start", "PYTHONPATH": str(tmp_path)}

    assert "snapshot_restore_py" in loaded(template, name, **environment)


@pytest.mark.parametrize("name", WORKERS)
def test_a_worker_loads_no_library_of_others(template: Template, name: str) -> None:
    forbidden = {*BOTO, *WEB, *PAGES, *SHEETS} - {*ALLOWED.get(name, ())}

    assert not forbidden & loaded(template, name)


def test_a_worker_of_the_table_alone_loads_one_gateway_at_most(template: Template) -> None:
    gateways = {module for module in loaded(template, "start_access") if module.startswith("usher.gateways.")}

    assert len(gateways) <= 1


@pytest.mark.parametrize("name", sorted(SERVING_HTTP))
def test_a_snapshot_has_what_is_loaded_on_first_use_without_one(template: Template, name: str) -> None:
    snapshot = loaded(template, name, AWS_LAMBDA_INITIALIZATION_TYPE="snap-start")

    assert {*SNAPSHOT[name]} <= snapshot
    assert not {*SNAPSHOT[name]} <= loaded(template, name)
