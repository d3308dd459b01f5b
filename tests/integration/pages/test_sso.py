"""Single sign-on: people sign in at a real OpenID provider, which runs in a process of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.integration.pages.conftest import PASSWORD, Answer, Browser
from tests.support.clock import Clock
from tests.support.codes import client_of
from tests.support.identity_provider import IdentityProvider, parameters_of
from tests.support.published_events import data_of, seat_changes
from tests.support.reading_back import access_now, events_of, seats
from tests.support.sso_connections import Connector
from tests.support.tenant import Tenant
from usher.domain.accesses import AccessState
from usher.domain.enrollment.connections import Connection
from usher.domain.enrollment.grants import Grant
from usher.domain.enrollment.join_pages import WhenFull
from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.reports.activity import ActivityRow
from usher.gateways.client_secrets import ClientSecrets
from usher.services.activity_report import ActivityQuery, ActivityReport
from usher.services.clients import Clients
from usher.services.enrollment.join_pages import JoinPages
from usher.services.enrollment.sso_login import SsoLogin
from usher.services.groups import Groups
from usher.services.organization_settings import OrganizationSettings
from usher.services.receipts import Receipt
from usher.store.people import learners


@pytest.fixture
def connector(tenant: Tenant, provider: IdentityProvider, client_secrets: ClientSecrets) -> Connector:
    return Connector(tenant, provider, client_secrets)


def begin(browser: Browser, connection: Connection) -> str:
    """Press the button; where the browser is sent."""
    answer = browser.get(f"/learn/sso/{connection.id}")
    assert answer.status == 303, answer.body
    return answer.headers["Location"]


def activity(tenant: Tenant) -> list[ActivityRow]:
    """Return the rows of the activity report."""
    return (
        ActivityReport(tenant.context)
        .page(person=tenant.full, organization=tenant.id, query=ActivityQuery(), limit=50, cursor=None)
        .items
    )


def sign_in(browser: Browser, connection: Connection, provider: IdentityProvider, account: str) -> Answer:
    """Press the button, sign in at the provider, and come back."""
    return browser.get(provider.sign_in(begin(browser, connection), account))


def test_the_way_there_carries_a_challenge_a_state_and_a_nonce(
    browser: Browser, connector: Connector, provider: IdentityProvider
) -> None:
    connection = connector.connect()
    answer = browser.get(f"/learn/sso/{connection.id}")
    location = answer.headers["Location"]

    asked = parameters_of(location)
    assert location.startswith(f"{provider.issuer}/auth?")
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert len(asked["code_challenge"]) == 43
    assert len(asked["state"]) == len(asked["nonce"]) == 43
    assert asked["redirect_uri"] == f"https://usher.example/learn/sso/{connection.id}/callback"
    assert asked["scope"].split() == ["openid", "email", "profile"]
    (cookie,) = [one for one in answer.cookies if "usher_sso" in one]
    assert cookie.startswith("__Host-usher_sso=")
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Max-Age=600"} <= set(cookie.split("; "))


def test_first_sign_in_provisions_the_learner_to_client_and_sublicense(
    browser: Browser, connector: Connector, provider: IdentityProvider, tenant: Tenant
) -> None:
    license_ = tenant.license()
    clients = Clients(tenant.context)
    client = clients.create(
        person=tenant.full, organization=tenant.id, name="Client", slug="client", receipt=Receipt()
    )
    carved = clients.create_sublicense(
        person=tenant.full,
        organization=tenant.id,
        client=client.id,
        license_id=license_.id,
        seats=2,
        receipt=Receipt(),
    )
    connection = connector.connect(Grant(licenses=(carved.id,)), organization=client.id)

    landed = sign_in(browser, connection, provider, "ann")

    assert (landed.status, landed.headers["Location"]) == (303, "/learn?welcome=1")
    assert "Fire safety Course · Client You have access." in browser.follow().text
    assert "__Host-usher_sso" not in browser.cookies
    assert access_now(tenant, carved, "ann@acme.example").state is AccessState.ACTIVE
    assert seats(tenant, carved) == (2, 1, 1)
    learner = learners.get(tenant.context.table, client.id, "ann@acme.example")
    assert learner is not None
    assert (learner.first_name, learner.last_name) == ("Ann", "Lee")


def test_first_sign_in_provisions_the_learner_to_a_group(
    browser: Browser, connector: Connector, provider: IdentityProvider, tenant: Tenant
) -> None:
    license_ = tenant.license()
    group = Groups(tenant.context).create(
        person=tenant.full, organization=tenant.id, name="Night", license_ids=[license_.id], receipt=Receipt()
    )

    sign_in(browser, connector.connect(Grant(group=group.group.id)), provider, "ann")

    members = Groups(tenant.context).members(
        person=tenant.full, organization=tenant.id, group=group.group.id, limit=10, cursor=None
    )
    assert [one.email for one in members.items] == ["ann@acme.example"]
    assert access_now(tenant, license_, "ann@acme.example").state is AccessState.ACTIVE
    (row,) = activity(tenant)
    assert (row.method, row.source, row.group) == (EnrollmentMethod.SINGLE_SIGN_ON, "Acme ID", "Night")
    assert (row.email, row.license) == ("ann@acme.example", license_.id)


def test_first_sign_in_that_gives_nothing_is_reported_without_a_license(
    browser: Browser, connector: Connector, provider: IdentityProvider, tenant: Tenant
) -> None:
    sign_in(browser, connector.connect(), provider, "ann")

    (row,) = activity(tenant)
    assert (row.method, row.license, row.access) == (EnrollmentMethod.SINGLE_SIGN_ON, None, None)


def test_later_sign_ins_only_sign_in(
    new_browser: Callable[[], Browser], connector: Connector, provider: IdentityProvider, tenant: Tenant
) -> None:
    license_, later = tenant.license(), tenant.license()
    connection = connector.connect(Grant(licenses=(license_.id,)))
    sign_in(new_browser(), connection, provider, "ann")
    connector.change(connection, grant=Grant(licenses=(later.id,)))
    browser = new_browser()

    again = sign_in(browser, connection, provider, "ann")

    assert (again.status, again.headers["Location"]) == (303, "/learn")
    assert "You are signed in with ann@acme.example." in browser.follow().text
    assert (seats(tenant, license_), seats(tenant, later)) == ((10, 1, 9), (10, 0, 10))
    (event,) = events_of(tenant, "learner.provisioned")
    assert event.actor == "ann@acme.example"
    assert data_of(event)["connection"]["id"] == connection.id
    assert seat_changes(event) == {license_.id: 1}


def test_whoever_has_it_all_already_is_noted_and_given_nothing_more(
    browser: Browser, connector: Connector, provider: IdentityProvider, tenant: Tenant
) -> None:
    license_ = tenant.license()
    tenant.accept(tenant.invite(license_, "ann@acme.example"))

    landed = sign_in(browser, connector.connect(Grant(licenses=(license_.id,))), provider, "ann")

    assert landed.headers["Location"] == "/learn?welcome=1"
    assert seats(tenant, license_) == (10, 1, 9)
    assert len(events_of(tenant, "learner.provisioned")) == 1
    assert [row.method for row in activity(tenant)] == [EnrollmentMethod.INVITE]


def test_an_open_invite_is_taken_up_by_a_first_sign_in(
    browser: Browser, connector: Connector, provider: IdentityProvider, tenant: Tenant
) -> None:
    license_ = tenant.license()
    tenant.invite(license_, "ann@acme.example")

    sign_in(browser, connector.connect(Grant(licenses=(license_.id,))), provider, "ann")

    assert seats(tenant, license_) == (10, 1, 9)
    assert access_now(tenant, license_, "ann@acme.example").state is AccessState.ACTIVE


@pytest.mark.parametrize("owned", [True, False])
def test_a_known_address_with_a_password_account_is_linked_only_when_the_connection_owns_its_domain(
    owned: bool,  # noqa: FBT001 - pytest's
    browser: Browser,
    connector: Connector,
    provider: IdentityProvider,
    tenant: Tenant,
    account: Callable[[str], None],
) -> None:
    account("ann@acme.example")
    tenant.accept(tenant.invite(tenant.license(), "ann@acme.example"))

    connection = connector.connect(domains=["acme.example", "acme.org"], confirmed=False)
    connector.confirm(connection, domain="acme.example" if owned else "acme.org")
    landed = sign_in(browser, connection, provider, "ann")

    if owned:
        assert "You have access." in browser.follow().text
        browser.submit("sign-out")
        browser.follow()
        browser.submit("sign-in", email="ann@acme.example", password=PASSWORD)
        assert "You have access." in browser.follow().text, "the password goes on working"
    else:
        assert landed.status == 403
        assert "Your organization's domain is not confirmed yet" in landed.text
        assert "__Host-usher_session" not in browser.cookies
        assert events_of(tenant, "learner.provisioned") == []


def test_a_domain_that_is_not_confirmed_any_more_signs_nobody_in(
    new_browser: Callable[[], Browser], connector: Connector, provider: IdentityProvider
) -> None:
    connection = connector.connect()
    assert sign_in(new_browser(), connection, provider, "ann").status == 303
    browser = new_browser()
    back = provider.sign_in(begin(browser, connection), "ann")
    connector.confirm(connection, owned=False)

    assert browser.get(back).status == 403
    assert new_browser().get(f"/learn/sso/{connection.id}").status == 403


def test_a_provider_that_does_not_say_whether_it_verified_an_address_is_believed(
    browser: Browser, connector: Connector, provider: IdentityProvider, tenant: Tenant
) -> None:
    landed = sign_in(browser, connector.connect(), provider, "not-said")

    assert landed.status == 303
    learner = learners.get(tenant.context.table, tenant.id, "nia@acme.example")
    assert learner is not None
    assert (learner.first_name, learner.last_name) == ("Nia", "Marie Said")


def test_no_seat_left_signs_in_says_so_and_is_tried_again(
    new_browser: Callable[[], Browser], connector: Connector, provider: IdentityProvider, tenant: Tenant
) -> None:
    license_ = tenant.license(seats=1)
    connection = connector.connect(Grant(licenses=(license_.id,)))
    sign_in(new_browser(), connection, provider, "bo")
    browser = new_browser()

    landed = sign_in(browser, connection, provider, "ann")
    assert landed.headers["Location"] == "/learn?withheld=seats"
    page = browser.follow()
    assert "There is no seat left for you at the moment" in page.text
    assert "You are signed in with ann@acme.example." in page.text

    connector.change(connection, grant=Grant(licenses=(tenant.license().id,)))
    assert sign_in(browser, connection, provider, "ann").headers["Location"] == "/learn?welcome=1"
    assert "You have access." in browser.follow().text


def test_a_grant_whose_license_is_over_signs_in_and_says_so(
    browser: Browser, connector: Connector, provider: IdentityProvider, tenant: Tenant, clock: Clock
) -> None:
    license_ = tenant.license(valid_until="2027-02-01")
    connection = connector.connect(Grant(licenses=(license_.id,)))
    clock.forward(days=60)

    landed = sign_in(browser, connection, provider, "ann")

    assert landed.headers["Location"] == "/learn?withheld=grant"
    assert "cannot be given right now" in browser.follow().text


def test_without_the_group_that_is_required_a_first_sign_in_gives_nothing(
    browser: Browser, connector: Connector, provider: IdentityProvider, tenant: Tenant
) -> None:
    license_ = tenant.license()
    connection = connector.connect(Grant(licenses=(license_.id,)))
    OrganizationSettings(tenant.context).change(
        person=tenant.full, organization=tenant.id, require_group=True
    )

    landed = sign_in(browser, connection, provider, "ann")

    assert landed.headers["Location"] == "/learn?withheld=grant"
    assert learners.get(tenant.context.table, tenant.id, "ann@acme.example") is None
    assert seats(tenant, license_) == (10, 0, 10)


def test_two_first_sign_ins_at_once_provision_once(
    new_browser: Callable[[], Browser], connector: Connector, provider: IdentityProvider, tenant: Tenant
) -> None:
    license_ = tenant.license()
    connection = connector.connect(Grant(licenses=(license_.id,)))
    one, other = new_browser(), new_browser()
    first, second = (provider.sign_in(begin(each, connection), "ann") for each in (one, other))

    with tenant.before_next_write(lambda: one.get(first)):
        answer = other.get(second)

    assert answer.headers["Location"] == "/learn"
    assert "You have access." in other.follow().text
    assert seats(tenant, license_) == (10, 1, 9)
    assert len(events_of(tenant, "learner.provisioned")) == 1


def test_a_clients_landing_page_has_logo_colors_welcome_code_entry_join_sign_in_and_its_own_sso(
    browser: Browser, connector: Connector, tenant: Tenant
) -> None:
    connector.connect()  # the provider's own, which is none of the client's
    client = client_of(tenant)
    own = connector.connect(organization=client.id)
    OrganizationSettings(tenant.context).change(
        person=tenant.full,
        organization=client.id,
        color="#005500",
        logo_url="https://harbor.example/logo.svg",
        welcome="Ahoy!",
    )
    JoinPages(tenant.context).put(
        person=tenant.full,
        organization=client.id,
        slug="harbor-crew",
        is_on=True,
        domains=[],
        grant=Grant(),
        approval=True,
        when_full=WhenFull.REFUSE,
    )

    page = browser.get("/c/harbor")

    assert [image["src"] for image in page.html.all("img")] == ["https://harbor.example/logo.svg"]
    assert "--brand: #005500" in page.body
    assert "Ahoy!" in page.text
    assert [form["action"] for form in page.html.all("form")] == ["/c/harbor"]
    assert page.html.with_id("code")["required"] == ""
    ways = [link["href"] for link in page.html.all("a")]
    assert [way for way in ways if "/join/" in way or "/sso/" in way] == [
        f"/learn/sso/{own.id}",
        "/join/harbor-crew",
    ]


def test_the_landing_page_has_a_button_for_each_enabled_connection_that_can_be_used(
    browser: Browser, connector: Connector, sso_login: SsoLogin, tenant: Tenant
) -> None:
    shown = connector.connect()
    connector.connect(confirmed=False)
    off = connector.connect()
    connector.change(off, enabled=False)

    page = browser.get("/c/acme")

    assert [one.id for one in sso_login.offered(organization=tenant.id)] == [shown.id]
    assert [a["href"] for a in page.html.all("a") if "/sso/" in a["href"]] == [f"/learn/sso/{shown.id}"]
    assert "Acme ID" in page.text
