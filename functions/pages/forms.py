"""The fields of the pages' forms, and the feedback to a form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from aws_lambda_powertools.shared.cookies import Cookie

from usher.domain.passwords import WeakPasswordError, require_strong
from usher.domain.people import BadNameError, clean_name

_NO_NAME = "Write your first name; if you have one name only, write that."


@dataclass(frozen=True, kw_only=True)
class FormFeedback:
    """The result of a form, as the page shows it with the form; empty for a page that was only opened.

    Attributes:
        status: the HTTP status of the page.
        notice: one sentence about the form as a whole.
        errors: one sentence for each field that has to be corrected, by the field's name.
    """

    status: int = HTTPStatus.OK
    notice: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    cookies: tuple[Cookie, ...] = ()


NO_FEEDBACK = FormFeedback()

SIGNED_OUT = FormFeedback(status=HTTPStatus.FORBIDDEN, notice="You are not signed in any more.")
"""The feedback to a signed-in person's form that was sent after the session had ended."""

NO_PASSWORD = FormFeedback(
    status=HTTPStatus.UNPROCESSABLE_ENTITY, errors={"password": "Write your password."}
)
"""The feedback to a form for signing in that came without a password."""

UNKNOWN_ACTION = FormFeedback(status=HTTPStatus.UNPROCESSABLE_ENTITY, notice="Please use the buttons.")
"""The feedback to a form with an action that the page does not have."""


@dataclass(frozen=True, kw_only=True)
class Registration:
    """A new person's names, trimmed, and password; `errors` has the errors in them, by field."""

    first_name: str
    last_name: str
    password: str
    errors: Mapping[str, str]


def names(form: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the `first_name` and `last_name` of a form, trimmed, and the errors in them, by field."""
    errors = {}
    given = {"first_name": "", "last_name": ""}
    for name, label, required in (("first_name", "first name", True), ("last_name", "last name", False)):
        typed = form.get(name, "")
        try:
            given[name] = clean_name(typed, field=name, required=required)
        except BadNameError as bad:
            errors[name] = f"Your {label} {bad.reason}." if typed.strip() else _NO_NAME
    return given, errors


def registration(form: Mapping[str, str]) -> Registration:
    """Read the registration form of a new person."""
    given, errors = names(form)
    password = form.get("password", "")
    try:
        require_strong(password)
    except WeakPasswordError as weak:
        errors["password"] = weak.next_action
    return Registration(**given, password=password, errors=errors)
