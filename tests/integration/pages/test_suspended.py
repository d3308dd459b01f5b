"""The pages of a suspended organization: nobody comes in, and everybody is told whom to ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from tests.integration.pages.conftest import PASSWORD, Browser
from tests.integration.pages.test_invites import invite_to_team, sign_in
from tests.integration.pages.test_landing_pages import emailed_link
from tests.support.codes import code_of
from tests.support.join_pages import set_page
from tests.support.reading_back import access_now, invite_now, seats
from tests.support.suspensions import REASON, resume, suspend
from tests.support.tenant import Tenant
from usher.domain.accesses import AccessState
from usher.domain.invites import Invite, InviteState
from usher.gateways.links import Keys
from usher.services.organization_settings import OrganizationSettings

LinkTo: TypeAlias = Callable[[Invite], str]
GiveAccount: TypeAlias = Callable[[str], None]

NOBODY = "Nobody can join at the moment"


def test_an_invite_says_whom_to_ask_and_until_when_it_can_be_accepted(
    browser: Browser, tenant: Tenant, invite: Invite, link_to: LinkTo
) -> None:
    OrganizationSettings(tenant.context).change(
        person=tenant.full, organization=tenant.id, welcome="Write to desk@acme.example."
    )
    suspend(tenant)

    page = browser.get(link_to(invite))

    assert page.status == 409
    assert NOBODY in page.text
    assert "Ask Acme (desk@acme.example) when that is possible again." in page.text
    assert "can be accepted then until the end of 13 January 2027" in page.text
    assert "Ask for a new link" not in page.text
    assert REASON not in page.text


def test_an_invite_whose_page_was_open_is_not_accepted_and_no_account_is_made(
    browser: Browser, tenant: Tenant, invite: Invite, link_to: LinkTo
) -> None:
    browser.get(link_to(invite))
    suspend(tenant)

    page = browser.submit("register", first_name="Ann", last_name="Lee", password=PASSWORD)

    assert (page.status, NOBODY in page.text) == (409, True)
    assert invite_now(tenant, invite).state is InviteState.PENDING
    resume(tenant)
    browser.get(link_to(invite))
    assert browser.submit("register", first_name="Ann", last_name="Lee", password=PASSWORD).status == 303


def test_a_signed_in_person_does_not_accept_and_can_decline(
    browser: Browser, tenant: Tenant, invite: Invite, link_to: LinkTo, account: GiveAccount
) -> None:
    account("ann@x.io")
    sign_in(browser, "ann@x.io")
    browser.get(link_to(invite))
    suspend(tenant)

    refused = browser.submit("accept")
    assert (refused.status, NOBODY in refused.text) == (409, True)
    declining = browser.get(f"{link_to(invite)}?decline=1")
    assert "Decline the invitation?" in declining.text
    assert browser.submit("decline").status == 303
    assert invite_now(tenant, invite).state is InviteState.DECLINED


def test_an_expired_invite_is_said_to_have_expired_all_the_same(
    browser: Browser, tenant: Tenant, invite: Invite, link_to: LinkTo
) -> None:
    tenant.withdraw(invite)
    suspend(tenant)

    page = browser.get(link_to(invite))

    assert page.status == 410
    assert "This invitation was withdrawn" in page.text
    assert "Ask for a new link" not in page.text


def test_a_manager_can_join_the_team(browser: Browser, tenant: Tenant, link_to: LinkTo) -> None:
    invited = invite_to_team(tenant)
    suspend(tenant)

    browser.get(link_to(invited))

    assert browser.submit("register", first_name="Tom", last_name="Tee", password=PASSWORD).status == 303


def test_the_dashboard_keeps_the_courses_and_accepts_no_invite(
    browser: Browser, tenant: Tenant, invite: Invite, account: GiveAccount
) -> None:
    tenant.accept(tenant.invite(tenant.license(product=tenant.product(name="First aid")), "ann@x.io"))
    account("ann@x.io")
    sign_in(browser, "ann@x.io")
    suspend(tenant)

    page = browser.get("/learn")
    refused = browser.send(f"/learn/invites/{invite.id}", action="accept")

    assert "First aid" in page.text
    assert "Acme takes nobody in at the moment" in page.text
    assert 'value="accept"' not in page.text, "no button that would be refused"
    assert (refused.status, "takes nobody in at the moment" in refused.text) == (409, True)
    assert invite_now(tenant, invite).state is InviteState.PENDING


def test_the_join_page_takes_no_address_and_no_visitor(
    browser: Browser, tenant: Tenant, account: GiveAccount
) -> None:
    license_ = tenant.license(2)
    set_page(tenant, license_)
    account("ann@x.io")
    sign_in(browser, "ann@x.io")
    browser.get("/join/acme-academy")
    suspend(tenant)

    entered = browser.submit("enter")
    shown = browser.get("/join/acme-academy")

    for page in (entered, shown):
        assert (page.status, NOBODY in page.text) == (409, True)
        assert "Ask Acme when that is possible again." in page.text
    assert seats(tenant, license_) == (2, 0, 2)


def test_a_link_that_proves_an_address_waits_for_the_end(
    browser: Browser, tenant: Tenant, keys: Keys
) -> None:
    license_ = tenant.license(2)
    set_page(tenant, license_)
    browser.get("/join/acme-academy")
    browser.submit("ask", email="ann@x.io")
    link = emailed_link(tenant, keys)
    suspend(tenant)

    page = browser.get(link)
    assert (page.status, NOBODY in page.text) == (409, True)

    resume(tenant)
    browser.get(link)
    assert browser.submit("register", first_name="Ann", last_name="Lee", password=PASSWORD).status == 303
    assert access_now(tenant, license_).state is AccessState.ACTIVE


def test_the_landing_page_signs_people_in_and_redeems_nothing(
    browser: Browser, tenant: Tenant, account: GiveAccount
) -> None:
    license_ = tenant.license(2)
    code = code_of(tenant, license_)
    account("ann@x.io")
    sign_in(browser, "ann@x.io")
    browser.get("/c/acme")
    suspend(tenant)

    typed = browser.submit("redeem", code=code.text)
    with_code = browser.get(f"/c/acme/{code.text}")
    landing = browser.get("/c/acme")

    for page in (typed, with_code):
        assert (page.status, NOBODY in page.text) == (409, True)
    assert landing.status == 200
    assert NOBODY in landing.text
    assert "Redeem" not in landing.text
    assert "You are signed in" in landing.text
    assert seats(tenant, license_) == (2, 0, 2)
    assert browser.submit("switch").status == 303
    browser.follow()
    assert browser.submit("sign_in", email="ann@x.io", password=PASSWORD).headers["Location"] == "/learn"
