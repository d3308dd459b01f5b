"""The controllers that the routes call, wired once from the environment."""

from functions.pages.account_forms import AccountForms
from functions.pages.browser_sessions import BrowserSessions
from functions.pages.controllers.dashboard import DashboardController
from functions.pages.controllers.invites import InviteController
from functions.pages.controllers.join_pages import JoinPageController
from functions.pages.controllers.landing_pages import LandingPageController
from functions.pages.controllers.password_recovery import PasswordRecoveryController
from functions.pages.controllers.sso import SsoController
from functions.pages.controllers.verifications import VerificationController
from functions.pages.rendering import Renderer
from usher.bootstrap import Bootstrap
from usher.services.enrollment.email_verification import EmailVerification
from usher.services.enrollment.join_page_flow import JoinPageFlow
from usher.services.enrollment.redeem_code import RedeemCode
from usher.services.enrollment.sso_login import SsoLogin
from usher.services.invites.answer_invite import AnswerInvite
from usher.services.people.learner_queries import LearnerQueries
from usher.services.people.password_login import PasswordLogin


class PageServices:
    """The controllers behind the routes, with what the router reads requests by.

    All are built at once, so that a snapshot of the function (SnapStart) holds them with their clients.
    """

    def __init__(self, bootstrap: Bootstrap) -> None:
        context, links = bootstrap.context, bootstrap.links
        password_login = PasswordLogin(context, identity=bootstrap.identity)
        sso_login = SsoLogin(context, secrets=bootstrap.client_secrets, providers=lambda: bootstrap.providers)
        email_verification = EmailVerification(context)
        join_page_flow = JoinPageFlow(context)
        accounts = AccountForms(password_login)
        renderer = Renderer()
        sessions = BrowserSessions(cookies=bootstrap.cookies, origin=bootstrap.origin)
        self.front_key = bootstrap.front_key
        self.sessions = sessions
        self.invites = InviteController(
            answer_invite=AnswerInvite(context),
            accounts=accounts,
            links=links,
            sessions=sessions,
            renderer=renderer,
            now=context.now,
        )
        self.dashboard = DashboardController(
            learner_queries=LearnerQueries(context),
            password_login=password_login,
            sessions=sessions,
            renderer=renderer,
            now=context.now,
        )
        self.password_recovery = PasswordRecoveryController(
            password_login=password_login, sessions=sessions, renderer=renderer
        )
        self.sso = SsoController(sso_login=sso_login, sessions=sessions, renderer=renderer)
        self.join_pages = JoinPageController(
            join_page_flow=join_page_flow, sessions=sessions, renderer=renderer
        )
        self.landing_pages = LandingPageController(
            redeem_code=RedeemCode(context),
            email_verification=email_verification,
            join_page_flow=join_page_flow,
            sso_login=sso_login,
            accounts=accounts,
            sessions=sessions,
            renderer=renderer,
        )
        self.verifications = VerificationController(
            email_verification=email_verification,
            join_pages=self.join_pages,
            landing_pages=self.landing_pages,
            accounts=accounts,
            links=links,
            sessions=sessions,
            renderer=renderer,
        )
