"""Sessions of the API for people whose sign-in was proven elsewhere than in Cognito (decisions 61 and 73)."""

from __future__ import annotations

from usher.domain.enrollment.sso_login import PasswordNeededError
from usher.domain.errors import refuses
from usher.gateways.auth_challenges import AuthChallenges
from usher.gateways.cognito_errors import SignInsLimitedError
from usher.gateways.identity import Identity, SignedIn, WrongCredentialsError
from usher.services.context import Context


class ChallengeLogin:
    """Starts sessions of the API by the user pool's custom authentication, without a password."""

    def __init__(self, context: Context, *, identity: Identity, challenges: AuthChallenges) -> None:
        self._context = context
        self._identity = identity
        self._challenges = challenges

    @refuses(PasswordNeededError)
    def require_no_operator(self, *, email: str) -> None:
        """Raise PasswordNeededError for an operator: whoever runs Usher signs in by the password alone.

        An organization's provider must not be able to make itself an operator.
        """
        if self._identity.is_operator(email=email):
            raise PasswordNeededError("Operators sign in with their password.")

    @refuses(PasswordNeededError)
    def sign_in(self, *, email: str) -> SignedIn:
        """Start a session.

        Raises:
            PasswordNeededError: there is no such account, or it was disabled, or Cognito refuses for now.
        """

        def answer(nonce: str) -> str:
            return self._challenges.answer(email=email, nonce=nonce, now=self._context.now())

        try:
            return self._identity.sign_in_by_challenge(email=email, answer=answer)
        except (WrongCredentialsError, SignInsLimitedError) as error:
            raise PasswordNeededError("This account cannot be signed in to in this way now.") from error
