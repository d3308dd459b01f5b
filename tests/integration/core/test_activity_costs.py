"""What the activity report by method costs: what it returns, however many others were enrolled (0104)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.capacity import CapacityMeter
from tests.support.clock import Clock
from tests.support.enrollment_events import again_by_sso, by_code, by_page, by_sso
from tests.support.list_contents import add_events
from tests.support.tenant import Tenant
from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.events.event import EventData
from usher.domain.events.invites import InviteAccepted
from usher.domain.events.parts import InviteRef
from usher.services.activity_report import ActivityPage, ActivityQuery, ActivityReport
from usher.store import event_trails

CODE, SSO, JOIN_PAGE = (
    EnrollmentMethod.CODE,
    EnrollmentMethod.SINGLE_SIGN_ON,
    EnrollmentMethod.JOIN_PAGE,
)


def page_of(tenant: Tenant, cursor: str | None = None, *, limit: int = 5, **query: Any) -> ActivityPage:
    return ActivityReport(tenant.context).page(
        person=tenant.full, organization=tenant.id, query=ActivityQuery(**query), limit=limit, cursor=cursor
    )


def test_enrollments_of_a_batch_share_a_pointer_by_their_method_and_nobody_pays_who_came_otherwise(
    tenant: Tenant,
) -> None:
    license_ = tenant.license()

    def trails(*happened: EventData) -> list[str]:
        events = [tenant.context.event(one, organization=tenant.id, actor="system") for one in happened]
        return [row.pk for row in event_trails.pointers(events) if "#METHOD#" in row.pk]

    coded = trails(*(by_code(license_, f"c{n}@x.io") for n in range(33)))
    assert coded == event_trails.of_methods(tenant.id, 1, [CODE])
    invited = InviteRef.of(tenant.invite(license_))
    assert trails(again_by_sso("ann@x.io"), InviteAccepted(invite=invited, scheduled=())) == []


@pytest.mark.parametrize("others", [100, 1000])
def test_a_method_costs_what_it_returns_however_many_came_otherwise(
    tenant: Tenant, clock: Clock, others: int
) -> None:
    """Two by single sign-on, very many by a code, and as many who signed in and were learners already."""
    one, two = tenant.license(), tenant.license()
    add_events(tenant, [by_sso(one, "first@x.io")])
    clock.forward(hours=1)
    for first in range(0, others, 50):
        add_events(tenant, [by_code(one, f"c{first + n}@x.io") for n in range(50)])
        add_events(tenant, [again_by_sso(f"s{first + n}@x.io") for n in range(50)])
        clock.forward(minutes=1)
    add_events(tenant, [by_sso(two, "last@x.io"), by_page(two, "joined@x.io")])
    clock.forward(hours=1)
    meter = CapacityMeter(tenant.context.table.connection.client)

    lists: list[tuple[dict[str, Any], list[str], int, int]] = [
        # query, whom it finds, calls: the membership, a trail for each method and the newest of all, the
        # events, their accesses and learners; and at most so many read units
        ({"methods": {SSO}}, ["last", "first"], 1 + 2 + 1 + 1, 10),
        ({"methods": {SSO, JOIN_PAGE}}, ["joined", "last", "first"], 1 + 3 + 1 + 1, 15),
        ({"methods": {EnrollmentMethod.ASSIGNMENT}}, [], 1 + 2, 4),
        ({"methods": {SSO}, "licenses": (two.id,)}, ["last"], 1 + 3 + 1 + 1, 30),
        ({"methods": {SSO}, "licenses": (one.id,)}, ["first"], 1 + 3 + 1 + 1, 30),
        ({"methods": {JOIN_PAGE}, "licenses": (one.id,)}, [], 1 + 3 + 1, 30),
        # who came without an invite is in no state
        ({"methods": {SSO}, "states": frozenset({"accepted"})}, [], 1, 3),
    ]
    for fields, emails, calls, units in lists:
        wanted = {**fields, "methods": frozenset(fields["methods"])}
        with meter() as taken:
            page = page_of(tenant, **wanted)

        assert ([row.email.partition("@")[0] for row in page.items], page.next) == (emails, None), fields
        assert taken.calls.total() <= calls, fields
        assert taken.read <= units, fields
    first_page = page_of(tenant, limit=1, methods=frozenset({SSO}))
    rest = page_of(tenant, first_page.next, limit=1, methods=frozenset({SSO}))
    assert [row.email for row in (*first_page.items, *rest.items)] == ["last@x.io", "first@x.io"]
