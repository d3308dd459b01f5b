"""Cognito's errors as refusals, for all calls of the user pool (decision 78)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from botocore.exceptions import ClientError

from usher.domain.errors import RefusedError, TooSoonError, UsherError
from usher.gateways.outages import NO_ANSWER, is_outage

_P = ParamSpec("_P")
_T = TypeVar("_T")

_A_MINUTE = 60
_A_QUARTER_OF_AN_HOUR = 900
"""Seconds until Cognito allows what it refused for the rate of requests, and for the number of attempts."""

_SOON = 30


class SignInsLimitedError(TooSoonError):
    """Cognito refused for too many attempts."""

    code = "sign_ins_limited"
    title = "Too many attempts"


class PasswordResetRequiredError(RefusedError):
    """An administrator of the user pool has reset the account's password."""

    code = "password_reset_required"
    title = "The password has to be set anew"
    next_action = "Ask for a code by email on the sign-in page, and set a new password with it."


class AccountNotConfirmedError(RefusedError):
    """The account was begun and never finished."""

    code = "account_not_confirmed"
    title = "The account is not finished"
    next_action = "Open the link in the newest email that invited you, and set a password there."


class AccountsUnavailableError(UsherError):
    """Cognito, or a function that it calls, failed or did not answer."""

    code = "accounts_unavailable"
    title = "Accounts cannot be reached right now"
    next_action = "Try again in a minute."


_BY_RATE = {"TooManyRequestsException", "Throttling", "ThrottlingException", "RequestLimitExceeded"}
_BY_ATTEMPTS = {"LimitExceededException", "TooManyFailedAttemptsException"}
_UNAVAILABLE = {
    "CodeDeliveryFailureException",
    "InternalErrorException",
    "InvalidLambdaResponseException",
    "ServiceUnavailable",
    "UnexpectedLambdaException",
    "UserLambdaValidationException",
}


def refusing(call: Callable[_P, _T]) -> Callable[_P, _T]:
    """Decorate a call of the user pool so that an error that it does not treat itself becomes a refusal.

    Raises:
        SignInsLimitedError, PasswordResetRequiredError, AccountNotConfirmedError, AccountsUnavailableError.
        ClientError: any other, such as a lack of permission, which is a fault of the deployment.

    Where Cognito does not answer in time, what was asked for may have been done all the same.
    """

    @wraps(call)
    def refused(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            return call(*args, **kwargs)
        except NO_ANSWER as error:
            raise _unavailable() from error
        except ClientError as error:
            refusal = _refusal(error.response.get("Error", {}).get("Code", ""))
            if refusal is None and is_outage(error):
                refusal = _unavailable()
            if refusal is None:
                raise
            raise refusal from error

    return refused


def _refusal(code: str) -> UsherError | None:
    if code in _BY_RATE:
        return SignInsLimitedError("Too many requests at the same time.", retry_after=_A_MINUTE)
    if code in _BY_ATTEMPTS:
        return SignInsLimitedError("Too many attempts.", retry_after=_A_QUARTER_OF_AN_HOUR)
    if code == "PasswordResetRequiredException":
        return PasswordResetRequiredError("The account's password was reset.")
    if code == "UserNotConfirmedException":
        return AccountNotConfirmedError("The account was never finished.")
    return _unavailable() if code in _UNAVAILABLE else None


def _unavailable() -> AccountsUnavailableError:
    return AccountsUnavailableError("The user pool could not answer.", retry_after=_SOON)
