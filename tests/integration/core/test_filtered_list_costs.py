"""What lists with a filter cost: what they return, however many other invites an organization has (0085)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clock import MONDAY, Clock
from tests.support.codes import code_of, redeem
from tests.support.email_holds import hold
from tests.support.groups import group_of
from tests.support.groups import invite as invite_to_group
from tests.support.tenant import Tenant
from usher.domain.accesses import AccessState
from usher.domain.delivery_problems import DeliveryProblem
from usher.domain.events.groups import GroupRenamed
from usher.domain.events.parts import GroupRef
from usher.domain.integrations.webhook_deliveries import DeliveryState, WebhookDelivery
from usher.domain.integrations.webhooks import Webhook
from usher.domain.invite_lists import InviteSort
from usher.domain.invite_pointers import RESENT
from usher.domain.invites import Delivery, InviteState
from usher.domain.learner_lists import LearnerSort
from usher.domain.learners import Learner
from usher.services.activity_report import ActivityQuery, ActivityReport
from usher.services.integrations.webhook_redelivery import WebhookRedelivery
from usher.services.invites.invite_listing import InviteQuery
from usher.services.invites.invite_queries import InviteQueries
from usher.services.organization_settings import OrganizationSettings
from usher.services.outbox.email_delivery_reports import EmailDeliveryReports
from usher.services.paging import ResultPage
from usher.services.people.learner_listing import LearnerQuery
from usher.services.people.learner_lists import LearnerLists
from usher.services.transactions import record_event
from usher.store import invites, list_pointers
from usher.store.integrations import webhook_deliveries
from usher.store.people import learners
from usher.store.transaction import commit

PENDING = (InviteState.PENDING,)

InviteList = tuple[dict[str, Any], list[str], int]
"""A query of invites, whom it finds in which order, and in how many calls."""


def check_invites(tenant: Tenant, count: Count, lists: list[InviteList]) -> None:
    for fields, emails, calls in lists:
        with count() as cost:
            page = InviteQueries(tenant.context).listed(
                person=tenant.full, organization=tenant.id, query=InviteQuery(**fields), limit=5, cursor=None
            )

        assert [one.email.partition("@")[0] for one in page.items] == emails, fields
        assert (cost.calls, page.next) == (calls, None), fields


@pytest.mark.parametrize("others", [40, 400])
def test_a_filter_costs_what_it_returns(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock, count: Count, others: int
) -> None:
    many, few, none = tenant.license(others + 1), tenant.license(), tenant.license()
    group = group_of(tenant, name="Nurses")
    tenant.invite(few, "old@x.io")
    invited_first = clock.forward(minutes=5).isoformat()
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

    failed = (DeliveryProblem.BOUNCED, DeliveryProblem.COMPLAINED)
    by_name: dict[str, Any] = {"sort": InviteSort.NAME}
    lists: list[tuple[dict[str, Any], list[str], int]] = [
        # query, whom it finds, calls: the membership, a query and one of the newest a state, the invites
        ({"licenses": (none.id,)}, [], 1 + 4 + 4),
        ({"licenses": (none.id,), "states": PENDING}, [], 1 + 2),
        ({"licenses": (few.id,), "states": PENDING}, ["bounced", "old"], 1 + 2 + 1),
        ({"licenses": (few.id,)}, ["accepted", "bounced", "old"], 1 + 4 + 4 + 1),
        ({"groups": (group.id,), "states": PENDING}, ["nurse"], 1 + 2 + 1),
        ({"expired": True}, ["old"], 1 + 1 + 1),
        ({"problems": failed}, ["bounced"], 1 + 2 + 1),
        ({"email": "old@x.io"}, ["old"], 1 + 1 + 1),
        ({"email": "old@x.io", "states": PENDING}, ["old"], 1 + 1 + 1),
        ({"email": "nobody@x.io"}, [], 1 + 1),
        # Of two filters, the one with few is read alone.
        ({"licenses": (few.id,), "groups": (group.id,)}, [], 1 + 4 + 4 + 1),
        ({"licenses": (many.id,), "groups": (group.id,), "states": PENDING}, [], 1 + 1 + 1 + 1),
        ({"licenses": (many.id,), "expired": True}, [], 1 + 1 + 1),
        ({"licenses": (few.id,), "expired": True}, ["old"], 1 + 1 + 1),
        ({"licenses": (few.id,), "problems": failed}, ["bounced"], 1 + 2 + 1),
        ({"groups": (group.id,), "problems": failed}, [], 1 + 2 + 1),
        ({"expired": True, "problems": failed}, [], 1 + 2 + 1),
        # By address or name, they are read and sorted.
        ({"licenses": (none.id,), **by_name}, [], 1 + 4 + 4),
        ({"licenses": (few.id,), **by_name}, ["accepted", "bounced", "old"], 1 + 4 + 4 + 1),
        ({"licenses": (few.id,), "states": PENDING, **by_name}, ["bounced", "old"], 1 + 1 + 1 + 1),
        ({"groups": (group.id,), "states": PENDING, "sort": InviteSort.EMAIL}, ["nurse"], 1 + 1 + 1 + 1),
        ({"expired": True, **by_name}, ["old"], 1 + 1 + 1),
        ({"problems": failed, **by_name}, ["bounced"], 1 + 2 + 1),
        ({"licenses": (many.id,), "problems": failed, **by_name}, [], 1 + 2 + 1),
        ({"licenses": (few.id,), "groups": (group.id,), **by_name}, [], 1 + 4 + 4 + 1),
        ({"created_to": invited_first, "states": PENDING, **by_name}, ["old"], 1 + 1),
        ({"created_to": invited_first, "licenses": (few.id,), **by_name}, ["old"], 1 + 4 + 1),
        # So are they for a search, also one that all others are found by.
        ({"licenses": (few.id,), "states": PENDING, "search": "b"}, ["bounced"], 1 + 1 + 1 + 1),
        ({"licenses": (few.id,), "states": PENDING, "search": "a"}, [], 1 + 1 + 1 + 1),
        ({"problems": failed, "search": "a"}, [], 1 + 2 + 1),
        ({"email": "old@x.io", "search": "o"}, ["old"], 1 + 1 + 1),
    ]
    check_invites(tenant, count, lists)

    reports: list[tuple[dict[str, Any], list[str], int]] = [
        # query, whom it finds, calls: the membership, five queries and as many of the newest, what was found
        ({"licenses": (none.id,)}, [], 1 + 5 + 5),
        ({"licenses": (few.id,)}, ["coded", "accepted", "bounced", "old"], 1 + 5 + 5 + 3),
        ({"licenses": (few.id,), "states": frozenset(PENDING)}, ["bounced", "old"], 1 + 2 + 1),
        ({"groups": (group.id,)}, ["nurse"], 1 + 5 + 5 + 1),
        # of the group four and one, of the newest as many, what was found
        ({"licenses": (many.id,), "groups": (group.id,)}, [], 1 + 5 + 5 + 1),
        ({"licenses": (few.id,), "groups": (group.id,)}, [], 1 + 5 + 5 + 1),
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


@pytest.mark.parametrize("others", [40, 400])
def test_open_invites_cost_what_they_are_however_many_have_expired(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock, count: Count, others: int
) -> None:
    license_ = tenant.license(others + 3)
    old = tenant.invite(license_, "again@x.io")
    for first in range(0, others, 100):
        tenant.invite_all(license_, [f"a{first + n}@x.io" for n in range(min(100, others - first))])
    clock.forward(days=11)
    async_workers.settle()
    tenant.resend(old)
    clock.forward(hours=1)
    tenant.invite(license_, "first@x.io")
    tenant.invite(license_, "last@x.io")
    async_workers.dispatch()
    clock.forward(hours=1)
    opened = {"states": PENDING, "expired": False}

    lists: list[tuple[dict[str, Any], list[str], int]] = [
        # the membership, those of ten days, those that were sent again, and these
        (opened, ["last", "first", "again"], 1 + 1 + 1 + 1),
        ({**opened, "sort": InviteSort.OLDEST}, ["again", "first", "last"], 1 + 1 + 1 + 1),
        ({**opened, "sort": InviteSort.NAME}, ["again", "first", "last"], 1 + 1 + 1 + 1),
        # the newest of all, too
        ({**opened, "licenses": (license_.id,)}, ["last", "first", "again"], 1 + 1 + 1 + 1 + 1),
        # of a time when only those were created that are open since they were sent again
        ({**opened, "created_to": "2027-01-04"}, ["again"], 1 + 1 + 1),
        ({**opened, "created_from": "2027-01-15"}, ["last", "first"], 1 + 1),
        ({**opened, "created_from": "2027-01-15", "sort": InviteSort.NAME}, ["first", "last"], 1 + 1),
    ]
    check_invites(tenant, count, lists)
    # One of them is read where it was found, and its pointer goes when it is answered.
    tenant.accept(invites.get(tenant.context.table, old.id) or old)
    async_workers.dispatch()
    at = list_pointers.invites_to(tenant.id, RESENT, InviteState.PENDING)
    assert [*list_pointers.all_in(tenant.context.table, at)] == []


@pytest.mark.parametrize("others", [40, 400])
def test_what_has_not_expired_costs_what_it_is_in_any_states(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock, count: Count, others: int
) -> None:
    license_ = tenant.license(others + 3)
    old = tenant.invite(license_, "again@x.io")
    tenant.withdraw(tenant.invite(license_, "withdrawn@x.io"))
    for first in range(0, others, 100):
        tenant.invite_all(license_, [f"a{first + n}@x.io" for n in range(min(100, others - first))])
    clock.forward(days=11)
    async_workers.settle()
    tenant.resend(old)
    clock.forward(hours=1)
    tenant.accept(tenant.invite(license_, "accepted@x.io"))
    tenant.invite(license_, "last@x.io")
    async_workers.dispatch()
    clock.forward(hours=1)
    every = {"expired": False}
    two = {**every, "states": (InviteState.ACCEPTED, InviteState.PENDING)}

    lists: list[tuple[dict[str, Any], list[str], int]] = [
        # the membership; pending ones of ten days, those that were sent again, a query for each other state;
        # and what was found by pointers, or by ids
        (every, ["last", "accepted", "withdrawn", "again"], 1 + 2 + 3 + 1),
        (two, ["last", "accepted", "again"], 1 + 2 + 1 + 1),
        ({**two, "sort": InviteSort.OLDEST}, ["again", "accepted", "last"], 1 + 2 + 1 + 1),
        ({**two, "sort": InviteSort.EMAIL}, ["accepted", "again", "last"], 1 + 2 + 1 + 1),
        ({**every, "sort": InviteSort.EMAIL}, ["accepted", "again", "last", "withdrawn"], 1 + 2 + 3 + 1),
        # the newest of all, too
        ({**two, "licenses": (license_.id,)}, ["last", "accepted", "again"], 1 + 3 + 2 + 1),
    ]
    check_invites(tenant, count, lists)


@pytest.mark.parametrize("others", [6, 36])
def test_emails_with_a_problem_cost_what_they_are(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock, count: Count, others: int
) -> None:
    """Those of invites that were withdrawn since, or sent again and arrived, are no problem any more."""
    license_ = tenant.license(others + 5)
    made = [tenant.invite(license_, f"a{n}@x.io") for n in range(others)]
    bounced = tenant.invite(license_, "bounced@x.io")
    complained = tenant.invite(license_, "complained@x.io")
    async_workers.settle()
    reports = EmailDeliveryReports(tenant.context)
    for one in (*made, bounced, complained):
        reports.record(async_workers.sending_to(one.email), delivery=Delivery.BOUNCED)
    reports.record(async_workers.sending_to(complained.email), delivery=Delivery.COMPLAINED)
    for n, one in enumerate(made):
        read = invites.get(tenant.context.table, one.id) or one
        if n % 2:
            tenant.withdraw(read)
        else:
            clock.forward(minutes=2)
            tenant.resend(read)
    held = tenant.invite(license_, "held@x.io")
    hold(tenant, held)
    async_workers.dispatch()
    clock.forward(hours=1)
    of_held, of_bounced = (DeliveryProblem.HELD,), (DeliveryProblem.BOUNCED,)

    lists: list[tuple[dict[str, Any], list[str], int]] = [
        ({"problems": of_held}, ["held"], 1 + 1 + 1),
        ({"problems": of_held, "sort": InviteSort.NAME}, ["held"], 1 + 1 + 1),
        ({"problems": of_held, "search": "h"}, ["held"], 1 + 1 + 1),
        ({"problems": of_bounced, "states": PENDING}, ["bounced"], 1 + 1 + 1),
        ({"problems": (DeliveryProblem.COMPLAINED,)}, ["complained"], 1 + 1 + 1),
        ({"problems": (*of_held, *of_bounced)}, ["held", "bounced"], 1 + 2 + 1),
        ({"problems": of_bounced, "states": (InviteState.WITHDRAWN,)}, [], 1),
    ]
    check_invites(tenant, count, lists)


def test_an_invite_of_a_longer_life_is_open_after_the_setting_was_changed(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    settings = OrganizationSettings(tenant.context)
    settings.change(person=tenant.full, organization=tenant.id, invite_days=30)
    tenant.invite(tenant.license(), "long@x.io")
    for days in (5, 7, 5):
        settings.change(person=tenant.full, organization=tenant.id, invite_days=days)
    clock.forward(days=20)
    async_workers.settle()

    page = InviteQueries(tenant.context).listed(
        person=tenant.full,
        organization=tenant.id,
        query=InviteQuery(states=PENDING, expired=False),
        limit=5,
        cursor=None,
    )

    assert [one.email for one in page.items] == ["long@x.io"]


@pytest.mark.parametrize("others", [40, 400])
def test_learners_with_filters_cost_what_they_are(
    tenant: Tenant, async_workers: AsyncWorkers, count: Count, others: int
) -> None:
    course, other = tenant.license(), tenant.license()
    group = group_of(tenant, course, name="Nurses")
    for number in range(0, others, 40):
        people = [
            Learner(
                organization=tenant.id,
                email=f"a{n}@x.io",
                first_name="Ann",
                last_name="Lee",
                joined_at=MONDAY,
            )
            for n in range(number, number + 40)
        ]
        event = record_event(
            tenant.context,
            GroupRenamed(group=GroupRef.of(group), previous_name="Night"),
            organization=tenant.id,
        )
        commit(tenant.context.table, [*(learners.join(one, is_new=True) for one in people), event])
    for email in ("z1@x.io", "z2@x.io"):
        tenant.accept(tenant.invite(course, email))
    tenant.accept(invite_to_group(tenant, group, "nurse@x.io"))
    tenant.accept(tenant.invite(other, "nurse@x.io"))
    async_workers.dispatch()

    by_name: dict[str, Any] = {"sort": LearnerSort.NAME}
    lists: list[tuple[dict[str, Any], list[str], int]] = [
        # query, whom it finds, calls: the membership, a query for each range, learners (twice by name)
        ({"groups": (group.id,)}, ["nurse"], 1 + 1 + 1),
        ({"groups": (group.id,), "licenses": (other.id,)}, ["nurse"], 1 + 1 + 1),
        ({"groups": (group.id,), "states": (AccessState.ENDED,)}, [], 1 + 1 + 1 + 1),  # and the licenses
        ({"licenses": (course.id,), "states": (AccessState.ENDED,)}, [], 1 + 1),
        ({"groups": (group.id,), **by_name}, ["nurse"], 1 + 1 + 2),
        ({"licenses": (course.id,), **by_name}, ["nurse", "z1", "z2"], 1 + 3 + 2),
        ({"licenses": (other.id,), "groups": (group.id,), **by_name}, ["nurse"], 1 + 1 + 2),
        ({"licenses": (course.id,), "search": "ann"}, ["nurse", "z1", "z2"], 1 + 3 + 3 + 2),
    ]
    for fields, emails, calls in lists:
        with count() as cost:
            page = LearnerLists(tenant.context).learners(
                person=tenant.full, organization=tenant.id, query=LearnerQuery(**fields), limit=5, cursor=None
            )

        assert [one.learner.email.partition("@")[0] for one in page.items] == emails, fields
        assert (cost.calls, page.next) == (calls, None), fields


@pytest.mark.parametrize("others", [40, 400])
def test_deliveries_that_were_not_made_cost_what_they_are(
    tenant: Tenant, webhook: Webhook, clock: Clock, count: Count, others: int
) -> None:
    ids = [f"{n:026}" for n in range(others + 3)]
    states = {
        ids[0]: DeliveryState.FAILED,
        ids[1]: DeliveryState.PENDING,
        ids[-1]: DeliveryState.FAILED,
    }
    for id_ in ids:
        state = states.get(id_, DeliveryState.DELIVERED)
        one = WebhookDelivery(
            id=id_,
            organization=tenant.id,
            webhook=webhook.id,
            type="invites.created",
            state=state,
            created_at=clock(),
            since=clock(),
            next_attempt_at=clock() if state is DeliveryState.PENDING else None,
        )
        webhook_deliveries.ensure(tenant.context.table, one)
    pending, failed = DeliveryState.PENDING, DeliveryState.FAILED

    def log(*states: DeliveryState, limit: int = 5, cursor: str | None = None) -> ResultPage[WebhookDelivery]:
        return WebhookRedelivery(tenant.context).log(
            person=tenant.limited,
            organization=tenant.id,
            webhook=webhook.id,
            states=states,
            limit=limit,
            cursor=cursor,
        )

    lists: list[tuple[tuple[DeliveryState, ...], list[str], int]] = [
        ((failed,), [ids[-1], ids[0]], 1 + 1 + 1),
        ((pending,), [ids[1]], 1 + 1 + 1),
        ((pending, failed), [ids[-1], ids[1], ids[0]], 1 + 2 + 1),
    ]
    for wanted, found, calls in lists:
        with count() as cost:
            page = log(*wanted)
        first = log(*wanted, limit=1)
        rest = log(*wanted, cursor=first.next)

        assert ([one.id for one in page.items], page.next, cost.calls) == (found, None, calls)
        assert [one.id for one in (*first.items, *(rest.items if first.next else ()))] == found
