"""Notices: each manager switches off for themselves what they do not want."""

from __future__ import annotations

import pytest

from tests.support.call_counts import Count
from tests.support.published_events import data_of
from tests.support.reading_back import events_of
from tests.support.tenant import Tenant, create_tenant
from usher.domain.notices import Notice
from usher.domain.organizations import UnknownOrganizationError
from usher.services.context import Context
from usher.services.notification_preferences import NotificationPreferences
from usher.services.team_members import TeamMembers


def test_every_notice_is_wanted_until_it_is_switched_off(tenant: Tenant) -> None:
    preferences = NotificationPreferences(tenant.context)
    before = preferences.settings(person=tenant.limited, organization=tenant.id)

    after = preferences.mute(
        person=tenant.limited,
        organization=tenant.id,
        muted=[Notice.SEATS_LOW, Notice.INVITE_DECLINED, Notice.SEATS_LOW],
    )

    assert all(before.wants(notice) for notice in Notice)
    assert {notice for notice in Notice if not after.wants(notice)} == {
        Notice.SEATS_LOW,
        Notice.INVITE_DECLINED,
    }
    assert preferences.settings(person=tenant.limited, organization=tenant.id) == after
    (event,) = events_of(tenant, "manager.notices_changed")
    assert (event.actor, data_of(event)["muted"]) == (tenant.limited.email, ["invite_declined", "seats_low"])


def test_the_settings_are_ones_own_and_of_one_organization(tenant: Tenant, context: Context) -> None:
    other = create_tenant(context, slug="other")
    preferences = NotificationPreferences(context)

    preferences.mute(person=tenant.limited, organization=tenant.id, muted=list(Notice))

    assert not preferences.settings(person=tenant.full, organization=tenant.id).muted
    with pytest.raises(UnknownOrganizationError):
        preferences.settings(person=tenant.full, organization=other.id)
    with pytest.raises(UnknownOrganizationError):
        preferences.mute(person=tenant.full, organization=other.id, muted=[])


def test_switching_on_again_brings_them_back(tenant: Tenant, count: Count) -> None:
    preferences = NotificationPreferences(tenant.context)
    preferences.mute(person=tenant.full, organization=tenant.id, muted=list(Notice))

    again = preferences.mute(person=tenant.full, organization=tenant.id, muted=[])
    with count() as cost:
        preferences.mute(person=tenant.full, organization=tenant.id, muted=[])

    assert not again.muted
    assert (cost.calls, cost.items) == (1, 0), "what is so already is not written again"


def test_who_is_removed_at_that_moment_is_told_that_they_manage_nothing_there(tenant: Tenant) -> None:
    def remove() -> None:
        TeamMembers(tenant.context).remove(
            person=tenant.full, organization=tenant.id, email=tenant.limited.email
        )

    with tenant.before_next_write(remove), pytest.raises(UnknownOrganizationError):
        NotificationPreferences(tenant.context).mute(
            person=tenant.limited, organization=tenant.id, muted=[Notice.SEATS_OUT]
        )

    assert not events_of(tenant, "manager.notices_changed")
