"""A new link that is asked for: managers are told, at most once a day of one invite, and nobody else."""

from __future__ import annotations

import pytest

from tests.support.async_workers import AsyncWorkers
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.reading_back import events_of
from tests.support.tenant import Tenant
from usher.domain.invites import LinkRequestedError
from usher.domain.notices import Notice
from usher.services.invites.request_link import RequestLink
from usher.services.notification_preferences import NotificationPreferences
from usher.store import invites
from usher.store.transaction import ConditionFailedError, commit


def test_the_managers_who_want_it_are_told_once_and_the_invited_person_gets_no_email(
    tenant: Tenant, async_workers: AsyncWorkers
) -> None:
    invite = tenant.invite(tenant.license())
    tenant.decline(invite)
    NotificationPreferences(tenant.context).mute(
        person=tenant.limited, organization=tenant.id, muted=[Notice.LINK_REQUESTED]
    )
    async_workers.skip()
    RequestLink(tenant.context).request(invite=invite.id, number=1)
    with pytest.raises(LinkRequestedError):
        RequestLink(tenant.context).request(invite=invite.id, number=1)
    async_workers.settle()

    assert async_workers.sent_to(tenant.full.email) == ["link_requested_notice"]
    assert async_workers.sent_to(tenant.limited.email) == []
    assert async_workers.sent_to(invite.email) == []


def test_a_refusal_says_when_to_ask_again(tenant: Tenant, clock: Clock) -> None:
    invite = tenant.invite(tenant.license())
    tenant.decline(invite)
    RequestLink(tenant.context).request(invite=invite.id, number=1)
    clock.forward(hours=1)

    with pytest.raises(LinkRequestedError) as refused:
        RequestLink(tenant.context).request(invite=invite.id, number=1)
    assert refused.value.retry_after == 23 * 3600
    clock.forward(seconds=refused.value.retry_after)
    RequestLink(tenant.context).request(invite=invite.id, number=1)
    assert len(events_of(tenant, "invite.link_requested")) == 2


def test_of_two_who_ask_at_the_same_moment_one_is_counted(tenant: Tenant, clock: Clock) -> None:
    invite = tenant.invite(tenant.license())
    tenant.decline(invite)
    read = invites.get(tenant.context.table, invite.id)
    assert read is not None
    RequestLink(tenant.context).request(invite=invite.id, number=1)

    with pytest.raises(ConditionFailedError):
        commit(tenant.context.table, [invites.change(read, read.link_requested(now=clock()))])


def test_asking_costs_a_read_and_a_transaction(tenant: Tenant, count: Count) -> None:
    invite = tenant.invite(tenant.license())
    tenant.decline(invite)
    with count() as cost:
        RequestLink(tenant.context).request(invite=invite.id, number=1)

    assert cost.operations == ["GetItem", "TransactWriteItems"]
    assert cost.items == 2
