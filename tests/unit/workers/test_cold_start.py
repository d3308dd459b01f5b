"""A start loads and makes what the function needs, and little else (DESIGN 8)."""

from __future__ import annotations

import pkgutil
import subprocess
import sys

import pytest

import usher.services

NAMES = (
    "dispatch",
    "send_email",
    "record_delivery",
    "start_access",
    "sweep",
    "deliver_webhook",
    "run_import",
    "erase_learner",
    "auth_challenge",
    "custom_message",
)

ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "POWERTOOLS_METRICS_NAMESPACE": "Usher",
    "USHER_BUS": "bus",
    "USHER_CHALLENGE_KEYS": "challenge-keys",
    "USHER_BULK_EMAIL_QUEUE": "https://sqs.us-east-1.amazonaws.com/1/bulk-emails",
    "USHER_EMAIL_QUEUE": "https://sqs.us-east-1.amazonaws.com/1/emails",
    "USHER_IMPORTS_BUCKET": "imports",
    "USHER_SITE_BUCKET": "site",
    "USHER_IMPORT_QUEUE": "https://sqs.us-east-1.amazonaws.com/1/imports",
    "USHER_ERASURE_QUEUE": "https://sqs.us-east-1.amazonaws.com/1/erasures",
    "USHER_LINK_KEYS": "keys",
    "USHER_MOST_RECEIVES": "6",
    "USHER_ORIGIN": "https://usher.example",
    "USHER_SENDER": "no-reply@usher.example",
    "USHER_SES_CONFIGURATION_SET": "set",
    "USHER_START_STATE_MACHINE": "machine",
    "USHER_TABLE": "usher",
    "USHER_USER_POOL": "pool",
    "USHER_USER_POOL_CLIENT": "client",
    "USHER_WEBHOOK_KEYS": "webhook-keys",
    "USHER_WEBHOOK_NETWORKS": "",
    "USHER_WEBHOOK_QUEUE": "https://sqs.us-east-1.amazonaws.com/1/webhooks",
}

_LOADED = """
import importlib, sys
for module in sys.argv[1].split():
    importlib.import_module(module)
print(sorted(set(sys.argv[2].split()) & set(sys.modules)))
"""


def _handlers(*names: str) -> list[str]:
    return [f"functions.{name}.handler" for name in names]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("start", "forbidden"),
    [
        # One process imports all of them, as each import costs a second: whatever is loaded stays loaded.
        pytest.param(_handlers(*NAMES), ["pydantic", "pydantic_core"], id="a worker without validation"),
        pytest.param(
            _handlers("sweep", "start_access", "dispatch"),
            ["email_validator", "usher.services.rebuild_figures"],
            id="a worker without what one run in many needs",
        ),
        pytest.param(
            _handlers("sweep", "start_access"), ["asyncio"], id="a worker without batches, without asyncio"
        ),
        pytest.param(["functions.api.app"], ["jinja2", "css_inline"], id="the API without templates"),
        pytest.param(
            [
                *(
                    f"usher.services.{module.name}"
                    for module in pkgutil.iter_modules(usher.services.__path__)
                ),
                "usher.sheets.reading",
                "usher.sheets.results",
                "usher.sheets.template",
            ],
            ["openpyxl"],
            id="services and sheets without openpyxl, until a workbook comes",
        ),
    ],
)
def test_a_start_loads_nothing_that_others_need(start: list[str], forbidden: list[str]) -> None:
    assert _run(_LOADED, " ".join(start), " ".join(forbidden)) == "[]"


_WRITTEN = """
import dataclasses, importlib, sys
standard, written = dataclasses.dataclass, []
def dataclass(cls=None, /, **options):
    def decorate(cls):
        if cls.__module__.startswith(("usher.", "functions.")):
            written.append(cls.__name__)
        return standard(cls, **options)
    return decorate if cls is None else decorate(cls)
dataclasses.dataclass = dataclass
importlib.import_module(sys.argv[1])
print(*written)
"""

MOST_WRITTEN = 12
"""Dataclasses whose methods a worker's start may write: of the values that its modules make (decision 91)."""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["dispatch", "sweep"])
def test_a_start_writes_the_methods_of_few_dataclasses(name: str) -> None:
    written = _run(_WRITTEN, f"functions.{name}.handler").split()

    assert "Context" in written, "the start makes one"
    assert len(written) <= MOST_WRITTEN, written


_COLLECTED = """
import functions, gc, importlib, sys
def collections():
    return sum(generation["collections"] for generation in gc.get_stats())
before = collections()
importlib.import_module(sys.argv[1])
print(collections() - before, len(gc.get_objects()))
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["api", "dispatch", "start_access"])
def test_a_start_is_not_searched_for_garbage_nor_is_it_later(name: str) -> None:
    collections, searched_later = map(int, _run(_COLLECTED, f"functions.{name}.handler").split())

    assert collections == 0
    assert searched_later < 1_000, "what a start has loaded, some 100,000 objects, is left aside"


_SNAPSHOT = """
import importlib, sys
importlib.import_module(sys.argv[1])
from usher import lazy_dataclasses
print(len(lazy_dataclasses._pending))
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["api", "pages"])
def test_a_snapshot_has_the_methods_of_all_dataclasses(name: str) -> None:
    module = f"functions.{name}.handler"

    assert int(_run(_SNAPSHOT, module, AWS_LAMBDA_INITIALIZATION_TYPE="on-demand")) > 30
    assert _run(_SNAPSHOT, module, AWS_LAMBDA_INITIALIZATION_TYPE="snap-start") == "0"


_OF_HTTP = ("CHALLENGE_KEYS", "ENTITLEMENTS_KEY", "ORIGIN_VERIFY_KEYS", "PERSON_ID_KEYS", "SSO_SECRETS")


def _run(program: str, *arguments: str, **variables: str) -> str:
    """Run the program in a process of its own, and return what it printed."""
    return subprocess.run(  # noqa: S603 - all of its words are ours
        [sys.executable, "-c", program, *arguments],
        env=ENVIRONMENT | {f"USHER_{name}": "secret" for name in _OF_HTTP} | variables,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
