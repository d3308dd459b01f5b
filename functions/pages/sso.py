"""Single sign-on: the way to an organization's identity provider, and back.

Going there changes nothing, since scanners and previews open links. What the browser has to bring back is in
a signed cookie of ten minutes, which the first answer takes away, whatever it is.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import TypeAlias

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.shared.cookies import Cookie
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from functions.logs import get_logger
from functions.pages.browsers import Browsers, PageRequest
from functions.pages.rendering import USHER, Renderer, redirect, sender
from usher.domain.enrollment.sso_login import (
    SSO_PAGE,
    AnotherPersonError,
    Attempt,
    ConnectionOverError,
    DeniedError,
    DomainNotAllowedError,
    DomainNotConfirmedError,
    EmailNotVerifiedError,
    SignOnError,
    SignOnLostError,
    UntrustedAnswerError,
    sso_callback,
)
from usher.domain.errors import UsherError
from usher.domain.licenses import NotEnoughSeatsError
from usher.services.enrollment.sso_login import SsoLogin

Page: TypeAlias = Response[str]

logger = get_logger()

WITHHELD = {
    "seats": "You are signed in. There is no seat left for you at the moment: ask whoever manages the "
    "courses in your organization. Once there is one, sign in again in the same way.",
    "grant": "You are signed in. What new learners are given cannot be given right now: ask whoever manages "
    "the courses in your organization. Once that is mended, sign in again in the same way.",
}
"""What the dashboard says to somebody who could not be given what a first sign-in gives."""

_FORBIDDEN = 403
_REFUSED = 409
_STATUSES: dict[type[SignOnError], int] = {
    ConnectionOverError: 404,
    SignOnLostError: 400,
    UntrustedAnswerError: 400,
    DeniedError: _FORBIDDEN,
    EmailNotVerifiedError: _FORBIDDEN,
    DomainNotAllowedError: _FORBIDDEN,
    DomainNotConfirmedError: _FORBIDDEN,
    AnotherPersonError: _FORBIDDEN,
}
"""A provider that fails is no fault of ours that should ring an alarm: the others are conflicts."""


class SingleSignOn:
    """Sends people to their provider and takes them back."""

    def __init__(self, *, signing_on: SsoLogin, browsers: Browsers, renderer: Renderer) -> None:
        self._sso_login = signing_on
        self._browsers = browsers
        self._renderer = renderer

    def begin(self, *, visit: PageRequest, connection: str) -> Page:
        """Send the browser to the provider."""
        try:
            location, attempt = self._sso_login.begin(connection=connection)
        except SignOnError as refused:
            return self._failed(refused, visit, connection)
        return redirect(location, visit=visit, cookies=[self._browsers.sign_on(asdict(attempt))])

    def finish(self, *, event: APIGatewayProxyEventV2, visit: PageRequest, connection: str) -> Page:
        """Sign in whom the provider sends back, and lead them to their courses; or say why not."""
        carried = self._browsers.sign_on_of(event)
        attempt = None if carried is None else Attempt(**carried)
        over = self._browsers.no_sign_on()
        try:
            done = self._sso_login.finish(connection=connection, attempt=attempt, answer=visit.query)
        except SignOnError as refused:
            return self._failed(refused, visit, connection, over)
        session = self._browsers.session(done.person)
        return redirect(_way(first=done.first, withheld=done.withheld), visit=visit, cookies=[over, session])

    def _failed(self, refused: SignOnError, visit: PageRequest, connection: str, *cookies: Cookie) -> Page:
        lasting = isinstance(refused, ConnectionOverError)
        home = None if lasting else self._sso_login.home(connection=connection)
        # One that there is not is whatever somebody wrote into the address.
        known = "" if home is None else connection
        logger.info("A single sign-on was refused.", extra={"code": refused.code, "connection": known})
        return self._renderer.page(
            "sso_failed.html.j2",
            visit=visit,
            sender=USHER if home is None else sender(home),
            status=_STATUSES.get(type(refused), _REFUSED),
            cookies=cookies,
            refused=refused,
            again=SSO_PAGE + known if known else "",
        )


def _way(*, first: bool, withheld: UsherError | None) -> str:
    if withheld is not None:
        return f"/learn?withheld={'seats' if isinstance(withheld, NotEnoughSeatsError) else 'grant'}"
    return "/learn?welcome=1" if first else "/learn"


def register_sso(
    app: APIGatewayHttpResolver,
    single_sign_on: SingleSignOn,
    event: Callable[[], APIGatewayProxyEventV2],
    visit: Callable[[], PageRequest],
) -> None:
    """Register the way to the providers and back."""

    @app.get(sso_callback("<connection>"))
    def finish(connection: str) -> Page:
        return single_sign_on.finish(event=event(), visit=visit(), connection=connection)

    @app.route(f"{SSO_PAGE}<connection>", method=["GET", "HEAD"])
    def begin(connection: str) -> Page:
        return single_sign_on.begin(visit=visit(), connection=connection)
