"""The page with the outcome of a request to join or a redeemed code."""

import math
from collections.abc import Sequence
from http import HTTPStatus

from aws_lambda_powertools.shared.cookies import Cookie

from functions.pages.browser_sessions import PageRequest
from functions.pages.refusals import refusal_text
from functions.pages.rendering import Page, PageOwner, Renderer
from usher.domain.errors import NotFoundError, TooSoonError, UsherError
from usher.domain.languages import Language
from usher.domain.organizations import Organization
from usher.lazy_dataclasses import dataclass
from usher.translations.lazy import LazyText, lazy_gettext, lazy_ngettext


@dataclass(frozen=True, kw_only=True)
class OutcomeMessage:
    """The text of the page: its title, a first sentence and more of them.

    Attributes:
        status: the HTTP status of the page.
        retry_after: seconds after which to try again; 0 for none.
    """

    title: LazyText
    lead: LazyText
    more: LazyText | None = None
    status: int = HTTPStatus.OK
    retry_after: int = 0


def refusal_message(refused: UsherError) -> OutcomeMessage:
    """Return a refusal as a message, of its title and next action."""
    if isinstance(refused, TooSoonError):
        return OutcomeMessage(
            title=lazy_gettext("Too often"),
            lead=lazy_ngettext(
                "Please try again in %(count)s minute.",
                "Please try again in %(count)s minutes.",
                minutes(refused.retry_after),
                count=minutes(refused.retry_after),
            ),
            status=HTTPStatus.TOO_MANY_REQUESTS,
            retry_after=refused.retry_after,
        )
    status = HTTPStatus.NOT_FOUND if isinstance(refused, NotFoundError) else HTTPStatus.CONFLICT
    text = refusal_text(refused)
    return OutcomeMessage(title=text.title, lead=text.next_action, status=status)


def suspended_message(organization: Organization) -> OutcomeMessage | None:
    """Return the message of an organization that is suspended; None for one that is not."""
    return None if organization.suspension is None else nobody_can_join(organization)


def nobody_can_join(organization: Organization) -> OutcomeMessage:
    """Return the message that the organization takes nobody in; the reason is for its managers alone."""
    return OutcomeMessage(
        title=lazy_gettext("Nobody can join at the moment"),
        lead=lazy_gettext(
            "%(organization)s takes nobody in at the moment. Nothing was changed.",
            organization=organization.name,
        ),
        more=lazy_gettext(
            "Ask %(contact)s when that is possible again. What you have already goes on.",
            contact=organization.contact,
        ),
        status=HTTPStatus.CONFLICT,
    )


def minutes(seconds: int) -> int:
    """Return how many minutes a time takes, rounded up."""
    return math.ceil(seconds / 60)


def too_many_attempts(limited: TooSoonError) -> LazyText:
    """Return the refusal of what was tried too often, as it stands beside a field."""
    count = minutes(limited.retry_after)
    return lazy_ngettext(
        "There were too many attempts. Wait %(count)s minute and try again.",
        "There were too many attempts. Wait %(count)s minutes and try again.",
        count,
        count=count,
    )


def outcome_page(
    renderer: Renderer,
    message: OutcomeMessage,
    *,
    request: PageRequest,
    owner: PageOwner,
    about: Language | None = None,
    cookies: Sequence[Cookie] = (),
) -> Page:
    """Render the page with the message; `about` is the language of what the message is about."""
    return renderer.page(
        "outcome.html.j2",
        request=request,
        owner=owner,
        about=about,
        status=message.status,
        cookies=cookies,
        headers={"Retry-After": str(message.retry_after)} if message.retry_after else {},
        message=message,
    )
