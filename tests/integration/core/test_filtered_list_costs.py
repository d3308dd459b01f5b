"""What lists with a filter cost: what they return, however many other invites an organization has (0085)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.codes import code_of, redeem
from tests.support.groups import group_of
from tests.support.groups import invite as invite_to_group
from tests.support.tenant import Tenant
from usher.domain.invites import Delivery, InviteState
from usher.services.activity_report import ActivityQuery, ActivityReport
from usher.services.invites.invite_queries import InviteQueries, InviteQuery
from usher.services.outbox.email_delivery_reports import EmailDeliveryReports

PENDING = (InviteState.PENDING,)


@pytest.mark.parametrize("others", [40, 400])
def test_a_filter_costs_what_it_returns(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock, count: Count, others: int
) -> None:
    many, few, none = tenant.license(others + 1), tenant.license(), tenant.license()
    group = group_of(tenant, name="Nurses")
    tenant.invite(few, "old@x.io")
    clock.forward(days=11)
    async_workers.settle()
    bounced = tenant.invite(few, "bounced@x.io")
    async_workers.settle()
    sending = async_workers.sending_to(bounced.email)
    EmailDeliveryReports(tenant.context).record(sending, delivery=Delivery.BOUNCED)
    tenant.accept(tenant.invite(few, "accepted@x.io"))
    invite_to_group(tenant, group, "nurse@x.io")
    redeem(tenant, code_of(tenant, few), "coded@x.io")
    for first in range(0, others, 100):
        size = min(100, others - first)
        tenant.invite_all(many, [f"a{first + n}@x.io" for n in range(size)])
        clock.forward(minutes=1)
    async_workers.dispatch()
    clock.forward(hours=1)

    lists: list[tuple[dict[str, Any], list[str], int]] = [
        # query, whom it finds, calls: the membership, a query and one of the newest a state, the invites
        ({"licenses": (none.id,)}, [], 1 + 4 + 4),
        ({"licenses": (none.id,), "states": PENDING}, [], 1 + 2),
        ({"licenses": (few.id,), "states": PENDING}, ["bounced", "old"], 1 + 2 + 1),
        ({"licenses": (few.id,)}, ["accepted", "bounced", "old"], 1 + 4 + 4 + 1),
        ({"groups": (group.id,), "states": PENDING}, ["nurse"], 1 + 2 + 1),
        ({"expired": True}, ["old"], 1 + 1 + 1),
        ({"deliveries": (Delivery.BOUNCED, Delivery.COMPLAINED)}, ["bounced"], 1 + 1 + 1),
        ({"email": "old@x.io"}, ["old"], 1 + 1 + 1),
        ({"email": "old@x.io", "states": PENDING}, ["old"], 1 + 1 + 1),
        ({"email": "nobody@x.io"}, [], 1 + 1),
    ]
    for fields, emails, calls in lists:
        with count() as cost:
            page = InviteQueries(tenant.context).listed(
                person=tenant.full, organization=tenant.id, query=InviteQuery(**fields), limit=5, cursor=None
            )

        assert [one.email.partition("@")[0] for one in page.items] == emails, fields
        assert (cost.calls, page.next) == (calls, None), fields

    reports: list[tuple[dict[str, Any], list[str], int]] = [
        # query, whom it finds, calls: the membership, five queries and as many of the newest, what was found
        ({"licenses": (none.id,)}, [], 1 + 5 + 5),
        ({"licenses": (few.id,)}, ["coded", "accepted", "bounced", "old"], 1 + 5 + 5 + 3),
        ({"licenses": (few.id,), "states": frozenset(PENDING)}, ["bounced", "old"], 1 + 2 + 1),
        ({"groups": (group.id,)}, ["nurse"], 1 + 5 + 5 + 1),
    ]
    for fields, emails, calls in reports:
        with count() as cost:
            rows = ActivityReport(tenant.context).page(
                person=tenant.full,
                organization=tenant.id,
                query=ActivityQuery(**fields),
                limit=5,
                cursor=None,
            )

        assert [one.email.partition("@")[0] for one in rows.items] == emails, fields
        assert (cost.calls, rows.next) == (calls, None), fields
