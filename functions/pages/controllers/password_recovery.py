"""The pages of a forgotten password: an emailed code permits setting a new one.

The pages are the same whether or not the address has an account.
"""

from http import HTTPStatus

from functions.pages.browser_sessions import CrossSiteFormError, PageRequest
from functions.pages.forms import FOREIGN_FORM, NO_FEEDBACK, FormFeedback, password_error
from functions.pages.outcomes import too_many_attempts
from functions.pages.refusals import REFUSALS
from functions.pages.rendering import Page, redirect
from functions.pages.services import PageServices
from usher.domain.addresses import BadAddressError
from usher.domain.errors import TooSoonError
from usher.domain.passwords import WeakPasswordError
from usher.domain.rate_limits import LimitReachedError
from usher.gateways.cognito_errors import SignInsLimitedError
from usher.gateways.identity import (
    WrongCodeError,
    WrongCredentialsError,
)
from usher.translations.lazy import LazyText, lazy_gettext

PATH = "/learn/password"

_MAX_CODE = 64
"""The most characters of a code that are shown again; Cognito's have six."""
_ASK = "password_forgotten.html.j2"
_RESET = "password_reset.html.j2"


class PasswordRecoveryController:
    """Sends the code, and sets the new password by it."""

    def __init__(self, services: PageServices) -> None:
        self._password_login = services.password_login
        self._sessions = services.sessions
        self._renderer = services.renderer

    def show(self, *, request: PageRequest) -> Page:
        """Show the form that asks for a code; by the link in its email, the one that takes it."""
        return self._page(_RESET if request.query.get("step") == "code" else _ASK, request)

    def answer(self, *, request: PageRequest, network_address: str) -> Page:
        """Send a code, or set the password; raise BodyTooLargeError."""
        try:
            request.require_own_form()
        except CrossSiteFormError:
            return self._page(_ASK, request, FOREIGN_FORM)
        if request.form.get("action") == "reset":
            return self._reset(request)
        return self._send(request, network_address)

    def _send(self, request: PageRequest, network_address: str) -> Page:
        try:
            self._password_login.send_code(
                email=request.form.get("email", ""),
                network_address=network_address,
                language=request.languages.chosen or request.languages.accepted,
            )
        except BadAddressError:
            return self._page(
                _ASK, request, _wrong("email", lazy_gettext("Write the email address that you sign in with."))
            )
        except (LimitReachedError, SignInsLimitedError) as limited:
            return self._page(_ASK, request, _limited("email", limited))
        return self._page(_RESET, request)

    def _reset(self, request: PageRequest) -> Page:
        password = request.form.get("password", "")
        try:
            signed_in = self._password_login.reset_password(
                email=request.form.get("email", ""), code=request.form.get("code", ""), password=password
            )
        except (WrongCodeError, BadAddressError):
            return self._page(_RESET, request, _wrong("code", REFUSALS[WrongCodeError].sentence))
        except WeakPasswordError:
            return self._page(_RESET, request, _wrong("password", password_error(password)))
        except WrongCredentialsError:  # the password was set again at the same moment
            return redirect("/learn", request=request)
        except SignInsLimitedError as limited:
            return self._page(_RESET, request, _limited("code", limited))
        session = self._sessions.session_cookies(signed_in.person)
        return redirect("/learn?password=new", request=request, cookies=session)

    def _page(self, template: str, request: PageRequest, feedback: FormFeedback = NO_FEEDBACK) -> Page:
        return self._renderer.form_page(
            template,
            request=request,
            feedback=feedback,
            email=request.form.get("email", "").strip(),
            code=request.form.get("code", "")[:_MAX_CODE],
        )


def _wrong(field: str, error: LazyText) -> FormFeedback:
    return FormFeedback(status=HTTPStatus.UNPROCESSABLE_ENTITY, errors={field: error})


def _limited(field: str, limited: TooSoonError) -> FormFeedback:
    return FormFeedback(
        status=HTTPStatus.TOO_MANY_REQUESTS,
        errors={field: too_many_attempts(limited)},
        headers={"Retry-After": str(limited.retry_after)},
    )
