"""An organization's landing page, and redeeming a code on it.

Opening the page changes nothing and reveals nothing about a code: only people with a verified address learn
whether a code is valid, and all refusals look the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from http import HTTPStatus

from functions.pages.browser_sessions import CrossSiteFormError, PageRequest
from functions.pages.controllers.join_pages import join_page_path
from functions.pages.forms import FOREIGN_FORM, NO_FEEDBACK, SIGNED_OUT, UNKNOWN_ACTION, FormFeedback
from functions.pages.outcomes import (
    OutcomeMessage,
    nobody_can_join,
    outcome_page,
    refusal_message,
    suspended_message,
    too_many_attempts,
)
from functions.pages.refusals import refusal_text
from functions.pages.rendering import Page, PageOwner, redirect
from functions.pages.services import PageServices
from functions.pages.sign_ons import SignOnLink, sign_on_links
from functions.pages.sign_out import sign_out
from usher.domain.addresses import BadAddressError
from usher.domain.enrollment.codes import (
    MAX_CODE,
    MAX_PASTED_CODE,
    MIN_CODE,
    BadCodeError,
    CodeRefusedError,
    canonical,
    read_code,
)
from usher.domain.enrollment.email_verifications import VerificationPurpose, VerificationRequest
from usher.domain.organizations import Organization, UnknownOrganizationError
from usher.domain.people import Person
from usher.domain.rate_limits import LimitReachedError
from usher.lazy_dataclasses import dataclass
from usher.translations.lazy import LazyText, lazy_gettext

PATH = "/c"

_BAD_CODE = lazy_gettext(
    "A code has %(least)s to %(most)s letters, digits and dashes.", least=MIN_CODE, most=MAX_CODE
)
_BAD_ADDRESS = lazy_gettext("Write your email address, such as %(example)s.", example="ann@acme.example")


@dataclass(frozen=True, kw_only=True)
class EnrollmentOptions:
    """The ways to enroll without a code: the join page, empty if it is off, and the single sign-ons."""

    join_path: str = ""
    sign_ons: Sequence[SignOnLink] = ()


@dataclass(frozen=True, kw_only=True)
class LandingLocation:
    """The address of a landing page: its organization, and a code or none."""

    organization: Organization
    code: str = ""

    @property
    def landing_path(self) -> str:
        """The path of the page without a code."""
        return f"{PATH}/{self.organization.slug}"

    @property
    def path(self) -> str:
        """The path of the page with its code."""
        return f"{self.landing_path}/{self.code}" if self.code else self.landing_path


class LandingPageController:
    """Shows landing pages and redeems codes."""

    def __init__(self, services: PageServices) -> None:
        self._redeem_code = services.redeem_code
        self._email_verification = services.email_verification
        self._join_page_flow = services.join_page_flow
        self._sso_login = services.sso_login
        self._accounts = services.accounts
        self._services = services
        self._sessions = services.sessions
        self._renderer = services.renderer
        self._actions: dict[str, Callable[[PageRequest, LandingLocation, str], Page]] = {
            "ask": self._ask,
            "sign_in": self._sign_in,
            "redeem": self._redeem,
        }

    def show(self, *, request: PageRequest, slug: str, code: str = "") -> Page:
        """Show the landing page or, with a code, the ways to redeem it."""
        try:
            location = self._locate(slug, request.person)
        except UnknownOrganizationError:
            return self._unknown(request)
        if not code:
            return self._page(request, location)
        if location.organization.suspension is not None:
            return self._refuse_suspended(request, location)
        try:
            return self._page(request, replace(location, code=canonical(code)))
        except BadCodeError:
            feedback = FormFeedback(status=HTTPStatus.NOT_FOUND, errors={"code": _BAD_CODE})
            return self._page(request, location, feedback, typed=code)

    def answer(self, *, request: PageRequest, slug: str, code: str = "", network_address: str) -> Page:
        """Carry out the form's action, or show the page again with feedback.

        Raises:
            BodyTooLargeError: the form is too large.
        """
        try:
            location = self._locate(slug, request.person)
        except UnknownOrganizationError:
            return self._unknown(request)
        try:
            location = replace(location, code=canonical(code) if code else "")
            request.require_own_form()
        except BadCodeError:
            return self.show(request=request, slug=slug, code=code)
        except CrossSiteFormError:
            return self._page(request, location, FOREIGN_FORM)
        action = request.form.get("action", "")
        if action == "switch":
            return sign_out(self._services, request, location.path)
        carry_out = self._actions.get(action)
        if carry_out is None:
            return self._page(request, location, UNKNOWN_ACTION)
        if location.organization.suspension is not None:
            carry_out = self._sign_in_alone if action == "sign_in" else self._refuse_suspended
        return carry_out(request, location, network_address)

    def complete(
        self, verification: VerificationRequest, person: Person, network_address: str
    ) -> OutcomeMessage | None:
        """Redeem the code for a person whose address is verified; return a message if a limit is reached.

        Raises:
            CodeRefusedError: the code is not valid, or not for this person.
        """
        try:
            self._redeem_code.redeem(
                person=person,
                organization=verification.organization,
                text=verification.code,
                network_address=network_address,
            )
        except LimitReachedError as limited:
            return refusal_message(limited)
        return None

    def _locate(self, slug: str, viewer: Person | None) -> LandingLocation:
        organization = self._redeem_code.organization(slug=slug.lower(), viewer=viewer)
        return LandingLocation(organization=organization)

    def _ask(self, request: PageRequest, location: LandingLocation, network_address: str) -> Page:
        """Send the link that verifies the address; whether the code is valid shows only after that.

        Whoever wrote a password, too, meant to sign in: browsers send a form with its first button.
        """
        if request.form.get("password"):
            return self._sign_in(request, location, network_address)
        try:
            location = _with_code(request, location)
            asked = self._email_verification.ask(
                organization=location.organization.id,
                kind=VerificationPurpose.CODE,
                email=request.form.get("email", ""),
                code=location.code,
                network_address=network_address,
                language=request.languages.language(about=None, organization=location.organization.language),
            )
        except BadCodeError:
            return self._page(request, location, _wrong({"code": _BAD_CODE}))
        except BadAddressError:
            return self._page(request, location, _wrong({"email": _BAD_ADDRESS}))
        except LimitReachedError as limited:
            return self._page(request, location, _limited("email", limited))
        return self._render("landing_page_link_sent.html.j2", request, location, email=asked.email)

    def _sign_in(self, request: PageRequest, location: LandingLocation, network_address: str) -> Page:
        """Sign in and redeem the code in one; without a code, sign in."""
        if not location.code and not request.form.get("code", "").strip():
            return self._sign_in_alone(request, location, network_address)
        typed = request.form.get("email", "").strip().lower()
        if request.person is not None and typed in {"", request.person.email}:
            return self._redeem(request, location, network_address)
        try:
            location = _with_code(request, location)
        except BadCodeError:
            return self._page(request, location, _wrong({"code": _BAD_CODE}))
        signed_in = self._accounts.sign_in(email=request.form.get("email", ""), form=request.form)
        if isinstance(signed_in, FormFeedback):
            return self._page(request, location, signed_in)
        return self._redeem_as(signed_in.person, request, location, network_address)

    def _sign_in_alone(self, request: PageRequest, location: LandingLocation, _network_address: str) -> Page:
        signed_in = self._accounts.sign_in(email=request.form.get("email", ""), form=request.form)
        if isinstance(signed_in, FormFeedback):
            return self._page(request, location, signed_in)
        session = self._sessions.session_cookies(signed_in.person)
        return redirect("/learn", request=request, cookies=session)

    def _redeem(self, request: PageRequest, location: LandingLocation, network_address: str) -> Page:
        """Redeem the code for a person who is signed in."""
        if request.person is None:
            return self._page(request, location, SIGNED_OUT)
        try:
            location = _with_code(request, location)
        except BadCodeError:
            return self._page(request, location, _wrong({"code": _BAD_CODE}))
        return self._redeem_as(request.person, request, location, network_address)

    def _redeem_as(
        self, person: Person, request: PageRequest, location: LandingLocation, network_address: str
    ) -> Page:
        """Redeem the code, and sign the person in even if the code is refused."""
        session = self._sessions.session_cookies(person)
        try:
            redeemed = self._redeem_code.redeem(
                person=person,
                organization=location.organization.id,
                text=location.code,
                network_address=network_address,
            )
        except CodeRefusedError as refused:
            errors = {"code": refusal_text(refused).sentence}
            feedback = FormFeedback(status=HTTPStatus.CONFLICT, errors=errors, cookies=session)
        except LimitReachedError as limited:
            feedback = replace(_limited("code", limited), cookies=session)
        else:
            path = "/learn?welcome=1" if redeemed.new else "/learn"
            return redirect(path, request=request, cookies=session)
        return self._page(replace(request, person=person), location, feedback)

    def _page(
        self,
        request: PageRequest,
        location: LandingLocation,
        feedback: FormFeedback = NO_FEEDBACK,
        *,
        typed: str = "",
    ) -> Page:
        """Show the page with its form, and what was typed in it."""
        return self._render(
            "landing_page.html.j2",
            request,
            location,
            feedback,
            typed=typed or request.form.get("code", "").strip() or location.code,
            email=request.form.get("email", "").strip(),
            options=self._options(location.organization),
            suspended=suspended_message(location.organization),
            max_pasted=MAX_PASTED_CODE,
        )

    def _refuse_suspended(self, request: PageRequest, location: LandingLocation, *_: object) -> Page:
        """Say that a suspended organization takes nobody in, whatever the code."""
        message, owner = nobody_can_join(location.organization), PageOwner.of(location.organization)
        return outcome_page(self._renderer, message, request=request, owner=owner)

    def _options(self, organization: Organization) -> EnrollmentOptions:
        page = self._join_page_flow.open_page(organization=organization.id)
        connections = self._sso_login.offered(organization=organization.id)
        return EnrollmentOptions(
            join_path="" if page is None else join_page_path(page),
            sign_ons=sign_on_links(connections),
        )

    def _render(
        self,
        template: str,
        request: PageRequest,
        location: LandingLocation,
        feedback: FormFeedback = NO_FEEDBACK,
        **values: object,
    ) -> Page:
        return self._renderer.form_page(
            template,
            request=request,
            owner=PageOwner.of(location.organization),
            about=None,  # a code's language would tell whether there is such a code
            feedback=feedback,
            organization=location.organization,
            path=location.path,
            code=location.code,
            **values,
        )

    def _unknown(self, request: PageRequest) -> Page:
        return self._renderer.error_page("nothing_here", request=request, status=HTTPStatus.NOT_FOUND)


def _with_code(request: PageRequest, location: LandingLocation) -> LandingLocation:
    """Return the location with the form's code, if it has one, or raise BadCodeError."""
    typed = request.form.get("code", "")
    return location if location.code and not typed else replace(location, code=read_code(typed))


def _wrong(errors: dict[str, LazyText]) -> FormFeedback:
    return FormFeedback(status=HTTPStatus.UNPROCESSABLE_ENTITY, errors=errors)


def _limited(field: str, limited: LimitReachedError) -> FormFeedback:
    return FormFeedback(
        status=HTTPStatus.TOO_MANY_REQUESTS,
        errors={field: too_many_attempts(limited)},
        headers={"Retry-After": str(limited.retry_after)},
    )
