"""Summaries of groups and states, counted from the events that they need (decision 0090)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.codes import code_of, redeem
from tests.support.groups import add, group_of, join
from tests.support.groups import invite as invite_to_group
from tests.support.tables import items
from tests.support.tenant import Tenant
from usher.domain.groups import Group
from usher.domain.invites import InviteState
from usher.domain.licenses import License
from usher.domain.reports import summary
from usher.domain.reports.summary import Days, SummaryFilter, SummaryTooLargeError, count_by_day, summarize
from usher.domain.reports.windows import Window
from usher.services import summary_events
from usher.services.rebuild_figures import RebuildFigures
from usher.services.reports import Overview, Reports
from usher.store import event_trails, events
from usher.store.event_trails import TrailRow
from usher.store.packed_ids import ids_in
from usher.store.table import Ref

OPEN, ACCEPTED = frozenset({InviteState.PENDING}), frozenset({InviteState.ACCEPTED})


def summary_of(tenant: Tenant, only: SummaryFilter, until: str | None = None) -> Overview:
    return Reports(tenant.context).summary(
        person=tenant.limited, organization=tenant.id, since=None, until=until, only=only
    )


Things = tuple[Sequence[License], Sequence[Group]]


@pytest.fixture
def things(tenant: Tenant, async_workers: AsyncWorkers, clock: Clock) -> Things:
    """Two weeks of two licenses and two groups: invites, an answer to each, a code, a member, an expiry."""
    licenses = [tenant.license(30) for _ in range(2)]
    nurses, night = group_of(tenant, licenses[0], name="Nurses"), group_of(tenant, name="Night")
    first, second = (invite_to_group(tenant, nurses, f"{name}@x.io") for name in "ab")
    invite_to_group(tenant, night, "c@x.io")
    tenant.invite(licenses, "d@x.io")
    clock.forward(days=2)
    tenant.accept(first)
    tenant.accept(tenant.invite(licenses[0], "i@x.io"))
    tenant.decline(second)
    redeem(tenant, code_of(tenant, licenses[1]), "e@x.io")
    join(tenant, nurses, "f@x.io")
    clock.forward(days=3)
    add(tenant, nurses, licenses[1])
    tenant.withdraw(invite_to_group(tenant, nurses, "g@x.io"))
    async_workers.settle()
    clock.forward(days=9)
    async_workers.settle()
    tenant.resend(invite_to_group(tenant, night, "h@x.io"))
    invite_to_group(tenant, nurses, "k@x.io")
    async_workers.settle()
    return licenses, (nurses, night)


FILTERS = [
    {"groups": (0,)},
    {"groups": (1,)},
    {"groups": (0, 1)},
    {"groups": (0,), "licenses": (0,)},
    {"groups": (0,), "states": ACCEPTED},
    {"groups": (0, 1), "licenses": (0, 1), "states": OPEN},
    {"licenses": (0,), "states": OPEN},
    {"licenses": (0, 1), "states": ACCEPTED},
    {"states": OPEN},
    {"states": ACCEPTED | OPEN},
]


@pytest.mark.parametrize("wanted", FILTERS)
def test_a_summary_is_what_all_events_give(
    tenant: Tenant, things: Things, clock: Clock, wanted: Mapping[str, Any]
) -> None:
    licenses, groups = things
    only = SummaryFilter(
        licenses=tuple(licenses[at].id for at in wanted.get("licenses", ())),
        groups=tuple(groups[at].id for at in wanted.get("groups", ())),
        states=wanted.get("states", frozenset()),
    )
    clock.forward(minutes=5)
    answer = summary_of(tenant, only)
    days = Days.of(answer.since, answer.until, time_zone=tenant.organization.time_zone)
    happened = events.between(tenant.context.table, tenant.id, 1, Window(since=days.begin))
    used_now = {one.id: one.assigned for one in answer.licenses}
    by_day = count_by_day(happened, only=only, days=days)

    assert answer.summary == summarize(by_day, days=days, used_now=used_now)
    assert sum(day.invited + sum(day.enrolled.values()) for day in answer.summary.days)


def test_an_invite_of_a_moment_ago_is_counted_once_dispatched_or_not(
    tenant: Tenant, things: Things, async_workers: AsyncWorkers
) -> None:
    _, (nurses, _) = things
    only = SummaryFilter(groups=(nurses.id,))
    before = sum(day.invited for day in summary_of(tenant, only).summary.days)

    invite_to_group(tenant, nurses, "new@x.io")
    waiting = sum(day.invited for day in summary_of(tenant, only).summary.days)
    async_workers.dispatch()
    dispatched = sum(day.invited for day in summary_of(tenant, only).summary.days)

    assert (waiting, dispatched) == (before + 1, before + 1)


def test_days_that_are_over_are_read_to_their_end_unless_states_have_to_be_known(
    tenant: Tenant, things: Things, clock: Clock
) -> None:
    _, (nurses, _) = things
    first_day = (clock.now - timedelta(days=14)).date().isoformat()

    def accepted(states: frozenset[InviteState]) -> tuple[int, int]:
        only = SummaryFilter(groups=(nurses.id,), states=states)
        days = summary_of(tenant, only, until=first_day).summary.days
        return sum(day.invited for day in days), sum(day.accepted for day in days)

    assert accepted(frozenset()) == (2, 0)
    assert accepted(ACCEPTED) == (1, 0), "one of those invited on that day accepted later"


@pytest.mark.parametrize("others", [40, 400])
def test_a_group_costs_what_its_events_are(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock, count: Count, others: int
) -> None:
    group, license_ = group_of(tenant, name="Nurses"), tenant.license(others + 10)
    invite_to_group(tenant, group, "nurse@x.io")
    tenant.invite(tenant.license(), "few@x.io")
    few = tenant.license()
    tenant.accept(tenant.invite(few, "one@x.io"))
    for first in range(0, others, 100):
        size = min(100, others - first)
        tenant.invite_all(license_, [f"a{first + n}@x.io" for n in range(size)])
    async_workers.dispatch()
    clock.forward(hours=1)
    costs: list[list[str]] = []
    for only in (
        SummaryFilter(groups=(group.id,)),
        SummaryFilter(groups=(group.id,), states=OPEN),
        SummaryFilter(licenses=(few.id,), states=ACCEPTED),
    ):
        with count() as cost:
            answer = summary_of(tenant, only)
        costs.append(cost.operations)
        assert sum(day.invited for day in answer.summary.days) == 1

    # The caller, the licenses, the days; the trail, its events, and the newest of all. Of a license, which is
    # read with the caller, all but the licenses.
    assert costs == [
        ["BatchGetItem", "Query", "Query", "Query", "BatchGetItem", "Query"],
        ["BatchGetItem", "Query", "Query", "Query", "BatchGetItem", "Query"],
        ["BatchGetItem", "Query", "Query", "BatchGetItem", "Query"],
    ]


@pytest.mark.parametrize(
    ("wanted", "limit"), [("groups", "MOST_POINTED"), ("licenses", "MOST_POINTED"), ("states", "MOST_EVENTS")]
)
def test_too_many_events_are_refused(
    tenant: Tenant, things: Things, monkeypatch: pytest.MonkeyPatch, wanted: str, limit: str
) -> None:
    licenses, groups = things
    only = SummaryFilter(
        groups=(groups[0].id,) if wanted == "groups" else (),
        licenses=(licenses[0].id,) if wanted == "licenses" else (),
        states=OPEN,
    )
    monkeypatch.setattr(summary_events, limit, 3)

    with pytest.raises(SummaryTooLargeError) as refused:
        summary_of(tenant, only)

    assert (refused.value.code, refused.value.fields) == ("summary_too_large", ("from",))


def test_what_the_figures_say_is_too_much_is_not_read(
    tenant: Tenant, things: Things, monkeypatch: pytest.MonkeyPatch, count: Count
) -> None:
    monkeypatch.setattr("usher.services.reports.MOST_EVENTS", 3)

    with pytest.raises(SummaryTooLargeError), count() as cost:
        summary_of(tenant, SummaryFilter(states=OPEN))

    assert cost.operations == ["BatchGetItem", "Query", "Query"]
    assert things
    assert summary.MOST_EVENTS > summary.MOST_POINTED


def test_the_trails_of_groups_are_rebuilt_from_the_events(tenant: Tenant, things: Things) -> None:
    _, (nurses, night) = things

    def kept() -> set[tuple[str, str]]:
        client: Any = tenant.context.table.connection.client
        keys = ((item["pk"]["S"], item["sk"]["S"]) for item in items(client))
        return {(pk, id_) for pk, sk in keys if "#TRAIL#GROUP#" in pk for id_ in ids_in(sk)}

    right = kept()
    of_both = [min(id_ for pk, id_ in right if group.id in pk) for group in (nurses, night)]
    wrong = TrailRow(event_trails.of_group(tenant.id, night.id), ",".join(sorted(of_both, reverse=True)))
    lost = [Ref(TrailRow, *key) for key in sorted(right)[::2]]
    tenant.context.table.write_many(puts=[wrong], deletes=lost)

    RebuildFigures(tenant.context).rebuild(organization=tenant.id)

    assert len(right) > 10
    assert kept() == right
