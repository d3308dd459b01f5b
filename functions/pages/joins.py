"""The page on which somebody asks to join an organization without an invite.

Its answer to an address is the same whether or not the address is known here; which domains may join is no
secret, and stands on the page.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from functions.pages.accounts import FORBIDDEN, NOTHING, REFUSED, UNREADABLE, FormFeedback
from functions.pages.browsers import Browsers, ForeignFormError, PageRequest
from functions.pages.entries import Told, told_of, told_page
from functions.pages.forms import names
from functions.pages.rendering import Renderer, redirect, sender
from usher.domain.addresses import BadAddressError
from usher.domain.enrollment.email_verifications import VerificationPurpose, VerificationRequest
from usher.domain.enrollment.join_pages import JoinPage, UnknownJoinPageError, WrongDomainError
from usher.domain.enrollment.mail_providers import written
from usher.domain.enrollment.rate_limits import LimitReachedError
from usher.domain.organizations import Organization
from usher.domain.people import Person
from usher.services.enrollment.join_page_flow import JoinOutcome, JoinPageFlow, OpenPage

Page: TypeAlias = Response[str]

HERE = "/join"

_NOT_FOUND = 404

_TOLD: Mapping[JoinOutcome, Told] = {
    JoinOutcome.PENDING: Told(
        title="Your request is sent",
        lead="A manager decides on it, and you get an email with the answer.",
        more="Nothing else needs doing.",
    ),
    JoinOutcome.WAITING: Told(
        title="You are on the waiting list",
        lead="No seat is free at the moment. You get one, and an email, as soon as it is your turn.",
        more="Nothing else needs doing.",
    ),
    JoinOutcome.REFUSED: Told(
        title="Your request was refused",
        lead="You asked to join before, and a manager decided against it. Nothing was changed.",
        more="If that is a mistake, ask them: they can still let you in.",
        status=REFUSED,
    ),
    JoinOutcome.FULL: Told(
        title="No seat is left",
        lead="You cannot join at the moment. Nothing was changed.",
        more="Tell those who sent you here: they can get more seats. Then come back and try again.",
        status=REFUSED,
    ),
    JoinOutcome.UNAVAILABLE: Told(
        title="You cannot join at the moment",
        lead="What this page gives is not to be had any more. Nothing was changed.",
        more="Tell those who sent you here: they can change it. Then come back and try again.",
        status=REFUSED,
    ),
}

_CLOSED = Told(
    title="The page is closed",
    lead="It was closed after you asked to join. Nothing was changed.",
    more="Ask the organization for an invitation.",
    status=_NOT_FOUND,
)


class Joins:
    """Shows join pages, and takes what people ask there."""

    def __init__(self, *, joining: JoinPageFlow, browsers: Browsers, renderer: Renderer) -> None:
        self._join_page_flow = joining
        self._browsers = browsers
        self._renderer = renderer

    def show(self, *, visit: PageRequest, slug: str) -> Page:
        """Show the page, and change nothing."""
        try:
            opened = self._join_page_flow.look(slug=slug)
        except UnknownJoinPageError:
            return self._nowhere(visit)
        if "sent" in visit.query:
            return self._page("joins_sent.html.j2", visit, opened)
        return self._page("joins_join.html.j2", visit, opened)

    def answer(
        self, *, event: APIGatewayProxyEventV2, visit: PageRequest, slug: str, network_address: str
    ) -> Page:
        """Send a link, or let in who is signed in; raises BodyTooLargeError."""
        try:
            opened = self._join_page_flow.look(slug=slug)
        except UnknownJoinPageError:
            return self._nowhere(visit)
        try:
            self._browsers.require_own_form(event)
        except ForeignFormError as foreign:
            return self._again(visit, opened, FormFeedback(status=FORBIDDEN, notice=foreign.next_action))
        action = visit.form.get("action", "")
        if action == "switch":
            return redirect(_here(opened), visit=visit, cookies=[self._browsers.no_session()])
        if action == "enter":
            return self._join(visit, opened)
        if action == "ask":
            return self._ask(visit, opened, network_address)
        return self._again(visit, opened, FormFeedback(status=UNREADABLE, notice="Please use the buttons."))

    def address(self, organization: Organization) -> str:
        """Return where an organization's page is, for a link to it; empty where it is off."""
        page = self._join_page_flow.open_page(organization=organization.id)
        return "" if page is None else f"{HERE}/{page.slug}"

    def closed(self, entry: VerificationRequest) -> Told | None:
        """Say that there is nothing to join any more; None where there is, or by another door."""
        if entry.kind is not VerificationPurpose.JOIN:
            return None
        return _CLOSED if self._join_page_flow.open_page(organization=entry.organization) is None else None

    def complete(self, entry: VerificationRequest, person: Person) -> Told | None:
        """Let in whoever came by the link that proves their address, or say what happens next."""
        try:
            outcome = self._join_page_flow.join(person=person, organization=entry.organization)
        except UnknownJoinPageError:
            return _CLOSED
        return _TOLD.get(outcome)

    def _join(self, visit: PageRequest, opened: OpenPage) -> Page:
        """Let in who is signed in: their address was proven when they made their account."""
        if visit.person is None:
            remark = FormFeedback(status=FORBIDDEN, notice="You are not signed in any more.")
            return self._again(visit, opened, remark)
        try:
            outcome = self._join_page_flow.join(person=visit.person, organization=opened.organization.id)
        except UnknownJoinPageError:
            return self._nowhere(visit)
        except WrongDomainError as wrong:
            return self._again(visit, opened, FormFeedback(status=FORBIDDEN, notice=wrong.title + "."))
        told = _TOLD.get(outcome)
        if told is None:
            return redirect("/learn?welcome=1", visit=visit)
        return told_page(self._renderer, told, visit=visit, sender=sender(opened.organization))

    def _ask(self, visit: PageRequest, opened: OpenPage, network_address: str) -> Page:
        given, errors = names(visit.form)
        if errors:
            return self._again(visit, opened, FormFeedback(status=UNREADABLE, errors=errors))
        try:
            self._join_page_flow.ask(
                slug=opened.page.slug,
                email=visit.form.get("email", ""),
                first_name=given["first_name"],
                last_name=given["last_name"],
                network_address=network_address,
            )
        except UnknownJoinPageError:
            return self._nowhere(visit)
        except BadAddressError:
            errors = {"email": "Write your email address, such as ann.lee@acme.example."}
            return self._again(visit, opened, FormFeedback(status=UNREADABLE, errors=errors))
        except WrongDomainError:
            errors = {"email": f"Use an address at {' or '.join(_domains(opened.page))}."}
            return self._again(visit, opened, FormFeedback(status=UNREADABLE, errors=errors))
        except LimitReachedError as limited:
            return told_page(
                self._renderer, told_of(limited), visit=visit, sender=sender(opened.organization)
            )
        return redirect(f"{_here(opened)}?sent=1", visit=visit)

    def _again(self, visit: PageRequest, opened: OpenPage, remark: FormFeedback) -> Page:
        return self._page("joins_join.html.j2", visit, opened, remark)

    def _page(
        self, template: str, visit: PageRequest, opened: OpenPage, remark: FormFeedback = NOTHING
    ) -> Page:
        return self._renderer.page(
            template,
            visit=visit,
            sender=sender(opened.organization),
            status=remark.status,
            notice=remark.notice,
            errors=remark.errors,
            here=_here(opened),
            organization=opened.organization,
            approval=opened.page.approval,
            domains=_domains(opened.page),
            fits=visit.person is not None and opened.page.admits(visit.person.email),
            typed={name: visit.form.get(name, "") for name in ("email", "first_name", "last_name")},
        )

    def _nowhere(self, visit: PageRequest) -> Page:
        return self._renderer.page("joins_nowhere.html.j2", visit=visit, status=_NOT_FOUND)


def _here(opened: OpenPage) -> str:
    return f"{HERE}/{opened.page.slug}"


def _domains(page: JoinPage) -> list[str]:
    """Return the domains as people write them."""
    return [written(domain) for domain in page.domains]


def register_joins(
    app: APIGatewayHttpResolver,
    joins: Joins,
    event: Callable[[], APIGatewayProxyEventV2],
    visit: Callable[[], PageRequest],
    viewer: Callable[[], str],
) -> None:
    """Register the join page; `viewer` says from which IP address somebody asks."""

    @app.route(f"{HERE}/<slug>", method=["GET", "HEAD"])
    def show_join_page(slug: str) -> Page:
        return joins.show(visit=visit(), slug=slug)

    @app.post(f"{HERE}/<slug>")
    def answer_join_page(slug: str) -> Page:
        return joins.answer(event=event(), visit=visit(), slug=slug, network_address=viewer())
