"""The fields of the pages' forms, and the feedback to a form."""

from collections.abc import Mapping
from dataclasses import field
from http import HTTPStatus

from aws_lambda_powertools.shared.cookies import Cookie

from usher.domain.passwords import MAX_PASSWORD, MIN_PASSWORD, WeakPasswordError, require_strong
from usher.domain.people import MAX_NAME, BadNameError, clean_name
from usher.lazy_dataclasses import dataclass
from usher.translations.lazy import LazyText, lazy_gettext

_NO_NAME = lazy_gettext("Write your first name; if you have one name only, write that.")
_TOO_LONG = {
    "first_name": lazy_gettext(
        "Your first name has too many characters; it may have %(most)s.", most=MAX_NAME
    ),
    "last_name": lazy_gettext("Your last name has too many characters; it may have %(most)s.", most=MAX_NAME),
}
_NO_TEXT = {
    "first_name": lazy_gettext("Your first name has a character that cannot be used. Type it once more."),
    "last_name": lazy_gettext("Your last name has a character that cannot be used. Type it once more."),
}


@dataclass(frozen=True, kw_only=True)
class FormFeedback:
    """The result of a form, as the page shows it with the form; empty for a page that was only opened.

    Attributes:
        status: the HTTP status of the page.
        notice: one sentence about the form as a whole.
        errors: one sentence for each field that has to be corrected, by the field's name.
    """

    status: int = HTTPStatus.OK
    notice: LazyText | None = None
    errors: Mapping[str, LazyText] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    cookies: tuple[Cookie, ...] = ()


NO_FEEDBACK = FormFeedback()

SIGNED_OUT = FormFeedback(status=HTTPStatus.FORBIDDEN, notice=lazy_gettext("You are not signed in any more."))
"""The feedback to a signed-in person's form that was sent after the session had ended."""

NO_PASSWORD = FormFeedback(
    status=HTTPStatus.UNPROCESSABLE_ENTITY, errors={"password": lazy_gettext("Write your password.")}
)
"""The feedback to a form for signing in that came without a password."""

UNKNOWN_ACTION = FormFeedback(
    status=HTTPStatus.UNPROCESSABLE_ENTITY, notice=lazy_gettext("Please use the buttons.")
)
"""The feedback to a form with an action that the page does not have."""

FOREIGN_FORM = FormFeedback(
    status=HTTPStatus.FORBIDDEN,
    notice=lazy_gettext("Nothing was changed. Please fill in the form once more."),
)
"""The feedback to a form that another site sent, or a page that was open for too long."""


@dataclass(frozen=True, kw_only=True)
class Registration:
    """A new person's names, trimmed, and password; `errors` has the errors in them, by field."""

    first_name: str
    last_name: str
    password: str
    errors: Mapping[str, LazyText]


def names(form: Mapping[str, str]) -> tuple[dict[str, str], dict[str, LazyText]]:
    """Return the `first_name` and `last_name` of a form, trimmed, and the errors in them, by field."""
    errors: dict[str, LazyText] = {}
    given = {"first_name": "", "last_name": ""}
    for name, required in (("first_name", True), ("last_name", False)):
        typed = form.get(name, "")
        try:
            given[name] = clean_name(typed, field=name, required=required)
        except BadNameError:
            errors[name] = _name_error(name, typed)
    return given, errors


def _name_error(name: str, typed: str) -> LazyText:
    if not typed.strip():
        return _NO_NAME
    return _TOO_LONG[name] if len(" ".join(typed.split())) > MAX_NAME else _NO_TEXT[name]


def password_error(password: str) -> LazyText:
    """Return what a refused password lacks, as the rule says it (`require_strong`)."""
    if len(password) < MIN_PASSWORD:
        return lazy_gettext(
            "Choose at least %(least)s characters; this password has %(count)s.",
            least=MIN_PASSWORD,
            count=len(password),
        )
    if len(password) > MAX_PASSWORD:
        return lazy_gettext(
            "Choose at most %(most)s characters; this password has %(count)s.",
            most=MAX_PASSWORD,
            count=len(password),
        )
    if password != password.strip():
        return lazy_gettext("Choose a password that neither begins nor ends with a space.")
    return lazy_gettext(
        "Choose another password: this is one of the most common ones, which are tried first."
    )


def registration(form: Mapping[str, str]) -> Registration:
    """Read the registration form of a new person."""
    given, errors = names(form)
    password = form.get("password", "")
    try:
        require_strong(password)
    except WeakPasswordError:
        errors["password"] = password_error(password)
    return Registration(**given, password=password, errors=errors)
