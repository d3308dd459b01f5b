"""Who signed in through a connection is found by address, and unlinked when somebody else has the address."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from infra.local.seed import OPERATOR
from tests.browser import organizations
from tests.browser.conftest import Visit
from tests.browser.organizations import Organization
from tests.browser.test_accessibility import LOOKS, look_at
from tests.local.conftest import LocalUsher
from tests.local.test_sso import location_of
from tests.local.test_story import Browser
from tests.support.identity_provider import CLIENT_ID, CLIENT_SECRET, serving

Visits = Callable[..., Visit]

EVE = "eve@elsewhere.example"


@pytest.fixture(scope="module")
def linking(usher: LocalUsher) -> Organization:
    return organizations.create(usher, "linking", "Linking Ltd", seats=4)


@pytest.fixture(scope="module")
def connection(usher: LocalUsher, linking: Organization) -> str:
    """The path of the screen of a connection, through which Eve signed in once."""
    url = f"/v1/organizations/{linking.id}"
    with serving(f"{usher.base_url}/learn/sso/") as provider, usher.signed_in(linking.manager) as api:
        (license_,) = api.get(f"{url}/licenses").json()["items"]
        created = api.post(
            f"{url}/sso-connections",
            json={
                "name": "Linking ID",
                "issuer": provider.issuer,
                "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET,
                "domains": ["elsewhere.example"],
                "grant": {"licenses": [license_["id"]]},
            },
        )
        assert created.status_code == 201, created.text
        one = created.json()["id"]
        with usher.signed_in(OPERATOR) as operator:
            domains = f"/v1/operator/organizations/{linking.id}/sso-connections/{one}/domains"
            assert operator.put(f"{domains}/elsewhere.example").is_success
        eve = Browser(usher)
        landed = eve.open(provider.sign_in(location_of(eve, f"/learn/sso/{one}"), "stranger"))
        assert landed.url.path == "/learn", landed.text
    return f"{linking.path}/sso-connections/{one}"


@pytest.mark.parametrize(("scheme", "width", "language"), LOOKS)
def test_the_list_in_every_look(
    visit: Visits, linking: Organization, connection: str, scheme: str, width: int, language: str
) -> None:
    visited = visit(scheme=scheme, width=width, language=language)
    visited.sign_in(linking.manager, path=connection)
    expect(visited.page.get_by_text(EVE)).to_be_visible()

    look_at(visited.page, f"sso-people-{scheme}-{width}-{language[:2]}")


def test_an_address_that_was_given_to_somebody_else_is_unlinked(
    visit: Visits, linking: Organization, connection: str
) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in(linking.manager, path=connection)
    people = page.get_by_role("region", name="Who signed in")
    eve = people.get_by_role("row", name=EVE)
    expect(eve).to_contain_text("Learner")

    people.get_by_role("searchbox", name="Address begins with").fill("Zoe")
    expect(people.get_by_role("heading", name="Nothing matches")).to_be_visible()
    people.get_by_role("searchbox", name="Address begins with").fill("EVE@")
    expect(eve).to_be_visible()
    page.reload()
    expect(people.get_by_role("searchbox", name="Address begins with")).to_have_value("EVE@")

    people.get_by_role("button", name=f"Unlink {EVE}").click()
    sure = page.get_by_role("dialog", name=f"Unlink {EVE}?")
    expect(sure).to_contain_text("given to somebody else")
    look_at(page, "sso-unlink")
    sure.get_by_role("button", name="Unlink").dblclick()
    expect(page.get_by_text(f"{EVE} is unlinked.")).to_be_visible()
    expect(eve).to_have_count(0)
    people.get_by_role("button", name="Clear the filters").click()
    expect(people.get_by_role("heading", name="Nobody has signed in yet")).to_be_visible()
