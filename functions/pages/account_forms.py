"""The forms that register a person, or sign one in, whose email address is verified already.

The pages of invites and of email verifications share these forms (the macros `ui.sign_in_form` and
`ui.registration_form`).
"""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus

from functions.pages.forms import NO_PASSWORD, FormFeedback, password_error, registration
from functions.pages.refusals import refusal_text
from usher.domain.errors import UsherError
from usher.domain.passwords import WeakPasswordError
from usher.gateways.cognito_errors import (
    AccountNotConfirmedError,
    AccountsUnavailableError,
    PasswordResetRequiredError,
    SignInsLimitedError,
)
from usher.gateways.identity import (
    AlreadyRegisteredError,
    SignedIn,
    WrongCredentialsError,
)
from usher.services.people.password_login import PasswordLogin
from usher.translations.lazy import lazy_gettext

SIGN_IN_REFUSALS = (
    WrongCredentialsError,
    SignInsLimitedError,
    PasswordResetRequiredError,
    AccountNotConfirmedError,
    AccountsUnavailableError,
)
"""The refusals of a sign-in that stand beside its form."""


class AccountForms:
    """Registers or signs in the person who filled in a form; a refusal is returned as FormFeedback."""

    def __init__(self, password_login: PasswordLogin) -> None:
        self._password_login = password_login

    def has_account(self, email: str) -> bool:
        """Return whether the address has an account."""
        return self._password_login.has_account(email=email)

    def register(self, *, email: str, form: Mapping[str, str]) -> SignedIn | FormFeedback:
        """Create the account of a new person; a form that is sent again signs in to that account."""
        typed = registration(form)
        if typed.errors:
            return FormFeedback(status=HTTPStatus.UNPROCESSABLE_ENTITY, errors=typed.errors)
        try:
            account = self._password_login.register(
                email=email,
                password=typed.password,
                first_name=typed.first_name,
                last_name=typed.last_name,
            )
        except WeakPasswordError:
            errors = {"password": password_error(typed.password)}
            return FormFeedback(status=HTTPStatus.UNPROCESSABLE_ENTITY, errors=errors)
        except (AlreadyRegisteredError, *SIGN_IN_REFUSALS):
            return self.register_again(email=email, form=form)
        # An earlier attempt that was interrupted may have left other names in the account's token.
        person = replace(account.person, first_name=typed.first_name, last_name=typed.last_name)
        return replace(account, person=person)

    def register_again(self, *, email: str, form: Mapping[str, str]) -> SignedIn | FormFeedback:
        """Sign in to an existing account, by the password of a registration form that was sent again."""
        try:
            return self._password_login.sign_in(email=email, password=form.get("password", ""))
        except SIGN_IN_REFUSALS:
            notice = lazy_gettext("This address has an account already. Sign in with its password.")
            return FormFeedback(status=HTTPStatus.CONFLICT, notice=notice)

    def sign_in(self, *, email: str, form: Mapping[str, str]) -> SignedIn | FormFeedback:
        """Sign in with the form's password."""
        if not form.get("password"):
            return NO_PASSWORD
        try:
            return self._password_login.sign_in(email=email, password=form.get("password", ""))
        except SIGN_IN_REFUSALS as refused:
            return sign_in_feedback(refused)


def sign_in_feedback(refused: UsherError) -> FormFeedback:
    """Return the refusal of a sign-in as feedback; that of a wrong password reveals no account."""
    if isinstance(refused, SignInsLimitedError):
        return FormFeedback(
            status=HTTPStatus.TOO_MANY_REQUESTS,
            errors={"password": lazy_gettext("There were too many attempts. Wait a minute and try again.")},
            headers={"Retry-After": str(refused.retry_after)},
        )
    unavailable = isinstance(refused, AccountsUnavailableError)
    return FormFeedback(
        status=HTTPStatus.SERVICE_UNAVAILABLE if unavailable else HTTPStatus.UNPROCESSABLE_ENTITY,
        errors={"password": refusal_text(refused).sentence},
    )
