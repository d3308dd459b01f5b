"""The handler as Lambda calls it, with the collaborators that bootstrap builds from the environment."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from functions.logs import InvocationFailedError, RedactingFormatter
from tests.support.tables import NAME, REGION
from usher.domain.invites import Invite
from usher.gateways.identity import Identity
from usher.gateways.links import Keys

MODULE = "functions.pages.handler"

Handle = Callable[..., dict[str, Any]]

ORIGIN_VERIFY_KEY = "what CloudFront shows"


@pytest.fixture
def handle(identity: Identity, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> Iterator[Handle]:
    """Ask the handler for a path."""
    secret = boto3.client("secretsmanager", region_name=REGION).list_secrets()["SecretList"][0]["ARN"]
    assert keys.current() == "k1"
    verify = boto3.client("secretsmanager", region_name=REGION).create_secret(
        Name="origin-verify-keys", SecretString=json.dumps({"current": "k1", "k1": ORIGIN_VERIFY_KEY})
    )["ARN"]
    for name, value in {
        "USHER_TABLE": NAME,
        "USHER_USER_POOL": identity._pool,
        "USHER_USER_POOL_CLIENT": identity._app,
        "USHER_CHALLENGE_KEYS": secret,
        "USHER_LINK_KEYS": secret,
        "USHER_ORIGIN_VERIFY_KEYS": verify,
        "USHER_ORIGIN": "https://usher.example/",
        "USHER_SSO_SECRETS": "usher/test/sso/",
        "USHER_WEBHOOK_NETWORKS": "",
        "POWERTOOLS_SERVICE_NAME": "pages",
    }.items():
        monkeypatch.setenv(name, value)
    sys.modules.pop(MODULE, None)
    handler = importlib.import_module(MODULE).handler
    context = SimpleNamespace(
        function_name="pages", memory_limit_in_mb=512, invoked_function_arn="arn", aws_request_id="1"
    )

    def ask(path: str, *, key: str = ORIGIN_VERIFY_KEY) -> dict[str, Any]:
        event = {
            "version": "2.0",
            "rawPath": path,
            "headers": {"x-origin-verify": key},
            "requestContext": {
                "http": {"method": "GET", "path": path},
                "requestId": "request-1",
                "stage": "$default",
            },
        }
        answer: dict[str, Any] = handler(event, context)
        return answer

    yield ask
    sys.modules.pop(MODULE, None)


def test_the_handler_answers_in_the_form_of_an_http_api(handle: Handle) -> None:
    answer = handle("/learn")

    assert answer["statusCode"] == 200
    assert answer["isBase64Encoded"] is False
    assert answer["cookies"][0].startswith("__Host-usher_csrf=")
    assert json.dumps(answer)


def test_at_the_apis_own_name_nobody_is_served(handle: Handle) -> None:
    assert handle("/learn", key="a guess")["statusCode"] == 403


def test_a_link_that_the_sender_signed_is_read(
    handle: Handle, invite: Invite, link_to: Callable[[Invite], str]
) -> None:
    """The handler's clock is the real one, so the invite may have expired by now; it is found either way."""
    answer = handle(link_to(invite))

    assert answer["statusCode"] in {200, 410}
    assert 'class="sender">Acme<' in answer["body"]


def test_its_log_is_redacted_and_so_is_what_leaves_it(handle: Handle) -> None:
    assert handle("/learn")
    module = sys.modules[MODULE]
    context = SimpleNamespace(
        function_name="pages", memory_limit_in_mb=512, invoked_function_arn="arn", aws_request_id="1"
    )
    with pytest.raises(InvocationFailedError) as raised:
        module.handler(
            {"ann@x.io": "no event of an HTTP API", "headers": {"x-origin-verify": ORIGIN_VERIFY_KEY}},
            context,
        )

    assert str(raised.value) == "KeyError"
    assert isinstance(module.logger.registered_formatter, RedactingFormatter)
