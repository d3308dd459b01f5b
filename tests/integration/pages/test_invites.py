"""The page behind a link, in each state of its invite; and that looking changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import pytest

from tests.integration.pages.conftest import PASSWORD, Browser
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.tenant import Tenant
from usher.domain.invites import Invite
from usher.domain.licenses import ProductKind
from usher.domain.organizations import Branding, Role
from usher.services.context import Context
from usher.services.invites.answer_invite import AnswerInvite
from usher.services.invites.invite_learners import InviteLearners
from usher.services.invites.manage_invites import ManageInvites
from usher.services.receipts import Receipt
from usher.services.team_members import TeamMembers
from usher.store import invites, organizations
from usher.store.transaction import commit

LinkTo: TypeAlias = Callable[[Invite], str]
GiveAccount: TypeAlias = Callable[[str], None]


def invite_to_team(tenant: Tenant, email: str = "tom@x.io", role: Role = Role.LIMITED) -> Invite:
    manager = TeamMembers(tenant.context).invite(
        person=tenant.full,
        organization=tenant.id,
        email=email,
        first_name="Tom",
        last_name="Typed",
        role=role,
        receipt=Receipt(),
    )
    found = invites.get(tenant.context.table, manager.invite)
    assert found is not None
    return found


def resend(tenant: Tenant, invite: Invite) -> Invite:
    return ManageInvites(tenant.context).resend(
        person=tenant.full, organization=tenant.id, invite=invite.id, receipt=Receipt()
    )


def withdraw(tenant: Tenant, invite: Invite) -> Invite:
    return ManageInvites(tenant.context).withdraw(
        person=tenant.full, organization=tenant.id, invite=invite.id, receipt=Receipt()
    )


def sign_in(browser: Browser, email: str) -> None:
    browser.get("/learn")
    assert browser.submit("sign-in", email=email, password=PASSWORD).status == 303


def test_a_new_person_is_offered_to_register(browser: Browser, invite: Invite, link_to: LinkTo) -> None:
    page = browser.get(link_to(invite))

    assert page.status == 200
    assert (
        "You are invited Max Full of Acme invites you to Fire safety, with access from the moment you accept "
        "until the end of 31 December 2027."
    ) in page.text
    assert page.body.partition("</head>")[2].count("Fire safety") == 1, "its name stands once"
    assert "You can answer until the end of 13 January 2027." in page.text
    assert "At least 12 characters." in page.text
    hints = {i["id"]: i["autocomplete"] for i in page.html.all("input") if i["type"] != "hidden"}
    assert hints == {
        "email": "username",
        "first_name": "given-name",
        "last_name": "family-name",
        "password": "new-password",
    }
    assert page.html.with_id("email")["value"] == "ann@x.io"
    assert "readonly" in page.html.with_id("email")


def test_what_the_manager_typed_is_filled_in(browser: Browser, tenant: Tenant, link_to: LinkTo) -> None:
    (invited,) = InviteLearners(tenant.context).invite(
        person=tenant.full,
        organization=tenant.id,
        license_ids=[tenant.license().id],
        emails="ann@x.io",
        first_name="Anne",
        last_name="Léger",
        message="See you\nin class",
        receipt=Receipt(),
    )
    assert invited.invite is not None

    page = browser.get(link_to(invited.invite))

    assert page.html.with_id("first_name")["value"] == "Anne"
    assert page.html.with_id("last_name")["value"] == "Léger"
    assert "<blockquote>See you\nin class</blockquote>" in page.body


def test_a_person_with_an_account_is_asked_to_sign_in(
    browser: Browser, invite: Invite, link_to: LinkTo, account: GiveAccount
) -> None:
    account("ann@x.io")

    page = browser.get(link_to(invite))

    assert "Sign in to accept" in page.text
    assert page.html.with_id("password")["autocomplete"] == "current-password"


def test_an_account_that_never_got_its_password_counts_as_none(
    browser: Browser, invite: Invite, link_to: LinkTo, identity: object
) -> None:
    client, pool = identity._client, identity._pool  # type: ignore[attr-defined] # the state of a crash between two calls
    client.admin_create_user(
        UserPoolId=pool,
        Username="ann@x.io",
        UserAttributes=[
            {"Name": "email", "Value": "ann@x.io"},
            {"Name": "email_verified", "Value": "true"},
        ],
    )

    browser.get(link_to(invite))
    browser.submit("register", first_name="Ann", last_name="Lee", password=PASSWORD)

    assert "You are in" in browser.follow().text


def test_the_invited_person_signed_in_needs_one_button(
    browser: Browser, invite: Invite, link_to: LinkTo, account: GiveAccount
) -> None:
    account("ann@x.io")
    sign_in(browser, "ann@x.io")

    page = browser.get(link_to(invite))

    assert "Accept as Ann Lee" in page.text
    assert [i["type"] for i in page.html.all("input")] == ["hidden", "hidden"]


def test_somebody_else_is_told_so_and_offered_to_switch(
    browser: Browser, invite: Invite, link_to: LinkTo, account: GiveAccount
) -> None:
    account("bob@x.io")
    sign_in(browser, "bob@x.io")

    page = browser.get(link_to(invite))
    assert page.status == 200
    assert "You are signed in as bob@x.io. The invitation is for ann@x.io." in page.text
    browser.submit("switch")

    assert "Create your account to accept" in browser.follow().text


def test_a_start_that_lies_ahead_is_told_in_the_organizations_time_zone(
    browser: Browser, tenant: Tenant, link_to: LinkTo
) -> None:
    chosen = tenant.invite(tenant.license(), "ann@x.io", access_start="2027-02-01")
    agreed = tenant.invite(tenant.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-03-01"), "bob@x.io")

    assert (
        "to Fire safety, with access from 1 February 2027 until the end of"
        in browser.get(link_to(chosen)).text
    )
    assert "with access from 1 March 2027 until the end of" in browser.get(link_to(agreed)).text


def test_several_courses_are_all_named(browser: Browser, tenant: Tenant, link_to: LinkTo) -> None:
    bundle = tenant.license(product=tenant.product(ProductKind.BUNDLE, name="First aid"))

    page = browser.get(link_to(tenant.invite([tenant.license(), bundle])))

    assert (
        "Max Full of Acme invites you to 2 courses, with access from the moment you accept until the end of "
        "31 December 2027."
    ) in page.text
    assert "Fire safety Course Access" in page.text
    assert "First aid Course with exam Access" in page.text


def test_what_starts_at_different_times_is_told_from_the_first_until_the_last(
    browser: Browser, tenant: Tenant, link_to: LinkTo
) -> None:
    library = tenant.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-03-01")
    videos = tenant.license(kind=ProductKind.SUBSCRIPTION, starts_at="2027-04-01")

    mixed = browser.get(link_to(tenant.invite([tenant.license(), library], "ann@x.io"))).text
    later = browser.get(link_to(tenant.invite([library, videos], "bob@x.io"))).text

    assert "to 1 course and 1 subscription, with access from the moment you accept until the end of" in mixed
    assert "to 2 subscriptions, with access from 1 March 2027 at the earliest until the end of" in later
    assert "31 December 2027 at the latest." in later


def test_at_its_expiry_the_link_is_dead_and_says_whom_to_ask(
    browser: Browser, invite: Invite, link_to: LinkTo, clock: Clock
) -> None:
    clock.forward(days=10, seconds=-1)
    assert browser.get(link_to(invite)).status == 200
    clock.forward(seconds=1)

    page = browser.get(link_to(invite))

    assert page.status == 410
    assert "This invitation has expired" in page.text
    assert "until 14 January 2027, 10:00 (Europe/Zurich)." in page.text
    assert "Ask Max Full to send it again" in page.text
    assert [one["value"] for one in page.html.all("input") if one["name"] == "action"] == ["request_link"]


def test_a_replaced_link_points_to_the_newest_email(
    browser: Browser, tenant: Tenant, invite: Invite, link_to: LinkTo
) -> None:
    newer = resend(tenant, invite)

    page = browser.get(link_to(invite))

    assert page.status == 410
    assert "A newer link was sent" in page.text
    assert browser.get(link_to(newer)).status == 200


def test_a_withdrawn_invite_says_so(
    browser: Browser, tenant: Tenant, invite: Invite, link_to: LinkTo
) -> None:
    withdraw(tenant, invite)

    page = browser.get(link_to(invite))

    assert page.status == 410
    assert "This invitation was withdrawn" in page.text
    assert "on 4 January 2027." in page.text


def test_a_declined_invite_says_so(
    browser: Browser, context: Context, invite: Invite, link_to: LinkTo
) -> None:
    AnswerInvite(context).decline(invite=invite.id, number=1)

    page = browser.get(link_to(invite))

    assert page.status == 200
    assert "You declined this invitation" in page.text


@pytest.mark.parametrize("closing", ["withdrawn", "declined", "expired"])
def test_a_closed_link_points_to_the_newer_invite(
    closing: str, browser: Browser, tenant: Tenant, link_to: LinkTo, clock: Clock
) -> None:
    license_ = tenant.license()
    stale = tenant.invite(license_)
    if closing == "withdrawn":
        withdraw(tenant, stale)
    elif closing == "declined":
        tenant.decline(stale)
    clock.forward(days=10)
    live = tenant.invite(license_)

    page = browser.get(link_to(stale))
    assert "Acme invited you again since, and that invitation waits for your answer." in page.text
    assert "ask" not in page.text.lower()
    assert browser.get(link_to(live)).status == 200

    tenant.accept(live)
    assert "you have access by another way since" in browser.get(link_to(stale)).text
    clock.forward(days=400)
    assert "another way" not in browser.get(link_to(stale)).text


def test_a_closed_team_link_points_to_what_came_since(
    browser: Browser, tenant: Tenant, link_to: LinkTo, clock: Clock
) -> None:
    stale = invite_to_team(tenant)
    clock.forward(days=10)
    live = invite_to_team(tenant)

    assert "Acme invited you again since" in browser.get(link_to(stale)).text

    tenant.accept(live)
    assert "you manage Acme by another invitation since" in browser.get(link_to(stale)).text


def test_an_accepted_invite_leads_to_the_course(
    browser: Browser,
    new_browser: Callable[[], Browser],
    tenant: Tenant,
    invite: Invite,
    link_to: LinkTo,
    account: GiveAccount,
) -> None:
    account("ann@x.io")
    account("bob@x.io")
    tenant.accept(invite)

    page = browser.get(link_to(invite))
    assert page.status == 200
    assert "You accepted this invitation already" in page.text
    assert browser.submit("sign_in", password=PASSWORD).status == 303
    again = browser.get(link_to(invite))
    assert "you accepted this invitation already" in again.text
    assert [a["href"] for a in again.html.all("a") if "button" in a.get("class", "")] == [
        "https://learn.example/c"
    ]

    other = new_browser()
    sign_in(other, "bob@x.io")
    assert "This invitation is for somebody else" in other.get(link_to(invite)).text


@pytest.mark.parametrize("spoil", [lambda link: link[:-1], lambda link: link[:-1] + "!", lambda _: "/i/x"])
def test_a_forged_or_truncated_link_says_what_to_do(
    browser: Browser, invite: Invite, link_to: LinkTo, spoil: Callable[[str], str]
) -> None:
    page = browser.get(spoil(link_to(invite)))

    assert page.status == 404
    assert "This link does not work" in page.text
    assert "Open the newest email" in page.text
    assert "Acme" not in page.body


def test_a_link_to_an_invite_that_is_gone_looks_like_a_forged_one(
    browser: Browser, invite: Invite, link_to: LinkTo
) -> None:
    page = browser.get(link_to(replace(invite, id="0" * 26)))

    assert (page.status, "This link does not work" in page.text) == (404, True)


def test_a_team_invite_says_the_role_and_warns_those_with_an_account(
    browser: Browser, tenant: Tenant, link_to: LinkTo, account: GiveAccount
) -> None:
    link = link_to(invite_to_team(tenant))
    page = browser.get(link)
    assert "Max Full of Acme invites you to manage Acme as a limited manager, from the moment" in page.text
    assert "A limited manager may look at everything and change nothing." in page.text
    assert page.html.with_id("first_name")["value"] == "Tom"
    assert "do not follow you" not in page.text

    account("tom@x.io")

    assert "licenses, the history and the integrations" in browser.get(link).text


def test_an_operators_invite_names_the_organization(
    browser: Browser, tenant: Tenant, link_to: LinkTo
) -> None:
    invite = replace(invite_to_team(tenant, role=Role.FULL), created_by=tenant.operator.email)
    commit(tenant.context.table, [invites.change(replace(invite, created_by=tenant.full.email), invite)])

    assert (
        "Acme invites you to manage Acme as a full manager, from the moment"
        in browser.get(link_to(invite)).text
    )


def test_the_page_wears_the_organizations_color_and_logo(
    browser: Browser, tenant: Tenant, invite: Invite, link_to: LinkTo
) -> None:
    branding = Branding(color="#ffe45c", logo_url="https://cdn.acme.example/logo.png?v=1")
    found = organizations.get(tenant.context.table, tenant.id)
    assert found is not None
    commit(tenant.context.table, [organizations.change(found, replace(found, branding=branding))])

    page = browser.get(link_to(invite))

    assert "--brand: #ffe45c;" in page.body
    assert "--on-brand: #000000;" in page.body
    assert page.html.all("img") == [{"class": "sender", "src": branding.logo_url, "alt": "Acme"}]
    assert "img-src data: https://cdn.acme.example;" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "state", ["new", "known", "mine", "other", "expired", "withdrawn", "accepted", "team"]
)
def test_looking_changes_nothing(
    state: str,
    browser: Browser,
    tenant: Tenant,
    link_to: LinkTo,
    account: GiveAccount,
    clock: Clock,
    count: Count,
) -> None:
    invite = invite_to_team(tenant, "ann@x.io") if state == "team" else tenant.invite(tenant.license())
    if state in {"known", "mine"}:
        account("ann@x.io")
    if state == "other":
        account("bob@x.io")
    if state in {"mine", "other"}:
        sign_in(browser, "ann@x.io" if state == "mine" else "bob@x.io")
    if state == "accepted":
        tenant.accept(invite)
    if state == "withdrawn":
        withdraw(tenant, invite)
    if state == "expired":
        clock.forward(days=11)

    with count() as cost:
        head = browser.request("HEAD", link_to(invite))
        browser.get(f"{link_to(invite)}?decline=1")
        page = browser.get(link_to(invite))

    assert cost.operations == ["GetItem", "BatchGetItem"] * 3
    assert head.body == ""
    assert head.status == page.status == {"expired": 410, "withdrawn": 410}.get(state, 200)
