"""The routes of the people's pages."""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from functions.logs import get_logger
from functions.pages.accounts import Accounts
from functions.pages.browsers import BodyTooLargeError, Browsers, PageRequest
from functions.pages.dashboard import HERE, Dashboard
from functions.pages.entries import Entries, register_entries
from functions.pages.invitations import Invitations
from functions.pages.joins import Joins, register_joins
from functions.pages.landing import Doors, Landing, SignOn, register_landing
from functions.pages.recovery import HERE as PASSWORD
from functions.pages.recovery import Recovery
from functions.pages.rendering import Renderer, redirect
from functions.pages.sso import SingleSignOn, register_sso
from functions.pages.viewers import viewer_address
from usher.domain.enrollment.email_verifications import VerificationPurpose
from usher.domain.enrollment.sso_login import SSO_PAGE
from usher.domain.errors import NotFoundError
from usher.gateways.identity import Identity
from usher.gateways.links import Cookies, Links
from usher.gateways.secrets import Secret
from usher.services.context import Context
from usher.services.enrollment.email_verification import EmailVerification
from usher.services.enrollment.join_page_flow import JoinPageFlow
from usher.services.enrollment.redeem_code import RedeemCode
from usher.services.enrollment.sso_login import SsoLogin
from usher.services.invites.answer_invite import AnswerInvite
from usher.services.people.learner_queries import LearnerQueries
from usher.services.people.password_login import PasswordLogin
from usher.store.transaction import BusyError

Page: TypeAlias = Response[str]

logger = get_logger()

READ = ["GET", "HEAD"]
ALL = [*READ, "POST"]

_RETRY_AFTER = "2"


def application(
    *,
    context: Context,
    identity: Identity,
    links: Links,
    cookies: Cookies,
    front_key: Secret,
    signing_on: SsoLogin,
    origin: str,
) -> APIGatewayHttpResolver:
    """Return the pages over their collaborators. `origin` is where people reach them.

    `front_key` is what the front shows, so that it is believed from where somebody asks.
    """
    browsers = Browsers(cookies=cookies, origin=origin)
    renderer = Renderer()
    signing_in = PasswordLogin(context, identity=identity)
    accounts = Accounts(signing_in)
    invitations = Invitations(
        answering=AnswerInvite(context),
        accounts=accounts,
        links=links,
        browsers=browsers,
        renderer=renderer,
        now=context.now,
    )
    dashboard = Dashboard(
        learning=LearnerQueries(context),
        signing_in=signing_in,
        browsers=browsers,
        renderer=renderer,
        now=context.now,
    )
    landing = Landing(
        redeeming=RedeemCode(context),
        entering=EmailVerification(context),
        accounts=accounts,
        browsers=browsers,
        renderer=renderer,
        doors=lambda organization: Doors(
            join=joins.address(organization),
            sign_ons=[
                SignOn(name=one.name, href=SSO_PAGE + one.id)
                for one in signing_on.offered(organization=organization.id)
            ],
        ),
    )
    joins = Joins(joining=JoinPageFlow(context), browsers=browsers, renderer=renderer)
    entries = Entries(
        entering=EmailVerification(context),
        complete={
            VerificationPurpose.JOIN: joins.complete,
            VerificationPurpose.CODE: lambda entry, person: landing.complete(entry, person, viewer()),
        },
        closed=joins.closed,
        accounts=accounts,
        links=links,
        browsers=browsers,
        renderer=renderer,
    )
    recovery = Recovery(signing_in=signing_in, browsers=browsers, renderer=renderer)
    app = APIGatewayHttpResolver()

    def event() -> APIGatewayProxyEventV2:
        return app.current_event

    def visit() -> PageRequest:
        return browsers.visit(event())

    def viewer() -> str:
        return viewer_address(event(), front_key)

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
    register_entries(app, entries, event, visit)
    single_sign_on = SingleSignOn(signing_on=signing_on, browsers=browsers, renderer=renderer)
    register_sso(app, single_sign_on, event, visit)
    register_joins(app, joins, event, visit, viewer)
    register_landing(app, landing, event, visit, viewer)
    _refusals(app, partial(_failure, app, renderer))
    return app


def _forgotten(
    app: APIGatewayHttpResolver,
    recovery: Recovery,
    event: Callable[[], APIGatewayProxyEventV2],
    visit: Callable[[], PageRequest],
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
        logger.error("A page failed.", exc_info=error)
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
    nobody = PageRequest(method=method, person=None, csrf="", form={}, query={}, new_cookies=())
    return renderer.page("failure.html.j2", visit=nobody, status=status, headers=headers, why=why)
