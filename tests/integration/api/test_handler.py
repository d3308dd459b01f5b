"""The module that Lambda loads: built from the environment, answering an event."""

from __future__ import annotations

import importlib
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from functions.logs import InvocationFailedError, RedactingFormatter
from tests.integration.api.conftest import API_KEY, PASSWORD, Pool
from tests.support.api_caller import LambdaContext, answer_of, event_of
from tests.support.tables import NAME
from tests.support.tenant import Tenant
from usher.gateways.identity import Identity

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


KEY = "z" * 64
THROUGH_CLOUDFRONT = {"X-Origin-Verify": KEY}


@pytest.fixture
def handler(
    monkeypatch: pytest.MonkeyPatch,
    pool: Pool,
    tenant: Tenant,
    secret_arn: str,
    secrets_manager: SecretsManagerClient,
) -> Any:
    assert tenant.id
    keys = json.dumps({"current": "k1", "k1": KEY})
    keys_arn = secrets_manager.create_secret(Name="keys", SecretString=keys)["ARN"]
    for name, value in {
        "USHER_TABLE": NAME,
        "USHER_USER_POOL": pool.id,
        "USHER_USER_POOL_CLIENT": pool.app,
        "USHER_ENTITLEMENTS_KEY": secret_arn,
        "USHER_ORIGIN": "https://usher.example/",
        "USHER_ORIGIN_VERIFY_KEYS": keys_arn,
        "USHER_IMPORTS_BUCKET": "imports",
        "USHER_SITE_BUCKET": "site",
        "USHER_SSO_SECRETS": "usher/test/sso/",
        "USHER_PERSON_ID_KEYS": keys_arn,
        "USHER_WEBHOOK_KEYS": keys_arn,
        "USHER_WEBHOOK_NETWORKS": "",
        "POWERTOOLS_SERVICE_NAME": "api",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delitem(sys.modules, "functions.api.handler", raising=False)
    return importlib.import_module("functions.api.handler").handler


def test_a_person_signs_in_and_asks_who_they_are(handler: Any, tenant: Tenant, identity: Identity) -> None:
    identity.register(email=tenant.full.email, password=PASSWORD, first_name="Max", last_name="Full")
    credentials = {"email": tenant.full.email, "password": PASSWORD}

    session = answer_of(
        handler(
            event_of("POST", "/v1/session", body=credentials, headers=THROUGH_CLOUDFRONT), LambdaContext()
        )
    )
    me = answer_of(
        handler(event_of("GET", "/v1/me", person=tenant.full, headers=THROUGH_CLOUDFRONT), LambdaContext())
    )

    assert session.status == 200
    assert "Secure" in session.cookies[0]
    assert me.json["organizations"] == session.json["organizations"]


def test_at_the_apis_own_name_nobody_is_served(handler: Any, tenant: Tenant) -> None:
    """API Gateway has checked the token, and CloudFront has not been passed."""
    event = event_of("GET", "/v1/me", person=tenant.full, headers={"X-Origin-Verify": "a guess"})

    answer = answer_of(handler(event, LambdaContext()))

    assert (answer.status, answer.json["code"]) == (403, "wrong_host")


def test_a_platform_asks_with_its_key(handler: Any) -> None:
    query = {"email": "ann@x.io", "product": "p"}
    event = event_of(
        "GET", "/v1/entitlements", query=query, headers={"X-Api-Key": API_KEY, **THROUGH_CLOUDFRONT}
    )

    answer = answer_of(handler(event, LambdaContext()))

    assert answer.status == 200
    assert answer.json["entitled"] is False


def test_the_log_carries_the_requests_id(handler: Any) -> None:
    answer = answer_of(handler(event_of("GET", "/v1/me", headers=THROUGH_CLOUDFRONT), LambdaContext()))

    assert answer.status == 401
    assert sys.modules["functions.api.handler"].logger.get_correlation_id() == "request-1"


def test_its_log_is_redacted_and_so_is_what_leaves_it(handler: Any) -> None:
    with pytest.raises(InvocationFailedError) as raised:
        handler({"ann@x.io": "no event of an HTTP API", "headers": THROUGH_CLOUDFRONT}, LambdaContext())

    assert str(raised.value) == "KeyError"
    logger = sys.modules["functions.api.handler"].logger
    assert isinstance(logger.registered_formatter, RedactingFormatter)
