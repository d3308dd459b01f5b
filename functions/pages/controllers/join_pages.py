"""An organization's join page, on which people without an invite ask to join.

The answer to an address is the same whether or not Usher knows the address; the domains that may join are no
secret and are on the page.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus

from functions.pages.browser_sessions import CrossSiteFormError, PageRequest
from functions.pages.forms import FOREIGN_FORM, NO_FEEDBACK, SIGNED_OUT, UNKNOWN_ACTION, FormFeedback
from functions.pages.outcomes import OutcomeMessage, outcome_page, refusal_message, suspended_message
from functions.pages.rendering import Page, PageOwner, redirect
from functions.pages.services import PageServices
from functions.pages.sign_out import sign_out
from functions.pages.wording import span
from usher.domain.addresses import BadAddressError
from usher.domain.enrollment.email_verifications import VerificationPurpose, VerificationRequest
from usher.domain.enrollment.join_pages import JoinPage, UnknownJoinPageError, WrongDomainError
from usher.domain.enrollment.join_requests import JoinRequest, JoinState
from usher.domain.enrollment.mail_providers import written
from usher.domain.organizations import Organization
from usher.domain.people import Person
from usher.domain.rate_limits import LimitReachedError
from usher.services.enrollment.join_page_flow import JoinOutcome, OpenPage
from usher.translations.lazy import LazyText, lazy_gettext
from usher.translations.texts import Texts

PATH = "/join"

_MESSAGES: Mapping[JoinOutcome, OutcomeMessage] = {
    JoinOutcome.PENDING: OutcomeMessage(
        title=lazy_gettext("Your request is sent"),
        lead=lazy_gettext("A manager decides on it, and you get an email with the answer."),
        more=lazy_gettext("Nothing else needs doing. You can take the request back beside your courses."),
    ),
    JoinOutcome.WAITING: OutcomeMessage(
        title=lazy_gettext("You are on the waiting list"),
        lead=lazy_gettext(
            "No seat is free at the moment. You get one, and an email, as soon as it is your turn."
        ),
        more=lazy_gettext("Nothing else needs doing. Your place in the line is shown beside your courses."),
    ),
    JoinOutcome.REFUSED: OutcomeMessage(
        title=lazy_gettext("Your request was refused"),
        lead=lazy_gettext("You asked to join before, and a manager decided against it. Nothing was changed."),
        more=lazy_gettext(
            "If that is a mistake, ask %(contact)s: its managers can still let you in.", contact=""
        ),
        status=HTTPStatus.CONFLICT,
    ),
    JoinOutcome.FULL: OutcomeMessage(
        title=lazy_gettext("No seat is left"),
        lead=lazy_gettext("You cannot join at the moment. Nothing was changed."),
        more=lazy_gettext(
            "Tell %(contact)s: its managers can get more seats. Then come back and try again.", contact=""
        ),
        status=HTTPStatus.CONFLICT,
    ),
    JoinOutcome.UNAVAILABLE: OutcomeMessage(
        title=lazy_gettext("You cannot join at the moment"),
        lead=lazy_gettext("What this page gives is not to be had any more. Nothing was changed."),
        more=lazy_gettext(
            "Tell %(contact)s: its managers can change it. Then come back and try again.", contact=""
        ),
        status=HTTPStatus.CONFLICT,
    ),
}
"""The messages by outcome, whose `contact` is filled in.

People who join at once get none and are redirected to their courses.
"""

_OUTCOMES: Mapping[JoinState, JoinOutcome] = {
    JoinState.PENDING: JoinOutcome.PENDING,
    JoinState.WAITING: JoinOutcome.WAITING,
    JoinState.REFUSED: JoinOutcome.REFUSED,
}
"""What a request comes to that has not led in."""

_CLOSED = OutcomeMessage(
    title=lazy_gettext("The page is closed"),
    lead=lazy_gettext("It was closed after you asked to join. Nothing was changed."),
    more=lazy_gettext("Ask the organization for an invitation."),
    status=HTTPStatus.NOT_FOUND,
)


_CANNOT_JOIN = lazy_gettext("This address cannot join.")


class JoinPageController:
    """Shows join pages and carries out requests to join."""

    def __init__(self, services: PageServices) -> None:
        self._join_page_flow = services.join_page_flow
        self._offers = services.offers
        self._services = services
        self._sessions = services.sessions
        self._renderer = services.renderer

    def show(self, *, request: PageRequest, slug: str) -> Page:
        """Show the page."""
        opened = self._open(request, slug)
        if not isinstance(opened, OpenPage):
            return opened
        if "sent" in request.query:
            return self._page("join_page_link_sent.html.j2", request, opened)
        return self._page("join_page.html.j2", request, opened)

    def answer(self, *, request: PageRequest, slug: str, network_address: str) -> Page:
        """Send a link that verifies an address, or join a signed-in person; raise BodyTooLargeError."""
        opened = self._open(request, slug)
        if not isinstance(opened, OpenPage):
            return opened
        try:
            request.require_own_form()
        except CrossSiteFormError:
            return self._show_again(request, opened, FOREIGN_FORM)
        action = request.form.get("action", "")
        if action == "switch":
            return sign_out(self._services, request, _path(opened))
        if action == "enter":
            return self._join(request, opened)
        if action == "ask":
            return self._ask(request, opened, network_address)
        return self._show_again(request, opened, UNKNOWN_ACTION)

    def _open(self, request: PageRequest, slug: str) -> OpenPage | Page:
        """Open the page with the slug, or return the page that says why nobody can join by it."""
        try:
            opened = self._join_page_flow.read_page(slug=slug, viewer=request.person)
        except UnknownJoinPageError:
            return self._unknown(request)
        suspended = suspended_message(opened.organization)
        return opened if suspended is None else self._outcome(suspended, request, opened)

    def page_of(self, verification: VerificationRequest) -> JoinPage | OutcomeMessage | None:
        """Return the page that the person asked to join by, or why it does not admit them (any more).

        None for a verification of another purpose.
        """
        if verification.kind is not VerificationPurpose.JOIN:
            return None
        page = self._join_page_flow.open_page(organization=verification.organization)
        if page is None:
            return _CLOSED
        try:
            page.require_allowed(verification.email)
        except WrongDomainError as wrong:
            return refusal_message(wrong)
        return page

    def complete(
        self, verification: VerificationRequest, person: Person, organization: Organization
    ) -> OutcomeMessage | None:
        """Join a person whose address is verified; return the message, or None if they joined at once."""
        try:
            outcome = self._join_page_flow.join(person=person, organization=verification.organization)
        except UnknownJoinPageError:
            return _CLOSED
        return _message(outcome, organization)

    def earlier_answer(self, asked: JoinRequest | None, organization: Organization) -> OutcomeMessage | None:
        """Return what became of an earlier request, while it waits or is refused."""
        outcome = None if asked is None else _OUTCOMES.get(asked.state)
        return None if outcome is None else _message(outcome, organization)

    def _join(self, request: PageRequest, opened: OpenPage) -> Page:
        """Join a signed-in person, whose address was verified when their account was created."""
        if request.person is None:
            return self._show_again(request, opened, SIGNED_OUT)
        try:
            outcome = self._join_page_flow.join(person=request.person, organization=opened.organization.id)
        except UnknownJoinPageError:
            return self._unknown(request)
        except WrongDomainError:
            feedback = FormFeedback(status=HTTPStatus.FORBIDDEN, notice=_CANNOT_JOIN)
            return self._show_again(request, opened, feedback)
        message = _message(outcome, opened.organization)
        if message is None:
            return redirect("/learn?welcome=1", request=request)
        return self._outcome(message, request, opened)

    def _ask(self, request: PageRequest, opened: OpenPage, network_address: str) -> Page:
        try:
            self._join_page_flow.ask(
                slug=opened.page.slug,
                email=request.form.get("email", ""),
                network_address=network_address,
                language=request.languages.language(
                    about=opened.page.language, organization=opened.organization.language
                ),
            )
        except UnknownJoinPageError:
            return self._unknown(request)
        except BadAddressError:
            errors = {
                "email": lazy_gettext(
                    "Write your email address, such as %(example)s.", example="ann.lee@acme.example"
                )
            }
            return self._show_again(request, opened, _wrong(errors))
        except WrongDomainError:
            errors = {"email": _use_another(opened.page)}
            return self._show_again(request, opened, _wrong(errors))
        except LimitReachedError as limited:
            return self._outcome(refusal_message(limited), request, opened)
        return redirect(f"{_path(opened)}?sent=1", request=request)

    def _outcome(self, message: OutcomeMessage, request: PageRequest, opened: OpenPage) -> Page:
        owner = PageOwner.of(opened.organization)
        about = opened.page.language
        return outcome_page(self._renderer, message, request=request, owner=owner, about=about)

    def _show_again(self, request: PageRequest, opened: OpenPage, feedback: FormFeedback) -> Page:
        return self._page("join_page.html.j2", request, opened, feedback)

    def _page(
        self,
        template: str,
        request: PageRequest,
        opened: OpenPage,
        feedback: FormFeedback = NO_FEEDBACK,
    ) -> Page:
        offer = self._offers.offer(organization=opened.organization, grant=opened.page.grant)
        return self._renderer.form_page(
            template,
            request=request,
            owner=PageOwner.of(opened.organization),
            about=opened.page.language,
            feedback=feedback,
            path=_path(opened),
            organization=opened.organization,
            approval=opened.page.approval,
            licenses=offer.licenses,
            span=span(offer.licenses, offer.starts),
            who_may=_who_may(opened.page),
            fits=request.person is not None and opened.page.allows(request.person.email),
            typed={"email": request.form.get("email", "")},
        )

    def _unknown(self, request: PageRequest) -> Page:
        status = HTTPStatus.NOT_FOUND
        return self._renderer.page("join_page_unknown.html.j2", request=request, status=status)


def _message(outcome: JoinOutcome, organization: Organization) -> OutcomeMessage | None:
    message = _MESSAGES.get(outcome)
    if message is None or message.more is None or "contact" not in message.more.values:
        return message
    return replace(message, more=replace(message.more, values={"contact": organization.contact}))


def join_page_path(page: JoinPage) -> str:
    """Return the path of a join page."""
    return f"{PATH}/{page.slug}"


def _path(opened: OpenPage) -> str:
    return join_page_path(opened.page)


def _wrong(errors: Mapping[str, LazyText]) -> FormFeedback:
    return FormFeedback(status=HTTPStatus.UNPROCESSABLE_ENTITY, errors=errors)


def _who_may(page: JoinPage) -> LazyText | None:
    """Return which addresses may join, without naming a single one; None if all may."""
    if page.domains and page.addresses:
        return lazy_gettext(
            "Whoever has an address at %(domains)s, or an address that the organization has named, can join.",
            domains=_domains(page),
        )
    if page.domains:
        return lazy_gettext("Whoever has an address at %(domains)s can join.", domains=_domains(page))
    if page.addresses:
        return lazy_gettext("Whoever has an address that the organization has named can join.")
    return None


def _use_another(page: JoinPage) -> LazyText:
    """Return what somebody is to do whose address may not join."""
    if page.addresses:
        return lazy_gettext(
            "Use an address at %(domains)s, or an address that the organization has named.",
            domains=_domains(page),
        )
    return lazy_gettext("Use an address at %(domains)s.", domains=_domains(page))


def _domains(page: JoinPage) -> Callable[[Texts], str]:
    names = [written(domain) for domain in page.domains]
    return lambda texts: texts.one_of(names)
