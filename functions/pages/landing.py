"""An organization's landing page, and redeeming a code there.

Looking changes nothing, and says nothing of a code: whether it is any good is told to nobody who has not
proven an address, and then the refusals all look alike.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as NoPageError
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from functions.pages.accounts import FORBIDDEN, NOTHING, REFUSED, TOO_MANY, UNREADABLE, Accounts, FormFeedback
from functions.pages.browsers import Browsers, ForeignFormError, PageRequest
from functions.pages.entries import Told, told_of
from functions.pages.rendering import Renderer, redirect, sender
from usher.domain.addresses import BadAddressError
from usher.domain.enrollment.codes import MAX_CODE, MIN_CODE, BadCodeError, CodeRefusedError, canonical
from usher.domain.enrollment.email_verifications import VerificationPurpose, VerificationRequest
from usher.domain.enrollment.rate_limits import LimitReachedError
from usher.domain.organizations import Organization, UnknownOrganizationError
from usher.domain.people import MAX_NAME, BadNameError, Person, clean_name
from usher.services.enrollment.email_verification import EmailVerification
from usher.services.enrollment.redeem_code import RedeemCode

Page: TypeAlias = Response[str]

HERE = "/c"

_NOT_FOUND = 404
_NO_CODE = f"A code has {MIN_CODE} to {MAX_CODE} letters, digits and dashes."
_NO_ADDRESS = "Write your email address, such as ann@acme.example."
_SIGNED_OUT = "You are not signed in any more."


@dataclass(frozen=True, kw_only=True)
class SignOn:
    """A single sign-on that can be chosen: what its button says, and where it leads."""

    name: str
    href: str


@dataclass(frozen=True, kw_only=True)
class Doors:
    """The other ways in that an organization has: its join page, empty where it is off, and its sign-ons."""

    join: str = ""
    sign_ons: Sequence[SignOn] = ()


@dataclass(frozen=True, kw_only=True)
class LandingLocation:
    """Where a browser is: whose page, and the code in the page's address; empty where there is none."""

    organization: Organization
    code: str = ""

    @property
    def home(self) -> str:
        """The address of the page without a code."""
        return f"{HERE}/{self.organization.slug}"

    @property
    def here(self) -> str:
        """The address of this very page."""
        return f"{self.home}/{self.code}" if self.code else self.home


class Landing:
    """Shows organizations' landing pages and takes codes."""

    def __init__(
        self,
        *,
        redeeming: RedeemCode,
        entering: EmailVerification,
        accounts: Accounts,
        browsers: Browsers,
        renderer: Renderer,
        doors: Callable[[Organization], Doors],
    ) -> None:
        self._redeem_code = redeeming
        self._verification = entering
        self._accounts = accounts
        self._browsers = browsers
        self._renderer = renderer
        self._doors = doors
        self._actions: dict[str, Callable[[PageRequest, LandingLocation, str], Page]] = {
            "code": self._typed,
            "redeem": self._redeem,
            "sign_in": self._sign_in,
            "ask": self._ask,
        }

    def show(self, *, visit: PageRequest, slug: str, code: str = "") -> Page:
        """Show the landing page, or what can be done with a code; raises UnknownOrganizationError."""
        spot = self._spot(slug)
        if not code:
            return self._home(visit, spot)
        try:
            return self._code(visit, replace(spot, code=canonical(code)))
        except BadCodeError:
            return self._home(
                visit, spot, FormFeedback(status=_NOT_FOUND, errors={"code": _NO_CODE}), typed=code
            )

    def answer(
        self,
        *,
        event: APIGatewayProxyEventV2,
        visit: PageRequest,
        slug: str,
        code: str = "",
        network_address: str,
    ) -> Page:
        """Carry out the form's action, or show the page again with what was wrong.

        Raises:
            UnknownOrganizationError: the page is nobody's.
            BodyTooLargeError: the form is too large.
        """
        spot = self._spot(slug)
        try:
            spot = replace(spot, code=canonical(code) if code else "")
            self._browsers.require_own_form(event)
        except BadCodeError:
            return self.show(visit=visit, slug=slug, code=code)
        except ForeignFormError as foreign:
            return self._shown(visit, spot, FormFeedback(status=FORBIDDEN, notice=foreign.next_action))
        action = visit.form.get("action", "")
        if action == "switch":
            return redirect(spot.here, visit=visit, cookies=[self._browsers.no_session()])
        carry_out = self._actions.get(action)
        if carry_out is None or (action != "code" and not spot.code):
            return self._shown(visit, spot, FormFeedback(status=UNREADABLE, notice="Please use the buttons."))
        return carry_out(visit, spot, network_address)

    def complete(self, entry: VerificationRequest, person: Person, network_address: str) -> Told | None:
        """Redeem the code of somebody who has proven their address; raises CodeRefusedError."""
        try:
            self._redeem_code.redeem(
                person=person,
                organization=entry.organization,
                text=entry.code,
                network_address=network_address,
            )
        except LimitReachedError as limited:
            return told_of(limited)
        return None

    def _spot(self, slug: str) -> LandingLocation:
        return LandingLocation(organization=self._redeem_code.organization(slug=slug.lower()))

    def _typed(self, visit: PageRequest, spot: LandingLocation, network_address: str) -> Page:
        """Take a code that was typed: redeem it if it is known for whom, else ask who it is."""
        typed = visit.form.get("code", "")
        try:
            spot = replace(spot, code=canonical(typed))
        except BadCodeError:
            remark = FormFeedback(status=UNREADABLE, errors={"code": _NO_CODE})
            return self._home(visit, spot, remark, typed=typed.strip())
        if visit.person is None:
            return redirect(spot.here, visit=visit)
        return self._redeemed(visit.person, visit, spot, network_address)

    def _redeem(self, visit: PageRequest, spot: LandingLocation, network_address: str) -> Page:
        if visit.person is None:
            return self._code(visit, spot, FormFeedback(status=FORBIDDEN, notice=_SIGNED_OUT))
        return self._redeemed(visit.person, visit, spot, network_address)

    def _sign_in(self, visit: PageRequest, spot: LandingLocation, network_address: str) -> Page:
        if visit.person is not None:
            return self._redeemed(visit.person, visit, spot, network_address)
        who = self._accounts.sign_in(email=visit.form.get("account", ""), form=visit.form)
        if isinstance(who, FormFeedback):
            return self._code(visit, spot, who)
        return self._redeemed(who, visit, spot, network_address)

    def _redeemed(
        self, person: Person, visit: PageRequest, spot: LandingLocation, network_address: str
    ) -> Page:
        """Redeem the code; the person is signed in from now on, whatever comes of it."""
        session = self._browsers.session(person)
        try:
            admitted = self._redeem_code.redeem(
                person=person,
                organization=spot.organization.id,
                text=spot.code,
                network_address=network_address,
            )
        except CodeRefusedError as refused:
            errors = {"code": f"{refused.title}. {refused.next_action}"}
            remark = FormFeedback(status=REFUSED, errors=errors, cookies=(session,))
        except LimitReachedError as limited:
            remark = replace(_too_many("code", limited), cookies=(session,))
        else:
            return redirect("/learn?welcome=1" if admitted.new else "/learn", visit=visit, cookies=[session])
        return self._home(replace(visit, person=person), spot, remark, typed=spot.code)

    def _ask(self, visit: PageRequest, spot: LandingLocation, network_address: str) -> Page:
        """Send the link that proves the address; whether the code is any good shows behind it."""
        email = visit.form.get("email", "").strip()
        names, errors = _names(visit)
        if errors:
            return self._code(visit, spot, FormFeedback(status=UNREADABLE, errors=errors))
        try:
            self._verification.ask(
                organization=spot.organization.id,
                kind=VerificationPurpose.CODE,
                email=email,
                **names,
                code=spot.code,
                network_address=network_address,
            )
        except BadAddressError:
            return self._code(visit, spot, FormFeedback(status=UNREADABLE, errors={"email": _NO_ADDRESS}))
        except LimitReachedError as limited:
            return self._code(visit, spot, _too_many("email", limited))
        return self._page("landing_sent.html.j2", visit, spot, email=email)

    def _shown(self, visit: PageRequest, spot: LandingLocation, remark: FormFeedback) -> Page:
        return self._code(visit, spot, remark) if spot.code else self._home(visit, spot, remark)

    def _home(
        self, visit: PageRequest, spot: LandingLocation, remark: FormFeedback = NOTHING, *, typed: str = ""
    ) -> Page:
        return self._page(
            "landing_home.html.j2",
            visit,
            spot,
            remark,
            typed=typed,
            doors=self._doors(spot.organization),
            max_code=MAX_CODE,
        )

    def _code(self, visit: PageRequest, spot: LandingLocation, remark: FormFeedback = NOTHING) -> Page:
        fields = ("email", "first_name", "last_name", "account")
        typed = {field: visit.form.get(field, "").strip() for field in fields}
        return self._page(
            "landing_code.html.j2",
            visit,
            spot,
            remark,
            typed=typed,
            doors=self._doors(spot.organization),
            max_name=MAX_NAME,
        )

    def _page(
        self,
        template: str,
        visit: PageRequest,
        spot: LandingLocation,
        remark: FormFeedback = NOTHING,
        **more: object,
    ) -> Page:
        return self._renderer.page(
            template,
            visit=visit,
            sender=sender(spot.organization),
            status=remark.status,
            cookies=remark.cookies,
            headers=remark.headers,
            notice=remark.notice,
            errors=remark.errors,
            organization=spot.organization,
            home=spot.home,
            here=spot.here,
            code=spot.code,
            **more,
        )


def _names(visit: PageRequest) -> tuple[dict[str, str], dict[str, str]]:
    """Return the names that were typed, and what is wrong with them, by field."""
    names, errors = {}, {}
    for field, label in (("first_name", "first name"), ("last_name", "last name")):
        try:
            names[field] = clean_name(visit.form.get(field, ""))
        except BadNameError:
            errors[field] = f"Write your {label}, with at most {MAX_NAME} characters."
    return names, errors


def _too_many(field: str, limited: LimitReachedError) -> FormFeedback:
    return FormFeedback(
        status=TOO_MANY,
        errors={field: f"There were too many tries. {_wait(limited)}"},
        headers={"Retry-After": str(limited.retry_after)},
    )


def _wait(limited: LimitReachedError) -> str:
    minutes = math.ceil(limited.retry_after / 60)
    return f"Wait {minutes} {'minute' if minutes == 1 else 'minutes'} and try again."


def register_landing(
    app: APIGatewayHttpResolver,
    landing: Landing,
    event: Callable[[], APIGatewayProxyEventV2],
    visit: Callable[[], PageRequest],
    network_address: Callable[[], str],
) -> None:
    """Register the landing pages. `network_address` is from where the present request comes."""

    def shown(slug: str, code: str = "") -> Page:
        try:
            return landing.show(visit=visit(), slug=slug, code=code)
        except UnknownOrganizationError as unknown:
            raise NoPageError from unknown

    def answered(slug: str, code: str = "") -> Page:
        try:
            return landing.answer(
                event=event(), visit=visit(), slug=slug, code=code, network_address=network_address()
            )
        except UnknownOrganizationError as unknown:
            raise NoPageError from unknown

    @app.route(f"{HERE}/<client>", method=["GET", "HEAD"])
    def show_landing(client: str) -> Page:
        return shown(client)

    @app.post(f"{HERE}/<client>")
    def answer_landing(client: str) -> Page:
        return answered(client)

    @app.route(f"{HERE}/<client>/<code>", method=["GET", "HEAD"])
    def show_code(client: str, code: str) -> Page:
        return shown(client, code)

    @app.post(f"{HERE}/<client>/<code>")
    def answer_code(client: str, code: str) -> Page:
        return answered(client, code)
