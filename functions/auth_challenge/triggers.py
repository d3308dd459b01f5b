"""What Cognito's triggers answer: one challenge, one attempt, and tokens for the right answer alone.

Whoever knows the user pool's client can begin this sign-in for any account, as the client has no secret. All
that protects the account is that only the pages can answer (usher.gateways.auth_challenges).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from usher.gateways.auth_challenges import AuthChallenges, new_nonce

CHALLENGE = "CUSTOM_CHALLENGE"
NONCE = "nonce"


class Triggers:
    """Answers DefineAuthChallenge, CreateAuthChallenge and VerifyAuthChallengeResponse."""

    def __init__(self, challenges: AuthChallenges, *, now: Callable[[], datetime]) -> None:
        self._challenges = challenges
        self._now = now

    def respond(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Return the event with its response, or raise ValueError for a trigger that is not ours."""
        request = event["request"]
        match event["triggerSource"]:
            case "DefineAuthChallenge_Authentication":
                response = define(request["session"])
            case "CreateAuthChallenge_Authentication":
                response = create()
            case "VerifyAuthChallengeResponse_Authentication":
                response = {"answerCorrect": self.is_right(request)}
            case other:
                raise ValueError(other)
        return {**event, "response": {**event["response"], **response}}

    def is_right(self, request: Mapping[str, Any]) -> bool:
        """Return whether the answer proves that the pages let the account's owner in.

        The address must be verified, as the API takes no other, and the account must exist: for one that does
        not, Cognito asks as well, so that the answers do not tell the two apart.
        """
        attributes = request.get("userAttributes") or {}
        parameters = request.get("privateChallengeParameters") or {}
        if request.get("userNotFound") or str(attributes.get("email_verified", "")).lower() != "true":
            return False
        return self._challenges.is_right(
            str(request.get("challengeAnswer") or ""),
            email=str(attributes.get("email", "")).lower(),
            nonce=str(parameters.get(NONCE, "")),
            now=self._now(),
        )


def define(session: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the next step: the one challenge, tokens after its right answer, and the end after all else."""
    if not session:
        return {"challengeName": CHALLENGE, "issueTokens": False, "failAuthentication": False}
    right = len(session) == 1 and session[0].get("challengeName") == CHALLENGE
    passed = right and session[0].get("challengeResult") is True
    return {"issueTokens": passed, "failAuthentication": not passed}


def create() -> dict[str, Any]:
    """Return a challenge with a nonce of its own, which is no secret."""
    nonce = {NONCE: new_nonce()}
    return {"publicChallengeParameters": nonce, "privateChallengeParameters": nonce}
