"""The page behind an emailed link: an invite in each of its states, and the ways to answer it.

Looking changes nothing (DESIGN 2, Invite life): all that changes anything is a form of the page.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from functions.pages.accounts import (
    FORBIDDEN,
    GONE,
    NOTHING,
    REFUSED,
    UNREADABLE,
    Accounts,
    FormFeedback,
)
from functions.pages.browsers import Browsers, ForeignFormError, PageRequest
from functions.pages.forms import MIN_PASSWORD
from functions.pages.rendering import Renderer, redirect, sender
from usher.domain.errors import RefusedError, UsherError
from usher.domain.invites import InviteKind, InviteState
from usher.domain.people import Person
from usher.domain.starts import start_on_acceptance
from usher.gateways.links import Link, Links
from usher.services.invites.answer_invite import AnswerInvite, InvitePreview

Page: TypeAlias = Response[str]


@dataclass(frozen=True, kw_only=True)
class _Opened:
    """A link that is ours, and what it leads to."""

    token: str
    link: Link
    offer: InvitePreview

    @property
    def here(self) -> str:
        return f"/i/{self.token}"

    def is_for(self, person: Person | None) -> bool:
        return person is not None and person.email == self.offer.invite.email


class Invitations:
    """Shows invites and takes the answers."""

    def __init__(
        self,
        *,
        answering: AnswerInvite,
        accounts: Accounts,
        links: Links,
        browsers: Browsers,
        renderer: Renderer,
        now: Callable[[], datetime],
    ) -> None:
        self._answer_invite = answering
        self._accounts = accounts
        self._links = links
        self._browsers = browsers
        self._renderer = renderer
        self._now = now
        self._actions: dict[str, Callable[[PageRequest, _Opened], Page]] = {
            "register": self._register,
            "sign_in": self._sign_in,
            "accept": self._accept,
            "decline": self._decline,
        }

    def show(self, *, visit: PageRequest, token: str) -> Page:
        """Show the invite as it stands.

        Raises:
            BadLinkError, UnknownInviteError: the link leads nowhere.
        """
        return self._shown(visit, self._open(token))

    def answer(self, *, event: APIGatewayProxyEventV2, visit: PageRequest, token: str) -> Page:
        """Carry out the form's action, or show the page again with what was wrong.

        Raises:
            BadLinkError, UnknownInviteError: the link leads nowhere.
            BodyTooLargeError: the form is too large.
        """
        opened = self._open(token)
        try:
            self._browsers.require_own_form(event)
        except ForeignFormError as foreign:
            return self._shown(visit, opened, FormFeedback(status=FORBIDDEN, notice=foreign.next_action))
        action = visit.form.get("action", "")
        if action == "switch":
            return redirect(opened.here, visit=visit, cookies=[self._browsers.no_session()])
        if visit.person is not None and not opened.is_for(visit.person):
            return self._somebody_else(visit, opened, status=FORBIDDEN)
        carry_out = self._actions.get(action)
        if carry_out is None:
            return self._shown(
                visit, opened, FormFeedback(status=UNREADABLE, notice="Please use the buttons.")
            )
        return carry_out(visit, opened)

    def _open(self, token: str) -> _Opened:
        link = self._links.read(token)
        return _Opened(token=token, link=link, offer=self._answer_invite.look(invite=link.invite))

    def _register(self, visit: PageRequest, opened: _Opened) -> Page:
        if visit.person is not None:
            return self._accepted_by(visit.person, visit, opened)
        if opened.offer.invite.state is InviteState.ACCEPTED:
            email = opened.offer.invite.email
            who = self._accounts.registered_already(email=email, form=visit.form)
            return self._known(who, visit, opened)
        if not self._is_open(opened):
            return self._shown(visit, opened, FormFeedback(status=REFUSED))
        who = self._accounts.register(email=opened.offer.invite.email, form=visit.form)
        return self._known(who, visit, opened)

    def _sign_in(self, visit: PageRequest, opened: _Opened) -> Page:
        if visit.person is not None:
            return self._accepted_by(visit.person, visit, opened)
        invite = opened.offer.invite
        if not self._is_open(opened) and invite.state is not InviteState.ACCEPTED:
            return self._shown(visit, opened, FormFeedback(status=REFUSED))
        return self._known(self._accounts.sign_in(email=invite.email, form=visit.form), visit, opened)

    def _known(self, who: Person | FormFeedback, visit: PageRequest, opened: _Opened) -> Page:
        if isinstance(who, FormFeedback):
            return self._shown(visit, opened, who)
        return self._accepted_by(who, visit, opened)

    def _accept(self, visit: PageRequest, opened: _Opened) -> Page:
        if visit.person is None:
            remark = FormFeedback(status=FORBIDDEN, notice="You are not signed in any more.")
            return self._shown(visit, opened, remark)
        return self._accepted_by(visit.person, visit, opened)

    def _accepted_by(self, person: Person, visit: PageRequest, opened: _Opened) -> Page:
        """Accept, and leave the person signed in whatever became of the invite meanwhile."""
        session = self._browsers.session(person)
        try:
            self._answer_invite.accept(person=person, invite=opened.link.invite, number=opened.link.number)
        except RefusedError:
            visit = replace(visit, person=person)
            return self._shown(
                visit, self._open(opened.token), FormFeedback(status=REFUSED, cookies=(session,))
            )
        is_team = opened.offer.invite.kind is InviteKind.TEAM
        return redirect(opened.here if is_team else "/learn?welcome=1", visit=visit, cookies=[session])

    def _decline(self, visit: PageRequest, opened: _Opened) -> Page:
        try:
            self._answer_invite.decline(invite=opened.link.invite, number=opened.link.number)
        except RefusedError:
            return self._shown(visit, self._open(opened.token), FormFeedback(status=REFUSED))
        return redirect(opened.here, visit=visit)

    def _is_open(self, opened: _Opened) -> bool:
        try:
            opened.offer.invite.require_open(number=opened.link.number, now=self._now())
        except RefusedError:
            return False
        return True

    def _shown(self, visit: PageRequest, opened: _Opened, remark: FormFeedback = NOTHING) -> Page:
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
            has_account=visit.person is not None or self._accounts.is_known(invite.email),
            typed={
                "first_name": visit.form.get("first_name", invite.first_name),
                "last_name": visit.form.get("last_name", invite.last_name),
            },
            min_password=MIN_PASSWORD,
        )

    def _shown_accepted(self, visit: PageRequest, opened: _Opened, remark: FormFeedback) -> Page:
        if visit.person is not None and not opened.is_for(visit.person):
            return self._somebody_else(visit, opened, status=remark.status)
        if visit.person is not None and opened.offer.invite.kind is InviteKind.LEARNER:
            return redirect("/learn", visit=visit, cookies=remark.cookies)
        return self._page("accepted.html.j2", visit, opened, remark)

    def _shown_dead(
        self, visit: PageRequest, opened: _Opened, remark: FormFeedback, dead: UsherError
    ) -> Page:
        declined = opened.offer.invite.state is InviteState.DECLINED
        if remark.status == NOTHING.status and not declined:
            remark = replace(remark, status=GONE)
        return self._page("dead.html.j2", visit, opened, remark, why=dead.code)

    def _somebody_else(self, visit: PageRequest, opened: _Opened, *, status: int) -> Page:
        return self._page(
            "somebody_else.html.j2",
            visit,
            opened,
            FormFeedback(status=status),
            email=opened.offer.invite.email,
            thing="invitation",
        )

    def _page(
        self, template: str, visit: PageRequest, opened: _Opened, remark: FormFeedback, **more: object
    ) -> Page:
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


def _name_of_inviter(offer: InvitePreview) -> str:
    """Return the inviting manager's name; empty where there is none to name."""
    if offer.inviter is None:
        return ""
    return f"{offer.inviter.first_name} {offer.inviter.last_name}".strip()
