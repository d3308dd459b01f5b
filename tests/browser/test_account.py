"""People change their own name, language and password, and hear what of it stands with their provider."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from infra.local.seed import OPERATOR
from tests.browser import organizations
from tests.browser.clicks import Clicks
from tests.browser.conftest import Visit
from tests.browser.organizations import Organization
from tests.browser.test_accessibility import LOOKS, look_at
from tests.local.conftest import LocalUsher
from tests.support.identity_provider import CLIENT_ID, CLIENT_SECRET, serving

Visits = Callable[..., Visit]

NEW_PASSWORD = "Orchard-lantern-9"

_ONE_NAME = re.compile("Account: Solveig(?! Marti)")


@pytest.fixture(scope="module")
def own(usher: LocalUsher) -> Organization:
    return organizations.create(usher, "own-account", "Own Account")


@pytest.fixture(scope="module")
def signing_on(usher: LocalUsher) -> Iterator[Organization]:
    """An organization whose people sign in through a provider of theirs."""
    made = organizations.create(usher, "signing-on", "Signing On", seats=2)
    connections = f"/v1/organizations/{made.id}/sso-connections"
    with serving(f"{usher.base_url}/learn/sso/") as provider, usher.signed_in(made.manager) as api:
        licenses = api.get(f"/v1/organizations/{made.id}/licenses").json()["items"]
        connection = {
            "name": "Harbor ID",
            "issuer": provider.issuer,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "domains": [made.domain],
            "grant": {"licenses": [licenses[0]["id"]]},
        }
        created = api.post(connections, json=connection, headers={"idempotency-key": "harbor"})
        assert created.status_code == 201, created.text
        with usher.signed_in(OPERATOR) as operator:
            confirmed = f"/v1/operator{connections.removeprefix('/v1')}/{created.json()['id']}/domains"
            assert operator.put(f"{confirmed}/{made.domain}").is_success
        yield made


def _other_tab(visited: Visit) -> Page:
    other = visited.page.context.new_page()
    visited.watch(other)
    other.goto(visited.page.url)
    expect(other.get_by_role("heading", level=1)).to_be_visible()
    return other


def test_ones_own_name_is_changed_in_three_clicks_and_shows_in_the_other_tab(
    visit: Visits, own: Organization
) -> None:
    visited, clicks = visit(), Clicks()
    page = visited.page
    visited.sign_in(own.manager, path=own.path)
    other = _other_tab(visited)

    clicks.click(page.get_by_role("link", name="Team"))
    clicks.click(page.get_by_role("link", name="Edit your name and password"))
    expect(page.get_by_role("heading", name="Your account", level=1)).to_be_focused()
    expect(page.get_by_role("button", name="Save the name")).to_be_disabled()
    page.get_by_label("First name").fill("Solveig")
    clicks.click(page.get_by_role("button", name="Save the name"))
    clicks.check("edit one's own name", vendor="OpenSesame", takes=3)

    expect(page.get_by_text("Your name was changed.")).to_be_visible()
    expect(page.get_by_role("button", name="Account: Solveig Marti")).to_be_visible()
    expect(other.get_by_role("button", name="Account: Solveig Marti")).to_be_visible()
    page.get_by_label("Last name").fill("")
    page.get_by_role("button", name="Save the name").dblclick()
    expect(page.get_by_role("button", name=_ONE_NAME)).to_be_visible()
    page.get_by_role("link", name="Team").click()
    expect(page.get_by_role("row", name="Solveig")).to_contain_text(own.manager)

    page.get_by_role("button", name=_ONE_NAME).click()
    page.get_by_role("menuitem", name="Your account").click()
    visited.expected = {422}
    page.get_by_label("First name").fill("Sol\u0007veig")  # as it may come from a clipboard
    page.get_by_role("button", name="Save the name").click()
    expect(page.get_by_role("alert").filter(has_text="Correct the fields that are named")).to_be_visible()
    expect(page.get_by_label("First name")).to_have_attribute("aria-invalid", "true")


def test_the_language_is_chosen_and_kept_in_the_account(visit: Visits, own: Organization) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in(own.manager, path=f"{own.path}/account")
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        page.get_by_role("combobox", name="Language").select_option("Français")
    expect(page.get_by_role("heading", name="Votre compte", level=1)).to_be_visible()

    elsewhere = visit()
    elsewhere.sign_in(own.manager, path=f"{own.path}/account")
    expect(elsewhere.page.get_by_role("heading", name="Votre compte", level=1)).to_be_visible()
    with elsewhere.page.expect_response(lambda answer: answer.request.method == "PATCH"):
        elsewhere.page.get_by_role("combobox", name="Langue").select_option("English")
    expect(elsewhere.page.get_by_role("heading", name="Your account", level=1)).to_be_visible()


def test_a_new_password_is_refused_by_what_is_wrong_with_it_and_ends_the_other_sessions(
    visit: Visits, own: Organization
) -> None:
    visited, elsewhere = visit(), visit()
    page, usher = visited.page, visited.usher
    elsewhere.sign_in(own.manager, path=own.path)
    visited.sign_in(own.manager, path=f"{own.path}/account")
    other = _other_tab(visited)
    password = page.get_by_role("region", name="Password")
    current, new = password.get_by_label("Present password"), password.get_by_label("New password")
    change = password.get_by_role("button", name="Change the password")
    expect(change).to_be_disabled()

    visited.expected = {422}
    current.fill(usher.password)
    for weak, why in (
        ("Too-short-1", "Too short: at least 12 characters."),
        ("Password1234", "one of the most common passwords"),
        (" Orchard-lantern-9", "It begins or ends with a space."),
    ):
        new.fill(weak)
        change.click()
        expect(new).to_have_accessible_description(_containing(why))
    current.fill("Not-my-password-1")
    new.fill(NEW_PASSWORD)
    change.click()
    expect(current).to_have_accessible_description(_containing("This is not your present password."))
    look_at(page, "account-refused")

    current.fill(usher.password)
    change.dblclick()
    expect(page.get_by_text("Your password was changed.")).to_be_visible()
    expect(current).to_have_value("")

    page.reload()
    expect(page.get_by_role("heading", name="Your account", level=1)).to_be_visible()
    other.get_by_role("link", name="Team").click()
    expect(other.get_by_role("row", name=own.manager)).to_be_visible()
    elsewhere.expected = {401}
    elsewhere.page.reload()
    expect(elsewhere.page.get_by_role("heading", name="Sign in")).to_be_visible()

    # In the other tab the former password is still typed in.
    visited.expected = {422}
    other.get_by_role("link", name="Edit your name and password").click()
    other.get_by_label("Present password").fill(usher.password)
    other.get_by_label("New password").fill("Another-lantern-7")
    other.get_by_role("button", name="Change the password").click()
    expect(other.get_by_text("This is not your present password.")).to_be_visible()
    other.get_by_label("Present password").fill(NEW_PASSWORD)
    other.get_by_label("New password").fill(usher.password)  # as it was, for the other tests
    other.get_by_role("button", name="Change the password").click()
    expect(other.get_by_text("Your password was changed.")).to_be_visible()


def _containing(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text))


@pytest.mark.parametrize(("scheme", "width", "language"), LOOKS)
def test_who_signs_in_through_a_provider_is_told_that_no_password_is_needed(
    visit: Visits, signing_on: Organization, scheme: str, width: int, language: str
) -> None:
    visited = visit(scheme=scheme, width=width, language=language)
    page = visited.page
    visited.sign_in(signing_on.manager, path=f"{signing_on.path}/account")

    expect(page.get_by_text("Harbor ID")).to_be_visible()
    expect(page.locator("input[name=current_password]")).to_be_hidden()
    page.locator("summary").click()
    expect(page.locator("input[name=current_password]")).to_be_visible()
    look_at(page, f"account-sign-on-{scheme}-{width}-{language[:2]}")


def test_operators_have_the_screen_among_their_own(visit: Visits) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in(OPERATOR, path="/operator/organizations")
    page.get_by_role("button", name="Account:").click()
    page.get_by_role("menuitem", name="Your account").click()

    expect(page.get_by_role("heading", name="Your account", level=1)).to_be_visible()
    expect(page.get_by_label("Present password")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/operator/account$"))
