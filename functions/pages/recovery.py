"""A forgotten password: a code goes to the address, and whoever has the code sets a new password.

The pages say the same whether or not the address has an account.
"""

from collections.abc import Mapping
from typing import TypeAlias

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from functions.pages.browsers import Browsers, ForeignFormError, PageRequest
from functions.pages.forms import MIN_PASSWORD, is_weak
from functions.pages.rendering import Renderer, redirect
from usher.domain.addresses import BadAddressError
from usher.gateways.identity import (
    SignInsLimitedError,
    WeakPasswordError,
    WrongCodeError,
    WrongCredentialsError,
)
from usher.services.people.password_login import PasswordLogin

Page: TypeAlias = Response[str]

HERE = "/learn/password"

_FORBIDDEN = 403
_UNREADABLE = 422
_TOO_MANY = 429


class Recovery:
    """Sends a code, and takes it back with a new password."""

    def __init__(self, *, signing_in: PasswordLogin, browsers: Browsers, renderer: Renderer) -> None:
        self._password_login = signing_in
        self._browsers = browsers
        self._renderer = renderer

    def show(self, *, visit: PageRequest, status: int = 200, notice: str = "") -> Page:
        """Show the form that asks for a code."""
        return self._page(visit, "forgotten.html.j2", status=status, notice=notice)

    def answer(self, *, event: APIGatewayProxyEventV2, visit: PageRequest) -> Page:
        """Send a code, or set the password; raises BodyTooLargeError."""
        try:
            self._browsers.require_own_form(event)
        except ForeignFormError as foreign:
            return self.show(visit=visit, status=_FORBIDDEN, notice=foreign.next_action)
        if visit.form.get("action") == "reset":
            return self._reset(visit)
        return self._send(visit)

    def _send(self, visit: PageRequest) -> Page:
        try:
            self._password_login.send_code(email=visit.form.get("email", ""))
        except BadAddressError:
            errors = {"email": "Write the email address that you sign in with."}
            return self._page(visit, "forgotten.html.j2", status=_UNREADABLE, errors=errors)
        except SignInsLimitedError as limited:
            return self._limited(visit, "forgotten.html.j2", "email", limited)
        return self._page(visit, "new_password.html.j2")

    def _reset(self, visit: PageRequest) -> Page:
        password = visit.form.get("password", "")
        if is_weak(password):
            return self._wrong(visit, {"password": WeakPasswordError.next_action})
        try:
            signed_in = self._password_login.reset_password(
                email=visit.form.get("email", ""), code=visit.form.get("code", ""), password=password
            )
        except (WrongCodeError, BadAddressError):
            return self._wrong(visit, {"code": f"{WrongCodeError.title}. {WrongCodeError.next_action}"})
        except WeakPasswordError as weak:
            return self._wrong(visit, {"password": weak.next_action})
        except WrongCredentialsError:  # the password was set again at the same moment
            return redirect("/learn", visit=visit)
        except SignInsLimitedError as limited:
            return self._limited(visit, "new_password.html.j2", "code", limited)
        session = self._browsers.session(signed_in.person)
        return redirect("/learn?password=new", visit=visit, cookies=[session])

    def _wrong(self, visit: PageRequest, errors: Mapping[str, str]) -> Page:
        return self._page(visit, "new_password.html.j2", status=_UNREADABLE, errors=errors)

    def _limited(self, visit: PageRequest, template: str, field: str, limited: SignInsLimitedError) -> Page:
        return self._page(
            visit,
            template,
            status=_TOO_MANY,
            errors={field: "There were too many attempts. Wait a while and try again."},
            headers={"Retry-After": str(limited.retry_after)},
        )

    def _page(
        self,
        visit: PageRequest,
        template: str,
        *,
        status: int = 200,
        notice: str = "",
        errors: Mapping[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Page:
        return self._renderer.page(
            template,
            visit=visit,
            status=status,
            headers=headers,
            notice=notice,
            errors=errors or {},
            email=visit.form.get("email", "").strip(),
            min_password=MIN_PASSWORD,
        )
