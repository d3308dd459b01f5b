"""Registering, signing in, accepting and declining on the page of a link."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeAlias

import pytest

from tests.integration.pages.conftest import PASSWORD, Browser
from tests.integration.pages.test_invites import invite_to_team, resend, sign_in, withdraw
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.team import Team
from tests.support.tenant import Tenant
from usher.domain.invites import Invite, InviteState
from usher.domain.learners import Learner
from usher.domain.licenses import ProductKind
from usher.domain.organizations import ManagerState, Role
from usher.gateways.cognito_errors import SignInsLimitedError
from usher.gateways.identity import Identity
from usher.gateways.links import SESSION_SECONDS
from usher.services.operator_commands import OperatorCommands
from usher.services.people.learner_details import LearnerDetails
from usher.services.receipts import Receipt
from usher.store import invites, managers

LinkTo: TypeAlias = Callable[[Invite], str]
GiveAccount: TypeAlias = Callable[[str], None]


def state_of(tenant: Tenant, invite: Invite) -> InviteState:
    found = invites.get(tenant.context.table, invite.id)
    assert found is not None
    return found.state


def learner(tenant: Tenant, email: str = "ann@x.io") -> Learner:
    return (
        LearnerDetails(tenant.context)
        .learner(person=tenant.full, organization=tenant.id, email=email)
        .learner
    )


def test_a_new_person_registers_and_is_in(
    browser: Browser, tenant: Tenant, invite: Invite, link_to: LinkTo
) -> None:
    browser.get(link_to(invite))
    answer = browser.submit("register", first_name=" Ann ", last_name="Lee", password=PASSWORD)

    assert (answer.status, answer.headers["Location"]) == (303, "/learn?welcome=1")
    session = next(cookie for cookie in answer.cookies if cookie.startswith("__Host-usher_session="))
    assert session.endswith("; Path=/; Max-Age=43200; HttpOnly; Secure; SameSite=Lax")
    assert "You are in" in browser.follow().text
    assert state_of(tenant, invite) is InviteState.ACCEPTED
    assert (learner(tenant).first_name, learner(tenant).last_name) == ("Ann", "Lee")


def test_the_address_of_the_form_is_not_believed(
    browser: Browser, tenant: Tenant, invite: Invite, link_to: LinkTo, identity: Identity
) -> None:
    browser.get(link_to(invite))
    browser.submit("register", email="boss@x.io", first_name="Ann", last_name="Lee", password=PASSWORD)

    assert learner(tenant).email == "ann@x.io"
    assert not identity.has_account(email="boss@x.io")


def test_what_is_wrong_is_said_at_its_field_and_names_are_kept(
    browser: Browser, tenant: Tenant, invite: Invite, link_to: LinkTo, identity: Identity
) -> None:
    browser.get(link_to(invite))
    page = browser.submit("register", first_name="Ann", last_name="L" * 81, password="too-weak")

    assert page.status == 422
    assert page.text.startswith("Error: ")
    assert page.html.with_id("last_name")["aria-invalid"] == "true"
    assert page.html.with_id("password")["aria-describedby"] == "password-error", "and no hint says it again"
    focused = [one["id"] for one in page.html.all("input") if "autofocus" in one]
    assert focused == ["last_name"]
    assert page.html.with_id("first_name")["value"] == "Ann"
    assert "aria-invalid" not in page.html.with_id("first_name")
    assert "too-weak" not in page.body
    assert state_of(tenant, invite) is InviteState.PENDING
    assert not identity.has_account(email="ann@x.io")

    browser.submit("register", last_name="Lee", password=PASSWORD)
    assert "You are in" in browser.follow().text


def test_a_known_person_signs_in_and_is_in(
    browser: Browser, tenant: Tenant, invite: Invite, link_to: LinkTo, account: GiveAccount
) -> None:
    account("ann@x.io")

    browser.get(link_to(invite))
    browser.submit("sign_in", password=PASSWORD)

    assert "You are in" in browser.follow().text
    assert learner(tenant).first_name == "Ann"


def test_a_wrong_password_is_refused_without_saying_what_was_wrong(
    browser: Browser, tenant: Tenant, invite: Invite, link_to: LinkTo, account: GiveAccount
) -> None:
    account("ann@x.io")

    browser.get(link_to(invite))
    page = browser.submit("sign_in", password="Something-else-1")

    assert page.status == 422
    assert "Address or password is wrong." in page.text
    assert "Something-else-1" not in page.body
    assert state_of(tenant, invite) is InviteState.PENDING


def test_too_many_attempts_are_told_when_to_come_back(
    browser: Browser, invite: Invite, link_to: LinkTo, account: GiveAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    def limited(*_: object, **__: object) -> None:
        raise SignInsLimitedError("Too many.", retry_after=60)

    account("ann@x.io")
    browser.get(link_to(invite))
    monkeypatch.setattr(Identity, "sign_in", limited)  # moto never limits
    page = browser.submit("sign_in", password=PASSWORD)

    assert (page.status, page.headers["Retry-After"]) == (429, "60")
    assert "too many attempts" in page.text


def test_one_button_accepts_for_the_person_who_is_signed_in(
    browser: Browser, tenant: Tenant, invite: Invite, link_to: LinkTo, account: GiveAccount
) -> None:
    account("ann@x.io")
    sign_in(browser, "ann@x.io")

    browser.get(link_to(invite))
    browser.submit("accept")

    assert "You are in" in browser.follow().text
    assert state_of(tenant, invite) is InviteState.ACCEPTED


def test_accepting_costs_two_calls_more_than_the_look(
    browser: Browser, invite: Invite, link_to: LinkTo, account: GiveAccount, count: Count
) -> None:
    account("ann@x.io")
    sign_in(browser, "ann@x.io")
    browser.get(link_to(invite))

    with count() as cost:
        browser.submit("accept")

    assert cost.operations == ["GetItem", "BatchGetItem", "GetItem", "TransactWriteItems"]


@pytest.mark.parametrize("action", ["accept", "decline", "register", "sign_in"])
def test_nobody_answers_for_somebody_else(
    action: str, browser: Browser, tenant: Tenant, invite: Invite, link_to: LinkTo, account: GiveAccount
) -> None:
    account("ann@x.io")
    account("bob@x.io")
    sign_in(browser, "bob@x.io")
    browser.get(link_to(invite))

    page = browser.send(link_to(invite), action=action, password=PASSWORD)

    assert page.status == 403
    assert "You are signed in as bob@x.io. The invitation is for ann@x.io." in page.text
    assert state_of(tenant, invite) is InviteState.PENDING


def test_accepting_without_a_session_asks_to_sign_in(
    browser: Browser, tenant: Tenant, invite: Invite, link_to: LinkTo, account: GiveAccount
) -> None:
    account("ann@x.io")
    sign_in(browser, "ann@x.io")
    browser.get(link_to(invite))
    del browser.cookies["__Host-usher_session"]

    page = browser.submit("accept")

    assert page.status == 403
    assert "You are not signed in any more." in page.text
    assert "Sign in to accept" in page.text
    assert state_of(tenant, invite) is InviteState.PENDING


def test_two_tabs_and_second_clicks_are_no_errors(
    browser: Browser, new_browser: Callable[[], Browser], invite: Invite, link_to: LinkTo
) -> None:
    link = link_to(invite)
    other = new_browser()
    other.get(link)
    browser.get(link)
    form = browser.page
    browser.submit("register", first_name="Ann", last_name="Lee", password=PASSWORD)
    with_session = dict(browser.cookies)

    browser.page = form
    again = browser.submit("register", first_name="Ann", last_name="Lee", password=PASSWORD)
    without_session = other.submit("register", first_name="Ann", last_name="Lee", password=PASSWORD)

    assert browser.cookies.keys() == with_session.keys()
    assert [again.status, without_session.status] == [303, 303]
    assert "Fire safety" in other.follow().text


def test_registering_an_account_that_exists_leads_to_its_sign_in(
    browser: Browser, tenant: Tenant, invite: Invite, link_to: LinkTo, account: GiveAccount
) -> None:
    browser.get(link_to(invite))
    account("ann@x.io")
    page = browser.submit("register", first_name="Ann", last_name="Lee", password="Another-password-1")

    assert page.status == 409
    assert "This address has an account already. Sign in with its password." in page.text
    assert state_of(tenant, invite) is InviteState.PENDING
    browser.submit("sign_in", password=PASSWORD)
    assert "You are in" in browser.follow().text


@pytest.mark.parametrize("ending", ["expired", "replaced", "withdrawn"])
@pytest.mark.parametrize("action", ["register", "sign_in", "accept", "decline"])
def test_a_link_that_died_while_its_page_was_open_changes_nothing(
    ending: str,
    action: str,
    browser: Browser,
    tenant: Tenant,
    link_to: LinkTo,
    identity: Identity,
    clock: Clock,
) -> None:
    invite = tenant.invite(tenant.license())
    if action != "register":
        identity.register(email="ann@x.io", password=PASSWORD, first_name="Ann", last_name="Lee")
    if action == "accept":
        sign_in(browser, "ann@x.io")
    browser.get(link_to(invite) + ("?decline=1" if action == "decline" else ""))
    if ending == "expired":
        clock.forward(days=10)
    elif ending == "replaced":
        resend(tenant, invite)
    else:
        withdraw(tenant, invite)
    state = state_of(tenant, invite)

    typed = {"register": {"first_name": "Ann", "last_name": "Lee", "password": PASSWORD}}
    page = browser.submit(action, **typed.get(action, {"password": PASSWORD} if action == "sign_in" else {}))

    assert page.status == 409
    assert {"expired": "expired", "replaced": "newer link", "withdrawn": "withdrawn"}[ending] in page.text
    assert state_of(tenant, invite) is state
    assert identity.has_account(email="ann@x.io") == (action != "register")


def test_declining_asks_once_and_is_done(
    browser: Browser, tenant: Tenant, invite: Invite, link_to: LinkTo
) -> None:
    link = link_to(invite)
    first = browser.get(link)
    assert f"{link}?decline=1" in [a["href"] for a in first.html.all("a")]

    asked = browser.get(f"{link}?decline=1")
    assert "Decline the invitation?" in asked.text
    assert "No, go back" in asked.text
    assert "The managers are told. Only a new invitation can undo this." in asked.text
    assert state_of(tenant, invite) is InviteState.PENDING
    form = browser.page
    browser.submit("decline")

    page = browser.follow()
    assert page.status == 200
    assert "You declined this invitation" in page.text
    assert "has been told. Nothing else needs doing." in page.text
    assert state_of(tenant, invite) is InviteState.DECLINED
    browser.page = form
    assert browser.submit("decline").status == 303  # a second click


def test_declining_after_accepting_changes_nothing(
    browser: Browser, tenant: Tenant, invite: Invite, link_to: LinkTo
) -> None:
    browser.get(f"{link_to(invite)}?decline=1")
    tenant.accept(invite)
    page = browser.submit("decline")

    assert page.status == 409
    assert "You accepted this invitation already" in page.text


def test_a_manager_joins_and_is_shown_the_console(browser: Browser, tenant: Tenant, link_to: LinkTo) -> None:
    invite = invite_to_team(tenant, role=Role.FULL)

    browser.get(link_to(invite))
    browser.submit("register", first_name="Tom", last_name="True", password=PASSWORD)
    page = browser.follow()

    assert "You manage Acme now" in page.text
    assert "You are a full manager of Acme." in page.text
    assert {a["href"] for a in page.html.all("a") if "hreflang" not in a} == set()
    assert [form["action"] for form in page.html.all("form")] == [f"/learn/console/{tenant.id}"]
    team = {manager.email: manager for manager in managers.team(tenant.context.table, tenant.id)}
    assert (team["tom@x.io"].state, team["tom@x.io"].last_name) == (ManagerState.ACTIVE, "True")


def test_an_old_team_link_says_the_present_role(
    browser: Browser, tenant: Tenant, link_to: LinkTo, account: GiveAccount
) -> None:
    invite = invite_to_team(tenant, role=Role.FULL)
    tenant.accept(invite)
    account(invite.email)
    sign_in(browser, invite.email)
    team = Team(tenant)

    team.change(invite.email, Role.LIMITED)
    demoted = browser.get(link_to(invite))
    team.remove(invite.email)
    removed = browser.get(link_to(invite))
    invite_to_team(tenant, role=Role.FULL)
    invited_anew = browser.get(link_to(invite))

    assert "You are a limited manager of Acme." in demoted.text
    assert "If you should be one, ask Max Full to invite you again." in removed.text
    assert "You are invited again: open the newest email from Acme" in invited_anew.text
    for page in (removed, invited_anew):
        assert page.status == 200
        assert "You do not manage Acme any more" in page.text
        assert "You are a" not in page.text


def test_who_was_removed_asks_the_organization_when_the_inviter_has_left(
    browser: Browser, tenant: Tenant, link_to: LinkTo, account: GiveAccount
) -> None:
    invite = invite_to_team(tenant)
    tenant.accept(invite)
    account(invite.email)
    sign_in(browser, invite.email)
    Team(tenant).remove(invite.email)
    Team(tenant).joined("eve@x.io")
    Team(tenant).remove(tenant.full.email)

    assert "ask a full manager of Acme to invite you again" in browser.get(link_to(invite)).text


@pytest.mark.parametrize("action", ["", "steal"])
def test_an_action_that_there_is_not_changes_nothing(
    action: str, browser: Browser, tenant: Tenant, invite: Invite, link_to: LinkTo
) -> None:
    browser.get(link_to(invite))

    assert browser.send(link_to(invite), action=action).status == 422
    assert state_of(tenant, invite) is InviteState.PENDING


def test_a_session_that_ran_out_asks_to_sign_in_and_changes_nothing(
    browser: Browser,
    tenant: Tenant,
    invite: Invite,
    link_to: LinkTo,
    account: GiveAccount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account(invite.email)
    sign_in(browser, invite.email)
    browser.get(link_to(invite))
    later = time.time() + SESSION_SECONDS + 1
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)
    page = browser.get(link_to(invite))

    assert "Sign in to accept" in page.text
    assert browser.send(link_to(invite), action="accept").status == 403
    assert state_of(tenant, invite) is InviteState.PENDING


def test_accepting_leads_to_the_only_course_and_the_dashboard_stays_reachable(
    browser: Browser, invite: Invite, link_to: LinkTo
) -> None:
    browser.get(link_to(invite))
    browser.submit("register", first_name="Ann", last_name="Lee", password=PASSWORD)
    page = browser.follow()

    assert "It worked, Ann Lee. You can begin at once." in page.text
    assert "Valid until the end of 31 December 2027" in page.text
    (button,) = [a for a in page.html.all("a") if a.get("class") == "button"]
    assert button == {"class": "button", "href": "https://learn.example/c", "rel": "noreferrer"}
    assert "/learn" in {a["href"] for a in page.html.all("a")}
    assert "Your courses" in browser.get("/learn").text


@pytest.mark.parametrize("why", ["unlinked", "several", "later"])
def test_who_has_not_just_one_linked_course_is_led_to_the_dashboard(
    browser: Browser, tenant: Tenant, link_to: LinkTo, why: str
) -> None:
    product = OperatorCommands(tenant.context).create_product(
        person=tenant.operator, name="Fire safety", kind=ProductKind.COURSE, url="", receipt=Receipt()
    )
    unlinked = tenant.license(product=product)
    linked = tenant.license()
    given = {"unlinked": [unlinked], "several": [linked, tenant.license()], "later": [linked]}[why]
    invite = tenant.invite(given, access_start="2027-02-01" if why == "later" else None)
    browser.get(link_to(invite))
    browser.submit("register", first_name="Ann", last_name="Lee", password=PASSWORD)

    page = browser.follow().text
    assert "It worked, Ann Lee. Here is what you have." in page
