"""The activity report of people who were erased, and of events that this version cannot read."""

from __future__ import annotations

from tests.support.codes import code_of, redeem
from tests.support.groups import add, group_of, join
from tests.support.people_data import ANN, People
from tests.support.tenant import Tenant
from usher.domain.accesses import AccessState
from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.reports.activity import ActivityRow
from usher.services.activity_report import ActivityQuery, ActivityReport
from usher.store import events
from usher.store.events import EventRow


def report(tenant: Tenant, *, method: EnrollmentMethod | None = None) -> list[ActivityRow]:
    query = ActivityQuery(methods=frozenset() if method is None else frozenset({method}))
    page = ActivityReport(tenant.context).page(
        person=tenant.full, organization=tenant.id, query=query, limit=50, cursor=None
    )
    return page.items


def test_whoever_was_erased_is_reported_by_the_pseudonym_with_the_seat_that_stays(
    tenant: Tenant, people: People
) -> None:
    license_, aid = tenant.license(), tenant.license()
    redeem(tenant, code_of(tenant, license_), ANN)
    group = group_of(tenant)
    join(tenant, group, ANN, "bo@x.io")
    add(tenant, group, aid)

    erased = people.erase(ANN)

    rows = report(tenant)
    own = [row for row in rows if row.email == erased.pseudonym]
    assert sorted(row.method for row in own) == ["code", "group", "invite"]
    assert {row.access for row in own if row.license is not None} == {AccessState.ACTIVE}
    assert {(row.first_name, row.last_name) for row in own} == {("", "")}
    assert {row.email for row in rows} == {erased.pseudonym, "bo@x.io"}


def test_an_event_that_cannot_be_read_is_left_out(tenant: Tenant) -> None:
    redeem(tenant, code_of(tenant, tenant.license()), ANN)
    (row,) = report(tenant)
    assert row.event is not None
    at, exists = events.ref(tenant.id, row.event), EventRow.pk.exists()
    stored = tenant.context.table.get(at)
    assert stored is not None

    tenant.context.table.update(at, EventRow.data.set("{}"), condition=exists)

    assert report(tenant) == []
    tenant.context.table.update(at, EventRow.data.set(stored.data), condition=exists)  # as the schema has it
