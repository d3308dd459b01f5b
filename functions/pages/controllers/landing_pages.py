"""An organization's landing page, and redeeming a code on it.

Opening the page changes nothing and reveals nothing about a code: only people with a verified address learn
whether a code is valid, and all refusals look the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

from functions.pages.browser_sessions import CrossSiteFormError, PageRequest
from functions.pages.controllers.join_pages import join_page_path
from functions.pages.forms import NO_FEEDBACK, SIGNED_OUT, UNKNOWN_ACTION, FormFeedback, names
from functions.pages.outcomes import (
    OutcomeMessage,
    minutes,
    nobody_can_join,
    outcome_page,
    refusal_message,
    suspended_message,
)
from functions.pages.rendering import Page, PageOwner, redirect
from functions.pages.services import PageServices
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
from usher.domain.enrollment.sso_login import SSO_PAGE
from usher.domain.organizations import Organization, UnknownOrganizationError
from usher.domain.people import Person
from usher.domain.rate_limits import LimitReachedError

PATH = "/c"

_BAD_CODE = f"A code has {MIN_CODE} to {MAX_CODE} letters, digits and dashes."
_BAD_ADDRESS = "Write your email address, such as ann@acme.example."


@dataclass(frozen=True, kw_only=True)
class SignOnLink:
    """A link to a single sign-on: the name on its button, and its address."""

    name: str
    href: str


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
            "code": self._enter_code,
            "redeem": self._redeem,
            "sign_in": self._sign_in,
            "ask": self._ask,
        }

    def show(self, *, request: PageRequest, slug: str, code: str = "") -> Page:
        """Show the landing page or, with a code, the ways to redeem it."""
        try:
            location = self._locate(slug, request.person)
        except UnknownOrganizationError:
            return self._unknown(request)
        if not code:
            return self._landing_page(request, location)
        if location.organization.suspension is not None:
            return self._refuse_suspended(request, location)
        try:
            return self._code_page(request, replace(location, code=canonical(code)))
        except BadCodeError:
            feedback = FormFeedback(status=HTTPStatus.NOT_FOUND, errors={"code": _BAD_CODE})
            return self._landing_page(request, location, feedback, typed=code)

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
        except CrossSiteFormError as refused:
            feedback = FormFeedback(status=HTTPStatus.FORBIDDEN, notice=refused.next_action)
            return self._show_again(request, location, feedback)
        action = request.form.get("action", "")
        if action == "switch":
            return sign_out(self._services, request, location.path)
        suspended = location.organization.suspension is not None
        carry_out = self._refuse_suspended if suspended else self._actions.get(action)
        if carry_out is None or (action != "code" and not location.code):
            return self._show_again(request, location, UNKNOWN_ACTION)
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

    def _enter_code(self, request: PageRequest, location: LandingLocation, network_address: str) -> Page:
        """Redeem a typed code for a person who is signed in, or show the ways to redeem it."""
        typed = request.form.get("code", "")
        try:
            location = replace(location, code=read_code(typed))
        except BadCodeError:
            feedback = FormFeedback(status=HTTPStatus.UNPROCESSABLE_ENTITY, errors={"code": _BAD_CODE})
            return self._landing_page(request, location, feedback, typed=typed.strip())
        if request.person is None:
            return redirect(location.path, request=request)
        return self._redeem_as(request.person, request, location, network_address)

    def _redeem(self, request: PageRequest, location: LandingLocation, network_address: str) -> Page:
        if request.person is None:
            return self._code_page(request, location, SIGNED_OUT)
        return self._redeem_as(request.person, request, location, network_address)

    def _sign_in(self, request: PageRequest, location: LandingLocation, network_address: str) -> Page:
        if request.person is not None:
            return self._redeem_as(request.person, request, location, network_address)
        signed_in = self._accounts.sign_in(email=request.form.get("account", ""), form=request.form)
        if isinstance(signed_in, FormFeedback):
            return self._code_page(request, location, signed_in)
        return self._redeem_as(signed_in.person, request, location, network_address)

    def _redeem_as(
        self, person: Person, request: PageRequest, location: LandingLocation, network_address: str
    ) -> Page:
        """Redeem the code, and sign the person in even if the code is refused."""
        session = self._sessions.session_cookie(person)
        try:
            redeemed = self._redeem_code.redeem(
                person=person,
                organization=location.organization.id,
                text=location.code,
                network_address=network_address,
            )
        except CodeRefusedError as refused:
            errors = {"code": f"{refused.title}. {refused.next_action}"}
            feedback = FormFeedback(status=HTTPStatus.CONFLICT, errors=errors, cookies=(session,))
        except LimitReachedError as limited:
            feedback = replace(_limited("code", limited), cookies=(session,))
        else:
            path = "/learn?welcome=1" if redeemed.new else "/learn"
            return redirect(path, request=request, cookies=[session])
        signed_in = replace(request, person=person)
        return self._landing_page(signed_in, location, feedback, typed=location.code)

    def _ask(self, request: PageRequest, location: LandingLocation, network_address: str) -> Page:
        """Send the link that verifies the address; whether the code is valid shows only after that."""
        given, errors = names(request.form)
        if errors:
            return self._code_page(request, location, _wrong(errors))
        try:
            asked = self._email_verification.ask(
                organization=location.organization.id,
                kind=VerificationPurpose.CODE,
                email=request.form.get("email", ""),
                first_name=given["first_name"],
                last_name=given["last_name"],
                code=location.code,
                network_address=network_address,
            )
        except BadAddressError:
            return self._code_page(request, location, _wrong({"email": _BAD_ADDRESS}))
        except LimitReachedError as limited:
            return self._code_page(request, location, _limited("email", limited))
        return self._page("landing_page_link_sent.html.j2", request, location, email=asked.email)

    def _show_again(self, request: PageRequest, location: LandingLocation, feedback: FormFeedback) -> Page:
        show = self._code_page if location.code else self._landing_page
        return show(request, location, feedback)

    def _landing_page(
        self,
        request: PageRequest,
        location: LandingLocation,
        feedback: FormFeedback = NO_FEEDBACK,
        *,
        typed: str = "",
    ) -> Page:
        return self._page(
            "landing_page.html.j2",
            request,
            location,
            feedback,
            typed=typed,
            options=self._options(location.organization),
            suspended=suspended_message(location.organization),
            max_pasted=MAX_PASTED_CODE,
        )

    def _code_page(
        self, request: PageRequest, location: LandingLocation, feedback: FormFeedback = NO_FEEDBACK
    ) -> Page:
        fields = ("email", "first_name", "last_name", "account")
        return self._page(
            "landing_page_code.html.j2",
            request,
            location,
            feedback,
            typed={field: request.form.get(field, "").strip() for field in fields},
            options=self._options(location.organization),
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
            sign_ons=[SignOnLink(name=one.name, href=SSO_PAGE + one.id) for one in connections],
        )

    def _page(
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
            feedback=feedback,
            organization=location.organization,
            landing_path=location.landing_path,
            path=location.path,
            code=location.code,
            **values,
        )

    def _unknown(self, request: PageRequest) -> Page:
        return self._renderer.error_page("nothing_here", method=request.method, status=HTTPStatus.NOT_FOUND)


def _wrong(errors: dict[str, str]) -> FormFeedback:
    return FormFeedback(status=HTTPStatus.UNPROCESSABLE_ENTITY, errors=errors)


def _limited(field: str, limited: LimitReachedError) -> FormFeedback:
    error = f"There were too many tries. Wait {minutes(limited.retry_after)} and try again."
    return FormFeedback(
        status=HTTPStatus.TOO_MANY_REQUESTS,
        errors={field: error},
        headers={"Retry-After": str(limited.retry_after)},
    )
