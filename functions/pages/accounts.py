"""Who it is behind a proven address: signed in, signing in, or new and registering.

Invitations and links that were asked for lead to the same forms (`ui.own_sign_in`, `ui.own_registration`),
and both go on with whom these forms make known.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from aws_lambda_powertools.shared.cookies import Cookie

from functions.pages.forms import registration
from usher.domain.people import Person
from usher.gateways.identity import (
    AlreadyRegisteredError,
    SignInsLimitedError,
    WeakPasswordError,
    WrongCredentialsError,
)
from usher.services.people.password_login import PasswordLogin

FORBIDDEN = 403
REFUSED = 409
GONE = 410
UNREADABLE = 422
TOO_MANY = 429


@dataclass(frozen=True, kw_only=True)
class FormFeedback:
    """What a page has to say about what was sent: nothing, when it was only looked at."""

    status: int = 200
    notice: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    cookies: tuple[Cookie, ...] = ()


NOTHING = FormFeedback()


class Accounts:
    """Finds out who somebody is by what they typed, or says what is wrong with that."""

    def __init__(self, signing_in: PasswordLogin) -> None:
        self._password_login = signing_in

    def is_known(self, email: str) -> bool:
        """Say whether the address has an account."""
        return self._password_login.has_account(email=email)

    def register(self, *, email: str, form: Mapping[str, str]) -> Person | FormFeedback:
        """Create the account of a new person; a button pressed twice goes on with that account."""
        typed = registration(form)
        if typed.errors:
            return FormFeedback(status=UNREADABLE, errors=typed.errors)
        try:
            account = self._password_login.register(
                email=email,
                password=typed.password,
                first_name=typed.first_name,
                last_name=typed.last_name,
            )
        except WeakPasswordError as weak:
            return FormFeedback(status=UNREADABLE, errors={"password": weak.next_action})
        except (AlreadyRegisteredError, WrongCredentialsError, SignInsLimitedError):
            return self.registered_already(email=email, form=form)
        # An earlier attempt that broke off may have left other names in the account's token.
        return replace(account.person, first_name=typed.first_name, last_name=typed.last_name)

    def registered_already(self, *, email: str, form: Mapping[str, str]) -> Person | FormFeedback:
        """Go on with the account that there is: a button pressed twice sends the same password twice."""
        try:
            return self._password_login.sign_in(email=email, password=form.get("password", "")).person
        except (WrongCredentialsError, SignInsLimitedError):
            notice = "This address has an account already. Sign in with its password."
            return FormFeedback(status=REFUSED, notice=notice)

    def sign_in(self, *, email: str, form: Mapping[str, str]) -> Person | FormFeedback:
        """Sign in with the password."""
        try:
            return self._password_login.sign_in(email=email, password=form.get("password", "")).person
        except (WrongCredentialsError, SignInsLimitedError) as refused:
            return _not_signed_in(refused)


def sign_in_errors(refused: WrongCredentialsError | SignInsLimitedError) -> dict[str, str]:
    """Say why the sign-in was refused, beside the password: not whether the address exists."""
    if isinstance(refused, SignInsLimitedError):
        return {"password": "There were too many attempts. Wait a minute and try again."}
    return {"password": f"{refused.title}. {refused.next_action}"}


def _not_signed_in(refused: WrongCredentialsError | SignInsLimitedError) -> FormFeedback:
    errors = sign_in_errors(refused)
    if isinstance(refused, SignInsLimitedError):
        headers = {"Retry-After": str(refused.retry_after)}
        return FormFeedback(status=TOO_MANY, errors=errors, headers=headers)
    return FormFeedback(status=UNREADABLE, errors=errors)
