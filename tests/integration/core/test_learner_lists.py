"""Lists of learners: every order, filter and search has each one once, in the right order, page by page."""

from __future__ import annotations

from collections.abc import Callable, Collection
from itertools import product
from typing import Any

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.groups import group_of
from tests.support.groups import invite as invite_to_group
from tests.support.list_sizes import LEARNER_SIZES, Size
from tests.support.tenant import Tenant, create_tenant
from usher.domain.accesses import AccessState
from usher.domain.directory import DirectoryField, SortedSearchError, folded
from usher.domain.groups import Group, UnknownGroupError
from usher.domain.learner_lists import LearnerSort, directory_entry
from usher.domain.learners import Learner
from usher.domain.licenses import License, UnknownLicenseError
from usher.domain.organizations import UnknownOrganizationError
from usher.domain.paging import BadCursorError
from usher.domain.people import Person
from usher.services import merged_lists
from usher.services.context import Context
from usher.services.invites.answer_invite import AnswerInvite
from usher.services.people import learner_lists
from usher.services.people.learner_listing import LearnerQuery
from usher.services.people.learner_lists import LearnerLists, LearnerPart, LearnersPage, ListedLearner
from usher.store.people import learners
from usher.store.transaction import commit

PEOPLE = [
    ("ann@x.io", "Ann", "Lee"),
    ("ann.b@x.io", "Bo", "Annan"),
    ("az@x.io", "Zoë", "Ann"),
    ("jose@x.io", "José", "García"),
    ("lee@x.io", "Lee", "Ann"),
    ("suharto@x.io", "Suharto", ""),
    ("zoe@x.io", "Zoe", "Öz"),
]


def page_of(
    tenant: Tenant,
    query: LearnerQuery,
    *,
    limit: int = 50,
    cursor: str | None = None,
    parts: Collection[LearnerPart] = (),
) -> LearnersPage:
    return LearnerLists(tenant.context).learners(
        person=tenant.limited, organization=tenant.id, query=query, parts=parts, limit=limit, cursor=cursor
    )


def pages_of(
    tenant: Tenant, query: LearnerQuery, *, limit: int = 50, parts: Collection[LearnerPart] = ()
) -> list[list[ListedLearner]]:
    pages = [page_of(tenant, query, limit=limit, parts=parts)]
    while (cursor := pages[-1].next) is not None:
        assert len(pages) < 100, "the list ends"
        pages.append(page_of(tenant, query, limit=limit, cursor=cursor, parts=parts))
    return [page.items for page in pages]


def found(tenant: Tenant, limit: int = 50, **query: Any) -> list[str]:
    pages = pages_of(tenant, LearnerQuery(**query), limit=limit)
    assert all(len(page) == limit for page in pages[:-1])
    return [one.learner.email for page in pages for one in page]


@pytest.fixture
def course(tenant: Tenant) -> License:
    return tenant.license(50)


@pytest.fixture
def later(tenant: Tenant) -> License:
    """A license that nobody can use yet."""
    return tenant.license(50, valid_from="2027-02-01")


@pytest.fixture
def group(tenant: Tenant, later: License) -> Group:
    return group_of(tenant, later)


@pytest.fixture
def crowd(tenant: Tenant, course: License, later: License, group: Group) -> list[Learner]:
    """Learners of one license each, the course or the later one, every third of them by the group."""
    for number, (email, first_name, last_name) in enumerate(PEOPLE):
        if number % 3 == 2:
            invite = invite_to_group(tenant, group, email)
        else:
            invite = tenant.invite(course if number % 3 else later, email)
        AnswerInvite(tenant.context).accept(
            person=Person(email=email, first_name=first_name, last_name=last_name),
            invite=invite.id,
            number=1,
        )
    tenant.invite(course, "no.learner@x.io")
    tenant.invite(course, "ann@x.io")  # reserved beside what she has
    return [one.learner for page in pages_of(tenant, LearnerQuery()) for one in page]


def by_last_name(one: Learner) -> str:
    return (folded(f"{one.last_name} {one.first_name}") or one.email) + f"#{one.email}"


ORDERS: dict[LearnerSort | None, Callable[[Learner], str]] = {
    None: lambda one: one.email,
    LearnerSort.EMAIL: lambda one: one.email,
    LearnerSort.EMAIL_DESCENDING: lambda one: one.email,
    LearnerSort.NAME: by_last_name,
    LearnerSort.NAME_DESCENDING: by_last_name,
}


@pytest.mark.parametrize("size", LEARNER_SIZES)
def test_every_order_and_filter_has_each_learner_once(
    tenant: Tenant,
    crowd: list[Learner],
    course: License,
    later: License,
    group: Group,
    monkeypatch: pytest.MonkeyPatch,
    size: Size,
) -> None:
    size(monkeypatch)
    has_course, has_later, in_group = (
        {email for number, (email, *_) in enumerate(PEOPLE) if number % 3 in rests}
        for rests in ({1}, {0, 2}, {2})
    )
    active, scheduled = (AccessState.ACTIVE,), (AccessState.SCHEDULED,)
    filters: list[tuple[dict[str, Any], set[str]]] = [
        ({}, has_course | has_later),
        ({"licenses": (course.id,)}, has_course),
        ({"licenses": (course.id, later.id)}, has_course | has_later),
        ({"groups": (group.id,)}, in_group),
        ({"groups": (group.id,), "licenses": (course.id,)}, set()),
        ({"groups": (group.id,), "licenses": (later.id,)}, in_group),
        ({"licenses": (course.id,), "states": active}, has_course),
        ({"licenses": (later.id,), "states": active}, set()),
        ({"states": scheduled}, has_later),
        ({"states": active + scheduled}, has_course | has_later),
    ]
    assert len(crowd) == len(PEOPLE)
    for (sort, key), (fields, emails), limit in product(ORDERS.items(), filters, (1, 50)):
        wanted = sorted((one for one in crowd if one.email in emails), key=key)
        wanted = wanted[::-1] if sort is not None and sort.is_descending else wanted

        listed = found(tenant, limit, sort=sort, **fields)

        assert listed == [one.email for one in wanted], (sort, fields)


def test_a_search_finds_addresses_then_first_then_last_names_each_learner_once(
    tenant: Tenant, crowd: list[Learner]
) -> None:
    assert found(tenant, search="josé g") == ["jose@x.io"]
    assert found(tenant, search="oz zo") == ["zoe@x.io"]
    assert found(tenant, search="nobody") == []
    assert found(tenant, search=" ", sort=LearnerSort.EMAIL) == [one.email for one in crowd]
    for text, limit in product(("ann", "z", "lee", "ann l", "a", "suharto@"), (1, 50)):
        ranked = []
        for one in crowd:
            entry = directory_entry(one)
            field = entry.found_by(text)
            if field is not None:
                ranked.append(([*DirectoryField].index(field), entry.text(field), one.email))

        assert ranked
        assert found(tenant, limit, search=text) == [email for *_, email in sorted(ranked)]


@pytest.mark.parametrize("size", LEARNER_SIZES)
def test_a_search_takes_filters(
    tenant: Tenant,
    crowd: list[Learner],
    course: License,
    later: License,
    group: Group,
    monkeypatch: pytest.MonkeyPatch,
    size: Size,
) -> None:
    assert crowd
    size(monkeypatch)
    for limit in (1, 50):
        assert found(tenant, limit, search="ann", licenses=(later.id,)) == ["ann@x.io", "az@x.io"]
        assert found(tenant, limit, search="ann", licenses=(course.id,)) == ["ann.b@x.io", "lee@x.io"]
        assert found(tenant, limit, search="ann", groups=(group.id,)) == ["az@x.io"]
        assert found(tenant, limit, search="ann", groups=(group.id,), licenses=(course.id,)) == []


def test_a_changed_name_is_found_and_the_former_one_is_not(tenant: Tenant, crowd: list[Learner]) -> None:
    assert crowd
    renamed = learners.rename(tenant.id, "suharto@x.io", first_name="", last_name="Wibowo")
    commit(tenant.context.table, [renamed])

    assert found(tenant, search="wib") == ["suharto@x.io"]
    nameless = learners.rename(tenant.id, "suharto@x.io", first_name="", last_name="")
    commit(tenant.context.table, [nameless])
    assert found(tenant, search="wib") == []
    assert "suharto@x.io" in found(tenant, sort=LearnerSort.NAME)


def test_a_state_is_that_of_now_once_workers_have_written_it(
    tenant: Tenant, crowd: list[Learner], later: License, clock: Clock, async_workers: AsyncWorkers
) -> None:
    """With its license an access ends at once; what has just started or lapsed is in no state until then."""

    def having(state: AccessState) -> list[str]:
        return found(tenant, licenses=(later.id,), states=(state,))

    assert crowd
    waiting = having(AccessState.SCHEDULED)
    clock.forward(days=40)
    assert (having(AccessState.SCHEDULED), having(AccessState.ACTIVE)) == ([], [])
    async_workers.settle()
    assert (having(AccessState.SCHEDULED), having(AccessState.ACTIVE)) == ([], waiting)
    clock.forward(days=400)
    assert (having(AccessState.ACTIVE), having(AccessState.ENDED)) == ([], waiting)
    assert found(tenant, states=(AccessState.ACTIVE,)) == []
    assert {*waiting} <= {*found(tenant, states=(AccessState.ENDED,))}
    async_workers.settle()
    assert (having(AccessState.ACTIVE), having(AccessState.ENDED)) == ([], waiting)
    assert {*waiting} <= {*found(tenant, states=(AccessState.ENDED,))}


def test_accesses_and_groups_come_with_the_learners_if_they_are_asked_for(
    tenant: Tenant, crowd: list[Learner], course: License, later: License, group: Group
) -> None:
    whole = {
        one.learner.email: one for one in page_of(tenant, LearnerQuery(), parts=tuple(LearnerPart)).items
    }
    bare = page_of(tenant, LearnerQuery()).items
    alone = page_of(tenant, LearnerQuery(email="AZ@x.io"), parts=(LearnerPart.GROUPS,)).items

    assert [(one.accesses, one.groups) for one in bare] == [(None, None)] * len(crowd)
    assert [(one.accesses, [at.id for at in one.groups or ()]) for one in alone] == [(None, [group.id])]
    states = {
        email: {access.terms.license: access.state for access in one.accesses or ()}
        for email, one in whole.items()
    }
    assert states["ann@x.io"] == {course.id: AccessState.RESERVED, later.id: AccessState.SCHEDULED}
    assert states["ann.b@x.io"] == {course.id: AccessState.ACTIVE}
    assert [at.id for at in whole["az@x.io"].groups or ()] == [group.id]
    assert whole["ann@x.io"].groups == []


def test_a_page_has_fewer_learners_where_each_has_much_to_look_for(
    tenant: Tenant, crowd: list[Learner], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learner_lists, "MOST_HELD", 7)

    pages = pages_of(tenant, LearnerQuery(), parts=tuple(LearnerPart))

    assert [len(page) for page in pages] == [2, 2, 2, 1]  # two licenses and a group
    assert [one.learner for page in pages for one in page] == crowd


def test_a_rare_match_is_found_however_many_pages_it_takes(
    tenant: Tenant, crowd: list[Learner], later: License, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merged_lists, "MOST_LOOKED_AT", 1)

    query = LearnerQuery(sort=LearnerSort.NAME, licenses=(later.id,))
    pages = pages_of(tenant, query, limit=1)

    assert len(pages) > 5
    assert [one.learner.email for page in pages for one in page] == [
        one.email
        for one in sorted(crowd, key=by_last_name)
        if [email for email, *_ in PEOPLE].index(one.email) % 3 != 1
    ]


def test_an_empty_list_is_one_empty_page(tenant: Tenant) -> None:
    for query in (
        LearnerQuery(),
        LearnerQuery(search="a"),
        LearnerQuery(sort=LearnerSort.NAME),
        LearnerQuery(states=(AccessState.ACTIVE,)),
    ):
        assert pages_of(tenant, query, parts=tuple(LearnerPart)) == [[]]


def test_what_cannot_be_listed_is_refused(tenant: Tenant, context: Context, crowd: list[Learner]) -> None:
    other = create_tenant(context, slug="other")
    first = page_of(tenant, LearnerQuery(), limit=1).next

    assert crowd
    with pytest.raises(SortedSearchError):
        page_of(tenant, LearnerQuery(search="ann", sort=LearnerSort.NAME))
    with pytest.raises(UnknownLicenseError):
        page_of(tenant, LearnerQuery(licenses=(other.license().id,)))
    with pytest.raises(UnknownGroupError):
        page_of(tenant, LearnerQuery(groups=("nothing",)))
    for query in (LearnerQuery(search="a"), LearnerQuery(sort=LearnerSort.NAME)):
        with pytest.raises(BadCursorError):
            page_of(tenant, query, cursor=first)
    with pytest.raises(BadCursorError):
        page_of(other, LearnerQuery(), cursor=first)
    with pytest.raises(UnknownOrganizationError):
        page_of(Tenant(context, tenant.organization, other.full, other.limited), LearnerQuery())


COSTS: list[tuple[dict[str, Any], tuple[LearnerPart, ...], int]] = [
    # query, parts, calls: the membership, a query for each range, a batch of what was found
    ({}, (), 2),
    ({"email": "ann@x.io"}, (), 1),
    ({"sort": LearnerSort.NAME}, (), 3),
    ({"search": "suh"}, (), 4),  # addresses in the table; first and last names, of which nobody else has it
    ({}, (LearnerPart.ACCESSES,), 4),
    ({}, tuple(LearnerPart), 5),
]


def test_a_list_costs_what_it_returns(
    tenant: Tenant, crowd: list[Learner], course: License, count: Count
) -> None:
    costs = [*COSTS, ({"licenses": (course.id,)}, (), 5)]  # the three states of an access that was given
    assert crowd
    for fields, parts, calls in costs:
        with count() as cost:
            page_of(tenant, LearnerQuery(**fields), parts=parts)

        assert (cost.calls, cost.items) == (calls, 0), fields
