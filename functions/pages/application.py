"""The routes of the people's pages."""

import traceback
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from functions.pages.browsers import BodyTooLargeError, Browsers, Visit
from functions.pages.dashboard import HERE, Dashboard
from functions.pages.invitations import Invitations
from functions.pages.recovery import HERE as PASSWORD
from functions.pages.recovery import Recovery
from functions.pages.rendering import Renderer, redirect
from usher.domain.errors import NotFoundError
from usher.gateways.identity import Identity
from usher.gateways.links import Cookies, Links
from usher.services.answering import Answering
from usher.services.context import Context
from usher.services.learning import Learning
from usher.services.signing_in import SigningIn
from usher.store.transaction import BusyError

Page: TypeAlias = Response[str]

logger = Logger()

READ = ["GET", "HEAD"]
ALL = [*READ, "POST"]

_RETRY_AFTER = "2"


def application(
    *, context: Context, identity: Identity, links: Links, cookies: Cookies, origin: str
) -> APIGatewayHttpResolver:
    """Return the pages over their collaborators. `origin` is where people reach them."""
    browsers = Browsers(cookies=cookies, origin=origin)
    renderer = Renderer()
    signing_in = SigningIn(context, identity=identity)
    invitations = Invitations(
        answering=Answering(context),
        signing_in=signing_in,
        links=links,
        browsers=browsers,
        renderer=renderer,
        now=context.now,
    )
    dashboard = Dashboard(
        learning=Learning(context),
        signing_in=signing_in,
        browsers=browsers,
        renderer=renderer,
        now=context.now,
    )
    recovery = Recovery(signing_in=signing_in, browsers=browsers, renderer=renderer)
    app = APIGatewayHttpResolver()

    def event() -> APIGatewayProxyEventV2:
        return app.current_event

    def visit() -> Visit:
        return browsers.visit(event())

    @app.route("/i/<token>", method=READ)
    def show_invite(token: str) -> Page:
        return invitations.show(visit=visit(), token=token)

    @app.post("/i/<token>")
    def answer_invite(token: str) -> Page:
        return invitations.answer(event=event(), visit=visit(), token=token)

    @app.route(HERE, method=READ)
    def show_dashboard() -> Page:
        return dashboard.show(visit=visit())

    @app.post(f"{HERE}/sign-in")
    def sign_in() -> Page:
        return dashboard.sign_in(event=event(), visit=visit())

    @app.post(f"{HERE}/sign-out")
    def sign_out() -> Page:
        return dashboard.sign_out(event=event(), visit=visit())

    @app.route(f"{HERE}/sign-in", method=READ)
    @app.route(f"{HERE}/sign-out", method=READ)
    def back_to_dashboard() -> Page:
        """Answer a reload of what was a form's answer."""
        return redirect(HERE, visit=visit())

    _forgotten(app, recovery, event, visit)
    _refusals(app, partial(_failure, app, renderer))
    return app


def _forgotten(
    app: APIGatewayHttpResolver,
    recovery: Recovery,
    event: Callable[[], APIGatewayProxyEventV2],
    visit: Callable[[], Visit],
) -> None:
    """Register the way back in for those who forgot their password."""

    @app.route(PASSWORD, method=READ)
    def show_recovery() -> Page:
        return recovery.show(visit=visit())

    @app.post(PASSWORD)
    def recover() -> Page:
        return recovery.answer(event=event(), visit=visit())


def _refusals(app: APIGatewayHttpResolver, failure: Callable[..., Page]) -> None:
    """Register what is answered when something else than a page comes of a request."""

    def nothing_here(_error: Exception) -> Page:
        event: APIGatewayProxyEventV2 = app.current_event
        allowed = READ if event.path == HERE else ALL
        if event.http_method in allowed:
            return failure(404, "nothing_here")
        return failure(405, "not_allowed", {"Allow": ", ".join(allowed)})

    def unexpected(error: Exception) -> Page:
        # Neither the error's words nor the request: both may name an address or a link.
        frames = traceback.extract_tb(error.__traceback__)
        where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        logger.error("A page failed.", extra={"error": type(error).__qualname__, "where": where})
        return failure(500, "unexpected")

    answers: dict[type[Exception], Callable[[Exception], Page]] = {
        NotFoundError: lambda _error: failure(404, "bad_link"),
        BodyTooLargeError: lambda _error: failure(413, "too_large"),
        BusyError: lambda _error: failure(503, "busy", {"Retry-After": _RETRY_AFTER}),
        Exception: unexpected,
    }
    app.not_found(nothing_here)
    for kind, answer in answers.items():
        app.exception_handler(kind)(answer)


def _failure(
    app: APIGatewayHttpResolver,
    renderer: Renderer,
    status: int,
    why: str,
    headers: dict[str, str] | None = None,
) -> Page:
    """Render a page without forms, about nobody."""
    method = app.current_event.http_method
    nobody = Visit(method=method, person=None, csrf="", form={}, query={}, new_cookies=())
    return renderer.page("failure.html.j2", visit=nobody, status=status, headers=headers, why=why)
