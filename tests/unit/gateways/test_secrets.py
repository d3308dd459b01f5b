"""A secret that cannot be read anew: for how long the former text is used."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from usher.gateways import secrets
from usher.gateways.secrets import KEPT_FOR, REREAD_AFTER, TRIED_AGAIN_AFTER, Secret


class SecretsManager:
    """AWS's service: it has one secret, and fails with `failure` where there is one."""

    def __init__(self) -> None:
        self.failure: Exception | None = None
        self.text = "first"
        self.calls = 0

    def get_secret_value(self, **_: str) -> dict[str, str]:
        self.calls += 1
        if self.failure is not None:
            raise self.failure
        return {"SecretString": self.text}


class Monotonic:
    """The process's clock."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


def refused(code: str, status: int) -> ClientError:
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "GetSecretValue")


PASSING = [
    refused("ThrottlingException", 400),
    refused("InternalServiceError", 500),
    ConnectTimeoutError(endpoint_url="https://secretsmanager"),
]


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> Monotonic:
    process = Monotonic()
    monkeypatch.setattr(secrets, "time", process)
    return process


@pytest.fixture
def service() -> SecretsManager:
    return SecretsManager()


@pytest.fixture
def secret(service: SecretsManager, process: Monotonic) -> Secret:  # noqa: ARG001 - the clock stands first
    client: Any = service
    secret = Secret(client=client, arn="arn")
    assert secret.text() == "first"
    return secret


@pytest.mark.parametrize("failure", PASSING, ids=["throttle", "error of the service", "timeout"])
def test_the_former_text_is_used_while_secrets_manager_does_not_answer(
    secret: Secret, service: SecretsManager, process: Monotonic, failure: Exception
) -> None:
    service.failure = failure
    process.now += REREAD_AFTER + 1
    during = [secret.text(), secret.text()]
    calls = service.calls
    service.failure, service.text = None, "second"
    process.now += TRIED_AGAIN_AFTER + 1

    assert during == ["first", "first"]
    assert calls == 2, "one request of many waits for what fails"
    assert secret.text() == "second"


def test_a_retired_key_does_not_outlive_an_outage_by_more_than_an_hour(
    secret: Secret, service: SecretsManager, process: Monotonic
) -> None:
    service.failure = PASSING[0]
    process.now += KEPT_FOR + 1

    with pytest.raises(ClientError, match="Throttling"):
        secret.text()
    with pytest.raises(ClientError, match="Throttling"):
        secret.text()


def test_a_secret_that_may_not_be_read_any_more_is_not_used(
    secret: Secret, service: SecretsManager, process: Monotonic
) -> None:
    service.failure = refused("AccessDeniedException", 400)
    process.now += REREAD_AFTER + 1

    with pytest.raises(ClientError, match="AccessDenied"):
        secret.text()
