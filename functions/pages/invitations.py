"""The page behind an emailed link: an invite in each of its states, and the ways to answer it.

Looking changes nothing (DESIGN 2, Invite life): all that changes anything is a form of the page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.shared.cookies import Cookie
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from functions.pages.browsers import Browsers, ForeignFormError, Visit
from functions.pages.forms import MIN_PASSWORD, Registration, registration
from functions.pages.rendering import Renderer, redirect, sender
from usher.domain.errors import RefusedError, UsherError
from usher.domain.invites import InviteKind, InviteState
from usher.domain.people import Person
from usher.domain.starts import start_on_acceptance
from usher.gateways.identity import (
    AlreadyRegisteredError,
    SignInsLimitedError,
    WeakPasswordError,
    WrongCredentialsError,
)
from usher.gateways.links import Link, Links
from usher.services.answering import Answering, Offer
from usher.services.signing_in import SigningIn

Page: TypeAlias = Response[str]

_GONE = 410
_REFUSED = 409
_UNREADABLE = 422
_FORBIDDEN = 403
_TOO_MANY = 429


@dataclass(frozen=True, kw_only=True)
class _Opened:
    """A link that is ours, and what it leads to."""

    token: str
    link: Link
    offer: Offer

    @property
    def here(self) -> str:
        return f"/i/{self.token}"

    def is_for(self, person: Person | None) -> bool:
        return person is not None and person.email == self.offer.invite.email


@dataclass(frozen=True, kw_only=True)
class _Remark:
    """What the page has to say about what was sent: nothing, when it was only looked at."""

    status: int = 200
    notice: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    cookies: tuple[Cookie, ...] = ()


_NOTHING = _Remark()


class Invitations:
    """Shows invites and takes the answers."""

    def __init__(
        self,
        *,
        answering: Answering,
        signing_in: SigningIn,
        links: Links,
        browsers: Browsers,
        renderer: Renderer,
        now: Callable[[], datetime],
    ) -> None:
        self._answering = answering
        self._signing_in = signing_in
        self._links = links
        self._browsers = browsers
        self._renderer = renderer
        self._now = now
        self._actions: dict[str, Callable[[Visit, _Opened], Page]] = {
            "register": self._register,
            "sign_in": self._sign_in,
            "accept": self._accept,
            "decline": self._decline,
        }

    def show(self, *, visit: Visit, token: str) -> Page:
        """Show the invite as it stands.

        Raises:
            BadLinkError, UnknownInviteError: the link leads nowhere.
        """
        return self._shown(visit, self._open(token))

    def answer(self, *, event: APIGatewayProxyEventV2, visit: Visit, token: str) -> Page:
        """Carry out the form's action, or show the page again with what was wrong.

        Raises:
            BadLinkError, UnknownInviteError: the link leads nowhere.
            BodyTooLargeError: the form is too large.
        """
        opened = self._open(token)
        try:
            self._browsers.require_own_form(event)
        except ForeignFormError as foreign:
            return self._shown(visit, opened, _Remark(status=_FORBIDDEN, notice=foreign.next_action))
        action = visit.form.get("action", "")
        if action == "switch":
            return redirect(opened.here, visit=visit, cookies=[self._browsers.no_session()])
        if visit.person is not None and not opened.is_for(visit.person):
            return self._somebody_else(visit, opened, status=_FORBIDDEN)
        carry_out = self._actions.get(action)
        if carry_out is None:
            return self._shown(visit, opened, _Remark(status=_UNREADABLE, notice="Please use the buttons."))
        return carry_out(visit, opened)

    def _open(self, token: str) -> _Opened:
        link = self._links.read(token)
        return _Opened(token=token, link=link, offer=self._answering.look(invite=link.invite))

    def _register(self, visit: Visit, opened: _Opened) -> Page:
        if visit.person is not None:
            return self._accepted_by(visit.person, visit, opened)
        if opened.offer.invite.state is InviteState.ACCEPTED:
            return self._registered_already(visit, opened)
        if not self._is_open(opened):
            return self._shown(visit, opened, _Remark(status=_REFUSED))
        typed = registration(visit.form)
        if typed.errors:
            return self._shown(visit, opened, _Remark(status=_UNREADABLE, errors=typed.errors))
        return self._registered(typed, visit, opened)

    def _registered(self, typed: Registration, visit: Visit, opened: _Opened) -> Page:
        try:
            account = self._signing_in.register(
                email=opened.offer.invite.email,
                password=typed.password,
                first_name=typed.first_name,
                last_name=typed.last_name,
            )
        except WeakPasswordError as weak:
            remark = _Remark(status=_UNREADABLE, errors={"password": weak.next_action})
            return self._shown(visit, opened, remark)
        except (AlreadyRegisteredError, WrongCredentialsError):
            return self._registered_already(visit, opened)
        # An earlier attempt that broke off may have left other names in the account's token.
        person = replace(account.person, first_name=typed.first_name, last_name=typed.last_name)
        return self._accepted_by(person, visit, opened)

    def _registered_already(self, visit: Visit, opened: _Opened) -> Page:
        """Go on with the account that there is: a button pressed twice sends the same password twice."""
        email = opened.offer.invite.email
        try:
            account = self._signing_in.sign_in(email=email, password=visit.form.get("password", ""))
        except (WrongCredentialsError, SignInsLimitedError):
            notice = "This address has an account already. Sign in with its password."
            return self._shown(visit, opened, _Remark(status=_REFUSED, notice=notice))
        return self._accepted_by(account.person, visit, opened)

    def _sign_in(self, visit: Visit, opened: _Opened) -> Page:
        if visit.person is not None:
            return self._accepted_by(visit.person, visit, opened)
        invite = opened.offer.invite
        if not self._is_open(opened) and invite.state is not InviteState.ACCEPTED:
            return self._shown(visit, opened, _Remark(status=_REFUSED))
        try:
            account = self._signing_in.sign_in(email=invite.email, password=visit.form.get("password", ""))
        except (WrongCredentialsError, SignInsLimitedError) as refused:
            return self._shown(visit, opened, _not_signed_in(refused))
        return self._accepted_by(account.person, visit, opened)

    def _accept(self, visit: Visit, opened: _Opened) -> Page:
        if visit.person is None:
            remark = _Remark(status=_FORBIDDEN, notice="You are not signed in any more.")
            return self._shown(visit, opened, remark)
        return self._accepted_by(visit.person, visit, opened)

    def _accepted_by(self, person: Person, visit: Visit, opened: _Opened) -> Page:
        """Accept, and leave the person signed in whatever became of the invite meanwhile."""
        session = self._browsers.session(person)
        try:
            self._answering.accept(person=person, invite=opened.link.invite, number=opened.link.number)
        except RefusedError:
            visit = replace(visit, person=person)
            return self._shown(visit, self._open(opened.token), _Remark(status=_REFUSED, cookies=(session,)))
        is_team = opened.offer.invite.kind is InviteKind.TEAM
        return redirect(opened.here if is_team else "/learn?welcome=1", visit=visit, cookies=[session])

    def _decline(self, visit: Visit, opened: _Opened) -> Page:
        try:
            self._answering.decline(invite=opened.link.invite, number=opened.link.number)
        except RefusedError:
            return self._shown(visit, self._open(opened.token), _Remark(status=_REFUSED))
        return redirect(opened.here, visit=visit)

    def _is_open(self, opened: _Opened) -> bool:
        try:
            opened.offer.invite.require_open(number=opened.link.number, now=self._now())
        except RefusedError:
            return False
        return True

    def _shown(self, visit: Visit, opened: _Opened, remark: _Remark = _NOTHING) -> Page:
        """Show the invite in the state that it is in, with a remark."""
        invite = opened.offer.invite
        if invite.state is InviteState.ACCEPTED:
            return self._shown_accepted(visit, opened, remark)
        try:
            invite.require_open(number=opened.link.number, now=self._now())
        except RefusedError as dead:
            return self._shown_dead(visit, opened, remark, dead)
        if visit.person is not None and not opened.is_for(visit.person):
            return self._somebody_else(visit, opened, status=remark.status)
        if "decline" in visit.query and not remark.errors:
            return self._page("decline.html.j2", visit, opened, remark)
        starts = {
            terms.license: start_on_acceptance(terms, chosen=invite.start_for(terms), now=self._now())
            for terms in invite.licenses
        }
        return self._page(
            "invite.html.j2",
            visit,
            opened,
            remark,
            starts={license_: start for license_, start in starts.items() if start > self._now()},
            has_account=visit.person is not None or self._signing_in.has_account(email=invite.email),
            typed={
                "first_name": visit.form.get("first_name", invite.first_name),
                "last_name": visit.form.get("last_name", invite.last_name),
            },
            min_password=MIN_PASSWORD,
        )

    def _shown_accepted(self, visit: Visit, opened: _Opened, remark: _Remark) -> Page:
        if visit.person is not None and not opened.is_for(visit.person):
            return self._somebody_else(visit, opened, status=remark.status)
        if visit.person is not None and opened.offer.invite.kind is InviteKind.LEARNER:
            return redirect("/learn", visit=visit, cookies=remark.cookies)
        return self._page("accepted.html.j2", visit, opened, remark)

    def _shown_dead(self, visit: Visit, opened: _Opened, remark: _Remark, dead: UsherError) -> Page:
        declined = opened.offer.invite.state is InviteState.DECLINED
        if remark.status == _NOTHING.status and not declined:
            remark = replace(remark, status=_GONE)
        return self._page("dead.html.j2", visit, opened, remark, why=dead.code)

    def _somebody_else(self, visit: Visit, opened: _Opened, *, status: int) -> Page:
        return self._page("somebody_else.html.j2", visit, opened, _Remark(status=status))

    def _page(self, template: str, visit: Visit, opened: _Opened, remark: _Remark, **more: object) -> Page:
        return self._renderer.page(
            template,
            visit=visit,
            sender=sender(opened.offer.organization),
            status=remark.status,
            cookies=remark.cookies,
            headers=remark.headers,
            notice=remark.notice,
            errors=remark.errors,
            here=opened.here,
            invite=opened.offer.invite,
            organization=opened.offer.organization,
            inviter=_name_of_inviter(opened.offer),
            **more,
        )


def sign_in_errors(refused: WrongCredentialsError | SignInsLimitedError) -> dict[str, str]:
    """Say why the sign-in was refused, beside the password: not whether the address exists."""
    if isinstance(refused, SignInsLimitedError):
        return {"password": "There were too many attempts. Wait a minute and try again."}
    return {"password": f"{refused.title}. {refused.next_action}"}


def _not_signed_in(refused: WrongCredentialsError | SignInsLimitedError) -> _Remark:
    errors = sign_in_errors(refused)
    if isinstance(refused, SignInsLimitedError):
        headers = {"Retry-After": str(refused.retry_after)}
        return _Remark(status=_TOO_MANY, errors=errors, headers=headers)
    return _Remark(status=_UNREADABLE, errors=errors)


def _name_of_inviter(offer: Offer) -> str:
    """Return the inviting manager's name; empty where there is none to name."""
    if offer.inviter is None:
        return ""
    return f"{offer.inviter.first_name} {offer.inviter.last_name}".strip()
