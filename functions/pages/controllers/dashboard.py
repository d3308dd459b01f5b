"""A learner's dashboard with their courses, invites and requests to join, and signing in and out."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus

from functions.pages.account_forms import SIGN_IN_REFUSALS, sign_in_feedback
from functions.pages.browser_sessions import CONSOLE_PATH, CrossSiteFormError, PageRequest
from functions.pages.cards import Card
from functions.pages.controllers.sso import WITHHELD
from functions.pages.forms import (
    FOREIGN_FORM,
    NO_FEEDBACK,
    NO_PASSWORD,
    SIGNED_OUT,
    UNKNOWN_ACTION,
    FormFeedback,
)
from functions.pages.rendering import USHER, Page, PageOwner, redirect
from functions.pages.services import PageServices
from functions.pages.sign_ons import SignOnLink, sign_on_links
from functions.pages.sign_out import sign_out
from usher.domain.accesses import AccessState
from usher.domain.addresses import BadAddressError
from usher.domain.enrollment.join_requests import MOST_COUNTED, JoinRequestAnsweredError
from usher.domain.errors import RefusedError
from usher.domain.invites import (
    AlreadyAcceptedError,
    DeclinedError,
    ExpiredError,
    Invite,
    InviteKind,
    InviteState,
    WithdrawnError,
)
from usher.domain.organizations import ManagerState, Organization
from usher.domain.suspensions import OrganizationSuspendedError
from usher.lazy_dataclasses import dataclass
from usher.services.people.dashboards import Dashboard, WaitingRequest
from usher.translations.lazy import LazyText, lazy_gettext

PATH = "/learn"

_NEW_PASSWORD = lazy_gettext("Your new password is set. Invitations that wait for you can be answered here.")
_DECLINED = lazy_gettext("You declined the invitation. Those who invited you have been told.")
_JOINED = lazy_gettext("You joined already, and nothing else needs doing. What you have is below.")
_REDEEMED = lazy_gettext(
    "You redeemed this code already, and nothing else needs doing. What you have is below."
)
_LEFT = lazy_gettext("Your request to join was taken back.")
_ANSWERED = lazy_gettext("Your request to join was answered meanwhile.")

_ORDER = (AccessState.ACTIVE, AccessState.SCHEDULED, AccessState.ENDED)

_REFUSED: Mapping[type[RefusedError], LazyText] = {
    AlreadyAcceptedError: lazy_gettext("You accepted this invitation already."),
    DeclinedError: lazy_gettext("You declined this invitation already. Only a new one can undo that."),
    WithdrawnError: lazy_gettext("This invitation was withdrawn. Nothing needs doing."),
    OrganizationSuspendedError: lazy_gettext("Whoever invited you takes nobody in at the moment. Ask them."),
    ExpiredError: lazy_gettext("This invitation has expired. Ask those who invited you to send it again."),
}
"""What a person is told whose invite was closed while the page was open."""


@dataclass(frozen=True, kw_only=True)
class InviteCard:
    """An open invite as the dashboard shows it, with the forms that answer it.

    Attributes:
        starts: the starts that lie ahead, by license; every other access starts on acceptance.
    """

    invite: Invite
    organization: Organization
    starts: Mapping[str, datetime]


@dataclass(frozen=True, kw_only=True)
class RequestCard:
    """An open request to join as the dashboard shows it, with the form that takes it back."""

    asked: WaitingRequest
    organization: Organization


def _notice(query: Mapping[str, str]) -> LazyText | None:
    """Return the notice for a person whom a form or another page redirected to the dashboard."""
    notices = {
        "password": _NEW_PASSWORD,
        "declined": _DECLINED,
        "joined": _JOINED,
        "redeemed": _REDEEMED,
        "left": _LEFT,
    }
    told = (notice for name, notice in notices.items() if name in query)
    return next(told, WITHHELD.get(query.get("withheld", "")))


class DashboardController:
    """Shows a signed-in person's courses, and the sign-in form to everybody else."""

    def __init__(self, services: PageServices) -> None:
        self._dashboards = services.dashboards
        self._answer_invite = services.answer_invite
        self._join_page_flow = services.join_page_flow
        self._password_login = services.password_login
        self._sign_in_discovery = services.sign_in_discovery
        self._services = services
        self._sessions = services.sessions
        self._renderer = services.renderer
        self._now = services.now

    def show(self, *, request: PageRequest, feedback: FormFeedback = NO_FEEDBACK) -> Page:
        """Show the dashboard, or the sign-in form; to whoever just came in, the way to their only course."""
        if request.person is None:
            return self._sign_in_form(request, feedback)
        found = self._dashboards.dashboard(person=request.person)
        cards = self._cards(found)
        if "welcome" in request.query and (card := _only_linked(cards)) is not None:
            return self._renderer.page(
                "course.html.j2",
                request=request,
                owner=PageOwner.of(card.organization),
                card=card,
                again=False,
                notice=feedback.notice,
                now=self._now(),
            )
        organizations = found.organizations
        teams = self._password_login.team_places(person=request.person)
        return self._renderer.page(
            "dashboard.html.j2",
            request=request,
            owner=PageOwner.of(*organizations.values()) if len(organizations) == 1 else USHER,
            status=feedback.status,
            notice=feedback.notice or _notice(request.query),
            welcome="welcome" in request.query,
            cards=cards,
            invites=self._invite_cards(found),
            requests=[
                RequestCard(asked=one, organization=organizations[one.request.organization])
                for one in found.requests
                if one.request.organization in organizations
            ],
            most_counted=MOST_COUNTED,
            places=[place for place in teams if place.manager.state is ManagerState.ACTIVE],
            team_invites=[place for place in teams if place.manager.state is ManagerState.PENDING],
            declining=request.query.get("decline", ""),
            now=self._now(),
        )

    def sign_in(self, *, request: PageRequest) -> Page:
        """Sign in, or show the form again with feedback; raise BodyTooLargeError.

        Whoever leaves the password empty is led to the sign-in of their organization, if the domain of the
        address has one; the answer depends on the domain alone.
        """
        refused = self._refusal(request)
        if refused is not None:
            return self.show(request=request, feedback=refused)
        email, password = request.form.get("email", ""), request.form.get("password", "")
        if not password:
            return self._sign_in_elsewhere(request, email)
        try:
            signed_in = self._password_login.sign_in(email=email, password=password)
        except SIGN_IN_REFUSALS as error:
            sign_ons = self._sign_ons(email)
            return self._sign_in_form(request, sign_in_feedback(error), email=email, sign_ons=sign_ons)
        return redirect(PATH, request=request, cookies=self._sessions.session_cookies(signed_in.person))

    def sign_out(self, *, request: PageRequest) -> Page:
        """End the browser's session; raise BodyTooLargeError."""
        try:
            request.require_own_form()
        except CrossSiteFormError:
            return self.show(request=request, feedback=FOREIGN_FORM)
        return sign_out(self._services, request, PATH)

    def answer_invite(self, *, request: PageRequest, invite: str) -> Page:
        """Accept or decline an invite to the signed-in person.

        Raises:
            UnknownInviteError: the person has no such invite.
            BodyTooLargeError: the form is too large.
        """
        refused = self._refusal(request)
        if refused is not None or request.person is None:
            return self.show(request=request, feedback=refused or SIGNED_OUT)
        answers: Mapping[str, tuple[Callable[..., Invite], str]] = {
            "accept": (self._answer_invite.accept_own, "welcome"),
            "decline": (self._answer_invite.decline_own, "declined"),
        }
        chosen = answers.get(request.form.get("action", ""))
        if chosen is None:
            return self.show(request=request, feedback=UNKNOWN_ACTION)
        carry_out, outcome = chosen
        try:
            answered = carry_out(person=request.person, invite=invite)
        except tuple(_REFUSED) as closed:
            notice = _REFUSED[type(closed)]
            return self.show(
                request=request, feedback=FormFeedback(status=HTTPStatus.CONFLICT, notice=notice)
            )
        if answered.kind is InviteKind.TEAM and answered.state is InviteState.ACCEPTED:
            return redirect(f"{CONSOLE_PATH}/{answered.organization}", request=request)
        return redirect(f"{PATH}?{outcome}=1", request=request)

    def withdraw_request(self, *, request: PageRequest, organization: str) -> Page:
        """Take back the signed-in person's request to join; raise BodyTooLargeError."""
        refused = self._refusal(request)
        if refused is not None or request.person is None:
            return self.show(request=request, feedback=refused or SIGNED_OUT)
        try:
            self._join_page_flow.withdraw(person=request.person, organization=organization)
        except JoinRequestAnsweredError:
            feedback = FormFeedback(status=HTTPStatus.CONFLICT, notice=_ANSWERED)
            return self.show(request=request, feedback=feedback)
        return redirect(f"{PATH}?left=1", request=request)

    def _refusal(self, request: PageRequest) -> FormFeedback | None:
        """Return the feedback to a form that another site sent; None for one of our own."""
        try:
            request.require_own_form()
        except CrossSiteFormError:
            return FOREIGN_FORM
        return None

    def _cards(self, found: Dashboard) -> list[Card]:
        now = self._now()
        cards = [
            Card(access=access, organization=organization, state=access.state_at(now))
            for access in found.accesses
            if access.state is not AccessState.RESERVED
            and (organization := found.organizations.get(access.terms.organization)) is not None
        ]
        return sorted(cards, key=lambda card: (_ORDER.index(card.state), card.access.terms.product.name))

    def _invite_cards(self, found: Dashboard) -> list[InviteCard]:
        now = self._now()
        return [
            InviteCard(
                invite=invite,
                organization=organization,
                starts=invite.starts_ahead(now),
            )
            for invite in found.invites
            if (organization := found.organizations.get(invite.organization)) is not None
            and not organization.is_closed
        ]

    def _sign_in_elsewhere(self, request: PageRequest, email: str) -> Page:
        """Lead the person on to the identity provider of the address's domain.

        By a page, since the policy of our forms holds for what they are redirected to, too.
        """
        sign_ons = self._sign_ons(email)
        if sign_ons:
            return self._renderer.page(
                "sign_in_elsewhere.html.j2", request=request, sign_ons=sign_ons, password_path=PATH
            )
        return self._sign_in_form(request, NO_PASSWORD, email=email)

    def _sign_ons(self, email: str) -> list[SignOnLink]:
        try:
            return sign_on_links(self._sign_in_discovery.connections(email=email))
        except BadAddressError:
            return []

    def _sign_in_form(
        self,
        request: PageRequest,
        feedback: FormFeedback,
        *,
        email: str = "",
        sign_ons: Sequence[SignOnLink] = (),
    ) -> Page:
        return self._renderer.form_page(
            "sign_in.html.j2", request=request, feedback=feedback, email=email, sign_ons=sign_ons
        )


def _only_linked(cards: Sequence[Card]) -> Card | None:
    """Return the only course that a person has, if it can be begun by a link of its own."""
    current = [card for card in cards if card.state is not AccessState.ENDED]
    return current[0] if len(current) == 1 and current[0].link else None
