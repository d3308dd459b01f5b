"""Managers who are signed in on the pages come into the console without signing in again (decision 73)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import pytest

from tests.integration.pages.conftest import PASSWORD, Answer, Browser
from tests.integration.pages.test_invites import invite_to_team, sign_in
from tests.support.call_counts import Count
from tests.support.clients import create_client
from tests.support.clock import Clock
from tests.support.custom_auth import CustomAuth
from tests.support.identity_provider import IdentityProvider
from tests.support.sso_connections import Connector
from tests.support.tenant import Tenant, create_tenant
from usher.domain.invites import Invite
from usher.gateways.client_secrets import ClientSecrets
from usher.gateways.identity import Identity
from usher.services.team_members import TeamMembers

LinkTo: TypeAlias = Callable[[Invite], str]
GiveAccount: TypeAlias = Callable[[str], None]

PROOF = "__Secure-usher_proof"

pytestmark = pytest.mark.usefixtures("custom_auth")


def console_cookies(answer: Answer) -> list[str]:
    return [cookie for cookie in answer.cookies if cookie.startswith("usher_refresh=")]


def guide(tenant: Tenant) -> str:
    return f"/organizations/{tenant.id}/guide"


def enters(answer: Answer, tenant: Tenant) -> bool:
    """Whether the answer signs in to the console; it leads there in any case."""
    signed_in = bool(console_cookies(answer))
    assert answer.status == 303, answer.body
    assert answer.headers["Location"] == guide(tenant) + ("#signed-in" if signed_in else "")
    return signed_in


@pytest.fixture
def invited(tenant: Tenant) -> Invite:
    return invite_to_team(tenant)


@pytest.fixture
def manager(
    browser: Browser, tenant: Tenant, invited: Invite, link_to: LinkTo, account: GiveAccount
) -> Browser:
    """The browser of somebody who signed in on the dashboard, and then joined the team by its link."""
    account(invited.email)
    sign_in(browser, invited.email)
    browser.get(link_to(invited))
    assert browser.submit("accept").status == 303
    assert f"/learn/console/{tenant.id}" in browser.follow().body
    return browser


@pytest.mark.parametrize("known", [False, True])
def test_accepting_by_a_password_leads_into_the_console(
    browser: Browser,
    tenant: Tenant,
    invited: Invite,
    link_to: LinkTo,
    account: GiveAccount,
    identity: Identity,
    known: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    if known:
        account(invited.email)
    browser.get(link_to(invited))
    if known:
        browser.submit("sign_in", password=PASSWORD)
    else:
        browser.submit("register", first_name="Tom", last_name="True", password=PASSWORD)
    browser.follow()
    answer = browser.submit("begin")

    assert enters(answer, tenant)
    (cookie,) = console_cookies(answer)
    token, _, attributes = cookie.removeprefix("usher_refresh=").partition("; ")
    assert attributes == "Path=/v1/session; Max-Age=2592000; HttpOnly; Secure; SameSite=Strict"
    assert identity.refresh(refresh_token=token).person.email == invited.email


def test_a_second_click_that_signs_in_does_so_as_well(
    browser: Browser, tenant: Tenant, invited: Invite, link_to: LinkTo, account: GiveAccount
) -> None:
    account(invited.email)
    tenant.accept(invited)
    browser.get(link_to(invited))
    browser.submit("sign_in", password=PASSWORD)
    browser.follow()

    assert enters(browser.submit("begin"), tenant)


def test_whoever_was_signed_in_before_accepting_is_not_asked_again(
    manager: Browser, tenant: Tenant, invited: Invite, identity: Identity
) -> None:
    answer = manager.submit("begin")

    assert enters(answer, tenant)
    token = manager.cookies["usher_refresh"]
    assert identity.refresh(refresh_token=token).person.email == invited.email


def test_accepting_on_the_dashboard_leads_there_as_well(
    browser: Browser, tenant: Tenant, invited: Invite, account: GiveAccount
) -> None:
    account(invited.email)
    sign_in(browser, invited.email)
    browser.follow()
    assert browser.submit("accept").headers["Location"] == f"/learn/console/{tenant.id}"
    page = browser.follow()
    assert "You manage Acme now You are a limited manager of Acme." in page.text

    assert enters(browser.submit("begin"), tenant)


def test_the_dashboard_opens_the_console_where_one_is(
    browser: Browser, tenant: Tenant, invited: Invite, account: GiveAccount
) -> None:
    account(invited.email)
    tenant.accept(invited)
    sign_in(browser, invited.email)
    browser.follow()

    answer = browser.submit("open")

    assert len(console_cookies(answer)) == 1
    assert answer.headers["Location"] == f"/organizations/{tenant.id}#signed-in"


def test_the_proof_goes_to_one_path_alone(browser: Browser, invited: Invite, account: GiveAccount) -> None:
    account(invited.email)
    browser.get("/learn")
    answer = browser.submit("sign-in", email=invited.email, password=PASSWORD)

    (cookie,) = [one for one in answer.cookies if one.startswith(f"{PROOF}=")]
    attributes = cookie.partition("; ")[2]
    assert attributes == "Path=/learn/console; Max-Age=43200; HttpOnly; Secure; SameSite=Strict"


def test_a_copied_session_does_not_open_the_console(manager: Browser, tenant: Tenant) -> None:
    copied = replace(manager, cookies={k: v for k, v in manager.cookies.items() if k != PROOF})

    assert not enters(copied.submit("begin"), tenant)
    assert enters(manager.submit("begin"), tenant)


def test_a_proof_opens_it_once_even_if_it_was_copied(manager: Browser, tenant: Tenant, count: Count) -> None:
    copied = replace(manager, cookies=dict(manager.cookies))
    with count() as cost:
        assert enters(manager.submit("begin"), tenant)
    assert cost.operations == ["BatchGetItem", "UpdateItem"]
    assert PROOF not in manager.cookies

    assert not enters(copied.submit("begin"), tenant)
    manager.get(f"/learn/console/{tenant.id}")
    assert not enters(manager.submit("begin"), tenant)


def test_a_proof_of_another_session_is_none(
    manager: Browser, new_browser: Callable[[], Browser], tenant: Tenant, account: GiveAccount
) -> None:
    account("eve@x.io")
    eve = new_browser()
    sign_in(eve, "eve@x.io")
    manager.cookies[PROOF] = eve.cookies[PROOF]

    assert not enters(manager.submit("begin"), tenant)


@pytest.mark.parametrize("end", ["sign-out", "password"])
def test_a_proof_ends_with_its_session(manager: Browser, invited: Invite, end: str) -> None:
    copied = replace(manager, cookies=dict(manager.cookies))
    if end == "sign-out":
        manager.get("/learn")
        assert manager.submit("sign-out").status == 303
        assert PROOF not in manager.cookies
    else:
        manager.services.session_revocation.revoke_all(email=invited.email)

    answer = copied.submit("begin")

    assert console_cookies(answer) == []
    assert "__Host-usher_session" not in copied.cookies


def test_other_sites_cannot_have_it_opened(manager: Browser, tenant: Tenant) -> None:
    answer = manager.request(
        "POST",
        f"/learn/console/{tenant.id}",
        body="action=begin",
        headers={"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
    )

    assert answer.status == 403
    assert console_cookies(answer) == []
    manager.get(f"/learn/console/{tenant.id}")
    assert enters(manager.submit("begin"), tenant)


def test_it_is_for_managers_of_that_organization_alone(
    manager: Browser, tenant: Tenant, invited: Invite
) -> None:
    TeamMembers(tenant.context).remove(person=tenant.full, organization=tenant.id, email=invited.email)

    assert not enters(manager.submit("begin"), tenant)
    assert manager.get(f"/learn/console/{tenant.id}").headers["Location"] == "/learn"
    assert manager.get("/learn/console/elsewhere").headers["Location"] == "/learn"
    manager.get("/learn")
    strange = manager.send("/learn/console/elsewhere", action="begin")
    assert strange.headers["Location"] == "/organizations/elsewhere/guide"
    assert console_cookies(strange) == []


def test_operators_sign_in_by_password_alone(
    manager: Browser, tenant: Tenant, invited: Invite, identity: Identity
) -> None:
    pool: str = identity._pool
    identity._client.create_group(UserPoolId=pool, GroupName="operators")
    identity._client.admin_add_user_to_group(UserPoolId=pool, Username=invited.email, GroupName="operators")

    assert not enters(manager.submit("begin"), tenant)


def test_the_way_in_is_shown_to_managers_alone_and_unknown_actions_are_refused(
    browser: Browser, manager: Browser, tenant: Tenant
) -> None:
    assert replace(manager, cookies={}).get(f"/learn/console/{tenant.id}").headers["Location"] == "/learn"
    browser.get("/learn")
    answer = browser.send(f"/learn/console/{tenant.id}", action="delete")
    assert answer.status == 422
    assert "Please use the buttons." in answer.text


@pytest.mark.parametrize("reach", ["own", "provider", "another"])
def test_whoever_signed_in_at_a_provider_proves_it_there_anew(
    browser: Browser,
    tenant: Tenant,
    provider: IdentityProvider,
    client_secrets: ClientSecrets,
    custom_auth: CustomAuth,
    reach: str,
) -> None:
    email = "manager@acme.example"
    connection = Connector(tenant, provider, client_secrets).connect()
    begun = browser.get(f"/learn/sso/{connection.id}")
    assert browser.get(provider.sign_in(begun.headers["Location"], "manager")).status == 303
    match reach:
        case "own":
            organization = tenant.id
        case "provider":
            organization = create_client(tenant, manager=email).id
        case _:
            other = create_tenant(tenant.context, slug="other")
            other.accept(invite_to_team(other, email))
            organization = other.id
    asked = len(custom_auth.events)
    browser.get("/learn")
    if reach == "provider":
        browser.submit("accept")
        browser.follow()

    page = browser.send(f"/learn/console/{organization}", action="begin")

    assert console_cookies(page) == []
    assert len(custom_auth.events) == asked
    if reach == "another":
        assert page.headers["Location"] == f"/organizations/{organization}/guide"
        return
    way = f"/learn/sso/{connection.id}?to=guide"
    assert f'content="0; url={way}"' in page.body
    answer = browser.get(provider.sign_in(browser.get(way).headers["Location"], "manager"))
    assert len(console_cookies(answer)) == 1
    assert answer.headers["Location"].endswith("/guide#signed-in")


def test_learners_and_whoever_was_refused_are_not_signed_in_to_it(
    browser: Browser,
    new_browser: Callable[[], Browser],
    tenant: Tenant,
    invited: Invite,
    invite: Invite,
    link_to: LinkTo,
    account: GiveAccount,
    clock: Clock,
) -> None:
    browser.get(link_to(invite))
    learner = browser.submit("register", first_name="Ann", last_name="", password=PASSWORD)
    assert learner.status == 303
    assert console_cookies(learner) == []
    browser.follow()
    assert not enters(browser.send(f"/learn/console/{tenant.id}", action="begin"), tenant)

    account(invited.email)
    late = new_browser()
    late.get(link_to(invited))
    wrong = late.submit("sign_in", password="Wrong-horse-1")
    assert [one for one in wrong.cookies if PROOF in one] == []
    clock.forward(days=11)
    refused = late.submit("sign_in", password=PASSWORD)
    assert refused.status == 409
    assert console_cookies(refused) == []


@pytest.mark.parametrize("way", ["sign-out", "switch"])
def test_signing_out_of_the_pages_signs_this_browsers_console_out(
    browser: Browser, invited: Invite, link_to: LinkTo, account: GiveAccount, way: str
) -> None:
    account("else@x.io")
    sign_in(browser, "else@x.io")
    browser.get("/learn" if way == "sign-out" else link_to(invited))

    answer = browser.submit(way)

    assert answer.status == 303
    (cookie,) = console_cookies(answer)
    assert cookie == "usher_refresh=; Path=/v1/session; Max-Age=0; HttpOnly; Secure; SameSite=Strict"
