"""The page of the emailed link that verifies the address of a person who wants to join or redeem a code.

Opening the page changes nothing, since mail scanners open links. Once the person is signed in or registered,
the join page's or the landing page's controller completes the request.
"""

from http import HTTPStatus

from aws_lambda_powertools.shared.cookies import Cookie

from functions.pages.browser_sessions import CrossSiteFormError, PageRequest
from functions.pages.controllers.join_pages import JoinPageController
from functions.pages.controllers.landing_pages import LandingPageController
from functions.pages.forms import FOREIGN_FORM, NO_FEEDBACK, SIGNED_OUT, UNKNOWN_ACTION, FormFeedback
from functions.pages.outcomes import OutcomeMessage, outcome_page, refusal_message, suspended_message
from functions.pages.rendering import Page, PageOwner, redirect
from functions.pages.services import PageServices
from functions.pages.sign_out import sign_out
from functions.pages.wording import span
from usher.domain.enrollment.email_verifications import (
    VerificationOverError,
    VerificationPurpose,
    VerificationRequest,
)
from usher.domain.enrollment.grants import Grant
from usher.domain.enrollment.join_pages import JoinPage
from usher.domain.errors import UsherError
from usher.domain.languages import Language
from usher.domain.people import Person
from usher.lazy_dataclasses import dataclass
from usher.services.enrollment.email_verification import PendingVerification
from usher.services.enrollment.offers import Offer
from usher.translations.lazy import lazy_gettext

PATH = "/learn/enter"

_USED_ALREADY = {
    VerificationPurpose.JOIN: "/learn?joined=1",
    VerificationPurpose.CODE: "/learn?redeemed=1",
}
"""Where a second click leads: to what the person has, which says that nothing else needs doing."""

_SIGN_IN_AGAIN = lazy_gettext("You used this link already. Sign in to see what became of it.")


@dataclass(frozen=True, kw_only=True)
class _OpenedVerification:
    """A pending verification, with the valid link that it was opened by.

    `page` is the join page that the person asked on; None for a code.
    """

    token: str
    pending: PendingVerification
    page: JoinPage | None

    @property
    def request(self) -> VerificationRequest:
        return self.pending.request

    @property
    def owner(self) -> PageOwner:
        return PageOwner.of(self.pending.organization)

    @property
    def language(self) -> Language | None:
        """The join page's language; what a code's is shows when it is redeemed."""
        return None if self.page is None else self.page.language

    @property
    def path(self) -> str:
        return f"{PATH}/{self.token}"

    @property
    def led_in(self) -> bool:
        """Whether the link was used before, by whom is a learner still."""
        return self.request.used_at is not None and self.pending.is_learner

    def belongs_to_another(self, person: Person | None) -> bool:
        """Return whether the person is signed in with another address than the one to verify."""
        return person is not None and person.email != self.request.email


class VerificationController:
    """Shows email verifications and completes the requests behind them."""

    def __init__(self, services: PageServices) -> None:
        self._email_verification = services.email_verification
        self._join_pages = JoinPageController(services)
        self._landing_pages = LandingPageController(services)
        self._offers = services.offers
        self._accounts = services.accounts
        self._links = services.links
        self._services = services
        self._sessions = services.sessions
        self._renderer = services.renderer

    def show(self, *, request: PageRequest, token: str) -> Page:
        """Show the form to register, sign in or continue; raise BadLinkError for a link that is not ours."""
        opened = self._open(request, token)
        return self._show(request, opened) if isinstance(opened, _OpenedVerification) else opened

    def answer(self, *, request: PageRequest, token: str, network_address: str) -> Page:
        """Carry out the form's action, or show the page again with feedback.

        Raises:
            BadLinkError: the link is not ours.
            BodyTooLargeError: the form is too large.
        """
        opened = self._open(request, token)
        if not isinstance(opened, _OpenedVerification):
            return opened
        try:
            request.require_own_form()
        except CrossSiteFormError:
            return self._show(request, opened, FOREIGN_FORM)
        action = request.form.get("action", "")
        if action == "switch":
            return sign_out(self._services, request, opened.path)
        if opened.belongs_to_another(request.person):
            return self._show(request, opened, FormFeedback(status=HTTPStatus.FORBIDDEN))
        identified = self._identify(action, request, opened)
        if isinstance(identified, FormFeedback):
            return self._show(request, opened, identified)
        return self._complete(identified, request, opened, network_address)

    def _open(self, request: PageRequest, token: str) -> _OpenedVerification | Page:
        """Open the link, or return the page that says why the link is no longer valid."""
        try:
            pending = self._email_verification.read(
                request=self._links.read_verification(token), viewer=request.person
            )
        except VerificationOverError:
            status = HTTPStatus.GONE
            return self._renderer.page("verification_expired.html.j2", request=request, status=status)
        page = suspended_message(pending.organization) or self._join_pages.page_of(pending.request)
        opened = _OpenedVerification(
            token=token, pending=pending, page=page if isinstance(page, JoinPage) else None
        )
        if request.person is not None and not opened.belongs_to_another(request.person):
            answer = self._second_click(request, opened)
            if answer is not None:
                return answer
        if isinstance(page, OutcomeMessage) and not opened.led_in:
            return self._outcome(page, request, opened)
        return opened

    def _identify(
        self, action: str, request: PageRequest, opened: _OpenedVerification
    ) -> Person | FormFeedback:
        """Return the person who sent the form; a person who is signed in needs no password."""
        if action not in {"register", "sign_in", "enter"}:
            return UNKNOWN_ACTION
        if request.person is not None:
            return request.person
        if action == "enter":
            return SIGNED_OUT
        identify = self._accounts.register if action == "register" else self._accounts.sign_in
        signed_in = identify(email=opened.request.email, form=request.form)
        return signed_in if isinstance(signed_in, FormFeedback) else signed_in.person

    def _complete(
        self, person: Person, request: PageRequest, opened: _OpenedVerification, network_address: str
    ) -> Page:
        """Complete the request, and sign the person in even if the request is refused."""
        session = self._sessions.session_cookies(person)
        again = self._second_click(request, opened, *session)
        if again is not None:
            return again
        try:
            if opened.request.kind is VerificationPurpose.JOIN:
                message = self._join_pages.complete(opened.request, person, opened.pending.organization)
            else:
                message = self._landing_pages.complete(opened.request, person, network_address)
        except UsherError as refused:
            message = refusal_message(refused)
        if message is None or message.status == HTTPStatus.OK:
            self._email_verification.mark_used(opened.request)
        if message is None:
            return redirect("/learn?welcome=1", request=request, cookies=session)
        return self._outcome(message, request, opened, *session)

    def _second_click(
        self, request: PageRequest, opened: _OpenedVerification, *cookies: Cookie
    ) -> Page | None:
        """Return the page that says what holds now for whoever used the link before; None for a first click.

        Whoever took their request back since, or is a learner no more, may begin again.
        """
        pending = opened.pending
        if pending.request.used_at is None:
            return None
        if pending.request.kind is VerificationPurpose.JOIN:
            message = self._join_pages.earlier_answer(pending.join_request, pending.organization)
            if message is not None:
                return self._outcome(message, request, opened, *cookies)
        if not opened.led_in:
            return None
        path = _USED_ALREADY[pending.request.kind]
        return redirect(path, request=request, cookies=cookies)

    def _outcome(
        self, message: OutcomeMessage, request: PageRequest, opened: _OpenedVerification, *cookies: Cookie
    ) -> Page:
        return outcome_page(
            self._renderer,
            message,
            request=request,
            owner=opened.owner,
            about=opened.language,
            cookies=cookies,
        )

    def _offer(self, opened: _OpenedVerification) -> Offer:
        """Return what the join page offers; what a code gives shows when it is redeemed."""
        grant = Grant() if opened.page is None else opened.page.grant
        return self._offers.offer(organization=opened.pending.organization, grant=grant)

    def _show(
        self, request: PageRequest, opened: _OpenedVerification, feedback: FormFeedback = NO_FEEDBACK
    ) -> Page:
        asked = opened.request
        if asked.used_at is not None and request.person is None and feedback is NO_FEEDBACK:
            feedback = FormFeedback(notice=_SIGN_IN_AGAIN)
        offer = self._offer(opened)
        wrong_account = opened.belongs_to_another(request.person)
        return self._renderer.form_page(
            "wrong_account.html.j2" if wrong_account else "verification.html.j2",
            request=request,
            owner=opened.owner,
            about=opened.language,
            feedback=feedback,
            path=opened.path,
            is_invite=False,
            email=asked.email,
            organization=opened.pending.organization,
            approval=opened.page is not None and opened.page.approval,
            licenses=offer.licenses,
            span=span(offer.licenses, offer.starts),
            code=asked.code,
            has_account=request.person is not None or self._accounts.has_account(asked.email),
            typed={
                "first_name": request.form.get("first_name", asked.first_name),
                "last_name": request.form.get("last_name", asked.last_name),
            },
        )
