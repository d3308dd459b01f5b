"""The event log of an organization."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.descriptions import described
from functions.api.router import ApiRouter
from functions.api.schemas.common import (
    LONGEST_PERSON_ID,
    MOST_VALUES,
    Cursor,
    Limit,
    OrganizationPath,
    PersonFilter,
    Since,
    Until,
)
from functions.api.schemas.events import EventPage, EventType
from functions.api.views import events as views
from usher.domain.events.event import Event
from usher.domain.events.mentions import mentions_of
from usher.services.event_log import EventLog, EventQuery
from usher.services.paging import PAGE

router = ApiRouter()


@router.get("/v1/organizations/<organization>/events")
@described(EventLog.listed)
def list_events(  # noqa: PLR0913 - the parameters of the request
    organization: OrganizationPath,
    *,
    types: Annotated[
        list[EventType] | None,
        Query(
            alias="type",
            max_length=MOST_VALUES,
            description="Events of these types only; several by commas.",
        ),
    ] = None,
    actor: Annotated[
        str | None,
        Query(
            max_length=LONGEST_PERSON_ID,
            description="Events by this actor only: a person's id or address, `api-key:` and a key's id, or "
            "`system` for scheduled work.",
        ),
    ] = None,
    person: PersonFilter = None,
    invite: Annotated[
        str | None, Query(max_length=64, description="Events that name this invite only.")
    ] = None,
    license: Annotated[  # noqa: A002 - the glossary's word, and the parameter's
        str | None, Query(max_length=64, description="Events that name this license only.")
    ] = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> EventPage:
    """List the events of an organization.

    Newest first. What names a person, an invite or a license is found directly, moments after it happened.
    With a filter, a page may be short and still have a next one. Operators can read those of every
    organization.
    """
    services = router.services
    page = services.event_log.listed(
        person=router.person,
        organization=organization,
        query=EventQuery(
            types=tuple(types or ()),
            actor=None if actor is None else _actor(organization, actor),
            since=since,
            until=until,
            email=None if person is None else services.person_ids.email_of(organization, person),
            invite=invite,
            license=license,
        ),
        limit=limit,
        cursor=cursor,
    )
    names = router.names(organization)
    names.read((one.actor for one in page.items), with_learners=True)
    return EventPage(
        items=[views.event(one) for one in page.items],
        next=page.next,
        actor_names={actor: names(actor) for actor in sorted({one.actor for one in page.items})},
        people={email: services.person_ids.id_of(organization, email) for email in _named_alone(page.items)},
    )


def _actor(organization: str, actor: str) -> str:
    """Return the address behind a person's id, or else the actor as it was sent."""
    return router.services.person_ids.email_of(organization, actor) or actor


def _named_alone(found: Iterable[Event]) -> list[str]:
    """Return the addresses of those whom an event names without others."""
    people = (mentions_of(event.data).people for event in found)
    return sorted({email for named in people if len(named) == 1 for email in named})
