"""Filters, orders and searches together: every page against a plain list of the same invites."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.clock import Clock
from tests.support.email_holds import hold
from tests.support.groups import group_of
from tests.support.list_sizes import SIZES, Size
from tests.support.tenant import Tenant
from usher.domain.delivery_problems import DeliveryProblem, problem_of
from usher.domain.directory import DirectoryField
from usher.domain.events.event import Event
from usher.domain.events.mentions import mentions_of
from usher.domain.invite_lists import InviteSort
from usher.domain.invites import Delivery, Invite, InviteState
from usher.services.event_log import EventLog, EventQuery
from usher.services.invites.invite_learners import InviteLearners
from usher.services.invites.invite_listing import InviteQuery
from usher.services.invites.invite_queries import InviteQueries
from usher.services.outbox.email_delivery_reports import EmailDeliveryReports
from usher.services.receipts import Receipt
from usher.store import invites

NAMES = ("Ann Lee", "Bo Annan", "Lee Ann", "", "Zoë Ann", "Öz Lee", "")
PENDING, ACCEPTED = InviteState.PENDING, InviteState.ACCEPTED
FAILED = (Delivery.BOUNCED, Delivery.COMPLAINED)
HELD, BOUNCED, COMPLAINED = DeliveryProblem
PROBLEMS = ((BOUNCED, COMPLAINED), (HELD,), (HELD, BOUNCED), (COMPLAINED,))


def crowd(tenant: Tenant, workers: AsyncWorkers, clock: Clock, chance: Random) -> list[Invite]:
    """Invites to two licenses and two groups, in every state and delivery; the newest are not dispatched."""
    courses = [tenant.license(200), tenant.license(200)]
    groups = [group_of(tenant, name=name) for name in ("Day", "Night")]

    def invite(number: int) -> Invite:
        name = chance.choice(NAMES)
        letter = chance.choice("abz")
        (one,) = InviteLearners(tenant.context).invite(
            person=tenant.full,
            organization=tenant.id,
            license_ids=[one.id for one in courses if chance.random() < 0.6] or [courses[0].id],
            groups=[one.id for one in groups if chance.random() < 0.4],
            emails=f"{name} <{letter}{number}@x.io>",
            receipt=Receipt(),
        )
        assert one.invite is not None
        return one.invite

    made = []
    for number in range(36):
        clock.forward(minutes=chance.choice([1, 30, 6 * 60]))
        made.append(invite(number))
        if number % 12 == 11:
            workers.settle()
    for one in made:
        match chance.randrange(7):
            case 0:
                tenant.accept(one)
            case 1:
                tenant.withdraw(one)
            case 2:
                tenant.decline(one)
            case 3 | 4:
                delivery = chance.choice([*FAILED, Delivery.DELIVERED])
                sending = workers.sending_to(one.email)
                EmailDeliveryReports(tenant.context).record(sending, delivery=delivery)
    clock.forward(days=11, minutes=chance.choice([0, -600]))
    workers.sweep()
    workers.dispatch()
    resend_some(tenant, made, chance)
    workers.dispatch()
    clock.forward(minutes=10)
    made += [invite(36 + number) for number in range(3)]
    hold(tenant, made[-2])
    read = [invites.get(tenant.context.table, one.id) for one in made]
    return [one for one in read if one is not None]


def resend_some(tenant: Tenant, made: Sequence[Invite], chance: Random) -> None:
    """Send some of the pending invites again, expired or not."""
    for one in made:
        now = invites.get(tenant.context.table, one.id)
        if now is not None and now.state is PENDING and chance.random() < 0.3:
            again = tenant.resend(now)
            if chance.random() < 0.3:
                hold(tenant, again)


def key_of(query: InviteQuery, invite: Invite) -> Any:
    """The place of an invite in the order of a query; None where a search does not find it."""
    entry = invites.directory_entry(invite)
    if query.search:
        field = entry.found_by(query.search)
        return None if field is None else ([*DirectoryField].index(field), f"{entry.text(field)}#{invite.id}")
    field = (query.sort or InviteSort.NEWEST).field
    return invite.id if field is None or query.email else f"{entry.text(field)}#{invite.id}"


def passes(query: InviteQuery, invite: Invite, clock: Clock) -> bool:
    return (
        (not query.states or invite.state in query.states)
        and (not query.licenses or not {*query.licenses}.isdisjoint(one.license for one in invite.licenses))
        and (not query.groups or not {*query.groups}.isdisjoint(one.id for one in invite.groups))
        and (not query.problems or problem_of(invite) in query.problems)
        and query.email in {None, invite.email}
        and query.expired in {None, invite.has_expired(clock())}
        and (query.created_from is None or invite.created_at.isoformat() >= query.created_from)
        and (query.created_to is None or invite.created_at.isoformat() < query.created_to)
    )


def random_query(everybody: Sequence[Invite], chance: Random) -> InviteQuery:
    licenses = sorted({one.license for invite in everybody for one in invite.licenses})
    groups = sorted({one.id for invite in everybody for one in invite.groups})
    first, last = sorted(chance.sample(range(len(everybody)), 2))
    is_search = chance.random() < 0.3
    times: tuple[str | None, str | None] = (None, None)
    if chance.random() < 0.4:
        times = everybody[first].created_at.isoformat(), everybody[last].created_at.isoformat()
        times = times if times[0] < times[1] else (times[0], None)
    return InviteQuery(
        states=chance.choice([(), (), (PENDING,), (PENDING,), (PENDING, ACCEPTED), (InviteState.WITHDRAWN,)]),
        licenses=tuple(chance.choice([(), licenses[:1], licenses[1:], licenses])),
        groups=tuple(chance.choice([(), groups[:1], groups[1:], groups])),
        problems=chance.choice([(), (), *PROBLEMS]),
        email=chance.choice(everybody).email if chance.random() < 0.1 else None,
        expired=chance.choice([None, None, True, False]),
        search=chance.choice(["a", "ann", "lee a", "z"]) if is_search else None,
        created_from=times[0],
        created_to=times[1],
        sort=None if is_search else chance.choice([None, *InviteSort]),
    )


@pytest.mark.parametrize("size", SIZES)
def test_every_match_is_listed_once_in_order_and_no_page_is_empty_while_there_are_more(
    tenant: Tenant,
    async_workers: AsyncWorkers,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    size: Size,
) -> None:
    chance = Random(size.__name__)  # noqa: S311 - test data
    everybody = crowd(tenant, async_workers, clock, chance)
    size(monkeypatch)
    matched = 0
    for _ in range(50):
        query = random_query(everybody, chance)
        limit = chance.choice([2, 5, 50])
        keyed = [(key_of(query, one), one) for one in everybody if passes(query, one, clock)]
        wanted = [
            one
            for key, one in sorted(
                (pair for pair in keyed if pair[0] is not None),
                key=lambda pair: pair[0],
                reverse=not query.search and (query.sort or InviteSort.NEWEST).is_descending,
            )
        ]
        matched += len(wanted)

        pages: list[list[str]] = []
        cursor = None
        while not pages or cursor is not None:
            page = InviteQueries(tenant.context).listed(
                person=tenant.limited, organization=tenant.id, query=query, limit=limit, cursor=cursor
            )
            pages.append([one.id for one in page.items])
            cursor = page.next

        assert [id_ for page_ in pages for id_ in page_] == [one.id for one in wanted], query
        assert [len(page_) for page_ in pages[:-1]] == [limit] * (len(pages) - 1), query
        assert pages[-1] or len(pages) == 1, query

    assert matched > 50, "the queries find something"


@pytest.mark.parametrize("size", SIZES[:2])
def test_events_are_listed_once_in_order_whatever_filters_hold_together(
    tenant: Tenant,
    async_workers: AsyncWorkers,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    size: Size,
) -> None:
    chance = Random(size.__name__)  # noqa: S311 - test data
    everybody = crowd(tenant, async_workers, clock, chance)
    async_workers.dispatch()
    clock.forward(hours=1)
    every = all_events(tenant, EventQuery(), limit=50)
    size(monkeypatch)
    matched = 0
    for _ in range(30):
        of, at = chance.choice(everybody), chance.choice(every)
        query = EventQuery(
            types=chance.choice([(), (), (at.type,), (at.type, "invites.created")]),
            actor=chance.choice([None, at.actor, of.email]),
            license=chance.choice([None, of.licenses[0].license]),
            email=chance.choice([None, None, of.email]),
            invite=chance.choice([None, None, None, of.id]),
            since=chance.choice([None, None, at.occurred_at.isoformat()]),
        )

        found = all_events(tenant, query, limit=chance.choice([4, 20]))

        wanted = [one for one in every if is_in(query, one)]
        assert [one.id for one in found] == [one.id for one in wanted], query
        matched += len(wanted)

    assert matched > 50, "the queries find something"


def is_in(query: EventQuery, event: Event) -> bool:
    named = mentions_of(event.data)
    return (
        (not query.types or event.type in query.types)
        and query.actor in {None, event.actor}
        and (query.license is None or query.license in named.licenses)
        and (query.email is None or query.email in named.people)
        and (query.invite is None or query.invite in named.invites)
        and (query.since is None or event.occurred_at.isoformat() >= query.since)
    )


def all_events(tenant: Tenant, query: EventQuery, *, limit: int) -> list[Event]:
    """Walk all pages, of which none is empty while there are more."""
    found: list[Event] = []
    cursor = None
    while True:
        page = EventLog(tenant.context).listed(
            person=tenant.limited, organization=tenant.id, query=query, limit=limit, cursor=cursor
        )
        found += page.items
        cursor = page.next
        if cursor is None:
            return found
        assert len(page.items) == limit
