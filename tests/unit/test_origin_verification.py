"""Only what came through CloudFront is served, and its key can be rotated without a pause."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.origin_verification import HEADER, refusal_of
from usher.gateways.origin_verification import OriginVerification
from usher.gateways.secrets import Secret


class SecretsManager:
    """Secrets Manager with one secret."""

    def __init__(self, **keys: str) -> None:
        self._keys = keys

    def get_secret_value(self, **_: str) -> dict[str, str]:
        return {"SecretString": json.dumps(self._keys)}


def answer(headers: dict[str, str] | None, **keys: str) -> dict[str, Any] | None:
    client: Any = SecretsManager(**keys)
    verification = OriginVerification(Secret(client=client, arn="arn"))
    return refusal_of({"headers": headers}, accepts=verification.accepts)


def test_whoever_shows_the_key_is_served() -> None:
    assert answer({HEADER: "one"}, current="k1", k1="one") is None
    assert answer({"X-Origin-Verify": "one"}, current="k1", k1="one") is None


@pytest.mark.parametrize("shown", ["", "a guess", "k1", "ünknown", "\ud800", "one, one"])
def test_whoever_guesses_is_refused_with_where_to_go(shown: str) -> None:
    refused = answer({HEADER: shown}, current="k1", k1="one")

    assert refused is not None
    assert refused["statusCode"] == 403
    assert json.loads(refused["body"])["next_action"] == "Use the address at which Usher is published."


@pytest.mark.parametrize("headers", [None, {}])
def test_whoever_shows_nothing_is_refused(headers: dict[str, str] | None) -> None:
    assert answer(headers, current="k1", k1="one") is not None


def test_while_a_key_is_rotated_the_previous_one_is_accepted_too() -> None:
    rotated = {"current": "k2", "k1": "one", "k2": "two"}

    assert answer({HEADER: "one"}, **rotated) is None
    assert answer({HEADER: "two"}, **rotated) is None
    assert answer({HEADER: "one"}, current="k2", k2="two") is not None
