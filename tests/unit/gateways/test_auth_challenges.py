"""The user pool's triggers give tokens for one right answer alone; events are as Cognito sends them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.auth_challenge.triggers import Triggers
from usher.gateways.auth_challenges import AuthChallenges
from usher.gateways.links import Keys

NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)
ANN = {"sub": "5f0c", "email": "ann@acme.example", "email_verified": "true"}


class _Secret:
    def __init__(self, **keys: str) -> None:
        self._keys = keys

    def text(self) -> str:
        return json.dumps(self._keys)


def _challenges(**keys: str) -> AuthChallenges:
    secret: object = _Secret(**(keys or {"current": "k1", "k1": "z" * 64}))
    return AuthChallenges(Keys(secret))  # type: ignore[arg-type]  # the text of a secret is all that Keys asks for


def event(trigger: str, **request: Any) -> dict[str, Any]:
    return {
        "version": "1",
        "triggerSource": f"{trigger}_Authentication",
        "region": "us-east-1",
        "userPoolId": "us-east-1_pool",
        "userName": "5f0c",
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "app"},
        "request": {"userAttributes": ANN, **request},
        "response": {"challengeName": None, "issueTokens": False, "failAuthentication": False},
    }


def respond(given: dict[str, Any], *, now: datetime = NOW) -> dict[str, Any]:
    answered = Triggers(_challenges(), now=lambda: now).respond(given)
    assert answered["request"] == given["request"]
    response: dict[str, Any] = answered["response"]
    return response


def verified(answer: str, *, now: datetime = NOW, **request: Any) -> bool:
    asked = {"privateChallengeParameters": {"nonce": "n1"}, "challengeAnswer": answer, **request}
    correct: bool = respond(event("VerifyAuthChallengeResponse", **asked), now=now)["answerCorrect"]
    return correct


def right(email: str = "ann@acme.example", nonce: str = "n1", now: datetime = NOW) -> str:
    return _challenges().answer(email=email, nonce=nonce, now=now)


def test_the_first_step_is_one_challenge_with_a_nonce_of_its_own() -> None:
    begun = respond(event("DefineAuthChallenge", session=[]))
    one, two = (
        respond(event("CreateAuthChallenge", session=[], challengeName="CUSTOM_CHALLENGE")) for _ in range(2)
    )

    assert (begun["challengeName"], begun["issueTokens"]) == ("CUSTOM_CHALLENGE", False)
    assert one["publicChallengeParameters"] == one["privateChallengeParameters"]
    assert one["privateChallengeParameters"]["nonce"] != two["privateChallengeParameters"]["nonce"]
    assert len(one["privateChallengeParameters"]["nonce"]) == 43


@pytest.mark.parametrize(
    ("session", "issued"),
    [
        ([("CUSTOM_CHALLENGE", True)], True),
        ([("CUSTOM_CHALLENGE", False)], False),
        ([("CUSTOM_CHALLENGE", False), ("CUSTOM_CHALLENGE", True)], False),
        ([("CUSTOM_CHALLENGE", True), ("CUSTOM_CHALLENGE", True)], False),
        ([("SRP_A", True)], False),
        ([("PASSWORD_VERIFIER", True)], False),
        ([("SRP_A", True), ("CUSTOM_CHALLENGE", True)], False),
        ([("CUSTOM_CHALLENGE", "true")], False),
    ],
)
def test_tokens_are_issued_for_the_first_answer_alone(
    session: list[tuple[str, object]], *, issued: bool
) -> None:
    rounds = [{"challengeName": name, "challengeResult": result} for name, result in session]

    step = respond(event("DefineAuthChallenge", session=rounds))

    assert (step["issueTokens"], step["failAuthentication"]) == (issued, not issued)


def test_the_answer_to_the_challenge_is_right_for_a_minute() -> None:
    assert verified(right())
    assert verified(right(), now=NOW + timedelta(seconds=59))
    assert not verified(right(), now=NOW + timedelta(seconds=60))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: right(email="bo@acme.example"),
        lambda: right(nonce="n2"),
        lambda: right()[:-1],
        lambda: "9" + right()[1:],
        lambda: str(int(right()[:10]) + 600) + right()[10:],
        lambda: right().replace(".k1.", ".current."),
        lambda: right().replace(".k1.", ".k2."),
        lambda: _challenges(current="k1", k1="forged").answer(email=ANN["email"], nonce="n1", now=NOW),
        lambda: "",
        lambda: "٣" * 10 + right()[10:],
        lambda: "n1",
    ],
)
def test_any_other_answer_is_wrong(wrong: Callable[[], str]) -> None:
    assert not verified(wrong())


def test_an_account_that_is_unverified_or_not_there_is_not_let_in() -> None:
    assert not verified(right(), userAttributes={**ANN, "email_verified": "false"})
    assert not verified(right(), userNotFound=True)
    assert not verified(right(email=""), userAttributes={"email_verified": "true"})
    assert not verified(right(nonce=""), privateChallengeParameters={})
    assert not verified(right(), privateChallengeParameters=None)
    assert verified(right(), userAttributes={**ANN, "email": "Ann@Acme.example"})


def test_an_older_key_is_accepted_until_it_is_removed() -> None:
    rotated = _challenges(current="k2", k1="z" * 64, k2="y" * 64)

    assert rotated.is_right(right(), email=ANN["email"], nonce="n1", now=NOW)
    assert not _challenges(current="k2", k2="y" * 64).is_right(
        right(), email=ANN["email"], nonce="n1", now=NOW
    )


def test_a_trigger_that_is_not_ours_is_an_error() -> None:
    with pytest.raises(ValueError, match="PreSignUp"):
        respond(event("PreSignUp"))
