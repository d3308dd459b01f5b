"""The page behind the link that verifies an address: looking changes nothing, each way on ends somewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias

import pytest

from tests.integration.pages.conftest import PASSWORD, Browser
from tests.integration.pages.test_invites import sign_in
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.codes import code_of
from tests.support.crashes import Crash, crashing
from tests.support.join_pages import approve, group_of, join, refuse, requests, set_page, withdraw
from tests.support.reading_back import events_of, seats
from tests.support.tenant import Tenant
from usher.domain.enrollment.email_verifications import VerificationPurpose, VerificationRequest
from usher.domain.enrollment.join_pages import WhenFull
from usher.domain.enrollment.join_requests import JoinState
from usher.domain.licenses import License
from usher.domain.organizations import Branding
from usher.gateways.identity import Identity
from usher.gateways.links import Keys, Link, Links
from usher.services.enrollment.email_verification import EmailVerification
from usher.services.groups import Groups
from usher.store import organizations
from usher.store.people import learners
from usher.store.transaction import commit

GiveAccount: TypeAlias = Callable[[str], None]
LinkOf: TypeAlias = Callable[[VerificationRequest], str]

ANN = "ann@x.io"
REGISTERED = {"first_name": "Anna", "last_name": "Lee", "password": PASSWORD}


@pytest.fixture
def license_(tenant: Tenant) -> License:
    """What the join page gives."""
    given = tenant.license(2)
    set_page(tenant, given)
    return given


@pytest.fixture
def verification(tenant: Tenant, license_: License) -> VerificationRequest:  # noqa: ARG001 - the page is there first
    """Ann asked to join."""
    return asked(tenant)


@pytest.fixture
def link_of(keys: Keys) -> LinkOf:
    return lambda verification: f"/learn/enter/{Links(keys).verification_token(verification.id)}"


def asked(tenant: Tenant, email: str = ANN) -> VerificationRequest:
    return EmailVerification(tenant.context).ask(
        organization=tenant.id,
        kind=VerificationPurpose.JOIN,
        email=email,
        first_name="Ann",
        last_name="Léger",
        network_address="ip",
    )


def test_it_shows_whose_entry_it_is_with_the_organizations_name_colors_and_logo(
    browser: Browser, tenant: Tenant, verification: VerificationRequest, link_of: LinkOf
) -> None:
    before = tenant.organization
    look = Branding(color="#0b6e4f", logo_url="https://cdn.x.io/logo.png")
    found = organizations.get(tenant.context.table, before.id)
    assert found is not None
    commit(tenant.context.table, [organizations.change(found, replace(found, branding=look))])

    page = browser.get(link_of(verification))

    assert page.status == 200
    assert "Join Acme" in page.text
    assert "Your address is confirmed: choose a password, and you are in." in page.text
    assert page.html.with_id("email")["value"] == ANN
    assert page.html.with_id("first_name")["value"] == "Ann"
    assert page.html.with_id("last_name")["value"] == "Léger"
    assert "#0b6e4f" in page.body
    assert page.html.all("img")[0]["src"] == "https://cdn.x.io/logo.png"


def test_looking_changes_nothing(
    browser: Browser, verification: VerificationRequest, link_of: LinkOf, count: Count
) -> None:
    with count() as cost:
        browser.get(link_of(verification))
        head = browser.request("HEAD", link_of(verification))

    assert cost.writes == 0
    assert cost.calls == 8, "each time the verification, its organization, the page, and what it gives"
    assert (head.status, head.body) == (200, "")


def test_a_new_person_registers_and_is_in(
    browser: Browser, tenant: Tenant, license_: License, verification: VerificationRequest, link_of: LinkOf
) -> None:
    browser.get(link_of(verification))

    done = browser.submit("register", **REGISTERED)
    dashboard = browser.follow()

    assert done.headers["Location"] == "/learn?welcome=1"
    assert "You are in" in dashboard.text
    assert "Fire safety" in dashboard.text
    assert seats(tenant, license_) == (2, 1, 1)
    learner = learners.get(tenant.context.table, tenant.id, ANN)
    assert learner is not None
    assert learner.first_name == "Anna"


def test_a_person_with_an_account_signs_in_and_is_in(
    browser: Browser, verification: VerificationRequest, link_of: LinkOf, account: GiveAccount
) -> None:
    account(ANN)
    page = browser.get(link_of(verification))
    assert "You have an account with this address." in page.text

    done = browser.submit("sign_in", password=PASSWORD)

    assert done.headers["Location"] == "/learn?welcome=1"
    assert "Fire safety" in browser.follow().text


def test_who_is_signed_in_already_just_confirms(
    browser: Browser, verification: VerificationRequest, link_of: LinkOf, account: GiveAccount
) -> None:
    account(ANN)
    sign_in(browser, ANN)
    page = browser.get(link_of(verification))
    assert "Continue as Ann Lee" in page.text

    assert browser.submit("enter").headers["Location"] == "/learn?welcome=1"


def test_somebody_else_signed_in_is_offered_to_switch_and_nothing_changes(
    browser: Browser, verification: VerificationRequest, link_of: LinkOf, account: GiveAccount, count: Count
) -> None:
    account("bo@x.io")
    sign_in(browser, "bo@x.io")
    page = browser.get(link_of(verification))
    assert "You are signed in as bo@x.io. The link is for ann@x.io." in page.text

    with count() as cost:
        tried = browser.send(link_of(verification), action="enter")
    browser.submit("switch")
    switched = browser.follow()

    assert tried.status == 403
    assert cost.writes == 0
    assert "Create your account" in switched.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({**REGISTERED, "password": "short"}, "Choose at least 12 characters; this password has 5."),
        ({**REGISTERED, "first_name": " "}, "Write your first name"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_the_rest_is_kept(
    browser: Browser,
    tenant: Tenant,
    verification: VerificationRequest,
    link_of: LinkOf,
    typed: dict[str, str],
    said: str,
) -> None:
    browser.get(link_of(verification))

    again = browser.submit("register", **typed)

    assert again.status == 422
    assert said in again.text
    assert again.html.with_id("last_name")["value"] == "Lee"
    assert events_of(tenant, "learner.joined") == []


def test_a_wrong_password_signs_nobody_in(
    browser: Browser, tenant: Tenant, verification: VerificationRequest, link_of: LinkOf, account: GiveAccount
) -> None:
    account(ANN)
    browser.get(link_of(verification))

    again = browser.submit("sign_in", password="Wrong-horse-1")

    assert again.status == 422
    assert events_of(tenant, "learner.joined") == []


def test_registering_twice_at_once_makes_one_account_and_uses_one_seat(
    new_browser: Callable[[], Browser],
    tenant: Tenant,
    license_: License,
    verification: VerificationRequest,
    link_of: LinkOf,
) -> None:
    first, second = new_browser(), new_browser()
    for one in (first, second):
        one.get(link_of(verification))

    answers = [one.submit("register", **REGISTERED).headers["Location"] for one in (first, second)]

    assert answers == ["/learn?welcome=1", "/learn?joined=1"]
    assert seats(tenant, license_) == (2, 1, 1)


@pytest.mark.parametrize("moment", ["AdminCreateUser", "AdminSetUserPassword", "AdminInitiateAuth"])
def test_a_death_between_the_account_and_the_table_is_mended_by_the_same_link(
    browser: Browser,
    new_browser: Callable[[], Browser],
    tenant: Tenant,
    verification: VerificationRequest,
    link_of: LinkOf,
    license_: License,
    clients: dict[str, Any],
    moment: str,
) -> None:
    browser.get(link_of(verification))
    with (
        pytest.raises(Crash),
        crashing(clients["cognito-idp"], at=1, counts=lambda passed: passed == f"after {moment}"),
    ):
        browser.submit("register", **REGISTERED)
    assert seats(tenant, license_) == (2, 0, 2)
    again = new_browser()
    page = again.get(link_of(verification))

    if "You have an account with this address." in page.text:
        landed = again.submit("sign_in", password=PASSWORD)
    else:
        landed = again.submit("register", **REGISTERED)

    assert landed.headers["Location"] == "/learn?welcome=1"
    assert seats(tenant, license_) == (2, 1, 1)


def test_a_second_click_leads_on_and_uses_nothing(
    browser: Browser, tenant: Tenant, license_: License, verification: VerificationRequest, link_of: LinkOf
) -> None:
    browser.get(link_of(verification))
    browser.submit("register", **REGISTERED)

    again = browser.get(link_of(verification))
    shown = browser.follow()
    sent = browser.send(link_of(verification), action="enter")

    assert [one.status for one in (again, sent)] == [303, 303]
    assert again.headers["Location"] == sent.headers["Location"] == "/learn?joined=1"
    assert "You joined already, and nothing else needs doing." in shown.text
    assert "Fire safety" in shown.text
    assert seats(tenant, license_) == (2, 1, 1)
    assert len(events_of(tenant, "learner.joined")) == 1


def test_a_second_click_of_whoever_is_signed_out_says_so_and_leads_on_after_signing_in(
    browser: Browser,
    new_browser: Callable[[], Browser],
    tenant: Tenant,
    verification: VerificationRequest,
    link_of: LinkOf,
) -> None:
    browser.get(link_of(verification))
    browser.submit("register", **REGISTERED)
    set_page(tenant, is_on=False)  # which is nothing to whoever is in
    elsewhere = new_browser()

    page = elsewhere.get(link_of(verification))
    landed = elsewhere.submit("sign_in", password=PASSWORD)

    assert "You used this link already. Sign in to see what became of it." in page.text
    assert landed.headers["Location"] == "/learn?joined=1"


def test_a_second_click_while_the_request_waits_says_that_it_does(
    browser: Browser, tenant: Tenant, license_: License, verification: VerificationRequest, link_of: LinkOf
) -> None:
    set_page(tenant, license_, approval=True)
    browser.get(link_of(verification))
    browser.submit("register", **REGISTERED)

    waiting = browser.get(link_of(verification))
    refuse(tenant)
    refused = browser.get(link_of(verification))

    assert (waiting.status, "Your request is sent" in waiting.text) == (200, True)
    assert (refused.status, "Your request was refused" in refused.text) == (409, True)
    assert len(events_of(tenant, "join.requested")) == 1


def test_whoever_took_the_request_back_asks_again_by_the_same_link(
    browser: Browser, tenant: Tenant, license_: License, verification: VerificationRequest, link_of: LinkOf
) -> None:
    set_page(tenant, license_, approval=True)
    browser.get(link_of(verification))
    browser.submit("register", **REGISTERED)
    withdraw(tenant)

    page = browser.get(link_of(verification))
    asked_again = browser.submit("enter")

    assert "Ask to join Acme" in page.text
    assert "Your request is sent" in asked_again.text


def test_a_second_click_on_the_link_of_a_code_says_that_it_is_redeemed(
    browser: Browser, tenant: Tenant, link_of: LinkOf
) -> None:
    fire = tenant.license(3)
    code = code_of(tenant, fire)
    set_page(tenant, approval=True)
    join(tenant, ANN)
    refuse(tenant)  # which says nothing about the code
    verification = EmailVerification(tenant.context).ask(
        organization=tenant.id,
        kind=VerificationPurpose.CODE,
        email=ANN,
        code=code.key.text,
        network_address="ip",
    )
    browser.get(link_of(verification))
    browser.submit("register", **REGISTERED)

    again = browser.get(link_of(verification))
    shown = browser.follow()

    assert again.headers["Location"] == "/learn?redeemed=1"
    assert "You redeemed this code already, and nothing else needs doing." in shown.text
    assert "Fire safety" in shown.text
    assert seats(tenant, fire) == (3, 1, 2)


def test_a_link_that_ran_out_says_what_to_do(
    browser: Browser, verification: VerificationRequest, link_of: LinkOf, clock: Clock
) -> None:
    link = link_of(verification)
    browser.get(link)
    clock.forward(hours=24)

    over = browser.get(link)
    sent = browser.request("POST", link, body="action=register")

    assert (over.status, sent.status) == (410, 410)
    assert "ask once more: a new link comes by email" in over.text


@pytest.mark.parametrize("spoilt", ["x", "0" * 26 + ".k1." + "A" * 43])
def test_a_link_that_is_none_of_ours_is_refused(
    browser: Browser, verification: VerificationRequest, spoilt: str
) -> None:
    assert verification.id
    assert browser.get(f"/learn/enter/{spoilt}").status == 404


def test_an_invites_link_opens_no_entry(
    browser: Browser, verification: VerificationRequest, keys: Keys
) -> None:
    token = Links(keys).token(Link(invite=verification.id, number=1))

    assert browser.get(f"/learn/enter/{token}").status == 404


def test_a_cross_site_form_changes_nothing(
    browser: Browser, tenant: Tenant, verification: VerificationRequest, link_of: LinkOf
) -> None:
    browser.get(link_of(verification))

    refused = browser.request(
        "POST",
        link_of(verification),
        body="action=register&password=Correct-horse-1&first_name=A&last_name=B",
        headers={"origin": "https://evil.example"},
    )

    assert refused.status == 403
    assert events_of(tenant, "learner.joined") == []


def test_buttons_that_are_none_of_ours_are_refused(
    browser: Browser, verification: VerificationRequest, link_of: LinkOf
) -> None:
    browser.get(link_of(verification))

    assert browser.send(link_of(verification), action="conquer").status == 422
    assert browser.send(link_of(verification), action="enter").status == 403


def test_off_means_gone_at_once_for_links_that_were_sent_too(
    browser: Browser, tenant: Tenant, verification: VerificationRequest, link_of: LinkOf, identity: Identity
) -> None:
    browser.get(link_of(verification))
    set_page(tenant, is_on=False)

    pages = [browser.submit("register", **REGISTERED), browser.get(link_of(verification))]

    for page in pages:
        assert page.status == 404
        assert "The page is closed" in page.text
        assert "Ask the organization for an invitation." in page.text
    assert not identity.has_account(email=ANN), "nobody chooses a password for nothing"


def test_a_page_that_does_not_admit_the_address_any_more_asks_for_no_account(
    browser: Browser, tenant: Tenant, verification: VerificationRequest, link_of: LinkOf, identity: Identity
) -> None:
    browser.get(link_of(verification))
    set_page(tenant, domains=["team.example"])

    pages = [browser.submit("register", **REGISTERED), browser.get(link_of(verification))]

    for page in pages:
        assert page.status == 409
        assert "This address cannot join" in page.text
    assert not identity.has_account(email=ANN)


def test_a_page_that_asks_for_approval_by_now_promises_no_more_than_a_request(
    browser: Browser, tenant: Tenant, verification: VerificationRequest, link_of: LinkOf
) -> None:
    set_page(tenant, approval=True)

    page = browser.get(link_of(verification))

    assert "Ask to join Acme" in page.text
    assert "choose a password, and a manager of Acme decides on your request." in page.text
    assert "you are in" not in page.text


def test_off_at_the_very_moment_says_so_and_signs_in_all_the_same(
    browser: Browser, tenant: Tenant, verification: VerificationRequest, link_of: LinkOf
) -> None:
    browser.get(link_of(verification))

    with tenant.before_next_write(lambda: set_page(tenant, is_on=False)):
        page = browser.submit("register", **REGISTERED)

    assert page.status == 404
    assert "The page is closed" in page.text
    assert learners.get(tenant.context.table, tenant.id, ANN) is None
    assert "You are signed in with ann@x.io." in browser.get("/learn").text


def test_a_domain_that_may_not_join_any_more_is_told_so(
    browser: Browser, tenant: Tenant, verification: VerificationRequest, link_of: LinkOf
) -> None:
    browser.get(link_of(verification))
    set_page(tenant, domains=["acme.example"])

    page = browser.submit("register", **REGISTERED)

    assert page.status == 409
    assert "This address cannot join" in page.text


def test_who_needs_approval_is_told_what_happens_next(
    browser: Browser, tenant: Tenant, verification: VerificationRequest, link_of: LinkOf
) -> None:
    set_page(tenant, approval=True)
    browser.get(link_of(verification))

    page = browser.submit("register", **REGISTERED)
    assert page.status == 200
    assert "A manager decides on it, and you get an email with the answer." in page.text
    assert requests(tenant, JoinState.PENDING) == [ANN]

    refuse(tenant)
    assert "Your request was refused" in browser.get(link_of(verification)).text

    approve(tenant)
    assert browser.get(link_of(verification)).headers["Location"] == "/learn?joined=1"


@pytest.mark.parametrize(
    ("when_full", "status", "said"),
    [(WhenFull.WAITING_LIST, 200, "You are on the waiting list"), (WhenFull.REFUSE, 409, "No seat is left")],
)
def test_when_seats_are_out_it_says_what_happens_next(
    browser: Browser,
    tenant: Tenant,
    verification: VerificationRequest,
    license_: License,
    link_of: LinkOf,
    when_full: WhenFull,
    status: int,
    said: str,
) -> None:
    set_page(tenant, license_, when_full=when_full)
    tenant.invite_all(license_, "x@x.io, y@x.io")
    browser.get(link_of(verification))

    page = browser.submit("register", **REGISTERED)

    assert page.status == status
    assert said in page.text


def test_what_the_page_gives_can_be_gone(
    browser: Browser, tenant: Tenant, verification: VerificationRequest, license_: License, link_of: LinkOf
) -> None:
    group = group_of(tenant, license_)
    set_page(tenant, group=group)
    Groups(tenant.context).delete(person=tenant.full, organization=tenant.id, group=group)
    browser.get(link_of(verification))

    page = browser.submit("register", **REGISTERED)

    assert page.status == 409
    assert "What this page gives is not to be had any more." in page.text
