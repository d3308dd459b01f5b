"""Issue 3, Notices: each manager switches off for themselves what they do not want."""

from __future__ import annotations

import pytest

from tests.support.counting import Count
from tests.support.house import House, found_house
from tests.support.looking import events_of
from usher.domain.notices import Notice
from usher.domain.organizations import UnknownOrganizationError
from usher.services.context import Context
from usher.services.noticing import Noticing
from usher.services.teaming import Teaming


def test_every_notice_is_wanted_until_it_is_switched_off(house: House) -> None:
    noticing = Noticing(house.context)
    before = noticing.settings(person=house.limited, organization=house.id)

    after = noticing.mute(
        person=house.limited,
        organization=house.id,
        muted=[Notice.SEATS_LOW, Notice.INVITE_DECLINED, Notice.SEATS_LOW],
    )

    assert all(before.wants(notice) for notice in Notice)
    assert {notice for notice in Notice if not after.wants(notice)} == {
        Notice.SEATS_LOW,
        Notice.INVITE_DECLINED,
    }
    assert noticing.settings(person=house.limited, organization=house.id) == after
    (event,) = events_of(house, "manager.notices_changed")
    assert (event.actor, event.facts["muted"]) == (house.limited.email, ["invite_declined", "seats_low"])


def test_the_settings_are_ones_own_and_of_one_organization(house: House, context: Context) -> None:
    other = found_house(context, slug="other")
    noticing = Noticing(context)

    noticing.mute(person=house.limited, organization=house.id, muted=list(Notice))

    assert not noticing.settings(person=house.full, organization=house.id).muted
    with pytest.raises(UnknownOrganizationError):
        noticing.settings(person=house.full, organization=other.id)
    with pytest.raises(UnknownOrganizationError):
        noticing.mute(person=house.full, organization=other.id, muted=[])


def test_switching_on_again_brings_them_back(house: House, count: Count) -> None:
    noticing = Noticing(house.context)
    noticing.mute(person=house.full, organization=house.id, muted=list(Notice))

    again = noticing.mute(person=house.full, organization=house.id, muted=[])
    with count() as cost:
        noticing.mute(person=house.full, organization=house.id, muted=[])

    assert not again.muted
    assert (cost.calls, cost.items) == (1, 0), "what is so already is not written again"


def test_who_is_removed_at_that_moment_is_told_that_they_manage_nothing_there(house: House) -> None:
    def remove() -> None:
        Teaming(house.context).remove(person=house.full, organization=house.id, email=house.limited.email)

    with house.before_next_write(remove), pytest.raises(UnknownOrganizationError):
        Noticing(house.context).mute(person=house.limited, organization=house.id, muted=[Notice.SEATS_OUT])

    assert not events_of(house, "manager.notices_changed")
