"""What lists of learners in a state of any license cost: what they return (0104, 0106)."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.capacity import CapacityMeter
from tests.support.clock import Clock
from tests.support.groups import group_of
from tests.support.list_contents import access_of, add_learners, learner_of
from tests.support.list_costs import all_of
from tests.support.list_sizes import scattered
from tests.support.tenant import Tenant
from usher.domain.accesses import AccessState
from usher.domain.learner_lists import LearnerSort
from usher.domain.licenses import License
from usher.services import list_effort
from usher.services.people import learner_listing
from usher.services.people.learner_listing import LearnerQuery
from usher.services.people.learner_lists import LearnerLists, LearnersPage
from usher.store import table

ACTIVE: Final = (AccessState.ACTIVE,)
SCHEDULED: Final = (AccessState.SCHEDULED,)
ENDED: Final = (AccessState.ENDED,)
BY_NAME: dict[str, Any] = {"sort": LearnerSort.NAME}


def page_of(tenant: Tenant, *, limit: int = 5, **query: Any) -> LearnersPage:
    return LearnerLists(tenant.context).learners(
        person=tenant.full, organization=tenant.id, query=LearnerQuery(**query), limit=limit, cursor=None
    )


def names(page: LearnersPage) -> list[str]:
    return [one.learner.email.partition("@")[0] for one in page.items]


def licenses_of(tenant: Tenant, number: int) -> list[License]:
    product = tenant.product()
    return [tenant.license(1000, product=product) for _ in range(number)]


@pytest.mark.parametrize("others", [100, 1000])
def test_a_state_costs_what_it_returns_however_many_learners_are_in_others(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock, others: int
) -> None:
    """Very many have no access any more, or one of a license that is over; two wait for theirs."""
    course, exam = tenant.license(5), tenant.license(5)
    group = group_of(tenant, name="Nurses")
    add_learners(
        tenant,
        [
            *((learner_of(tenant, f"a{n}@x.io"), [], []) for n in range(others)),
            (learner_of(tenant, "z1@x.io"), [access_of(course, "z1@x.io", AccessState.SCHEDULED)], [group]),
            (learner_of(tenant, "z2@x.io"), [access_of(exam, "z2@x.io", AccessState.SCHEDULED)], []),
        ],
    )
    async_workers.dispatch()
    clock.forward(hours=1)
    meter = CapacityMeter(tenant.context.table.connection.client)

    lists: list[tuple[dict[str, Any], list[str], int]] = [
        # query, whom it finds, calls: the membership, the licenses, by name or in a search their figures, the
        # range of the state, learners (twice by name)
        ({"states": SCHEDULED}, ["z1", "z2"], 1 + 1 + 1 + 1),
        ({"states": SCHEDULED, "sort": LearnerSort.EMAIL_DESCENDING}, ["z2", "z1"], 1 + 1 + 1 + 1),
        ({"states": SCHEDULED, **BY_NAME}, ["z1", "z2"], 1 + 1 + 1 + 1 + 2),
        ({"states": SCHEDULED, "search": "lee"}, ["z1", "z2"], 1 + 1 + 1 + 1 + 3),  # addresses, too
        ({"states": SCHEDULED, "groups": (group.id,)}, ["z1"], 1 + 1 + 1 + 1),
        ({"states": SCHEDULED, "groups": (group.id,), **BY_NAME}, ["z1"], 1 + 1 + 1 + 1 + 2),
        ({"states": ENDED}, [], 1 + 1 + 1),
        ({"states": ENDED, **BY_NAME}, [], 1 + 1 + 1 + 1),
    ]
    for fields, emails, calls in lists:
        with meter() as taken:
            page = page_of(tenant, **fields)

        assert (names(page), page.next) == (emails, None), fields
        assert taken.calls.total() <= calls, fields
        assert taken.read <= 20, fields


@pytest.mark.parametrize("others", [12, 60])
def test_a_state_costs_what_it_returns_however_many_licenses_have_nobody_in_it(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock, others: int
) -> None:
    *many, course = licenses_of(tenant, others + 1)
    people: list[Any] = []
    for number, license_ in enumerate(many):
        emails = [f"a{number}.{n}@x.io" for n in range(3)]
        people += [(learner_of(tenant, email), [access_of(license_, email)], []) for email in emails]
    people.append((learner_of(tenant, "z@x.io"), [access_of(course, "z@x.io", AccessState.SCHEDULED)], []))
    add_learners(tenant, people)
    async_workers.dispatch()
    clock.forward(hours=1)
    meter = CapacityMeter(tenant.context.table.connection.client)

    lists: list[tuple[dict[str, Any], list[str], int]] = [
        # query, whom it finds, calls: the membership, the licenses, by name or in a search their figures, the
        # range of the state, learners (twice by name, and three or four times in a search)
        ({"states": SCHEDULED}, ["z"], 1 + 1 + 1 + 1),
        ({"states": SCHEDULED, **BY_NAME}, ["z"], 1 + 1 + 1 + 1 + 2),
        ({"states": SCHEDULED, "search": "lee"}, ["z"], 1 + 1 + 1 + 1 + 3),
        ({"states": ENDED}, [], 1 + 1 + 1),
        ({"states": ACTIVE}, ["a0.0", "a0.1", "a0.2", "a1.0", "a1.1"], 1 + 1 + 1 + 1),
        ({"states": ACTIVE, **BY_NAME}, ["a0.0", "a0.1", "a0.2", "a1.0", "a1.1"], 1 + 1 + 1 + 1 + 2),
        ({"states": ACTIVE, "search": "a0.0"}, ["a0.0"], 1 + 1 + 1 + 1 + 4),
    ]
    for fields, emails, calls in lists:
        with meter() as taken:
            page = page_of(tenant, **fields)

        assert names(page) == emails, fields
        assert taken.calls.total() <= calls, fields
        assert taken.read <= 60, fields


@pytest.mark.parametrize("number", [1, 10, 12])
def test_a_page_is_one_batch_of_learners_and_the_accesses_that_were_found(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock, number: int
) -> None:
    """However many licenses there are; by name, the keys of all who pass are read."""
    many = licenses_of(tenant, number)
    emails = [f"a{n:03}@x.io" for n in range(120)]
    add_learners(
        tenant,
        [(learner_of(tenant, one), [access_of(many[n % number], one)], []) for n, one in enumerate(emails)],
    )
    async_workers.dispatch()
    clock.forward(hours=1)
    meter = CapacityMeter(tenant.context.table.connection.client)

    # calls: the membership, the licenses, by name or in a search their figures, the keys of the state, the
    # directory; learners with their accesses in batches of a hundred
    lists: list[tuple[dict[str, Any], int, int]] = [
        ({}, 3 + 2, 115),
        (BY_NAME, 3 + 2 + 2, 115),
        ({"search": "lee"}, 3 + 4 + 2, 115),
    ]
    for fields, calls, read in lists:
        with meter() as taken:
            page = page_of(tenant, limit=50, states=ACTIVE, **fields)

        assert len(page.items) == 50
        assert taken.calls.total() <= calls, fields
        assert taken.read <= read, fields


@pytest.mark.parametrize("limit", range(1, 8))
@pytest.mark.parametrize("sort", [LearnerSort.EMAIL, LearnerSort.EMAIL_DESCENDING])
def test_who_has_several_accesses_is_found_where_a_reading_stops_among_them(
    tenant: Tenant,
    async_workers: AsyncWorkers,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    limit: int,
    sort: LearnerSort,
) -> None:
    """Each reading stops after one call, here; the accesses of a license that is over are passed by."""
    product = tenant.product()
    over = tenant.license(100, product=product, valid_until="2027-02-01")
    valid = tenant.license(100, product=product)
    emails = [f"{letter}@x.io" for letter in "abcdefgpqrstuvw"]
    both, only = "h@x.io", "i@x.io"
    add_learners(
        tenant,
        [
            *((learner_of(tenant, one), [access_of(over, one)], []) for one in emails),
            (learner_of(tenant, both), [access_of(over, both), access_of(valid, both)], []),
            (learner_of(tenant, only), [access_of(valid, only)], []),
        ],
    )
    async_workers.dispatch()
    clock.forward(days=60)
    monkeypatch.setattr(table, "FILTER_READS", 1)
    read = partial(
        LearnerLists(tenant.context).learners,
        person=tenant.full,
        organization=tenant.id,
        query=LearnerQuery(states=ACTIVE, sort=sort),
    )

    found = [one.learner.email for one in all_of(read, limit=limit)]

    assert found == sorted([both, only], reverse=sort.is_descending)


def test_by_name_a_page_is_not_empty_behind_many_without_an_access(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor where so many have the state that they are not known beforehand, and each learner is a call."""
    course = tenant.license(1000)
    add_learners(tenant, [(learner_of(tenant, f"a{n:03}@x.io", last_name="A"), [], []) for n in range(200)])
    emails = [f"z{n:03}@x.io" for n in range(60)]
    add_learners(
        tenant, [(learner_of(tenant, one, last_name="Z"), [access_of(course, one)], []) for one in emails]
    )
    async_workers.dispatch()
    clock.forward(hours=1)
    scattered(monkeypatch)
    monkeypatch.setattr(list_effort, "BATCH_GET", 0)
    monkeypatch.setattr(list_effort, "_ENTRIES_PER_UNIT", 10**6)
    monkeypatch.setattr(list_effort, "_KEYS_PER_UNIT", 1)
    monkeypatch.setattr(learner_listing, "_AT_ONCE", 3)
    monkeypatch.setattr(learner_listing, "_MOST_LOOKED_AT", 10)

    page = page_of(tenant, states=ACTIVE, **BY_NAME)

    assert page.items
    assert [one.learner.email for one in page.items] == emails[: len(page.items)]


def test_of_two_filters_that_each_let_few_pass_those_alone_are_loaded_who_pass_both(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    course = tenant.license(100)
    group = group_of(tenant, name="Nurses")
    add_learners(
        tenant,
        [
            *((learner_of(tenant, f"a{n}@x.io"), [], [group]) for n in range(60)),
            *((learner_of(tenant, f"b{n}@x.io"), [access_of(course, f"b{n}@x.io")], []) for n in range(40)),
            (learner_of(tenant, "z@x.io"), [access_of(course, "z@x.io")], [group]),
        ],
    )
    async_workers.dispatch()
    clock.forward(hours=1)

    with CapacityMeter(tenant.context.table.connection.client)() as taken:
        page = page_of(tenant, licenses=(course.id,), states=ACTIVE, groups=(group.id,))

    assert (names(page), page.next) == (["z"], None)
    assert taken.calls.total() == 1 + 1 + 1 + 1
    assert taken.read <= 20


def test_an_access_is_listed_before_its_figures_are_counted(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    *_, course = licenses_of(tenant, 12)
    async_workers.dispatch()
    clock.forward(hours=1)
    add_learners(
        tenant, [(learner_of(tenant, "z@x.io"), [access_of(course, "z@x.io", AccessState.SCHEDULED)], [])]
    )

    assert names(page_of(tenant, states=SCHEDULED)) == ["z"]
    assert names(page_of(tenant, states=SCHEDULED, **BY_NAME)) == ["z"]


def test_nobody_is_in_a_state_where_there_is_no_license(tenant: Tenant) -> None:
    add_learners(tenant, [(learner_of(tenant, "ann@x.io"), [], [])])

    assert names(page_of(tenant)) == ["ann"]
    assert names(page_of(tenant, states=ACTIVE)) == []
