"""Each function's code is there, imports as it will in Lambda, and is set up as the rest expects."""

import subprocess
import sys
from typing import Any

import pytest

from infra.settings import ROOT
from tests.infra.template import Template

NAMES = (
    "api",
    "pages",
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
SHARES = {
    "api": ["emails", "email_layout"],
    "send_email": ["emails", "email_layout"],
    "custom_message": ["email_layout"],
}
"""The folders that a function has besides its own, since some others have them, too."""
SERVING_HTTP = {"api", "pages"}

ENVIRONMENT: dict[str, set[str]] = {
    "api": {
        "USHER_ENTITLEMENTS_KEY",
        "USHER_IMPORTS_BUCKET",
        "USHER_ORIGIN",
        "USHER_ORIGIN_VERIFY_KEYS",
        "USHER_PERSON_ID_KEYS",
        "USHER_SITE_BUCKET",
        "USHER_SSO_SECRETS",
        "USHER_USER_POOL",
        "USHER_USER_POOL_CLIENT",
        "USHER_WEBHOOK_KEYS",
        "USHER_WEBHOOK_NETWORKS",
    },
    "auth_challenge": {"USHER_CHALLENGE_KEYS"},
    "pages": {
        "USHER_CHALLENGE_KEYS",
        "USHER_ORIGIN_VERIFY_KEYS",
        "USHER_LINK_KEYS",
        "USHER_ORIGIN",
        "USHER_SSO_SECRETS",
        "USHER_USER_POOL",
        "USHER_USER_POOL_CLIENT",
        "USHER_WEBHOOK_NETWORKS",
    },
    "dispatch": {
        "USHER_BUS",
        "USHER_ERASURE_QUEUE",
        "USHER_BULK_EMAIL_QUEUE",
        "USHER_EMAIL_QUEUE",
        "USHER_IMPORT_QUEUE",
        "USHER_START_STATE_MACHINE",
        "USHER_WEBHOOK_QUEUE",
    },
    "send_email": {
        "USHER_BULK_EMAIL_QUEUE",
        "USHER_EMAIL_QUEUE",
        "USHER_LINK_KEYS",
        "USHER_ORIGIN",
        "USHER_SENDER",
        "USHER_SES_CONFIGURATION_SET",
    },
    "record_delivery": set(),
    "start_access": {"USHER_START_STATE_MACHINE"},
    "sweep": {"USHER_WEBHOOK_QUEUE"},
    "run_import": {"USHER_IMPORTS_BUCKET", "USHER_IMPORT_QUEUE", "USHER_MOST_RECEIVES"},
    "erase_learner": {
        "USHER_ERASURE_QUEUE",
        "USHER_IMPORTS_BUCKET",
        "USHER_MOST_RECEIVES",
        "USHER_USER_POOL",
        "USHER_USER_POOL_CLIENT",
    },
    "custom_message": {"USHER_ORIGIN"},
    "deliver_webhook": {
        "USHER_MOST_RECEIVES",
        "USHER_WEBHOOK_KEYS",
        "USHER_WEBHOOK_NETWORKS",
        "USHER_WEBHOOK_QUEUE",
    },
}
EVERYWHERE = {
    "POWERTOOLS_LOGGER_SAMPLE_RATE",
    "POWERTOOLS_METRICS_NAMESPACE",
    "POWERTOOLS_SERVICE_NAME",
    "USHER_DUE_SHARDS",
    "USHER_TABLE",
}

IMPORT = """
import importlib, pathlib, sys
module = importlib.import_module(sys.argv[1])
assert callable(getattr(module, sys.argv[2])), "the handler is no function"
assert pathlib.Path(module.__file__).is_relative_to(pathlib.Path.cwd()), module.__file__
"""


def test_these_are_all_functions(template: Template) -> None:
    assert set(template.functions()) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_handler_imports_from_what_is_deployed_with_the_environment_it_is_given(
    template: Template, name: str
) -> None:
    function = template.functions()[name]
    module, _, attribute = function["Handler"].rpartition(".")
    variables = function["Environment"]["Variables"]
    environment = {key: value if str(value).isdigit() else f"test-{key}" for key, value in variables.items()}
    imported = subprocess.run(  # noqa: S603 - all of its words are ours
        [sys.executable, "-B", "-c", IMPORT, module, attribute],
        cwd=template.function_asset(function),  # before the repository's own folder on the path
        env={**environment, "AWS_DEFAULT_REGION": "us-east-1", "TZ": "UTC"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert imported.returncode == 0, imported.stderr


@pytest.mark.parametrize("name", NAMES)
def test_a_function_carries_its_own_folder_and_the_shared_modules_and_nothing_else(
    template: Template, name: str
) -> None:
    asset = template.function_asset(template.functions()[name])
    carried = {str(path.relative_to(asset)) for path in asset.rglob("*") if path.is_file()}
    functions = ROOT / "functions"
    folders = [functions / folder for folder in (name, *SHARES.get(name, ()))]
    written = {
        str(path.relative_to(ROOT))
        for path in (*functions.glob("*.py"), *(path for folder in folders for path in folder.rglob("*")))
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert carried == written


@pytest.mark.parametrize("name", NAMES)
def test_a_function_is_told_what_it_needs_and_no_more(template: Template, name: str) -> None:
    variables: dict[str, Any] = template.functions()[name]["Environment"]["Variables"]

    assert variables.keys() == EVERYWHERE | ENVIRONMENT[name]
    assert variables["POWERTOOLS_SERVICE_NAME"] == name


@pytest.mark.parametrize("name", NAMES)
def test_functions_that_serve_http_start_from_a_snapshot_and_the_others_do_not(
    template: Template, name: str
) -> None:
    function = template.functions()[name]

    assert ("SnapStart" in function) == (name in SERVING_HTTP)
    assert function["Runtime"] == "python3.13"
    assert function["Architectures"] == ["arm64"]


def test_http_is_served_through_the_alias_live(template: Template) -> None:
    aliases = template.of_type("AWS::Lambda::Alias").values()

    assert [alias["Name"] for alias in aliases] == ["live"] * len(SERVING_HTTP)


def test_a_function_writes_to_a_log_of_its_own_that_is_not_kept_forever(template: Template) -> None:
    logs = {f["LoggingConfig"]["LogGroup"]["Ref"] for f in template.functions().values()}

    assert len(logs) == len(NAMES)
    assert all("RetentionInDays" in log for log in template.of_type("AWS::Logs::LogGroup").values())


def test_the_user_pool_has_the_password_codes_written_and_nobody_else_calls_the_function(
    template: Template,
) -> None:
    ((pool_id, pool),) = template.of_type("AWS::Cognito::UserPool").items()
    triggers = pool["LambdaConfig"]
    (function_id, _) = triggers["CustomMessage"]["Fn::GetAtt"]
    (permission,) = [
        one
        for one in template.of_type("AWS::Lambda::Permission").values()
        if one["FunctionName"] == {"Fn::GetAtt": [function_id, "Arn"]}
    ]

    assert (
        template.resources[function_id]["Properties"]["Handler"] == "functions.custom_message.handler.handler"
    )
    assert permission["Principal"] == "cognito-idp.amazonaws.com"
    assert permission["SourceArn"] == {"Fn::GetAtt": [pool_id, "Arn"]}
