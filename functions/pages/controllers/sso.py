"""Single sign-on: redirects people to an identity provider, and signs them in when they return.

The redirect to the provider changes nothing, since scanners and previews open links. The sign-on attempt is
in a signed cookie of ten minutes, which the first return from the provider removes.
"""

from dataclasses import asdict
from http import HTTPStatus

from aws_lambda_powertools.shared.cookies import Cookie

from functions.metrics import MetricName
from functions.pages.browser_sessions import PageRequest
from functions.pages.log import logger, metrics
from functions.pages.refusals import refusal_text
from functions.pages.rendering import USHER, Page, PageOwner, redirect
from functions.pages.services import PageServices
from usher.domain.enrollment.sso_login import (
    GUIDE,
    LEARN,
    SSO_PAGE,
    AnotherPersonError,
    Attempt,
    ConnectionOverError,
    DeniedError,
    DomainNotAllowedError,
    DomainNotConfirmedError,
    EmailNotVerifiedError,
    NoManagerError,
    PasswordNeededError,
    SignOnError,
    SignOnLostError,
    UntrustedAnswerError,
    console_sign_in,
    destination,
)
from usher.domain.errors import UsherError
from usher.domain.licenses import NotEnoughSeatsError
from usher.translations.lazy import lazy_gettext

WITHHELD = {
    "seats": lazy_gettext(
        "You are signed in. There is no seat left for you at the moment: ask whoever manages the "
        "courses in your organization. Once there is one, sign in again in the same way."
    ),
    "grant": lazy_gettext(
        "You are signed in. What new learners are given cannot be given right now: ask whoever manages "
        "the courses in your organization. Once that is mended, sign in again in the same way."
    ),
}
"""The dashboard's notices to a person whose first sign-in could not give the connection's grant."""

_STATUSES: dict[type[SignOnError], HTTPStatus] = {
    ConnectionOverError: HTTPStatus.NOT_FOUND,
    SignOnLostError: HTTPStatus.BAD_REQUEST,
    UntrustedAnswerError: HTTPStatus.BAD_REQUEST,
    DeniedError: HTTPStatus.FORBIDDEN,
    EmailNotVerifiedError: HTTPStatus.FORBIDDEN,
    DomainNotAllowedError: HTTPStatus.FORBIDDEN,
    DomainNotConfirmedError: HTTPStatus.FORBIDDEN,
    AnotherPersonError: HTTPStatus.FORBIDDEN,
    NoManagerError: HTTPStatus.FORBIDDEN,
    PasswordNeededError: HTTPStatus.FORBIDDEN,
}
"""The status by error class; all others are conflicts.

A failure of the provider is a conflict, too: a 5xx would ring our alarm for a fault that is not ours.
"""


class SsoController:
    """Redirects people to their identity provider and signs them in when they return."""

    def __init__(self, services: PageServices) -> None:
        self._sso_login = services.sso_login
        self._manager_sign_on = services.manager_sign_on
        self._sessions = services.sessions
        self._renderer = services.renderer

    def begin(self, *, request: PageRequest, connection: str) -> Page:
        """Redirect the browser to the provider; `to` says what is signed in to: the console, or its guide."""
        to = destination(request.query.get("to", ""))
        try:
            location, attempt = self._sso_login.begin(connection=connection, to=to)
        except SignOnError as refused:
            return self._failed(refused, request, connection, to=to)
        return redirect(location, request=request, cookies=[self._sessions.sso_cookie(asdict(attempt))])

    def finish(self, *, request: PageRequest, connection: str) -> Page:
        """Sign in the person whom the provider sends back, or show the page with the reason for a refusal."""
        stored = self._sessions.sso_attempt(request)
        attempt = None if stored is None else Attempt(**stored)
        expired_cookie = self._sessions.expired_sso_cookie()
        if attempt is not None and attempt.to != LEARN:
            return self._finish_console(request, connection, attempt, expired_cookie)
        try:
            login = self._sso_login.finish(connection=connection, attempt=attempt, answer=request.query)
        except SignOnError as refused:
            return self._failed(refused, request, connection, expired_cookie)
        if isinstance(login.withheld, NotEnoughSeatsError):
            metrics.add(MetricName.SEATS_REFUSED)
        path = _dashboard(first=login.first, withheld=login.withheld)
        session = self._sessions.session_cookies(login.person, connection=login.connection.id)
        return redirect(path, request=request, cookies=[expired_cookie, *session])

    def _finish_console(
        self, request: PageRequest, connection: str, attempt: Attempt, expired_cookie: Cookie
    ) -> Page:
        """Give the browser the API's session, and redirect it to the console, which asks for its token.

        Whoever comes for the first time begins with the guide.
        """
        try:
            login = self._manager_sign_on.finish(connection=connection, attempt=attempt, answer=request.query)
        except SignOnError as refused:
            return self._failed(refused, request, connection, expired_cookie, to=attempt.to)
        begins = login.first or attempt.to == GUIDE
        path = f"/organizations/{login.organization}/guide" if begins else "/"
        cookies = [expired_cookie, self._sessions.console_cookie(login.signed_in)]
        return redirect(f"{path}#signed-in", request=request, cookies=cookies)

    def _failed(
        self, refused: SignOnError, request: PageRequest, connection: str, *cookies: Cookie, to: str = LEARN
    ) -> Page:
        is_gone = isinstance(refused, ConnectionOverError)
        organization = None if is_gone else self._sso_login.organization(connection=connection)
        # An unknown connection's id is any text from the address, and is not logged.
        known = "" if organization is None else connection
        logger.info("A single sign-on was refused.", extra={"code": refused.code, "connection": known})
        return self._renderer.page(
            "sso_failed.html.j2",
            request=request,
            owner=USHER if organization is None else PageOwner.of(organization),
            status=_STATUSES.get(type(refused), HTTPStatus.CONFLICT),
            cookies=cookies,
            refused=refused,
            text=refusal_text(refused),
            again=_page(known, to) if known else "",
            console=to != LEARN,
        )


def _page(connection: str, to: str) -> str:
    """Return the path at which the sign-in begins."""
    return SSO_PAGE + connection if to == LEARN else console_sign_in(connection, to)


def _dashboard(*, first: bool, withheld: UsherError | None) -> str:
    """Return the dashboard's address with the parameter that selects its notice."""
    if withheld is not None:
        return f"/learn?withheld={'seats' if isinstance(withheld, NotEnoughSeatsError) else 'grant'}"
    return "/learn?welcome=1" if first else "/learn"
