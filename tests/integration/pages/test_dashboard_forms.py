"""The forms of the dashboard: an invite is answered there, and a request to join is taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.integration.pages.conftest import Browser
from tests.integration.pages.test_invites import invite_to_team, sign_in
from tests.support.call_counts import Count
from tests.support.clients import close_client, create_client
from tests.support.clock import Clock
from tests.support.groups import invite_all
from tests.support.join_pages import approve, group_of, join, requests, set_page
from tests.support.reading_back import access_now, events_of, invite_now, seats
from tests.support.team import Team
from tests.support.tenant import Tenant
from usher.domain.accesses import AccessState
from usher.domain.enrollment.join_pages import WhenFull
from usher.domain.enrollment.join_requests import JoinState
from usher.domain.invites import InviteState
from usher.store import managers

ANN, BO = "ann@x.io", "bo@x.io"
REFUSED = 409


@pytest.fixture
def ann(browser: Browser, account: Callable[[str], None]) -> Browser:
    """Ann's browser, signed in."""
    account(ANN)
    sign_in(browser, ANN)
    return browser


def wait_in_line(tenant: Tenant, *emails: str) -> None:
    """Have the people wait for the seat that somebody else holds."""
    license_ = tenant.license(1)
    tenant.invite(license_, "first@x.io")
    set_page(tenant, license_, when_full=WhenFull.WAITING_LIST)
    for email in emails:
        join(tenant, email)


def test_an_invite_is_accepted_on_the_dashboard(ann: Browser, tenant: Tenant, count: Count) -> None:
    license_ = tenant.license()
    invite = tenant.invite(license_)
    ann.get("/learn")

    with count() as cost:
        ann.submit("accept")
    page = ann.follow()

    assert cost.operations == ["BatchGetItem", "GetItem", "TransactWriteItems"]
    assert "It worked, Ann Lee." in page.text
    assert "Fire safety Course · Acme You have access." in page.text
    assert "waiting for your answer" not in page.text
    assert access_now(tenant, license_).state is AccessState.ACTIVE
    (event,) = events_of(tenant, "invite.accepted")
    assert event.actor == ANN
    assert invite_now(tenant, invite).answered_at is not None


def test_an_invite_to_several_licenses_is_one_card_and_one_answer(ann: Browser, tenant: Tenant) -> None:
    fire = tenant.license()
    aid = tenant.license(product=tenant.product(name="First aid"))
    tenant.invite([fire, aid], access_start="2027-02-01")

    page = ann.get("/learn")
    assert page.text.count("An invitation is waiting for your answer.") == 1
    assert "2 courses Acme" in page.text
    assert "Course Fire safety Access starts 1 February 2027" in page.text
    assert "Course First aid Access starts 1 February 2027" in page.text
    ann.submit("accept")

    assert ann.follow().text.count("Your access starts later.") == 2


def test_an_invite_to_a_group_names_it(ann: Browser, tenant: Tenant) -> None:
    invite_all(tenant, group_of(tenant, tenant.license()), [ANN])

    assert "By accepting you join the group Night shift." in ann.get("/learn").text


def test_declining_asks_once_and_gives_the_seat_back(ann: Browser, tenant: Tenant) -> None:
    license_ = tenant.license(1)
    invite = tenant.invite(license_)
    ann.get("/learn")
    asked = ann.get(f"/learn?decline={invite.id}")
    assert "your place goes back to Acme. The managers are told." in asked.text
    assert invite_now(tenant, invite).state is InviteState.PENDING

    ann.submit("decline")
    again = replace(ann, page=asked)
    page = ann.follow()

    assert "You declined the invitation." in page.text
    assert "There is nothing here yet" in page.text
    assert seats(tenant, license_) == (1, 0, 1)
    assert again.submit("decline").status == 303, "a second click"
    assert len(events_of(tenant, "invite.declined")) == 1


def test_a_second_click_accepts_once(ann: Browser, tenant: Tenant) -> None:
    tenant.invite(tenant.license())
    form = ann.get("/learn")
    ann.submit("accept")

    second = replace(ann, page=form).submit("accept")

    assert (second.status, second.headers["Location"]) == (303, "/learn?welcome=1")
    assert len(events_of(tenant, "invite.accepted")) == 1


def test_accepting_while_the_manager_withdraws_says_what_is_true(ann: Browser, tenant: Tenant) -> None:
    license_ = tenant.license(1)
    invite = tenant.invite(license_)
    ann.get("/learn")

    with tenant.before_next_write(lambda: tenant.withdraw(invite)):
        page = ann.submit("accept")

    assert page.status == REFUSED
    assert "This invitation was withdrawn." in page.text
    assert seats(tenant, license_) == (1, 0, 1)


@pytest.mark.parametrize(
    ("closing", "action", "said"),
    [
        ("expire", "accept", "This invitation has expired."),
        ("expire", "decline", "This invitation has expired."),
        ("decline", "accept", "You declined this invitation already."),
        ("accept", "decline", "You accepted this invitation already."),
        ("withdraw", "decline", "This invitation was withdrawn."),
    ],
)
def test_an_invite_that_was_closed_while_the_page_was_open_is_not_answered(
    closing: str, action: str, said: str, ann: Browser, tenant: Tenant, clock: Clock
) -> None:
    invite = tenant.invite(tenant.license())
    ann.get("/learn")
    if closing == "expire":
        clock.forward(days=10)
    else:
        getattr(tenant, closing)(invite)
    before = invite_now(tenant, invite)

    page = ann.send(f"/learn/invites/{invite.id}", action=action)

    assert page.status == REFUSED
    assert said in page.text
    assert invite_now(tenant, invite) == before


def test_a_resent_invite_is_answered_by_the_page_that_was_open(ann: Browser, tenant: Tenant) -> None:
    """The account proves the address, so that no link has to be the newest."""
    license_ = tenant.license()
    invite = tenant.invite(license_)
    ann.get("/learn")
    tenant.resend(invite)

    ann.submit("accept")

    assert access_now(tenant, license_).state is AccessState.ACTIVE


@pytest.mark.parametrize("action", ["accept", "decline"])
def test_nobody_answers_for_somebody_else(ann: Browser, tenant: Tenant, action: str) -> None:
    invite = invite_now(tenant, tenant.invite(tenant.license(), BO))
    ann.get("/learn")

    page = ann.send(f"/learn/invites/{invite.id}", action=action)

    assert page.status == 404
    assert invite_now(tenant, invite) == invite
    ann.get("/learn")
    assert ann.send("/learn/invites/nothing", action=action).status == 404


def test_a_team_invite_is_accepted_on_the_dashboard(ann: Browser, tenant: Tenant, count: Count) -> None:
    invite_to_team(tenant, ANN)
    with count() as cost:
        page = ann.get("/learn")

    assert "Manage Acme As a limited manager An invitation is waiting for your answer." in page.text
    assert "You can answer until the end of 13 January 2027." in page.text
    assert "You manage" not in page.text
    assert cost.operations == ["Query", "BatchGetItem", "Query", "BatchGetItem"]
    ann.submit("accept")
    page = ann.follow()
    assert "You manage Acme now You are a limited manager of Acme." in page.text
    page = ann.get("/learn")
    assert "You manage Acme (limited manager)" in page.text
    assert "waiting for your answer" not in page.text


def test_a_team_invite_is_declined_on_the_dashboard(ann: Browser, tenant: Tenant) -> None:
    invite = invite_to_team(tenant, ANN)
    asked = ann.get(f"/learn?decline={invite.id}")
    assert "If you decline, you will not become a limited manager of Acme." in asked.text

    ann.submit("decline")

    assert "There is nothing here yet" in ann.follow().text
    assert invite_now(tenant, invite).state is InviteState.DECLINED
    assert ANN not in Team(tenant).list()


def test_a_team_invite_that_expired_or_was_revoked_is_not_shown(
    ann: Browser, tenant: Tenant, clock: Clock
) -> None:
    invite_to_team(tenant, ANN)
    Team(tenant).revoke(ANN)
    revoked = ann.get("/learn")
    invite_to_team(tenant, ANN)
    clock.forward(days=10)
    expired = ann.get("/learn")

    assert all("There is nothing here yet" in page.text for page in (revoked, expired))


def test_an_invite_of_a_client_that_was_closed_is_neither_shown_nor_answered(
    ann: Browser, tenant: Tenant
) -> None:
    client = create_client(tenant, manager=ANN)
    assert "Manage Branch" in ann.get("/learn").text
    (manager,) = managers.team(tenant.context.table, client.id)
    close_client(tenant, client)

    page = ann.send(f"/learn/invites/{manager.invite}", action="accept")

    assert page.status == 404
    assert "There is nothing here yet" in ann.get("/learn").text
    assert managers.team(tenant.context.table, client.id) == [manager]


@pytest.mark.parametrize(
    ("path", "action"), [("/learn/invites/{invite}", "accept"), ("/learn/join-requests/{tenant}", "withdraw")]
)
def test_a_form_of_another_site_a_session_that_is_over_and_nobody_change_nothing(
    path: str, action: str, ann: Browser, tenant: Tenant
) -> None:
    invite = tenant.invite(tenant.license())
    wait_in_line(tenant, ANN)
    path = path.format(invite=invite.id, tenant=tenant.id)
    ann.get("/learn")
    copied = replace(ann, cookies=dict(ann.cookies))

    assert ann.send(path, action=action, csrf="forged").status == 403
    ann.get("/learn")
    ann.submit("sign-out")
    over = copied.send(path, action=action)
    assert (over.status, over.headers["Location"]) == (303, path)
    assert copied.follow().headers["Location"] == "/learn"
    assert "Sign in to your courses" in copied.follow().text
    assert copied.send(path, action=action).status == 403
    assert invite_now(tenant, invite).state is InviteState.PENDING
    assert requests(tenant, JoinState.WAITING) == [ANN]


def test_an_action_that_there_is_not_changes_nothing(ann: Browser, tenant: Tenant) -> None:
    invite = tenant.invite(tenant.license())
    ann.get("/learn")

    assert ann.send(f"/learn/invites/{invite.id}", action="steal").status == 422
    assert invite_now(tenant, invite).state is InviteState.PENDING


def test_whoever_waits_sees_for_what_and_how_long(ann: Browser, tenant: Tenant) -> None:
    wait_in_line(tenant, "one@x.io", "two@x.io", ANN)

    page = ann.get("/learn")

    assert "There is nothing here yet" not in page.text
    assert "You asked to join on 4 January 2027." in page.text
    assert "You are on the waiting list. 2 people are before you." in page.text
    assert page.text.startswith("Your courses · Acme")


def test_whoever_waits_for_a_manager_sees_so(ann: Browser, tenant: Tenant) -> None:
    set_page(tenant, approval=True)
    join(tenant)

    assert "A manager has to answer your request. You get an email with the answer" in ann.get("/learn").text

    approve(tenant)
    assert "A manager has to answer" not in ann.get("/learn").text


def test_a_request_is_taken_back_on_the_dashboard(ann: Browser, tenant: Tenant) -> None:
    wait_in_line(tenant, ANN, BO)
    assert "Nobody is before you." in ann.get("/learn").text

    ann.submit("withdraw")
    page = ann.follow()

    assert "Your request to join was taken back." in page.text
    assert "There is nothing here yet" in page.text
    assert requests(tenant, JoinState.WAITING) == [BO]


def test_a_request_that_was_answered_while_the_page_was_open_is_not_taken_back(
    ann: Browser, tenant: Tenant
) -> None:
    license_ = tenant.license()
    set_page(tenant, license_, approval=True)
    join(tenant)
    ann.get("/learn")
    approve(tenant)

    page = ann.submit("withdraw")

    assert page.status == REFUSED
    assert "Your request to join was answered meanwhile." in page.text
    assert "You have access." in page.text


def test_an_invite_and_a_request_for_an_answer_cost_no_call_more(
    ann: Browser, tenant: Tenant, count: Count
) -> None:
    tenant.invite(tenant.license())
    set_page(tenant, approval=True)
    join(tenant)

    with count() as cost:
        page = ann.get("/learn")

    assert "waiting for your answer" in page.text
    assert "A manager has to answer" in page.text
    assert cost.operations == ["Query", "BatchGetItem", "Query"]
