"""Accounts and sign-in: the Cognito user pool (DESIGN 3, Sessions)."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from usher.domain.errors import InvalidError, RefusedError, UnauthenticatedError
from usher.domain.languages import Language, language_of_tag
from usher.domain.passwords import WeakPasswordError
from usher.domain.people import Person
from usher.domain.texts import is_line
from usher.gateways.cognito_errors import refusing
from usher.lazy_dataclasses import dataclass

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

OPERATORS = "operators"
"""The user pool's group of operators."""


class WrongCredentialsError(UnauthenticatedError):
    """The address or the password is wrong; the error does not reveal which."""

    code = "wrong_credentials"
    title = "Address or password is wrong"
    next_action = "Check both and try again; after several failures wait a few minutes."


class WrongPasswordError(InvalidError):
    """The present password that was given with a new one is wrong."""

    code = "wrong_password"
    title = "The present password is wrong"
    fields = ("current_password",)
    next_action = "Check the present password; one that was forgotten is set anew by an emailed code."


class SessionOverError(UnauthenticatedError):
    """The session has ended and cannot be renewed."""

    code = "session_over"
    title = "The session is over"


class WrongCodeError(InvalidError):
    """The emailed code is wrong, used or expired."""

    code = "wrong_code"
    title = "The code does not fit"
    fields = ("code",)
    next_action = "Copy the code from the newest email, or ask for another one."


class AlreadyRegisteredError(RefusedError):
    """The address has an account already."""

    code = "already_registered"
    title = "There is an account with this address"
    next_action = "Sign in with its password."


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A session: `token` is the bearer token for the API, which expires in `expires_in` seconds.

    `refresh_token` renews it.
    """

    person: Person
    token: str
    expires_in: int
    refresh_token: str


class Identity:
    """The user pool, through its administrative calls; Cognito alone stores passwords.

    What Cognito refuses beyond the errors that a method names, such as for too many requests, is one of the
    refusals in `cognito_errors`.
    """

    def __init__(self, *, client: CognitoIdentityProviderClient, pool: str, app: str) -> None:
        self._client = client
        self._pool = pool
        self._app = app

    @refusing
    def sign_in(self, *, email: str, password: str) -> SignedIn:
        """Start a session.

        Raises:
            WrongCredentialsError: the account does not exist, or has another password.
            SignInsLimitedError: Cognito refuses further attempts for a while.
        """
        errors = self._client.exceptions
        try:
            answer = self._client.admin_initiate_auth(
                UserPoolId=self._pool,
                ClientId=self._app,
                AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": email, "PASSWORD": password},
            )
        except (errors.NotAuthorizedException, errors.UserNotFoundException) as error:
            raise WrongCredentialsError("The address or the password is wrong.") from error
        except errors.InvalidParameterException as error:
            raise WrongCredentialsError("The address or the password is wrong.") from error
        result = answer.get("AuthenticationResult")
        if result is None:
            raise WrongCredentialsError("The account's password has to be set first.")
        return _signed_in(result, refresh_token=result.get("RefreshToken", ""))

    @refusing
    def sign_in_by_challenge(self, *, email: str, answer: Callable[[str], str]) -> SignedIn:
        """Start a session without a password: `answer` returns the answer to a challenge, given its nonce.

        Raises:
            WrongCredentialsError: the account does not exist or is disabled, or the answer is wrong.
            SignInsLimitedError: Cognito refuses further attempts for a while.
        """
        errors = self._client.exceptions
        try:
            begun = self._client.admin_initiate_auth(
                UserPoolId=self._pool,
                ClientId=self._app,
                AuthFlow="CUSTOM_AUTH",
                AuthParameters={"USERNAME": email},
            )
            asked = begun["ChallengeParameters"]
            # Cognito knows the account by a name of its own from here on, and not by its address.
            responses = {"USERNAME": asked.get("USERNAME", email), "ANSWER": answer(asked["nonce"])}
            done = self._client.admin_respond_to_auth_challenge(
                UserPoolId=self._pool,
                ClientId=self._app,
                ChallengeName="CUSTOM_CHALLENGE",
                Session=begun["Session"],
                ChallengeResponses=responses,
            )
        except (
            errors.NotAuthorizedException,
            errors.PasswordResetRequiredException,
            errors.UserNotConfirmedException,
            errors.UserNotFoundException,
        ) as error:
            raise WrongCredentialsError("The account cannot be signed in to.") from error
        result = done.get("AuthenticationResult")
        if result is None:
            raise WrongCredentialsError("The account cannot be signed in to.")
        return _signed_in(result, refresh_token=result.get("RefreshToken", ""))

    @refusing
    def refresh(self, *, refresh_token: str) -> SignedIn:
        """Renew a session, or raise SessionOverError."""
        errors = self._client.exceptions
        try:
            answer = self._client.admin_initiate_auth(
                UserPoolId=self._pool,
                ClientId=self._app,
                AuthFlow="REFRESH_TOKEN_AUTH",
                AuthParameters={"REFRESH_TOKEN": refresh_token},
            )
        except (
            errors.NotAuthorizedException,
            errors.UserNotFoundException,
            errors.InvalidParameterException,
            errors.PasswordResetRequiredException,
            errors.UserNotConfirmedException,
        ) as error:
            raise SessionOverError("The session has ended or was signed out.") from error
        result = answer.get("AuthenticationResult", {})
        return _signed_in(result, refresh_token=result.get("RefreshToken", refresh_token))

    @refusing
    def sign_out(self, *, refresh_token: str) -> None:
        """End a session, if it has not ended already."""
        errors = self._client.exceptions
        try:
            self._client.revoke_token(Token=refresh_token, ClientId=self._app)
        except (errors.UnauthorizedException, errors.InvalidParameterException):
            return
        except errors.UnsupportedTokenTypeException:
            return

    @refusing
    def revoke_sessions(self, *, email: str) -> None:
        """Revoke all refresh tokens of an account; its ID tokens are valid until they expire."""
        with suppress(self._client.exceptions.UserNotFoundException):
            self._client.admin_user_global_sign_out(UserPoolId=self._pool, Username=email)

    def has_account(self, *, email: str) -> bool:
        """Return whether the address has an account with a password; an unfinished registration has none."""
        return self._is_confirmed(email)

    @refusing
    def register(self, *, email: str, password: str, first_name: str, last_name: str) -> Person:
        """Create an account for an address that was proven by an emailed link.

        A registration that failed between its two calls is completed by the next one.

        Raises:
            AlreadyRegisteredError: the address has an account with a password.
            WeakPasswordError: the password does not meet the policy.
        """
        errors = self._client.exceptions
        try:
            self._client.admin_create_user(
                UserPoolId=self._pool,
                Username=email,
                MessageAction="SUPPRESS",
                UserAttributes=[
                    {"Name": attribute, "Value": value}
                    for attribute, value in (
                        ("email", email),
                        ("email_verified", "true"),
                        ("given_name", first_name),
                        ("family_name", last_name),
                    )
                    if value  # of people with one name
                ],
            )
        except errors.UsernameExistsException as error:
            if self._is_confirmed(email):
                raise AlreadyRegisteredError("There is an account with this address.") from error
        self.set_password(email=email, password=password)
        return Person(email=email, first_name=first_name, last_name=last_name)

    def is_operator(self, *, email: str) -> bool:
        """Return whether the address has an operator's account."""
        return OPERATORS in (self._groups(email) or set())

    def ensure_account(self, *, email: str, first_name: str, last_name: str) -> None:
        """Create an account for a proven address, if it has none, with a password that nobody knows.

        Its owner can set another one by an emailed code.
        """
        if self.has_account(email=email):
            return
        password = f"Aa1-{secrets.token_urlsafe(32)}"  # with all that a pool's policy can ask for
        with suppress(AlreadyRegisteredError):
            self.register(email=email, password=password, first_name=first_name, last_name=last_name)

    @refusing
    def set_password(self, *, email: str, password: str) -> None:
        """Set the password of an account, or raise WeakPasswordError."""
        errors = self._client.exceptions
        try:
            self._client.admin_set_user_password(
                UserPoolId=self._pool, Username=email, Password=password, Permanent=True
            )
        except (errors.InvalidPasswordException, errors.InvalidParameterException) as error:
            raise WeakPasswordError("The password does not meet the policy.") from error

    @refusing
    def send_code(self, *, email: str, language: Language | None = None) -> None:
        """Have Cognito email a code for resetting the password; for an unknown address nothing happens.

        The trigger that writes the email is told `language`, that of the page which asks.

        Raises:
            SignInsLimitedError: too many codes were asked for.
        """
        errors = self._client.exceptions
        try:
            self._client.forgot_password(
                ClientId=self._app, Username=email, ClientMetadata={"language": language or ""}
            )
        except (
            errors.UserNotFoundException,
            errors.NotAuthorizedException,
            errors.InvalidParameterException,
        ):
            return  # The answer must not reveal who has an account, nor that its address is unverified.

    @refusing
    def reset_password(self, *, email: str, code: str, password: str) -> None:
        """Set a new password, given the emailed code.

        Raises:
            WrongCodeError, WeakPasswordError, SignInsLimitedError.
        """
        errors = self._client.exceptions
        if not code or " " in code or not is_line(code):  # Cognito calls it a bad parameter, like a password
            raise WrongCodeError("The code does not fit.")
        try:
            self._client.confirm_forgot_password(
                ClientId=self._app, Username=email, ConfirmationCode=code, Password=password
            )
        except (
            errors.CodeMismatchException,
            errors.ExpiredCodeException,
            errors.UserNotFoundException,
            errors.NotAuthorizedException,
        ) as error:
            raise WrongCodeError("The code does not fit.") from error
        except (errors.InvalidPasswordException, errors.InvalidParameterException) as error:
            raise WeakPasswordError("The password does not meet the policy.") from error

    @refusing
    def rename(self, *, email: str, first_name: str, last_name: str) -> None:
        """Write a person's name into their account."""
        self._client.admin_update_user_attributes(
            UserPoolId=self._pool,
            Username=email,
            UserAttributes=[
                {"Name": "given_name", "Value": first_name},
                {"Name": "family_name", "Value": last_name},
            ],
        )

    @refusing
    def choose_language(self, *, email: str, language: Language) -> None:
        """Write a person's language into their account, as the standard attribute `locale`."""
        self._client.admin_update_user_attributes(
            UserPoolId=self._pool,
            Username=email,
            UserAttributes=[{"Name": "locale", "Value": language}],
        )

    @refusing
    def remove(self, *, email: str) -> None:
        """Delete an account, if it exists and is not an operator's."""
        groups = self._groups(email)
        if groups is None or OPERATORS in groups:
            return
        with suppress(self._client.exceptions.UserNotFoundException):
            self._client.admin_delete_user(UserPoolId=self._pool, Username=email)

    @refusing
    def _groups(self, email: str) -> set[str] | None:
        try:
            answer = self._client.admin_list_groups_for_user(UserPoolId=self._pool, Username=email)
        except self._client.exceptions.UserNotFoundException:
            return None
        return {group["GroupName"] for group in answer["Groups"]}

    @refusing
    def _attributes(self, email: str) -> Mapping[str, Any] | None:
        try:
            found = self._client.admin_get_user(UserPoolId=self._pool, Username=email)
        except self._client.exceptions.UserNotFoundException:
            return None
        return found

    def _is_confirmed(self, email: str) -> bool:
        found = self._attributes(email)
        return found is not None and found["UserStatus"] == "CONFIRMED"


def person_of(claims: Mapping[str, Any]) -> Person:
    """Return the person named by the claims of an ID token that was verified before.

    Raises:
        UnauthenticatedError: the address in the token was not verified.
    """
    if str(claims.get("email_verified", "")).lower() != "true" or not claims.get("email"):
        raise UnauthenticatedError("The account's address was never verified.")
    groups = claims.get("cognito:groups", [])
    # The HTTP API's authorizer passes a list as the text "[a b]".
    names = groups.strip("[]").split() if isinstance(groups, str) else list(groups)
    return Person(
        email=str(claims["email"]).lower(),
        first_name=str(claims.get("given_name", "")),
        last_name=str(claims.get("family_name", "")),
        operator=OPERATORS in names,
        language=language_of_tag(str(claims.get("locale", ""))),
    )


def _signed_in(result: Mapping[str, Any], *, refresh_token: str) -> SignedIn:
    token = result["IdToken"]
    payload = token.split(".")[1]
    # The token came directly from Cognito; later uses of it are verified by the authorizer.
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return SignedIn(
        person=person_of(claims),
        token=token,
        expires_in=int(result["ExpiresIn"]),
        refresh_token=refresh_token,
    )
