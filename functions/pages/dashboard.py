"""What a learner has, and signing in and out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from functions.pages.accounts import sign_in_errors
from functions.pages.browsers import Browsers, ForeignFormError, PageRequest
from functions.pages.rendering import USHER, Renderer, redirect, sender
from functions.pages.sso import WITHHELD
from usher.domain.accesses import Access, AccessState
from usher.domain.organizations import Organization
from usher.domain.people import Person
from usher.gateways.identity import SignInsLimitedError, WrongCredentialsError
from usher.services.people.learner_queries import LearnerQueries
from usher.services.people.password_login import PasswordLogin

Page: TypeAlias = Response[str]

HERE = "/learn"

_NEW_PASSWORD = "Your new password is set. To accept an invitation, open the link in its email again."  # noqa: S105 - a sentence

_FORBIDDEN = 403
_UNREADABLE = 422
_TOO_MANY = 429

_ORDER = (AccessState.ACTIVE, AccessState.SCHEDULED, AccessState.RESERVED, AccessState.ENDED)


@dataclass(frozen=True, kw_only=True)
class Card:
    """One access as the dashboard shows it: in the state that holds now, whatever was stored."""

    access: Access
    organization: Organization
    state: AccessState

    @property
    def link(self) -> str:
        """Where the course is; empty unless it may be used now and has an address of its own."""
        url = self.access.terms.product.url
        usable = self.state is AccessState.ACTIVE and url.lower().startswith(("https://", "http://"))
        return url if usable else ""


def _notice(query: Mapping[str, str]) -> str:
    """Return what there is to say to somebody who was led here."""
    return _NEW_PASSWORD if "password" in query else WITHHELD.get(query.get("withheld", ""), "")


class Dashboard:
    """Shows what a person has, once they are signed in."""

    def __init__(
        self,
        *,
        learning: LearnerQueries,
        signing_in: PasswordLogin,
        browsers: Browsers,
        renderer: Renderer,
        now: Callable[[], datetime],
    ) -> None:
        self._learner_queries = learning
        self._password_login = signing_in
        self._browsers = browsers
        self._renderer = renderer
        self._now = now

    def show(self, *, visit: PageRequest, status: int = 200, notice: str = "") -> Page:
        """Show the dashboard, or the way to sign in."""
        if visit.person is None:
            return self._sign_in_form(visit, status=status, notice=notice)
        cards = self._cards(visit.person)
        homes = {card.organization.id: card.organization for card in cards}
        return self._renderer.page(
            "learn.html.j2",
            visit=visit,
            sender=sender(*homes.values()) if len(homes) == 1 else USHER,
            status=status,
            notice=notice or _notice(visit.query),
            welcome="welcome" in visit.query,
            cards=cards,
            places=self._password_login.places(person=visit.person),
            now=self._now(),
        )

    def sign_in(self, *, event: APIGatewayProxyEventV2, visit: PageRequest) -> Page:
        """Sign in, or show the form again with what was wrong; raises BodyTooLargeError."""
        email = visit.form.get("email", "")
        try:
            self._browsers.require_own_form(event)
            signed_in = self._password_login.sign_in(email=email, password=visit.form.get("password", ""))
        except ForeignFormError as foreign:
            return self.show(visit=visit, status=_FORBIDDEN, notice=foreign.next_action)
        except WrongCredentialsError as wrong:
            return self._sign_in_form(visit, status=_UNREADABLE, email=email, errors=sign_in_errors(wrong))
        except SignInsLimitedError as limited:
            return self._sign_in_form(
                visit,
                status=_TOO_MANY,
                email=email,
                errors=sign_in_errors(limited),
                headers={"Retry-After": str(limited.retry_after)},
            )
        return redirect(HERE, visit=visit, cookies=[self._browsers.session(signed_in.person)])

    def sign_out(self, *, event: APIGatewayProxyEventV2, visit: PageRequest) -> Page:
        """End the browser's session; raises BodyTooLargeError."""
        try:
            self._browsers.require_own_form(event)
        except ForeignFormError as foreign:
            return self.show(visit=visit, status=_FORBIDDEN, notice=foreign.next_action)
        return redirect(HERE, visit=visit, cookies=[self._browsers.no_session()])

    def _cards(self, person: Person) -> list[Card]:
        now = self._now()
        found = self._learner_queries.dashboard(person=person)
        cards = [
            Card(access=access, organization=home, state=access.state_at(now))
            for access in found.accesses
            if (home := found.organizations.get(access.terms.organization)) is not None
        ]
        return sorted(cards, key=lambda card: (_ORDER.index(card.state), card.access.terms.product.name))

    def _sign_in_form(
        self,
        visit: PageRequest,
        *,
        status: int,
        notice: str = "",
        email: str = "",
        errors: Mapping[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Page:
        return self._renderer.page(
            "sign_in.html.j2",
            visit=visit,
            status=status,
            headers=headers,
            notice=notice,
            errors=errors or {},
            email=email,
        )
