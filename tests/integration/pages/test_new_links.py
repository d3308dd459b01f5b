"""Asking for a new link on the page of one that does not work any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.integration.pages.conftest import PASSWORD, Browser
from tests.support.clock import Clock
from tests.support.reading_back import events_of
from tests.support.tenant import Tenant
from usher.domain.invites import ClosedLink, Invite
from usher.domain.organizations import Role
from usher.gateways.links import Keys, Links
from usher.services.context import Context
from usher.services.invites.manage_invites import ManageInvites
from usher.services.receipts import Receipt
from usher.services.team_members import TeamMembers
from usher.store import invites

ASKED = "Acme was asked for a new link"


def close(tenant: Tenant, invite: Invite, how: ClosedLink, clock: Clock) -> None:
    manage = ManageInvites(tenant.context)
    if how is ClosedLink.EXPIRED:
        clock.forward(days=10)
    elif how is ClosedLink.DECLINED:
        tenant.decline(invite)
    elif how is ClosedLink.WITHDRAWN:
        manage.withdraw(person=tenant.full, organization=tenant.id, invite=invite.id, receipt=Receipt())
    else:
        manage.resend(person=tenant.full, organization=tenant.id, invite=invite.id, receipt=Receipt())


def requests_of(tenant: Tenant) -> list[object]:
    return [event.data for event in events_of(tenant, "invite.link_requested")]


@pytest.mark.parametrize("how", ClosedLink)
def test_a_closed_link_offers_to_ask_for_a_new_one(
    browser: Browser,
    new_browser: Callable[[], Browser],
    tenant: Tenant,
    invite: Invite,
    link_to: Callable[[Invite], str],
    clock: Clock,
    how: ClosedLink,
) -> None:
    close(tenant, invite, how, clock)
    other_tab = new_browser()
    other_tab.get(link_to(invite))
    browser.get(link_to(invite))
    page = browser.submit("request_link")

    assert page.status == 303
    assert ASKED in browser.follow().text
    assert other_tab.submit("request_link").status == 303
    assert ASKED in other_tab.follow().text
    (event,) = events_of(tenant, "invite.link_requested")
    assert event.actor == "ann@x.io"
    assert event.data.because is how  # type: ignore[attr-defined] # of this type of event


def test_a_link_is_asked_for_once_a_day(
    browser: Browser, tenant: Tenant, invite: Invite, link_to: Callable[[Invite], str], clock: Clock
) -> None:
    tenant.decline(invite)
    browser.get(link_to(invite))
    browser.submit("request_link")
    clock.forward(hours=23, minutes=59)
    page = browser.get(link_to(invite))
    assert ASKED in page.text
    assert page.html.all("form") == []

    clock.forward(minutes=1)
    browser.get(link_to(invite))
    browser.submit("request_link")

    assert len(requests_of(tenant)) == 2


@pytest.mark.parametrize("state", ["open", "accepted"])
def test_a_link_that_works_or_was_used_asks_for_none(
    browser: Browser, tenant: Tenant, invite: Invite, link_to: Callable[[Invite], str], state: str
) -> None:
    browser.get(link_to(invite))
    if state == "accepted":
        tenant.accept(invite)
    page = browser.send(link_to(invite), action="request_link")

    assert page.status == 409
    assert requests_of(tenant) == []


def test_somebody_else_signed_in_asks_for_nothing(
    browser: Browser,
    tenant: Tenant,
    invite: Invite,
    link_to: Callable[[Invite], str],
    account: Callable[[str], None],
) -> None:
    account("bob@x.io")
    tenant.decline(invite)
    browser.get("/learn")
    browser.submit("sign-in", email="bob@x.io", password=PASSWORD)
    browser.get(link_to(invite))
    page = browser.submit("request_link")

    assert page.status == 403
    assert "This invitation is for somebody else" in page.text
    assert requests_of(tenant) == []


def test_a_form_of_another_site_asks_for_nothing(
    browser: Browser, tenant: Tenant, invite: Invite, link_to: Callable[[Invite], str]
) -> None:
    tenant.decline(invite)
    answer = browser.request(
        "POST",
        link_to(invite),
        body="action=request_link",
        headers={"content-type": "application/x-www-form-urlencoded", "origin": "https://evil.example"},
    )

    assert answer.status == 403
    assert requests_of(tenant) == []


def test_a_new_link_of_a_team_invite_is_asked_for_as_well(
    browser: Browser,
    context: Context,
    tenant: Tenant,
    link_to: Callable[[Invite], str],
    clock: Clock,
) -> None:
    pending = TeamMembers(context).invite(
        person=tenant.full,
        organization=tenant.id,
        email="tom@x.io",
        first_name="Tom",
        last_name="",
        role=Role.LIMITED,
        receipt=Receipt(),
    )
    found = invites.get(context.table, pending.invite)
    assert found is not None
    clock.now += timedelta(days=11)
    browser.get(link_to(found))
    browser.submit("request_link")

    assert ASKED in browser.follow().text
    assert len(requests_of(tenant)) == 1


def test_a_resend_answers_the_request_with_a_link_that_works(
    browser: Browser,
    tenant: Tenant,
    invite: Invite,
    link_to: Callable[[Invite], str],
    keys: Keys,
    clock: Clock,
) -> None:
    close(tenant, invite, ClosedLink.EXPIRED, clock)
    browser.get(link_to(invite))
    browser.submit("request_link")
    resent = ManageInvites(tenant.context).resend(
        person=tenant.full, organization=tenant.id, invite=invite.id, receipt=Receipt()
    )

    assert browser.get(link_to(resent)).status == 200
    assert Links(keys).read(link_to(resent).removeprefix("/i/")).number == 2
    assert tenant.accept(resent).link_requested_at is not None


def test_whoever_was_invited_again_since_asks_for_nothing(
    browser: Browser,
    new_browser: Callable[[], Browser],
    tenant: Tenant,
    link_to: Callable[[Invite], str],
) -> None:
    license_ = tenant.license()
    stale = tenant.invite(license_)
    tenant.decline(stale)
    earlier_tab = new_browser()
    earlier_tab.get(link_to(stale))
    tenant.invite(license_)
    page = browser.get(link_to(stale))

    assert page.html.all("form") == []
    refused = earlier_tab.submit("request_link")
    assert (refused.status, "Acme invited you again since" in refused.text) == (409, True)
    assert requests_of(tenant) == []
