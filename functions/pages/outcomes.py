"""The page with the outcome of a request to join or a redeemed code."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from aws_lambda_powertools.shared.cookies import Cookie

from functions.pages.browser_sessions import PageRequest
from functions.pages.rendering import Page, PageOwner, Renderer
from usher.domain.errors import NotFoundError, TooSoonError, UsherError
from usher.domain.organizations import Organization


@dataclass(frozen=True, kw_only=True)
class OutcomeMessage:
    """The text of the page: its title, a first sentence and more of them.

    Attributes:
        status: the HTTP status of the page.
        retry_after: seconds after which to try again; 0 for none.
    """

    title: str
    lead: str
    more: str = ""
    status: int = HTTPStatus.OK
    retry_after: int = 0


def refusal_message(refused: UsherError) -> OutcomeMessage:
    """Return a refusal as a message, of its title and next action."""
    if isinstance(refused, TooSoonError):
        return OutcomeMessage(
            title=refused.title,
            lead=f"Please try again in {minutes(refused.retry_after)}.",
            status=HTTPStatus.TOO_MANY_REQUESTS,
            retry_after=refused.retry_after,
        )
    status = HTTPStatus.NOT_FOUND if isinstance(refused, NotFoundError) else HTTPStatus.CONFLICT
    return OutcomeMessage(title=refused.title, lead=refused.next_action, status=status)


def suspended_message(organization: Organization) -> OutcomeMessage | None:
    """Return the message of an organization that is suspended; None for one that is not."""
    return None if organization.suspension is None else nobody_can_join(organization)


def nobody_can_join(organization: Organization) -> OutcomeMessage:
    """Return the message that the organization takes nobody in; the reason is for its managers alone."""
    return OutcomeMessage(
        title="Nobody can join at the moment",
        lead=f"{organization.name} takes nobody in at the moment. Nothing was changed.",
        more=f"Ask {organization.contact} when that is possible again. What you have already goes on.",
        status=HTTPStatus.CONFLICT,
    )


def minutes(seconds: int) -> str:
    """Return a time in words, rounded up: "1 minute", "5 minutes"."""
    count = math.ceil(seconds / 60)
    return f"{count} {'minute' if count == 1 else 'minutes'}"


def outcome_page(
    renderer: Renderer,
    message: OutcomeMessage,
    *,
    request: PageRequest,
    owner: PageOwner,
    cookies: Sequence[Cookie] = (),
) -> Page:
    """Render the page with the message."""
    return renderer.page(
        "outcome.html.j2",
        request=request,
        owner=owner,
        status=message.status,
        cookies=cookies,
        headers={"Retry-After": str(message.retry_after)} if message.retry_after else {},
        message=message,
    )
