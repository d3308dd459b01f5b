"""Daily figures: kept by dispatch, read by the summary at a cost that does not grow (decision 0085)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.codes import code_of, redeem
from tests.support.groups import add, group_of, join
from tests.support.tenant import Tenant, create_tenant
from usher.domain.figures import Figures
from usher.domain.licenses import License
from usher.domain.reports.summary import Days, SummaryFilter, count_by_day, summarize
from usher.domain.reports.windows import Window
from usher.services.organization_settings import OrganizationSettings
from usher.services.outbox.acknowledge_events import acknowledge
from usher.services.rebuild_figures import RebuildFigures
from usher.services.reports import Overview, Reports
from usher.store import daily_figures, events, figures
from usher.store.figures import FiguresRow


def summary_of(tenant: Tenant, *licenses: License) -> Overview:
    return Reports(tenant.context).summary(
        person=tenant.limited,
        organization=tenant.id,
        since=None,
        until=None,
        only=SummaryFilter(licenses=tuple(one.id for one in licenses)),
    )


def kept(tenant: Tenant) -> Mapping[str, Figures]:
    """Return all daily figures other than zero by their sort keys."""
    rows = {
        row.sk: figures.figures_of(row).counts
        for row in daily_figures.all_rows(tenant.context.table, tenant.id)
    }
    counted = {sk: {name: n for name, n in counts.items() if n} for sk, counts in rows.items()}
    return {sk: counts for sk, counts in counted.items() if counts}


@pytest.fixture
def three(tenant: Tenant, async_workers: AsyncWorkers, clock: Clock) -> Sequence[License]:
    """Two weeks of three licenses: invites to one and to two, a code for two, a group's, an expiry."""
    one, two, three = (tenant.license(20) for _ in range(3))
    group = group_of(tenant, one)
    tenant.invite(one, "a@x.io")
    both = tenant.invite([one, two], "b@x.io")
    tenant.invite([one, two], "c@x.io")
    clock.forward(days=2)
    tenant.decline(tenant.invite(three, "d@x.io"))
    redeem(tenant, code_of(tenant, two, three), "e@x.io")
    join(tenant, group, "f@x.io")
    add(tenant, group, three)
    async_workers.dispatch()
    clock.forward(days=3)
    tenant.accept(both)
    tenant.withdraw(tenant.invite(three, "g@x.io"))
    clock.forward(days=9)
    async_workers.sweep()
    async_workers.dispatch()
    return one, two, three


@pytest.mark.parametrize("of", [(), (0,), (1,), (0, 1), (1, 2), (0, 1, 2)])
def test_the_figures_are_what_the_events_give_for_any_licenses(
    tenant: Tenant, three: Sequence[License], clock: Clock, of: Sequence[int]
) -> None:
    asked = [three[at] for at in of]
    answer = summary_of(tenant, *asked)
    days = Days.of(answer.since, answer.until, time_zone=tenant.organization.time_zone)
    happened = events.between(tenant.context.table, tenant.id, 1, Window(since=days.begin))
    by_day = count_by_day(happened, only=SummaryFilter(licenses=tuple(one.id for one in asked)), days=days)
    used_now = {one.id: one.assigned for one in answer.licenses}

    assert answer.summary == summarize(by_day, days=days, used_now=used_now)
    assert sum(day.invited for day in answer.summary.days)
    assert answer.until > clock.now


def test_what_concerns_two_licenses_is_counted_once_for_both(
    tenant: Tenant, three: Sequence[License]
) -> None:
    one, two, _ = three

    invited = [
        sum(day.invited for day in summary_of(tenant, *of).summary.days) for of in ([one], [two], three[:2])
    ]

    assert invited == [4, 2, 4]


@pytest.mark.usefixtures("three")
def test_daily_figures_are_rebuilt_from_the_events(tenant: Tenant, async_workers: AsyncWorkers) -> None:
    right = kept(tenant)
    rows = list(daily_figures.all_rows(tenant.context.table, tenant.id))
    for row in rows[::2]:
        row.delete()
    wrong = figures.additions({"invited": 7, "moons": 3, "seats": -2})
    at = daily_figures.ref(tenant.id, "", date(2027, 1, 1))
    tenant.context.table.update(at, *wrong, condition=FiguresRow.pk.does_not_exist())
    tenant.invite(tenant.license(), "late@x.io")
    RebuildFigures(tenant.context).rebuild(organization=tenant.id)

    assert len(rows) > 10
    assert kept(tenant) == right, "the undispatched invite is counted when its event is"
    async_workers.dispatch()


def test_an_event_that_is_dispatched_while_they_are_rebuilt_is_counted_once(
    tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    license_ = tenant.license()
    tenant.invite(license_)
    async_workers.dispatch()
    tenant.invite(license_, "bob@x.io")
    with tenant.before_next_write(async_workers.dispatch, after=1):
        RebuildFigures(tenant.context).rebuild(organization=tenant.id)

    assert sum(day.invited for day in summary_of(tenant).summary.days) == 2


def test_an_event_acknowledged_twice_is_counted_once(tenant: Tenant, async_workers: AsyncWorkers) -> None:
    tenant.invite(tenant.license())
    waiting = async_workers.waiting_events()
    acknowledge(tenant.context, [*waiting, *waiting])
    acknowledge(tenant.context, waiting)

    assert sum(day.invited for day in summary_of(tenant).summary.days) == 1


def test_the_day_is_that_of_the_organizations_time_zone_when_it_was_counted(
    context: Any, async_workers: AsyncWorkers, clock: Clock
) -> None:
    far = create_tenant(context, slug="far", time_zone="Asia/Tokyo")
    clock.forward(hours=9)  # 19:00 in UTC, and the next day in Tokyo
    far.invite(far.license())
    async_workers.dispatch()
    before = [day.day for day in summary_of(far).summary.days if day.invited]
    OrganizationSettings(context).change(person=far.full, organization=far.id, time_zone="UTC")
    moved = [day.day for day in summary_of(far).summary.days if day.invited]
    RebuildFigures(context).rebuild(organization=far.id)

    today = clock.now.date()
    assert today not in before
    assert moved == [], "the day has not begun in UTC"
    assert [day.day for day in summary_of(far).summary.days if day.invited] == [today]


@pytest.mark.parametrize("days", [4, 40])
def test_a_summary_costs_three_calls_however_much_happened(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock, count: Count, days: int
) -> None:
    license_ = tenant.license(10 * days)
    async_workers.dispatch()
    for day in range(days):
        tenant.invite_all(license_, [f"a{day}-{n}@x.io" for n in range(10)])
        clock.forward(hours=12)
    async_workers.dispatch()

    with count() as whole:
        answer = summary_of(tenant)
    with count() as of_license:
        summary_of(tenant, license_)

    assert sum(day.invited for day in answer.summary.days) == 10 * days
    assert (whole.calls, of_license.calls) == (3, 2)
