"""The links that switch emails off: one click of a mail program, or the button on the page (RFC 8058)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.integration.pages.conftest import Answer, Browser
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.reading_back import events_of
from tests.support.tenant import Tenant
from usher.domain.invites import Invite
from usher.domain.notices import Notice
from usher.domain.people import Person
from usher.gateways.links import Keys, Links
from usher.services.context import Context
from usher.services.invites.manage_invites import ManageInvites
from usher.services.notification_preferences import NotificationPreferences
from usher.services.outbox.sweep import Sweep
from usher.services.receipts import Receipt
from usher.services.team_members import TeamMembers
from usher.store import invites, managers
from usher.store.transaction import ConditionFailedError, commit

ONE_CLICK = "List-Unsubscribe=One-Click"


@pytest.fixture
def notice_link(keys: Keys, tenant: Tenant) -> Callable[..., str]:
    """The path of the link in a notice to the limited manager, or to another one."""

    def path(notice: Notice = Notice.INVITE_DECLINED, email: str = "") -> str:
        token = Links(keys).notice_token(
            organization=tenant.id, email=email or tenant.limited.email, notice=notice
        )
        return f"/learn/notices/{token}"

    return path


@pytest.fixture
def reminder_link(keys: Keys) -> Callable[[Invite], str]:
    return lambda invite: f"/learn/reminders/{Links(keys).reminder_token(invite.id)}"


def one_click(browser: Browser, path: str) -> Answer:
    """Post as a mail program does: no cookie, no origin, nothing of our page."""
    return browser.request("POST", path, body=ONE_CLICK)


def muted(tenant: Tenant, person: Person) -> frozenset[Notice]:
    return NotificationPreferences(tenant.context).settings(person=person, organization=tenant.id).muted


def now_of(context: Context, invite: Invite) -> Invite:
    found = invites.get(context.table, invite.id)
    assert found is not None
    return found


@pytest.mark.parametrize("notice", Notice)
def test_one_click_switches_off_exactly_this_notice_for_this_manager(
    browser: Browser, tenant: Tenant, notice_link: Callable[..., str], notice: Notice
) -> None:
    answer = one_click(browser, notice_link(notice))

    assert answer.status == 200
    assert "The notice is switched off" in answer.text
    assert muted(tenant, tenant.limited) == {notice}
    assert muted(tenant, tenant.full) == frozenset()
    (event,) = events_of(tenant, "manager.notices_changed")
    assert event.actor == tenant.limited.email


def test_one_click_leaves_what_was_off_before_off(
    browser: Browser, tenant: Tenant, notice_link: Callable[..., str]
) -> None:
    one_click(browser, notice_link(Notice.SEATS_LOW))
    one_click(browser, notice_link(Notice.SEATS_OUT))
    again = one_click(browser, notice_link(Notice.SEATS_OUT))

    assert again.status == 200
    assert muted(tenant, tenant.limited) == {Notice.SEATS_LOW, Notice.SEATS_OUT}
    assert len(events_of(tenant, "manager.notices_changed")) == 2, "a second time changes nothing"


def test_opening_the_link_changes_nothing_and_its_button_switches_off(
    browser: Browser, tenant: Tenant, notice_link: Callable[..., str], count: Count
) -> None:
    with count() as cost:
        page = browser.get(notice_link())

    assert page.status == 200
    assert "Acme emails you about invitations that were declined." in page.text
    assert (cost.calls, cost.items) == (2, 0)
    assert muted(tenant, tenant.limited) == frozenset()
    (form,) = page.html.all("form")
    assert browser.request("POST", form["action"], body="").status == 200
    assert muted(tenant, tenant.limited) == {Notice.INVITE_DECLINED}
    assert "The notice is switched off" in browser.get(notice_link()).text


def test_a_link_names_nobody_and_is_good_for_nobody_else(
    browser: Browser, tenant: Tenant, notice_link: Callable[..., str]
) -> None:
    path = notice_link()
    other = notice_link(Notice.SEATS_LOW)
    mac, other_mac = path.rpartition(".")[2], other.rpartition(".")[2]

    assert "@" not in path
    assert tenant.limited.email.partition("@")[0] not in path
    for forged in (
        path.replace(mac, other_mac),
        path.replace("invite_declined", "seats_low"),
        path.replace("invite_declined", "nothing"),
        path.replace(".k1.", ".k2."),
        path[:-1],
        notice_link(email="stranger@x.io"),
    ):
        assert browser.get(forged).status == 404
        assert one_click(browser, forged).status == 404
    assert muted(tenant, tenant.limited) == frozenset()


def test_a_removed_managers_link_leads_nowhere(
    browser: Browser, tenant: Tenant, notice_link: Callable[..., str]
) -> None:
    TeamMembers(tenant.context).remove(person=tenant.full, organization=tenant.id, email=tenant.limited.email)

    assert one_click(browser, notice_link()).status == 404


def test_one_click_stops_the_reminders_of_an_invite_and_nothing_else(
    browser: Browser,
    tenant: Tenant,
    invite: Invite,
    reminder_link: Callable[[Invite], str],
    clock: Clock,
) -> None:
    page = browser.get(reminder_link(invite))
    assert "Stop the reminders?" in page.text
    assert not now_of(tenant.context, invite).reminders_off

    answer = one_click(browser, reminder_link(invite))

    assert answer.status == 200
    assert "No more reminders" in answer.text
    assert one_click(browser, reminder_link(invite)).status == 200
    (event,) = events_of(tenant, "invite.reminders_stopped")
    assert event.actor == "ann@x.io"
    clock.forward(days=8)
    assert Sweep(tenant.context).sweep().reminded == 0
    clock.forward(days=2)
    assert Sweep(tenant.context).sweep().expired == 1
    tenant.accept(tenant.invite(tenant.license(), "bob@x.io"))


def test_an_invite_whose_reminders_were_stopped_has_none_after_a_resend(
    browser: Browser,
    tenant: Tenant,
    invite: Invite,
    reminder_link: Callable[[Invite], str],
    clock: Clock,
) -> None:
    one_click(browser, reminder_link(invite))
    clock.forward(days=11)
    Sweep(tenant.context).sweep()
    resent = ManageInvites(tenant.context).resend(
        person=tenant.full, organization=tenant.id, invite=invite.id, receipt=Receipt()
    )
    clock.forward(days=8)

    assert resent.number == 2
    assert Sweep(tenant.context).sweep().reminded == 0
    assert tenant.accept(resent).answered_at is not None


@pytest.mark.parametrize("ending", ["accepted", "declined"])
def test_an_answered_invite_has_no_reminders_to_stop(
    browser: Browser, tenant: Tenant, invite: Invite, reminder_link: Callable[[Invite], str], ending: str
) -> None:
    answered = tenant.accept(invite) if ending == "accepted" else tenant.decline(invite)

    assert "No more reminders" in one_click(browser, reminder_link(invite)).text
    assert now_of(tenant.context, invite) == replace(answered, version=now_of(tenant.context, invite).version)


def test_a_forged_reminder_link_leads_nowhere(
    browser: Browser, tenant: Tenant, invite: Invite, reminder_link: Callable[[Invite], str]
) -> None:
    other = tenant.invite(tenant.license(), "bob@x.io")
    forged = reminder_link(invite).replace(invite.id, other.id)

    assert browser.get(forged).status == 404
    assert one_click(browser, forged).status == 404
    assert not now_of(tenant.context, other).reminders_off


def test_two_notices_switched_off_at_once_are_both_off(tenant: Tenant) -> None:
    before = NotificationPreferences(tenant.context).settings(person=tenant.limited, organization=tenant.id)
    commit(tenant.context.table, [managers.mute(before, {Notice.SEATS_LOW})])

    with pytest.raises(ConditionFailedError):
        commit(tenant.context.table, [managers.mute(before, {Notice.SEATS_OUT})])
