"""Custom authentication for moto's user pools, which lack it: calls our triggers as Cognito does."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from moto.cognitoidp import models
from moto.cognitoidp.exceptions import NotAuthorizedError

from functions.auth_challenge.triggers import Triggers


@dataclass
class CustomAuth:
    """The sign-ins in progress; `events` is what the triggers were called with, the newest last.

    Attributes:
        tamper: changes the answer on its way, as an attacker would.
    """

    triggers: Triggers
    events: list[dict[str, Any]] = field(default_factory=list)
    tamper: Callable[[str], str] = str
    _sessions: dict[str, dict[str, Any]] = field(default_factory=dict)

    def begin(self, pool: Any, user: Any) -> dict[str, Any]:
        """Answer AdminInitiateAuth."""
        if not user.enabled:
            raise NotAuthorizedError("User is disabled.")
        session = {"pool": pool, "user": user, "rounds": [], "private": {}}
        return self._next(str(uuid.uuid4()), session)

    def answer(self, token: str, responses: dict[str, str]) -> dict[str, Any] | None:
        """Answer AdminRespondToAuthChallenge; None where the tokens are to be issued."""
        session = self._sessions.pop(token)
        checked = self._call(
            "VerifyAuthChallengeResponse",
            session,
            challengeAnswer=self.tamper(responses["ANSWER"]),
            privateChallengeParameters=session["private"],
        )
        session["rounds"].append(
            {"challengeName": "CUSTOM_CHALLENGE", "challengeResult": checked["answerCorrect"]}
        )
        following = self._next(token, session)
        return following or None

    def _next(self, token: str, session: dict[str, Any]) -> dict[str, Any]:
        step = self._call("DefineAuthChallenge", session)
        if step["failAuthentication"]:
            raise NotAuthorizedError("Incorrect username or password.")
        if step["issueTokens"]:
            return {}
        made = self._call("CreateAuthChallenge", session, challengeName=step["challengeName"])
        session["private"] = made["privateChallengeParameters"]
        self._sessions[token] = session
        return {
            "ChallengeName": step["challengeName"],
            "ChallengeParameters": {
                **made["publicChallengeParameters"],
                "USERNAME": session["user"].username,
            },
            "Session": token,
        }

    def _call(self, trigger: str, session: dict[str, Any], **request: Any) -> dict[str, Any]:
        user = session["user"]
        event = {
            "version": "1",
            "triggerSource": f"{trigger}_Authentication",
            "region": "us-east-1",
            "userPoolId": session["pool"],
            "userName": user.username,
            "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "app"},
            "request": {
                "userAttributes": {one["Name"]: one["Value"] for one in user.attributes},
                "session": [dict(one) for one in session["rounds"]],
                **request,
            },
            "response": {},
        }
        self.events.append(event)
        response: dict[str, Any] = self.triggers.respond(event)["response"]
        return response


def play_custom_auth(patch: pytest.MonkeyPatch, triggers: Triggers) -> CustomAuth:
    """Patch moto until the test ends."""
    played = CustomAuth(triggers)
    initiate = models.CognitoIdpBackend.admin_initiate_auth

    def admin_initiate_auth(
        self: Any, user_pool_id: str, client_id: str, auth_flow: str, auth_parameters: dict[str, str]
    ) -> Any:
        if auth_flow != "CUSTOM_AUTH":
            return initiate(self, user_pool_id, client_id, auth_flow, auth_parameters)
        return played.begin(user_pool_id, self.admin_get_user(user_pool_id, auth_parameters["USERNAME"]))

    def respond(
        self: Any, session: str, client_id: str, challenge_name: str, challenge_responses: dict[str, str]
    ) -> Any:
        assert challenge_name == "CUSTOM_CHALLENGE"
        pool_id = played._sessions[session]["pool"]
        user = played._sessions[session]["user"]
        following = played.answer(session, challenge_responses)
        pool = self.describe_user_pool(pool_id)
        return following or self._log_user_in(pool, pool.clients[client_id], user.username)

    patch.setattr(models.CognitoIdpBackend, "admin_initiate_auth", admin_initiate_auth)
    patch.setattr(models.CognitoIdpBackend, "admin_respond_to_auth_challenge", respond)
    return played
