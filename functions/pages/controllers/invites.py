"""The page of an emailed invite, in each state of the invite, and the forms that answer it.

Opening the page changes nothing (DESIGN 2, Invite life), since mail scanners open links; only its forms do.
"""

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus

from functions.pages.browser_sessions import CrossSiteFormError, PageRequest
from functions.pages.cards import Card
from functions.pages.forms import FOREIGN_FORM, NO_FEEDBACK, SIGNED_OUT, UNKNOWN_ACTION, FormFeedback
from functions.pages.outcomes import suspended_message
from functions.pages.rendering import Page, PageOwner, redirect
from functions.pages.services import PageServices
from functions.pages.sign_out import sign_out
from functions.pages.wording import span
from usher.domain.accesses import AccessState
from usher.domain.errors import RefusedError
from usher.domain.invites import InviteKind, InviteState, LinkRequestedError
from usher.domain.people import Person
from usher.domain.suspensions import OrganizationSuspendedError
from usher.gateways.identity import SignedIn
from usher.gateways.links import Link
from usher.lazy_dataclasses import dataclass
from usher.services.invites.answer_invite import InvitePreview

PATH = "/i"

_REFUSED = FormFeedback(status=HTTPStatus.CONFLICT)


@dataclass(frozen=True, kw_only=True)
class _OpenedInvite:
    """An invite, with the valid link that it was opened by."""

    token: str
    link: Link
    preview: InvitePreview

    @property
    def path(self) -> str:
        return f"{PATH}/{self.token}"

    @property
    def email(self) -> str:
        return self.preview.invite.email

    @property
    def inviter(self) -> str:
        """The inviting manager's name; empty if there is none."""
        inviter = self.preview.inviter
        return "" if inviter is None else f"{inviter.first_name} {inviter.last_name}".strip()

    def belongs_to_another(self, person: Person | None) -> bool:
        """Return whether the person is signed in with another address than the invite's."""
        return person is not None and person.email != self.email


class InviteController:
    """Shows invites and carries out the answers to them."""

    def __init__(self, services: PageServices) -> None:
        self._answer_invite = services.answer_invite
        self._request_link = services.request_link
        self._accounts = services.accounts
        self._links = services.links
        self._services = services
        self._sessions = services.sessions
        self._renderer = services.renderer
        self._now = services.now
        self._actions: dict[str, Callable[[PageRequest, _OpenedInvite], Page]] = {
            "register": self._register,
            "sign_in": self._sign_in,
            "accept": self._accept,
            "decline": self._decline,
            "request_link": self._ask_for_link,
        }

    def show(self, *, request: PageRequest, token: str) -> Page:
        """Show the invite in its present state.

        Raises:
            BadLinkError, UnknownInviteError: the link is not valid.
        """
        return self._show(request, self._open(token, request.person))

    def answer(self, *, request: PageRequest, token: str) -> Page:
        """Carry out the form's action, or show the page again with feedback.

        Raises:
            BadLinkError, UnknownInviteError: the link is not valid.
            BodyTooLargeError: the form is too large.
        """
        opened = self._open(token, request.person)
        try:
            request.require_own_form()
        except CrossSiteFormError:
            return self._show(request, opened, FOREIGN_FORM)
        action = request.form.get("action", "")
        if action == "switch":
            return sign_out(self._services, request, opened.path)
        if opened.belongs_to_another(request.person):
            return self._wrong_account(request, opened, status=HTTPStatus.FORBIDDEN)
        carry_out = self._actions.get(action)
        if carry_out is None:
            return self._show(request, opened, UNKNOWN_ACTION)
        return carry_out(request, opened)

    def _open(self, token: str, viewer: Person | None) -> _OpenedInvite:
        link = self._links.read(token)
        preview = self._answer_invite.preview(invite=link.invite, viewer=viewer)
        return _OpenedInvite(token=token, link=link, preview=preview)

    def _register(self, request: PageRequest, opened: _OpenedInvite) -> Page:
        if request.person is not None:
            return self._accept_as(request.person, request, opened)
        if opened.preview.invite.state is InviteState.ACCEPTED:
            known = self._accounts.register_again(email=opened.email, form=request.form)
            return self._accept_or_show(known, request, opened)
        if not self._is_open(opened):
            return self._show(request, opened, _REFUSED)
        registered = self._accounts.register(email=opened.email, form=request.form)
        return self._accept_or_show(registered, request, opened)

    def _sign_in(self, request: PageRequest, opened: _OpenedInvite) -> Page:
        if request.person is not None:
            return self._accept_as(request.person, request, opened)
        if not self._is_open(opened) and opened.preview.invite.state is not InviteState.ACCEPTED:
            return self._show(request, opened, _REFUSED)
        signed_in = self._accounts.sign_in(email=opened.email, form=request.form)
        return self._accept_or_show(signed_in, request, opened)

    def _accept(self, request: PageRequest, opened: _OpenedInvite) -> Page:
        if request.person is None:
            return self._show(request, opened, SIGNED_OUT)
        return self._accept_as(request.person, request, opened)

    def _accept_or_show(
        self, signed_in: SignedIn | FormFeedback, request: PageRequest, opened: _OpenedInvite
    ) -> Page:
        """Accept as the person that a form signed in, or show the form's feedback."""
        if isinstance(signed_in, FormFeedback):
            return self._show(request, opened, signed_in)
        return self._accept_as(signed_in.person, request, opened)

    def _accept_as(self, person: Person, request: PageRequest, opened: _OpenedInvite) -> Page:
        """Accept the invite, and sign the person in even if the invite was closed meanwhile."""
        session = self._sessions.session_cookies(person)
        if isinstance(self._closed(opened), OrganizationSuspendedError):
            feedback = replace(_REFUSED, cookies=session)
            return self._show(replace(request, person=person), opened, feedback)
        try:
            self._answer_invite.accept(person=person, invite=opened.link.invite, number=opened.link.number)
        except RefusedError:
            feedback = replace(_REFUSED, cookies=session)
            return self._show(replace(request, person=person), self._open(opened.token, person), feedback)
        # Once accepted, the invite's own page leads on: to the console, or to that very course.
        was_accepted = opened.preview.invite.state is InviteState.ACCEPTED
        is_team = opened.preview.invite.kind is InviteKind.TEAM
        path = opened.path if is_team or was_accepted else "/learn?welcome=1"
        return redirect(path, request=request, cookies=session)

    def _decline(self, request: PageRequest, opened: _OpenedInvite) -> Page:
        try:
            self._answer_invite.decline(invite=opened.link.invite, number=opened.link.number)
        except RefusedError:
            return self._show(request, self._open(opened.token, request.person), _REFUSED)
        return redirect(opened.path, request=request)

    def _ask_for_link(self, request: PageRequest, opened: _OpenedInvite) -> Page:
        if opened.preview.successor(self._now()) is not None:
            return self._show(request, opened, _REFUSED)  # the page says what the person has since
        try:
            self._request_link.request(invite=opened.link.invite, number=opened.link.number)
        except LinkRequestedError:
            return redirect(opened.path, request=request)  # the page says when
        except RefusedError:
            return self._show(request, self._open(opened.token, request.person), _REFUSED)
        return redirect(opened.path, request=request)

    def _is_open(self, opened: _OpenedInvite) -> bool:
        return self._closed(opened) is None

    def _closed(self, opened: _OpenedInvite) -> RefusedError | None:
        """Return why the invite cannot be answered by this link, or None if it can."""
        try:
            opened.preview.require_answerable(number=opened.link.number, now=self._now())
        except RefusedError as refused:
            return refused
        return None

    def _show(
        self, request: PageRequest, opened: _OpenedInvite, feedback: FormFeedback = NO_FEEDBACK
    ) -> Page:
        if opened.preview.invite.state is InviteState.ACCEPTED:
            return self._show_accepted(request, opened, feedback)
        closed = self._closed(opened)
        declining = "decline" in request.query and isinstance(closed, OrganizationSuspendedError)
        if closed is not None and not declining:
            return self._show_closed(request, opened, feedback, closed)
        if opened.belongs_to_another(request.person):
            return self._wrong_account(request, opened, status=feedback.status)
        if "decline" in request.query and not feedback.errors:
            return self._page("invite_decline.html.j2", request, opened, feedback)
        return self._show_open(request, opened, feedback)

    def _show_open(self, request: PageRequest, opened: _OpenedInvite, feedback: FormFeedback) -> Page:
        invite = opened.preview.invite
        starts = invite.starts_ahead(self._now())
        return self._page(
            "invite.html.j2",
            request,
            opened,
            feedback,
            starts=starts,
            span=span(invite.licenses, starts),
            has_account=request.person is not None or self._accounts.has_account(invite.email),
            typed={
                "first_name": request.form.get("first_name", invite.first_name),
                "last_name": request.form.get("last_name", invite.last_name),
            },
        )

    def _show_accepted(self, request: PageRequest, opened: _OpenedInvite, feedback: FormFeedback) -> Page:
        if opened.belongs_to_another(request.person):
            return self._wrong_account(request, opened, status=feedback.status)
        if request.person is not None and opened.preview.invite.kind is InviteKind.LEARNER:
            return self._show_course(request, opened, feedback)
        since, role = opened.preview.successor(self._now()), opened.preview.role
        return self._page("invite_accepted.html.j2", request, opened, feedback, since=since, role=role)

    def _show_course(self, request: PageRequest, opened: _OpenedInvite, feedback: FormFeedback) -> Page:
        """Show the invite's course as the person has it now; the dashboard unless it is exactly one."""
        now, preview = self._now(), opened.preview
        held = [access for access in preview.accesses if access.start_at is not None]
        states = [access.state_at(now) for access in held]
        if len(preview.invite.licenses) != 1 or not held or states[0] is AccessState.RELEASED:
            return redirect("/learn", request=request, cookies=feedback.cookies)
        card = Card(access=held[0], organization=preview.organization, state=states[0])
        return self._page("course.html.j2", request, opened, feedback, card=card, again=True)

    def _show_closed(
        self, request: PageRequest, opened: _OpenedInvite, feedback: FormFeedback, closed: RefusedError
    ) -> Page:
        is_declined = opened.preview.invite.state is InviteState.DECLINED
        if feedback.status == NO_FEEDBACK.status and not is_declined:
            is_suspended = isinstance(closed, OrganizationSuspendedError)
            status = HTTPStatus.CONFLICT if is_suspended else HTTPStatus.GONE
            feedback = replace(feedback, status=status)
        now = self._now()
        return self._page(
            "invite_closed.html.j2",
            request,
            opened,
            feedback,
            why=closed.code,
            since=opened.preview.successor(now),
            awaits_link=opened.preview.invite.awaits_link(now),
            suspended=suspended_message(opened.preview.organization),
        )

    def _wrong_account(self, request: PageRequest, opened: _OpenedInvite, *, status: int) -> Page:
        feedback = FormFeedback(status=status)
        return self._page(
            "wrong_account.html.j2", request, opened, feedback, email=opened.email, is_invite=True
        )

    def _page(
        self,
        template: str,
        request: PageRequest,
        opened: _OpenedInvite,
        feedback: FormFeedback,
        **values: object,
    ) -> Page:
        organization = opened.preview.organization
        return self._renderer.form_page(
            template,
            request=request,
            owner=PageOwner.of(organization),
            about=opened.preview.invite.language,
            feedback=feedback,
            path=opened.path,
            invite=opened.preview.invite,
            organization=organization,
            inviter=opened.inviter,
            now=self._now(),
            **values,
        )
