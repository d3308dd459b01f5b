"""The page behind the link that proves an address: of somebody who asked to be let in, by whichever door.

Looking changes nothing, since mail scanners open links. Once the person is known the door completes the
entry: it lets them in, or says what happens next.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.shared.cookies import Cookie
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from functions.pages.accounts import (
    FORBIDDEN,
    GONE,
    NOTHING,
    REFUSED,
    TOO_MANY,
    UNREADABLE,
    Accounts,
    FormFeedback,
)
from functions.pages.browsers import Browsers, ForeignFormError, PageRequest
from functions.pages.forms import MIN_PASSWORD
from functions.pages.rendering import Renderer, Sender, redirect, sender
from usher.domain.enrollment.email_verifications import (
    VerificationOverError,
    VerificationPurpose,
    VerificationRequest,
)
from usher.domain.errors import NotFoundError, TooSoonError, UsherError
from usher.domain.people import Person
from usher.gateways.links import Links
from usher.services.enrollment.email_verification import EmailVerification, PendingVerification

Page: TypeAlias = Response[str]

HERE = "/learn/enter"

_NOT_FOUND = 404


@dataclass(frozen=True, kw_only=True)
class Told:
    """What somebody is told who is not taken to their courses: what happens next, or why nothing does."""

    title: str
    lead: str
    more: str = ""
    status: int = 200
    retry_after: int = 0


Complete: TypeAlias = Callable[[VerificationRequest, Person], Told | None]
"""How a door lets a person in whose address is proven; None takes them to their courses.

Doing it twice must do it once: buttons are pressed twice. An error that it raises is told by its title and
its next action, which therefore have to be meant for people.
"""


@dataclass(frozen=True, kw_only=True)
class _Opened:
    """A link that is ours, and who asked for it."""

    token: str
    asked: PendingVerification

    @property
    def entry(self) -> VerificationRequest:
        return self.asked.entry

    @property
    def here(self) -> str:
        return f"{HERE}/{self.token}"

    def is_for(self, person: Person | None) -> bool:
        return person is not None and person.email == self.entry.email


class Entries:
    """Shows entries and completes them."""

    def __init__(
        self,
        *,
        entering: EmailVerification,
        complete: Mapping[VerificationPurpose, Complete],
        closed: Callable[[VerificationRequest], Told | None],
        accounts: Accounts,
        links: Links,
        browsers: Browsers,
        renderer: Renderer,
    ) -> None:
        """Complete an entry by its door, unless `closed` says that this was closed meanwhile."""
        self._verification = entering
        self._closed = closed
        self._complete = complete
        self._accounts = accounts
        self._links = links
        self._browsers = browsers
        self._renderer = renderer

    def show(self, *, visit: PageRequest, token: str) -> Page:
        """Show whose entry it is, and the way to go on; raises BadLinkError if the link is none of ours."""
        arrived = self._arrived(visit, token)
        return self._shown(visit, arrived) if isinstance(arrived, _Opened) else arrived

    def answer(self, *, event: APIGatewayProxyEventV2, visit: PageRequest, token: str) -> Page:
        """Carry out the form's action, or show the page again with what was wrong.

        Raises:
            BadLinkError: the link leads nowhere.
            BodyTooLargeError: the form is too large.
        """
        opened = self._arrived(visit, token)
        if not isinstance(opened, _Opened):
            return opened
        try:
            self._browsers.require_own_form(event)
        except ForeignFormError as foreign:
            return self._shown(visit, opened, FormFeedback(status=FORBIDDEN, notice=foreign.next_action))
        action = visit.form.get("action", "")
        if action == "switch":
            return redirect(opened.here, visit=visit, cookies=[self._browsers.no_session()])
        if visit.person is not None and not opened.is_for(visit.person):
            return self._shown(visit, opened, FormFeedback(status=FORBIDDEN))
        who = self._identified(action, visit, opened)
        if isinstance(who, FormFeedback):
            return self._shown(visit, opened, who)
        return self._completed(who, visit, opened)

    def _arrived(self, visit: PageRequest, token: str) -> _Opened | Page:
        """Open the link, or return the page that says why nothing is behind it any more."""
        try:
            asked = self._verification.look(entry=self._links.read_entry(token))
        except VerificationOverError:
            return self._over(visit)
        opened = _Opened(token=token, asked=asked)
        closed = self._closed(asked.entry)
        return opened if closed is None else self._told(closed, visit, opened)

    def _identified(self, action: str, visit: PageRequest, opened: _Opened) -> Person | FormFeedback:
        """Return who sent the form: whoever is signed in already, whatever the form is."""
        if action not in {"register", "sign_in", "enter"}:
            return FormFeedback(status=UNREADABLE, notice="Please use the buttons.")
        if visit.person is not None:
            return visit.person
        if action == "register":
            return self._accounts.register(email=opened.entry.email, form=visit.form)
        if action == "sign_in":
            return self._accounts.sign_in(email=opened.entry.email, form=visit.form)
        return FormFeedback(status=FORBIDDEN, notice="You are not signed in any more.")

    def _completed(self, person: Person, visit: PageRequest, opened: _Opened) -> Page:
        """Let the door complete the entry; the person is signed in from now on, whatever comes of it."""
        session = self._browsers.session(person)
        try:
            told = self._complete[opened.entry.kind](opened.entry, person)
        except UsherError as refused:
            told = told_of(refused)
        if told is None:
            return redirect("/learn?welcome=1", visit=visit, cookies=[session])
        return self._told(told, visit, opened, session)

    def _told(self, told: Told, visit: PageRequest, opened: _Opened, *cookies: Cookie) -> Page:
        home = sender(opened.asked.organization)
        return told_page(self._renderer, told, visit=visit, sender=home, cookies=cookies)

    def _shown(self, visit: PageRequest, opened: _Opened, remark: FormFeedback = NOTHING) -> Page:
        entry = opened.entry
        page = "entries_entry.html.j2"
        if visit.person is not None and not opened.is_for(visit.person):
            page = "somebody_else.html.j2"
        return self._renderer.page(
            page,
            visit=visit,
            sender=sender(opened.asked.organization),
            status=remark.status,
            cookies=remark.cookies,
            headers=remark.headers,
            notice=remark.notice,
            errors=remark.errors,
            here=opened.here,
            thing="link",
            email=entry.email,
            entry=entry,
            organization=opened.asked.organization,
            has_account=visit.person is not None or self._accounts.is_known(entry.email),
            typed={
                "first_name": visit.form.get("first_name", entry.first_name),
                "last_name": visit.form.get("last_name", entry.last_name),
            },
            min_password=MIN_PASSWORD,
        )

    def _over(self, visit: PageRequest) -> Page:
        return self._renderer.page("entries_over.html.j2", visit=visit, status=GONE)


def told_of(refused: UsherError) -> Told:
    """Return a refusal as a page tells it."""
    if isinstance(refused, TooSoonError):
        minutes = math.ceil(refused.retry_after / 60)
        lead = f"Please try again in {minutes} {'minute' if minutes == 1 else 'minutes'}."
        return Told(title=refused.title, lead=lead, status=TOO_MANY, retry_after=refused.retry_after)
    status = _NOT_FOUND if isinstance(refused, NotFoundError) else REFUSED
    return Told(title=refused.title, lead=refused.next_action, status=status)


def told_page(
    renderer: Renderer, told: Told, *, visit: PageRequest, sender: Sender, cookies: Sequence[Cookie] = ()
) -> Page:
    """Return the page that tells it."""
    return renderer.page(
        "entries_told.html.j2",
        visit=visit,
        sender=sender,
        status=told.status,
        cookies=cookies,
        headers={"Retry-After": str(told.retry_after)} if told.retry_after else {},
        told=told,
    )


def register_entries(
    app: APIGatewayHttpResolver,
    entries: Entries,
    event: Callable[[], APIGatewayProxyEventV2],
    visit: Callable[[], PageRequest],
) -> None:
    """Register the page behind the link that proves an address."""

    @app.route(f"{HERE}/<token>", method=["GET", "HEAD"])
    def show_entry(token: str) -> Page:
        return entries.show(visit=visit(), token=token)

    @app.post(f"{HERE}/<token>")
    def complete_entry(token: str) -> Page:
        return entries.answer(event=event(), visit=visit(), token=token)
