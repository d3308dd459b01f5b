"""The services that the pages call, wired once from the environment."""

from functions.pages.account_forms import AccountForms
from functions.pages.browser_sessions import BrowserSessions
from functions.pages.rendering import Renderer
from usher.bootstrap import Bootstrap
from usher.services.challenge_login import ChallengeLogin
from usher.services.enrollment.email_verification import EmailVerification
from usher.services.enrollment.join_page_flow import JoinPageFlow
from usher.services.enrollment.manager_sign_on import ManagerSignOn, SignInDiscovery
from usher.services.enrollment.offers import Offers
from usher.services.enrollment.redeem_code import RedeemCode
from usher.services.enrollment.sso_login import SsoLogin
from usher.services.invites.answer_invite import AnswerInvite
from usher.services.invites.request_link import RequestLink
from usher.services.people.console_login import ConsoleLogin
from usher.services.people.dashboards import Dashboards
from usher.services.people.password_login import PasswordLogin
from usher.services.sessions import SessionRevocation
from usher.services.unsubscribe import Unsubscribe


class PageServices:
    """The services that the pages call, with the sessions, links and templates of the pages themselves.

    All are created at once, so that a snapshot of the function (SnapStart) has them with their clients.
    """

    def __init__(self, bootstrap: Bootstrap) -> None:
        context = bootstrap.context
        self.now = context.now
        self.answer_invite = AnswerInvite(context)
        self.request_link = RequestLink(context)
        self.dashboards = Dashboards(context)
        self.password_login = PasswordLogin(context, identity=bootstrap.identity)
        self.sso_login = SsoLogin(
            context, secrets=bootstrap.client_secrets, providers=lambda: bootstrap.providers
        )
        challenges = ChallengeLogin(
            context, identity=bootstrap.identity, challenges=bootstrap.auth_challenges
        )
        self.manager_sign_on = ManagerSignOn(
            context,
            sso_login=self.sso_login,
            identity=bootstrap.identity,
            challenges=challenges,
        )
        self.console_login = ConsoleLogin(context, challenges=challenges)
        self.sign_in_discovery = SignInDiscovery(context)
        self.join_page_flow = JoinPageFlow(context)
        self.offers = Offers(context)
        self.redeem_code = RedeemCode(context)
        self.email_verification = EmailVerification(context)
        self.links = bootstrap.links
        self.unsubscribe = Unsubscribe(context, links=bootstrap.links)
        self.origin = bootstrap.origin
        self.accounts = AccountForms(self.password_login)
        self.sessions = BrowserSessions(
            cookies=bootstrap.cookies, origin=bootstrap.origin, new_id=context.new_id
        )
        self.session_revocation = SessionRevocation(context)
        self.renderer = Renderer()
