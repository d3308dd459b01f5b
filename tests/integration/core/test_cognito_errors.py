"""What Cognito refuses is a refusal that a person can act on, whichever call it was."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from functions.api.problems import problem_of
from tests.support.tables import REGION
from usher.domain.errors import UsherError
from usher.domain.languages import Language
from usher.gateways.identity import Identity

CALLS: dict[str, Callable[[Identity], object]] = {
    "sign_in": lambda identity: identity.sign_in(email="a@x.io", password="p"),
    "sign_in_by_challenge": lambda identity: identity.sign_in_by_challenge(email="a@x.io", answer=str),
    "refresh": lambda identity: identity.refresh(refresh_token="t"),
    "sign_out": lambda identity: identity.sign_out(refresh_token="t"),
    "revoke_sessions": lambda identity: identity.revoke_sessions(email="a@x.io"),
    "has_account": lambda identity: identity.has_account(email="a@x.io"),
    "register": lambda identity: identity.register(
        email="a@x.io", password="p", first_name="A", last_name="B"
    ),
    "is_operator": lambda identity: identity.is_operator(email="a@x.io"),
    "ensure_account": lambda identity: identity.ensure_account(email="a@x.io", first_name="A", last_name="B"),
    "set_password": lambda identity: identity.set_password(email="a@x.io", password="p"),
    "send_code": lambda identity: identity.send_code(email="a@x.io"),
    "reset_password": lambda identity: identity.reset_password(email="a@x.io", code="1", password="p"),
    "rename": lambda identity: identity.rename(email="a@x.io", first_name="A", last_name="B"),
    "choose_language": lambda identity: identity.choose_language(email="a@x.io", language=Language.GERMAN),
    "remove": lambda identity: identity.remove(email="a@x.io"),
}

NO_ANSWER = "no answer"
OF_THE_SERVICE = {"ServiceUnavailableException": 503}

REFUSALS = {
    "TooManyRequestsException": ("sign_ins_limited", 429, 60),
    "LimitExceededException": ("sign_ins_limited", 429, 900),
    "InternalErrorException": ("accounts_unavailable", 503, 30),
    "ServiceUnavailableException": ("accounts_unavailable", 503, 30),
    NO_ANSWER: ("accounts_unavailable", 503, 30),
}


@pytest.fixture
def failing() -> Callable[[str], Identity]:
    """Returns a user pool that answers every call with an error of this code."""

    def failing(code: str) -> Identity:
        client = boto3.client(
            "cognito-idp", region_name=REGION, aws_access_key_id="t", aws_secret_access_key="t"
        )

        def answer(**_: object) -> Any:
            if code == NO_ANSWER:
                raise ReadTimeoutError(endpoint_url="https://cognito-idp")
            status = OF_THE_SERVICE.get(code, 400)
            return SimpleNamespace(status_code=status), {
                "Error": {"Code": code, "Message": ""},
                "ResponseMetadata": {"HTTPStatusCode": status},
            }

        client.meta.events.register("before-call.cognito-identity-provider.*", answer)
        return Identity(client=client, pool="us-east-1_p", app="app")

    return failing


def test_every_call_of_the_user_pool_is_among_those_below() -> None:
    public = {name for name, own in vars(Identity).items() if callable(own) and not name.startswith("_")}

    assert public == CALLS.keys()


@pytest.mark.parametrize("code", REFUSALS)
@pytest.mark.parametrize("call", CALLS)
def test_a_throttled_or_failing_user_pool_is_no_unexpected_error(
    failing: Callable[[str], Identity], call: str, code: str
) -> None:
    with pytest.raises(UsherError) as refused:
        CALLS[call](failing(code))

    problem = problem_of(refused.value)
    assert (problem["code"], problem["status"], problem["retry_after"]) == REFUSALS[code]


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("PasswordResetRequiredException", "password_reset_required"),
        ("UserNotConfirmedException", "account_not_confirmed"),
    ],
)
def test_an_account_that_cannot_be_signed_in_to_says_what_to_do(
    failing: Callable[[str], Identity], code: str, refusal: str
) -> None:
    with pytest.raises(UsherError) as refused:
        CALLS["sign_in"](failing(code))

    problem = problem_of(refused.value)
    assert (problem["code"], problem["status"]) == (refusal, 409)
    assert problem["next_action"]


def test_what_is_a_fault_of_the_deployment_stays_one(failing: Callable[[str], Identity]) -> None:
    with pytest.raises(ClientError):
        CALLS["has_account"](failing("AccessDeniedException"))
