"""Learners and the activity report with filters together: every page against a plain list of the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random
from typing import Any, Final

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.clock import Clock
from tests.support.codes import client_of, sublicense_of
from tests.support.enrollment_events import again_by_sso, by_code, by_page, by_sso
from tests.support.groups import group_of
from tests.support.groups import invite as invite_to_group
from tests.support.list_contents import access_of, add_events, add_learners, learner_of
from tests.support.list_sizes import LEARNER_SIZES, SIZES, Size
from tests.support.tenant import Tenant
from usher.domain.accesses import GIVEN, Access, AccessState
from usher.domain.directory import DirectoryField
from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.groups import Group
from usher.domain.invites import InviteState
from usher.domain.learner_lists import LearnerSort, directory_entry
from usher.domain.learners import Learner
from usher.domain.licenses import License
from usher.domain.reports.activity import ActivityRow
from usher.services import merged_lists
from usher.services.activity_report import ActivityQuery, ActivityReport
from usher.services.paging import ResultPage
from usher.services.people.learner_listing import LearnerQuery
from usher.services.people.learner_lists import LearnerLists
from usher.store import accesses

NAMES = (("Ann", "Lee"), ("Bo", "Annan"), ("Lee", "Ann"), ("", ""), ("Zoë", "Ann"), ("Öz", "Lee"))
ENDED: Final = AccessState.ENDED
SCHEDULED: Final = AccessState.SCHEDULED

Someone = tuple[Learner, list[Access], list[Group]]


def pages_of(read: Callable[[str | None], ResultPage[Any]]) -> list[Any]:
    """Return what all pages have, of which none is empty while there are more."""
    found: list[Any] = []
    cursor = None
    while True:
        page = read(cursor)
        found += page.items
        if page.next is None:
            return found
        assert page.items
        cursor = page.next


def somebody(
    tenant: Tenant, number: int, licenses: Sequence[License], groups: Sequence[Group], chance: Random
) -> Someone:
    """A learner with none to three accesses, the first license being over, and in none to two groups."""
    over, *valid = licenses
    first_name, last_name = chance.choice(NAMES)
    email = f"{chance.choice('abz')}{number}@x.io"
    states = [AccessState.ACTIVE] * 4 + [SCHEDULED, AccessState.RELEASED]
    held = [
        access_of(one, email, chance.choice(states))
        for one in chance.sample(valid, chance.choice([0, 1, 1, 2]))
    ]
    if chance.random() < 0.2:
        held.append(access_of(over, email, chance.choice([ENDED, AccessState.ACTIVE, AccessState.RELEASED])))
    learner = learner_of(tenant, email, first_name=first_name, last_name=last_name)
    return learner, held, [one for one in groups if chance.random() < 0.3]


def crowd(
    tenant: Tenant, licenses: Sequence[License], workers: AsyncWorkers, clock: Clock, chance: Random
) -> list[Someone]:
    """Learners of licenses, of which the first is over then; some are invited to the last one.

    The last learners are not dispatched.
    """
    groups = [group_of(tenant, name=name) for name in ("Day", "Night")]
    people = [somebody(tenant, number, licenses[:-1], groups, chance) for number in range(60)]
    add_learners(tenant, people[:55])
    workers.dispatch()
    clock.forward(days=31)
    add_learners(tenant, people[55:])
    invited = [one for one in people if chance.random() < 0.2]
    tenant.invite_all(licenses[-1], [learner.email for learner, _, _ in invited])
    for learner, held, _ in invited:
        access = accesses.get(tenant.context.table, learner.email, licenses[-1].id)
        assert access is not None
        held.append(access)
    return people


def is_wanted(query: LearnerQuery, someone: Someone, clock: Clock) -> bool:
    learner, held, groups = someone
    states = query.states or GIVEN
    asked = [one for one in held if not query.licenses or one.terms.license in query.licenses]
    return (
        (not (query.licenses or query.states) or any(one.state_at(clock()) in states for one in asked))
        and (not query.groups or not {*query.groups}.isdisjoint(one.id for one in groups))
        and query.email in {None, learner.email}
    )


def place_of(query: LearnerQuery, learner: Learner) -> Any:
    """The place of a learner in the order of a query; None where a search does not find them."""
    entry = directory_entry(learner)
    if query.search:
        field = entry.found_by(query.search)
        return None if field is None else ([*DirectoryField].index(field), entry.text(field), learner.email)
    if query.sort and query.sort.is_by_name:
        return f"{entry.text(DirectoryField.LAST_NAME)}#{learner.email}"
    return learner.email


def random_query(people: Sequence[Someone], licenses: Sequence[License], chance: Random) -> LearnerQuery:
    ids = [one.id for one in licenses]
    groups = sorted({one.id for _, _, own in people for one in own})
    is_search = chance.random() < 0.3
    return LearnerQuery(
        states=chance.choice([(), *((one,) for one in GIVEN), (ENDED, SCHEDULED)]),
        licenses=tuple(chance.choice([(), (), (), ids[:1], ids[1:]])),
        groups=tuple(chance.choice([(), (), groups[:1], groups])),
        email=chance.choice(people)[0].email if chance.random() < 0.1 else None,
        search=chance.choice(["a", "ann", "lee a", "z", "a1"]) if is_search else None,
        sort=None if is_search else chance.choice([None, *LearnerSort]),
    )


@pytest.mark.parametrize("size", LEARNER_SIZES)
def test_every_learner_is_listed_once_in_order_and_no_page_is_empty_while_there_are_more(
    tenant: Tenant,
    async_workers: AsyncWorkers,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    size: Size,
) -> None:
    """Half of the times they are a client's, of its provider's licenses."""
    chance = Random(size.__name__)  # noqa: S311 - test data
    product = tenant.product()
    licenses = [
        tenant.license(100, product=product, valid_until=end) for end in ("2027-02-01", *["2028-01-01"] * 3)
    ]
    if size in LEARNER_SIZES[::2]:
        client = client_of(tenant)
        licenses = [sublicense_of(tenant, client, one, 90) for one in licenses]
        tenant = Tenant(tenant.context, client, tenant.full, tenant.limited)
    people = crowd(tenant, licenses, async_workers, clock, chance)
    size(monkeypatch)
    matched = 0
    for _ in range(10):
        query = random_query(people, licenses, chance)
        limit = chance.choice([4, 50])
        keyed = [(place_of(query, one[0]), one[0]) for one in people if is_wanted(query, one, clock)]
        wanted = sorted(
            (pair for pair in keyed if pair[0] is not None),
            key=lambda pair: pair[0],
            reverse=bool(query.sort and query.sort.is_descending),
        )
        matched += len(wanted)

        def read(cursor: str | None, query: LearnerQuery = query, limit: int = limit) -> ResultPage[Any]:
            return LearnerLists(tenant.context).learners(
                person=tenant.full, organization=tenant.id, query=query, limit=limit, cursor=cursor
            )

        assert [one.learner.email for one in pages_of(read)] == [one.email for _, one in wanted], query

    assert matched > 30, "the queries find something"


def activity(tenant: Tenant, workers: AsyncWorkers, clock: Clock, chance: Random) -> tuple[Any, Any]:
    """Invites in every state, and people who came by all ways; some pointers are there twice, or not yet."""
    licenses = [tenant.license(200), tenant.license(200)]
    groups = [group_of(tenant, name=name) for name in ("Day", "Night")]

    def come(number: int, *, pointed_to: bool) -> None:
        group = chance.choice([None, None, *groups])
        way = chance.choice([by_code, by_code, by_page, by_sso])
        happened = [way(chance.choice(licenses), f"{n}@{number}.io", group) for n in range(3)]
        again = [again_by_sso(f"s{n}@{number}.io") for n in range(2)]
        earlier = clock() - timedelta(seconds=chance.choice([0, 50]))
        add_events(tenant, [*happened, *again], at=earlier, pointed_to=pointed_to)
        clock.forward(seconds=chance.choice([1, 40, 4000] if pointed_to else [1, 9]))

    for number in range(14):
        offered = chance.choice([licenses[:1], licenses[1:], licenses])
        if chance.random() < 0.3:
            invite = invite_to_group(tenant, chance.choice(groups), f"a{number}@x.io")
        else:
            invite = tenant.invite(offered, f"a{number}@x.io")
        chance.choice([tenant.accept, tenant.decline, tenant.withdraw, id, id])(invite)
        come(number, pointed_to=True)
        if number == 7:
            workers.dispatch()
    workers.dispatch()
    clock.forward(hours=1)
    for number in range(14, 17):
        tenant.invite(licenses, f"a{number}@x.io")
        come(number, pointed_to=False)
        clock.forward(seconds=1)
    return licenses, groups


def is_asked_for(query: ActivityQuery, groups: Sequence[Group], row: ActivityRow) -> bool:
    at = row.invited_at or row.enrolled_at
    assert at is not None
    names = {one.name for one in groups if one.id in query.groups}
    return (
        (not query.methods or row.method in query.methods)
        and (not query.licenses or row.license in query.licenses)
        and (not query.groups or not names.isdisjoint(row.group.split(", ")))
        and (query.states is None or row.state in query.states)
        and (query.since is None or at.isoformat() >= query.since)
        and (query.until is None or at.isoformat() < query.until)
    )


@pytest.mark.parametrize("size", SIZES[:2])
def test_every_row_is_reported_once_and_no_page_is_empty_while_there_are_more(
    tenant: Tenant,
    async_workers: AsyncWorkers,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    size: Size,
) -> None:
    chance = Random(size.__name__)  # noqa: S311 - test data
    licenses, groups = activity(tenant, async_workers, clock, chance)
    size(monkeypatch)
    if size is not SIZES[0]:
        monkeypatch.setattr(merged_lists, "MOST_LOOKED_AT", 3)
        monkeypatch.setattr(merged_lists, "MOST_IN_VAIN", 1000)

    def report(query: ActivityQuery, limit: int) -> list[ActivityRow]:
        return pages_of(
            lambda cursor: ActivityReport(tenant.context).page(
                person=tenant.full, organization=tenant.id, query=query, limit=limit, cursor=cursor
            )
        )

    every = report(ActivityQuery(), 50)
    methods = [*EnrollmentMethod]
    matched = 0
    for _ in range(12):
        times = sorted(chance.choice(every).invited_at or clock() for _ in range(2))
        query = ActivityQuery(
            methods=frozenset(chance.sample(methods, chance.choice([0, 1, 1, 2, 4]))),
            licenses=chance.choice([(), (), (licenses[0].id,), tuple(one.id for one in licenses)]),
            groups=chance.choice([(), (), (groups[0].id,), tuple(one.id for one in groups)]),
            states=chance.choice([None, None, None, frozenset({InviteState.ACCEPTED, InviteState.PENDING})]),
            since=chance.choice([None, times[0].isoformat()]),
            until=chance.choice([None, (times[1] + timedelta(seconds=1)).isoformat()]),
        )

        found = report(query, chance.choice([4, 50]))

        wanted = [row for row in every if is_asked_for(query, groups, row)]
        assert [(one.email, one.license) for one in found] == [(one.email, one.license) for one in wanted], (
            query
        )
        assert found == wanted
        matched += len(found)

    assert matched > 30, "the queries find something"
    assert len(every) > 60
