"""What lists of codes with a filter cost: what they return, however many other codes there are (0102)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.capacity import Capacity, CapacityMeter
from tests.support.clock import Clock
from tests.support.codes import change, code_now, code_of, draft, redeem, remove, switch, used_up
from tests.support.tenant import Tenant
from usher.domain.enrollment.codes import CodeKind, CodeState, Pattern
from usher.domain.list_sorts import CodeSort
from usher.services.enrollment.code_batches import CodeBatches
from usher.services.enrollment.codes import Codes, IssuedCode
from usher.services.paging import ResultPage
from usher.services.receipts import Receipt

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SMALL, LARGE = 100, 1000
ACTIVE, DISABLED = (CodeState.ACTIVE,), (CodeState.DISABLED,)
REDEMPTION, REGISTRATION = (CodeKind.REDEMPTION,), (CodeKind.REGISTRATION,)
ORDERS = (CodeSort.NEWEST, CodeSort.OLDEST, CodeSort.TEXT, CodeSort.NAME)
REVERSED = {
    CodeSort.NEWEST: CodeSort.OLDEST,
    CodeSort.OLDEST: CodeSort.NEWEST,
    CodeSort.TEXT: CodeSort.TEXT_DESCENDING,
    CodeSort.NAME: CodeSort.NAME_DESCENDING,
}


def listed(
    tenant: Tenant, *, limit: int = 5, cursor: str | None = None, **only: Any
) -> ResultPage[IssuedCode]:
    return Codes(tenant.context).listed(
        person=tenant.full, organization=tenant.id, limit=limit, cursor=cursor, **only
    )


def texts(page: ResultPage[IssuedCode]) -> list[str]:
    return [one.code.text for one in page.items]


def in_pages(tenant: Tenant, *, limit: int, **only: Any) -> list[str]:
    """Return the texts of all pages, of which none but the last has fewer codes than it may have."""
    page = listed(tenant, limit=limit, **only)
    found = texts(page)
    while page.next is not None:
        assert len(page.items) == limit, only
        page = listed(tenant, limit=limit, cursor=page.next, **only)
        found += texts(page)
    return found


@pytest.mark.parametrize("others", [SMALL, LARGE])
def test_codes_of_a_kind_or_state_cost_what_they_are(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock, dynamodb: DynamoDBClient, others: int
) -> None:
    """Half of the others are older, half newer; by text and name they come first, and a search finds them."""
    license_ = tenant.license()
    batch = used_up(tenant, license_, others // 2, prefix="A-", name="Autumn", batch=True)
    clock.forward(minutes=1)
    code_of(tenant, license_, text="Z-OPEN", name="Zürich")
    clock.forward(minutes=1)
    code_of(tenant, license_, text="A-SINGLE", name="Autumn", kind=CodeKind.REDEMPTION)
    clock.forward(minutes=1)
    switch(tenant, code_of(tenant, license_, text="M-SHUT"), disabled=True)
    clock.forward(minutes=1)
    used_up(tenant, license_, others - others // 2, prefix="B-", name="Autumn")
    async_workers.dispatch()
    meter = CapacityMeter(dynamodb)

    newest = ["M-SHUT", "A-SINGLE", "Z-OPEN"]
    lists: list[tuple[dict[str, Any], list[str], int]] = [
        # filter, what it finds as the newest first, queries: one of each kind and state
        ({"states": ACTIVE}, newest[1:], 2),
        ({"states": ACTIVE + DISABLED}, newest, 4),
        ({"kinds": REGISTRATION}, ["M-SHUT", "Z-OPEN"], 4),
        ({"kinds": REDEMPTION, "states": ACTIVE}, ["A-SINGLE"], 1),
        ({"kinds": REGISTRATION, "states": DISABLED}, ["M-SHUT"], 1),
        ({"kinds": REGISTRATION, "states": (CodeState.USED_UP,)}, [], 1),
        ({"states": (CodeState.ENDED,)}, [], 2),
        ({"states": ACTIVE, "batch": batch.id}, [], 2),
        ({"kinds": REGISTRATION, "batch": batch.id}, [], 4),
    ]
    by_name = ["Autumn", "Zürich", ""]
    names = {"A-SINGLE": "Autumn", "Z-OPEN": "Zürich", "M-SHUT": ""}
    for only, expected, queries in lists:
        in_order = {
            CodeSort.NEWEST: expected,
            CodeSort.OLDEST: expected[::-1],
            CodeSort.TEXT: sorted(expected),
            CodeSort.NAME: sorted(expected, key=lambda text: by_name.index(names[text])),
        }
        for sort, in_this_order in in_order.items():
            with meter() as cost:
                page = listed(tenant, sort=sort, **only)

            assert (texts(page), page.next) == (in_this_order, None), (only, sort)
            assert_costs(cost, queries, found=len(expected))
            if others > SMALL:
                continue
            assert in_pages(tenant, limit=1, sort=sort, **only) == in_this_order, (only, sort)
            assert in_pages(tenant, limit=1, sort=REVERSED[sort], **only) == in_this_order[::-1], (only, sort)
    searches: list[tuple[str, dict[str, Any], list[str], int, int]] = [
        # what is searched, the filter, what both find, queries, what the filter finds
        ("a", {"states": ACTIVE}, ["A-SINGLE"], 2, 2),
        ("aut", {"kinds": REDEMPTION, "states": ACTIVE}, ["A-SINGLE"], 1, 1),
        ("a", {"kinds": REGISTRATION}, [], 4, 2),
        ("a-", {"states": ACTIVE, "batch": batch.id}, [], 2, 0),
    ]
    for search, only, expected, queries, passing in searches:
        with meter() as cost:
            page = listed(tenant, search=search, **only)

        assert (texts(page), page.next) == (expected, None), (search, only)
        assert_costs(cost, queries, found=passing)


def assert_costs(cost: Capacity, queries: int, *, found: int) -> None:
    """The caller, the queries, what was found in one batch, and what it gives in another."""
    assert cost.calls["Query"] == queries
    assert cost.calls["BatchGetItem"] <= 3
    assert cost.read <= 6 + queries * 0.5 + found + 1
    assert cost.calls.total() == queries + cost.calls["BatchGetItem"]


@pytest.mark.parametrize("others", [SMALL, LARGE])
def test_a_batch_costs_what_it_is_in_every_order(
    tenant: Tenant, async_workers: AsyncWorkers, dynamodb: DynamoDBClient, others: int
) -> None:
    license_ = tenant.license()
    used_up(tenant, license_, others, prefix="A-", name="Autumn")
    batch = used_up(tenant, license_, 3, prefix="Z-", name="Zürich", batch=True).id
    async_workers.dispatch()
    meter = CapacityMeter(dynamodb)

    expected = ["Z-00000", "Z-00001", "Z-00002"]
    for sort in ORDERS:
        with meter() as cost:
            page = listed(tenant, batch=batch, sort=sort)

        in_order = expected[::-1] if sort is CodeSort.NEWEST else expected
        assert (texts(page), page.next) == (in_order, None), sort
        assert cost.calls["Query"] == (8 if sort is CodeSort.NAME else 1), (
            "by name, one of each kind and state"
        )
        assert cost.read <= 15
        for only in ({}, {"states": (CodeState.USED_UP,)}, {"kinds": REDEMPTION}):
            backwards = in_pages(tenant, limit=1, batch=batch, sort=REVERSED[sort], **only)
            assert in_pages(tenant, limit=2, batch=batch, sort=sort, **only) == in_order
            assert backwards == in_order[::-1]


def test_many_codes_that_pass_behind_many_that_do_not_are_found_by_their_texts(
    tenant: Tenant, async_workers: AsyncWorkers, dynamodb: DynamoDBClient
) -> None:
    """Half of the codes are active, so that those that stand there are loaded; but all others stand first."""
    license_ = tenant.license()
    used_up(tenant, license_, 700, prefix="A-", name="Autumn")
    CodeBatches(tenant.context).generate(
        person=tenant.full,
        organization=tenant.id,
        draft=draft(license_, kind=CodeKind.REDEMPTION, name="Zürich"),
        count=700,
        pattern=Pattern(prefix="Z-"),
        receipt=Receipt(),
    )
    async_workers.dispatch()
    meter = CapacityMeter(dynamodb)

    for by in ({"sort": CodeSort.NAME}, {"sort": CodeSort.TEXT}, {"search": "z"}):
        with meter() as cost:
            first = listed(tenant, states=ACTIVE, **by)
        second = listed(tenant, states=ACTIVE, cursor=first.next, **by)

        found = texts(first) + texts(second)
        assert len({*found}) == 10
        assert found == sorted(found)
        assert all(text.startswith("Z-") for text in found)
        assert cost.read <= 160, "the keys of 1,400 codes, a few in vain, and a hundred at once"


@pytest.mark.parametrize("others", [SMALL, LARGE])
def test_codes_that_have_just_ended_are_not_loaded_until_the_sweep_has_counted_them(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock, dynamodb: DynamoDBClient, others: int
) -> None:
    """Until then they are in no state, but where those that ended are asked for with the active ones."""
    license_ = tenant.license()
    code_of(tenant, license_, text="Z-OPEN", name="Zürich")
    clock.forward(minutes=1)
    CodeBatches(tenant.context).generate(
        person=tenant.full,
        organization=tenant.id,
        draft=draft(license_, kind=CodeKind.REDEMPTION, name="Autumn", ends_on="2027-01-05"),
        count=others,
        pattern=Pattern(prefix="A-"),
        receipt=Receipt(),
    )
    async_workers.dispatch()
    clock.forward(days=3)
    meter = CapacityMeter(dynamodb)

    for sort in ORDERS:
        with meter() as cost:
            page = listed(tenant, states=ACTIVE, sort=sort)

        assert (texts(page), page.next) == (["Z-OPEN"], None), sort
        assert cost.read <= 30 + others / 20, "the entries, twice by text or name, and not the codes"
    ended = (CodeState.ENDED,)
    assert listed(tenant, states=ended).items == []
    assert len(in_pages(tenant, limit=100, states=ACTIVE + ended)) == others + 1
    if others > SMALL:
        return  # The sweep is another test's.

    async_workers.settle()

    assert len(in_pages(tenant, limit=30, states=ended, sort=CodeSort.NAME)) == others
    assert in_pages(tenant, limit=30, states=ACTIVE) == ["Z-OPEN"]


def test_a_code_pays_for_its_place_by_state_when_the_state_changes_alone(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock, dynamodb: DynamoDBClient
) -> None:
    """Each learner has an entry by first name there, too."""
    license_, meter = tenant.license(), CapacityMeter(dynamodb)
    learner, entry, moved = 1, 1, 2

    with meter() as created:
        code = code_of(tenant, license_, cap=2)
    with meter() as used:
        redeem(tenant, code, "ann@x.io")
    with meter() as used_last:
        redeem(tenant, code, "bob@x.io")
    with meter() as disabled:
        switch(tenant, code, disabled=True)
    with meter() as removed:
        remove(tenant, code)
    ending = code_of(tenant, license_, text="ENDING", ends_on="2027-01-05")
    async_workers.settle()
    clock.forward(days=3)
    with meter() as ended:
        async_workers.sweep()

    assert ending.ends_at is not None
    steps = (created, used, used_last, disabled, removed, ended)
    expected = [entry, learner, learner + moved, moved, entry, moved]
    assert [one.written["directory_first_name"] for one in steps] == expected


def test_a_code_whose_end_is_changed_while_it_is_used_up_stays_in_its_list(
    tenant: Tenant, clock: Clock
) -> None:
    """The end stands in the place by state, so that the use is tried again with the new one."""
    code = code_of(tenant, tenant.license(), cap=1, ends_on="2027-01-05")

    with tenant.before_next_write(lambda: change(tenant, code, ends_on="2027-03-31")):
        redeem(tenant, code)
    clock.forward(days=10)

    now = code_now(tenant, code)
    assert (now.uses, now.ends_at) == (1, datetime(2027, 3, 31, 22, tzinfo=UTC))
    assert in_pages(tenant, limit=1, states=(CodeState.USED_UP,)) == [code.text]
