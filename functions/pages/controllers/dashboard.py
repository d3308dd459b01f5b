"""A learner's dashboard with their courses, and signing in and out."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from functions.pages.account_forms import sign_in_feedback
from functions.pages.browser_sessions import CrossSiteFormError, PageRequest
from functions.pages.controllers.sso import WITHHELD
from functions.pages.forms import NO_FEEDBACK, FormFeedback
from functions.pages.rendering import USHER, Page, PageOwner, redirect
from functions.pages.services import PageServices
from functions.pages.sign_out import sign_out
from usher.domain.accesses import Access, AccessState
from usher.domain.organizations import Organization
from usher.domain.people import Person
from usher.gateways.identity import SignInsLimitedError, WrongCredentialsError

PATH = "/learn"

_NEW_PASSWORD = "Your new password is set. To accept an invitation, open the link in its email again."  # noqa: S105 - a sentence

_ORDER = (AccessState.ACTIVE, AccessState.SCHEDULED, AccessState.RESERVED, AccessState.ENDED)


@dataclass(frozen=True, kw_only=True)
class Card:
    """An access as the dashboard shows it; `state` is its state by the clock, whatever is stored."""

    access: Access
    organization: Organization
    state: AccessState

    @property
    def link(self) -> str:
        """The course's URL; empty if it has none, or if the access is not active."""
        url = self.access.terms.product.url
        usable = self.state is AccessState.ACTIVE and url.lower().startswith(("https://", "http://"))
        return url if usable else ""


def _notice(query: Mapping[str, str]) -> str:
    """Return the notice for a person whom another page redirected to the dashboard."""
    return _NEW_PASSWORD if "password" in query else WITHHELD.get(query.get("withheld", ""), "")


class DashboardController:
    """Shows a signed-in person's courses, and the sign-in form to everybody else."""

    def __init__(self, services: PageServices) -> None:
        self._learner_queries = services.learner_queries
        self._password_login = services.password_login
        self._services = services
        self._sessions = services.sessions
        self._renderer = services.renderer
        self._now = services.now

    def show(self, *, request: PageRequest, feedback: FormFeedback = NO_FEEDBACK) -> Page:
        """Show the dashboard, or the sign-in form."""
        if request.person is None:
            return self._sign_in_form(request, feedback)
        cards = self._cards(request.person)
        organizations = {card.organization.id: card.organization for card in cards}
        return self._renderer.page(
            "dashboard.html.j2",
            request=request,
            owner=PageOwner.of(*organizations.values()) if len(organizations) == 1 else USHER,
            status=feedback.status,
            notice=feedback.notice or _notice(request.query),
            welcome="welcome" in request.query,
            cards=cards,
            places=self._password_login.managed_organizations(person=request.person),
            now=self._now(),
        )

    def sign_in(self, *, request: PageRequest) -> Page:
        """Sign in, or show the form again with feedback; raise BodyTooLargeError."""
        email = request.form.get("email", "")
        try:
            request.require_own_form()
            signed_in = self._password_login.sign_in(email=email, password=request.form.get("password", ""))
        except CrossSiteFormError as refused:
            return self.show(request=request, feedback=_forbidden(refused))
        except (WrongCredentialsError, SignInsLimitedError) as refused:
            return self._sign_in_form(request, sign_in_feedback(refused), email=email)
        return redirect(PATH, request=request, cookies=[self._sessions.session_cookie(signed_in.person)])

    def sign_out(self, *, request: PageRequest) -> Page:
        """End the browser's session; raise BodyTooLargeError."""
        try:
            request.require_own_form()
        except CrossSiteFormError as refused:
            return self.show(request=request, feedback=_forbidden(refused))
        return sign_out(self._services, request, PATH)

    def _cards(self, person: Person) -> list[Card]:
        now = self._now()
        found = self._learner_queries.dashboard(person=person)
        cards = [
            Card(access=access, organization=organization, state=access.state_at(now))
            for access in found.accesses
            if (organization := found.organizations.get(access.terms.organization)) is not None
        ]
        return sorted(cards, key=lambda card: (_ORDER.index(card.state), card.access.terms.product.name))

    def _sign_in_form(self, request: PageRequest, feedback: FormFeedback, *, email: str = "") -> Page:
        return self._renderer.form_page("sign_in.html.j2", request=request, feedback=feedback, email=email)


def _forbidden(refused: CrossSiteFormError) -> FormFeedback:
    return FormFeedback(status=HTTPStatus.FORBIDDEN, notice=refused.next_action)
