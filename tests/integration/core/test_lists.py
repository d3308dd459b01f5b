"""DESIGN 6, lists: filters, and pages that are complete and without repeats."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.clock import Clock
from tests.support.tenant import Tenant, create_tenant
from usher.domain.invites import InviteState, UnknownInviteError
from usher.domain.organizations import UnknownOrganizationError
from usher.domain.paging import BadCursorError
from usher.services.context import Context
from usher.services.event_log import EventLog, EventQuery
from usher.services.invites.invite_listing import InviteQuery
from usher.services.invites.invite_queries import InviteQueries
from usher.services.operated_organizations import OperatedOrganizations
from usher.services.operator_commands import OperatorCommands
from usher.services.paging import ResultPage
from usher.services.people.learner_lists import LearnerLists
from usher.store import table as store

Page = Callable[[str | None], ResultPage[Any]]


def every_page(page: Page) -> list[list[Any]]:
    pages = [page(None)]
    while pages[-1].next is not None:
        assert len(pages) < 200, "the list ends"
        pages.append(page(pages[-1].next))
    return [one.items for one in pages]


def flat(pages: Iterable[list[Any]]) -> list[Any]:
    return [item for page in pages for item in page]


def invites_page(tenant: Tenant, limit: int = 3, **query: Any) -> Page:
    return lambda cursor: InviteQueries(tenant.context).listed(
        person=tenant.limited, organization=tenant.id, query=InviteQuery(**query), limit=limit, cursor=cursor
    )


@pytest.fixture
def crowd(tenant: Tenant, clock: Clock) -> Tenant:
    """Twenty invites in every state, to two licenses."""
    first, second = tenant.license(50), tenant.license(50)
    for n in range(20):
        clock.forward(seconds=1)
        invite = tenant.invite(second if n % 5 == 0 else first, f"a{n}@x.io")
        if n % 4 == 1:
            tenant.accept(invite)
        elif n % 4 == 2:
            tenant.withdraw(invite)
        elif n == 7:
            tenant.decline(invite)
    return tenant


def test_pages_of_every_state_are_complete_newest_first_and_without_repeats(crowd: Tenant) -> None:
    for limit in (1, 3, 20, 50):
        pages = every_page(invites_page(crowd, limit))

        assert [one.email for one in flat(pages)] == [f"a{n}@x.io" for n in reversed(range(20))]
        assert all(len(page) <= limit for page in pages)


def test_pages_of_one_state_are_complete_newest_first_and_without_repeats(crowd: Tenant) -> None:
    for state, numbers in (
        ("pending", [0, 3, 4, 8, 11, 12, 15, 16, 19]),
        ("accepted", [1, 5, 9, 13, 17]),
        ("withdrawn", [2, 6, 10, 14, 18]),
        ("declined", [7]),
    ):
        found = flat(every_page(invites_page(crowd, 2, states=(InviteState(state),))))

        assert [one.email for one in found] == [f"a{n}@x.io" for n in reversed(numbers)]


def test_invites_are_found_by_license_and_by_address(crowd: Tenant) -> None:
    second = InviteQueries(crowd.context).listed(
        person=crowd.full, organization=crowd.id, query=InviteQuery(email="A5@X.io"), limit=9, cursor=None
    )
    (five,) = second.items
    license_ = five.licenses[0].license

    found = flat(every_page(invites_page(crowd, 2, licenses=(license_,))))
    assert [one.email for one in found] == [f"a{n}@x.io" for n in (15, 10, 5, 0)]


def test_only_pending_invites_can_be_expired(
    crowd: Tenant, clock: Clock, async_workers: AsyncWorkers
) -> None:
    clock.forward(days=11)
    async_workers.sweep()
    async_workers.dispatch()
    fresh = crowd.invite(crowd.license(), "fresh@x.io")

    expired = flat(every_page(invites_page(crowd, 4, expired=True)))
    others = flat(every_page(invites_page(crowd, 4, expired=False)))

    assert len(expired) == 9
    assert all(one.state is InviteState.PENDING for one in expired)
    assert fresh.id in {one.id for one in others}
    assert len(others) == 12
    assert not flat(every_page(invites_page(crowd, expired=True, states=(InviteState.ACCEPTED,))))


def test_a_rare_match_is_found_however_many_pages_it_takes(
    crowd: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "FILTER_PAGE", 2)
    monkeypatch.setattr(store, "FILTER_READS", 2)

    for states in ((), (InviteState.PENDING,)):
        found = flat(every_page(invites_page(crowd, 3, email="a0@x.io", states=states)))

        assert [one.email for one in found] == ["a0@x.io"]


def test_a_page_of_events_is_not_empty_while_there_are_more(
    crowd: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "FILTER_PAGE", 2)
    monkeypatch.setattr(store, "FILTER_READS", 2)

    pages = every_page(events_page(crowd, "license.granted", limit=1))

    assert [len(page) for page in pages if page] == [1, 1]
    assert all(pages[:-1])


def test_what_is_no_cursor_is_refused(crowd: Tenant) -> None:
    for cursor in ("", "x", "ä", "e30", "W10", "MQ", "eyJwayI6MX0", "!" * 26, "Z" * 27):
        for page in (
            invites_page(crowd, states=(InviteState.PENDING,)),
            invites_page(crowd),
            learners_page(crowd),
            events_page(crowd),
        ):
            with pytest.raises(BadCursorError):
                page(cursor)


def learners_page(tenant: Tenant) -> Page:
    return lambda cursor: LearnerLists(tenant.context).learners(
        person=tenant.limited, organization=tenant.id, limit=2, cursor=cursor
    )


def events_page(tenant: Tenant, type_: str | None = None, limit: int = 4) -> Page:
    return lambda cursor: EventLog(tenant.context).listed(
        person=tenant.limited,
        organization=tenant.id,
        query=EventQuery(types=(type_,) if type_ else ()),
        limit=limit,
        cursor=cursor,
    )


def test_a_cursor_of_another_list_is_refused(crowd: Tenant, context: Context) -> None:
    other = create_tenant(context, slug="other")
    pages = [
        invites_page(crowd, states=(InviteState.PENDING,)),
        invites_page(crowd, states=(InviteState.ACCEPTED,)),
        learners_page(crowd),
        events_page(crowd),
    ]
    cursors = [page(None).next for page in pages]
    assert all(cursors)

    for at, page in enumerate(pages):
        for of, cursor in enumerate(cursors):
            if of != at:
                with pytest.raises(BadCursorError):
                    page(cursor)
    with pytest.raises(BadCursorError):
        invites_page(other, states=(InviteState.PENDING,))(cursors[0])
    with pytest.raises(BadCursorError):
        events_page(other)(cursors[3])


def test_learners_are_listed_by_address_to_the_end(crowd: Tenant) -> None:
    found = flat(every_page(learners_page(crowd)))

    assert [one.learner.email for one in found] == sorted(f"a{n}@x.io" for n in (1, 5, 9, 13, 17))


def test_events_are_listed_newest_first_and_by_type(crowd: Tenant) -> None:
    every = flat(every_page(events_page(crowd)))
    accepted = flat(every_page(events_page(crowd, "invite.accepted", limit=2)))

    assert [one.id for one in every] == sorted((one.id for one in every), reverse=True)
    assert len(accepted) == 5
    assert [one.id for one in accepted] == [one.id for one in every if one.type == "invite.accepted"]


def test_products_and_organizations_are_listed_for_operators(tenant: Tenant, context: Context) -> None:
    create_tenant(context, slug="other")
    products = [tenant.product(name=f"Course {n}") for n in range(3)]
    operator_commands = OperatorCommands(context)

    listed = every_page(lambda c: operator_commands.products(person=tenant.operator, limit=2, cursor=c))
    organizations = every_page(
        lambda c: OperatedOrganizations(context).listed(person=tenant.operator, limit=1, cursor=c)
    )

    assert [one.product for one in flat(listed)] == products
    assert [one.organization.slug for one in flat(organizations)] == ["acme", "other"]


def test_one_invite_can_be_read_by_its_own_organization_alone(tenant: Tenant, context: Context) -> None:
    other = create_tenant(context, slug="other")
    invite = tenant.invite(tenant.license())
    invites = InviteQueries(context)

    read = invites.invite(person=tenant.limited, organization=tenant.id, invite=invite.id)
    assert (read.invite.email, read.created_by_name) == ("ann@x.io", "Max Full")
    with pytest.raises(UnknownInviteError):
        invites.invite(person=other.full, organization=other.id, invite=invite.id)
    with pytest.raises(UnknownOrganizationError):
        invites.invite(person=other.full, organization=tenant.id, invite=invite.id)
    for page in (invites_page, learners_page, events_page):
        stranger = Tenant(context, tenant.organization, other.full, other.limited)
        with pytest.raises(UnknownOrganizationError):
            page(stranger)(None)
