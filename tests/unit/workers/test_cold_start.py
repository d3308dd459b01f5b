"""Functions that serve no HTTP carry neither validation nor Pydantic (DESIGN 8)."""

from __future__ import annotations

import subprocess
import sys

import pytest

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

# One process imports all of them, as each import costs a second: whatever is loaded stays loaded.
IMPORT = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(f"functions.{name}.handler")
    if {"pydantic", "pydantic_core"} & {module.partition(".")[0] for module in sys.modules}:
        sys.exit(f"{name} loads pydantic")
"""


@pytest.mark.slow
def test_a_worker_starts_without_what_only_http_needs() -> None:
    imported = subprocess.run(  # noqa: S603 - all of its words are ours
        [sys.executable, "-c", IMPORT, *NAMES],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert imported.stderr == ""
    assert imported.returncode == 0


SWEEP = """
import sys
import functions.sweep.handler, functions.start_access.handler, functions.dispatch.handler
print(sorted({"email_validator", "usher.services.rebuild_figures"} & set(sys.modules)))
"""


@pytest.mark.slow
def test_a_worker_starts_without_what_one_run_in_many_needs() -> None:
    loaded = subprocess.run(  # noqa: S603 - all of its words are ours
        [sys.executable, "-c", SWEEP], env=ENVIRONMENT, capture_output=True, text=True, check=True
    )

    assert loaded.stdout.strip() == "[]"


API = """
import sys
import functions.api.app
print(sorted({"jinja2", "css_inline"} & set(sys.modules)))
"""


@pytest.mark.slow
def test_the_api_starts_without_the_engine_of_templates() -> None:
    loaded = subprocess.run(  # noqa: S603 - all of its words are ours
        [sys.executable, "-c", API], env=ENVIRONMENT, capture_output=True, text=True, check=True
    )

    assert loaded.stdout.strip() == "[]"


SERVICES = """
import importlib, pkgutil, sys
import usher.services, usher.sheets.reading, usher.sheets.results, usher.sheets.template
for module in pkgutil.iter_modules(usher.services.__path__, "usher.services."):
    importlib.import_module(module.name)
print("openpyxl" in sys.modules)
"""


@pytest.mark.slow
def test_openpyxl_is_imported_when_a_workbook_comes_and_not_before() -> None:
    loaded = subprocess.run(  # noqa: S603 - all of its words are ours
        [sys.executable, "-c", SERVICES], env=ENVIRONMENT, capture_output=True, text=True, check=True
    )

    assert loaded.stdout.strip() == "False"
