"""Single sign-on of managers to the console (decision 61), at a real OpenID provider."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.integration.pages.conftest import Answer, Browser
from tests.support.call_counts import Count
from tests.support.clients import create_client
from tests.support.custom_auth import CustomAuth
from tests.support.identity_provider import IdentityProvider
from tests.support.reading_back import events_of
from tests.support.sso_connections import Connector
from tests.support.tenant import Tenant, create_tenant
from usher.domain.enrollment.connections import Connection
from usher.domain.enrollment.grants import Grant
from usher.domain.organizations import Role
from usher.domain.people import Person
from usher.gateways.client_secrets import ClientSecrets
from usher.gateways.identity import Identity, WrongCredentialsError
from usher.services.invites.answer_invite import AnswerInvite
from usher.services.people.password_login import PasswordLogin
from usher.services.receipts import Receipt
from usher.services.team_members import TeamMembers
from usher.store import managers
from usher.store.enrollment import connections

MANAGER = "manager@acme.example"


@pytest.fixture
def connector(tenant: Tenant, provider: IdentityProvider, client_secrets: ClientSecrets) -> Connector:
    return Connector(tenant, provider, client_secrets)


def sign_in(
    browser: Browser, connection: Connection, provider: IdentityProvider, account: str = "manager"
) -> Answer:
    """Open the console's way to sign in, sign in at the provider, and come back."""
    begun = browser.get(f"/learn/sso/{connection.id}?to=console")
    assert begun.status == 303, begun.body
    return browser.get(provider.sign_in(begun.headers["Location"], account))


def guide(organization: str) -> str:
    """Where a first sign-in leads."""
    return f"/organizations/{organization}/guide#signed-in"


def refused(answer: Answer, code: str) -> bool:
    assert not [one for one in answer.cookies if one.startswith("usher_refresh=")]
    return answer.status == 403 and f"To whoever looks into it: {code}." in answer.text


def test_a_manager_is_signed_in_to_the_api_and_sent_to_the_console(
    browser: Browser,
    connector: Connector,
    provider: IdentityProvider,
    tenant: Tenant,
    identity: Identity,
    custom_auth: CustomAuth,
) -> None:
    landed = sign_in(browser, connector.connect(), provider)

    assert (landed.status, landed.headers["Location"]) == (303, guide(tenant.id))
    (cookie,) = [one for one in landed.cookies if one.startswith("usher_refresh=")]
    attributes = set(cookie.split("; ")[1:])
    assert {"HttpOnly", "Secure", "SameSite=Strict", "Path=/v1/session", "Max-Age=2592000"} == attributes
    assert "__Host-usher_session" not in browser.cookies
    assert "__Host-usher_sso" not in browser.cookies
    renewed = PasswordLogin(tenant.context, identity=identity).refresh(
        refresh_token=browser.cookies["usher_refresh"]
    )
    assert (renewed.person.email, renewed.person.operator) == (MANAGER, False)
    assert len(custom_auth.events) == 4  # define, create, verify, define


def test_a_manager_without_an_account_is_given_one_that_no_password_opens(
    browser: Browser,
    connector: Connector,
    provider: IdentityProvider,
    identity: Identity,
    custom_auth: CustomAuth,  # noqa: ARG001 - the pool has it
) -> None:
    assert not identity.has_account(email=MANAGER)

    sign_in(browser, connector.connect(), provider)

    assert identity.has_account(email=MANAGER)
    with pytest.raises(WrongCredentialsError):
        identity.sign_in(email=MANAGER, password="Aa1")


def test_a_manager_with_an_account_keeps_its_password(
    browser: Browser,
    connector: Connector,
    provider: IdentityProvider,
    identity: Identity,
    account: Callable[[str], None],
    custom_auth: CustomAuth,  # noqa: ARG001 - the pool has it
) -> None:
    account(MANAGER)

    sign_in(browser, connector.connect(), provider)

    assert identity.sign_in(email=MANAGER, password="Correct-horse-1").person.email == MANAGER


def test_nobody_becomes_a_manager_by_it(
    browser: Browser,
    connector: Connector,
    provider: IdentityProvider,
    tenant: Tenant,
    identity: Identity,
    custom_auth: CustomAuth,
) -> None:
    connection = connector.connect(Grant(licenses=(tenant.license().id,)))

    page = sign_in(browser, connection, provider, "ann")

    assert refused(page, "sso_no_manager")
    assert "Ask a full manager" in page.text
    assert f'href="/learn/sso/{connection.id}?to=console"' in page.body
    assert custom_auth.events == []
    assert not identity.has_account(email="ann@acme.example")
    assert connections.get_link(tenant.context.table, "ann@acme.example", connection.id) is None
    assert events_of(tenant, "learner.provisioned") == []


def test_an_invited_manager_and_a_removed_one_are_not_let_in(
    new_browser: Callable[[], Browser],
    connector: Connector,
    provider: IdentityProvider,
    tenant: Tenant,
    custom_auth: CustomAuth,
) -> None:
    connection, team = connector.connect(), TeamMembers(tenant.context)
    invited = team.invite(
        person=tenant.full,
        organization=tenant.id,
        email="ann@acme.example",
        first_name="Ann",
        last_name="Lee",
        role=Role.FULL,
        receipt=Receipt(),
    )
    assert refused(sign_in(new_browser(), connection, provider, "ann"), "sso_no_manager")
    AnswerInvite(tenant.context).accept(
        person=Person(email="ann@acme.example", first_name="Ann"),
        invite=invited.invite,
        number=1,
    )
    assert sign_in(new_browser(), connection, provider, "ann").headers["Location"] == guide(tenant.id)

    team.remove(person=tenant.full, organization=tenant.id, email="ann@acme.example")

    asked = len(custom_auth.events)
    assert refused(sign_in(new_browser(), connection, provider, "ann"), "sso_no_manager")
    assert len(custom_auth.events) == asked


def test_a_manager_of_another_organization_is_not_let_in_by_this_ones_provider(
    browser: Browser,
    provider: IdentityProvider,
    client_secrets: ClientSecrets,
    tenant: Tenant,
    custom_auth: CustomAuth,
) -> None:
    other = create_tenant(tenant.context, slug="other")
    connection = Connector(other, provider, client_secrets).connect()

    assert refused(sign_in(browser, connection, provider), "sso_no_manager")
    assert custom_auth.events == []


def test_a_clients_manager_is_let_in_by_the_providers_connection(
    browser: Browser,
    connector: Connector,
    provider: IdentityProvider,
    tenant: Tenant,
    custom_auth: CustomAuth,  # noqa: ARG001 - the pool has it
) -> None:
    branch = create_client(tenant, manager="ann@acme.example")
    (pending,) = managers.team(tenant.context.table, branch.id)
    AnswerInvite(tenant.context).accept(
        person=Person(email="ann@acme.example", first_name="Ann"),
        invite=pending.invite,
        number=1,
    )

    assert sign_in(browser, connector.connect(), provider, "ann").headers["Location"] == guide(branch.id)


def test_an_operator_signs_in_by_password_alone(
    browser: Browser,
    connector: Connector,
    provider: IdentityProvider,
    identity: Identity,
    account: Callable[[str], None],
    custom_auth: CustomAuth,
) -> None:
    account(MANAGER)
    pool: str = identity._pool
    identity._client.create_group(UserPoolId=pool, GroupName="operators")
    identity._client.admin_add_user_to_group(UserPoolId=pool, Username=MANAGER, GroupName="operators")

    page = sign_in(browser, connector.connect(), provider)

    assert refused(page, "sso_password_needed")
    assert 'href="/"' in page.body
    assert custom_auth.events == []


def test_a_disabled_account_stays_closed(
    browser: Browser,
    connector: Connector,
    provider: IdentityProvider,
    identity: Identity,
    account: Callable[[str], None],
    custom_auth: CustomAuth,  # noqa: ARG001 - the pool has it
) -> None:
    account(MANAGER)
    identity._client.admin_disable_user(UserPoolId=identity._pool, Username=MANAGER)

    assert refused(sign_in(browser, connector.connect(), provider), "sso_password_needed")


def test_an_answer_that_was_changed_on_its_way_opens_nothing(
    browser: Browser, connector: Connector, provider: IdentityProvider, custom_auth: CustomAuth
) -> None:
    custom_auth.tamper = lambda answer: answer[:-1] + ("A" if answer[-1] != "A" else "B")

    assert refused(sign_in(browser, connector.connect(), provider), "sso_password_needed")


def test_the_address_stays_that_of_the_person_at_the_provider(
    new_browser: Callable[[], Browser],
    connector: Connector,
    provider: IdentityProvider,
    tenant: Tenant,
    custom_auth: CustomAuth,  # noqa: ARG001 - the pool has it
) -> None:
    connection, team = connector.connect(), TeamMembers(tenant.context)
    invited = team.invite(
        person=tenant.full,
        organization=tenant.id,
        email="ann@acme.example",
        first_name="Ann",
        last_name="Lee",
        role=Role.LIMITED,
        receipt=Receipt(),
    )
    AnswerInvite(tenant.context).accept(
        person=Person(email="ann@acme.example", first_name="Ann"),
        invite=invited.invite,
        number=1,
    )
    for landing in (guide(tenant.id), "/#signed-in"):
        assert sign_in(new_browser(), connection, provider, "ann").headers["Location"] == landing

    assert refused(sign_in(new_browser(), connection, provider, "ann-the-second"), "sso_another_person")
    (event,) = events_of(tenant, "sso_connection.manager_linked")
    assert event.actor == "ann@acme.example"


def test_a_first_sign_in_as_a_learner_gives_the_grant_after_one_to_the_console(
    new_browser: Callable[[], Browser],
    connector: Connector,
    provider: IdentityProvider,
    tenant: Tenant,
    custom_auth: CustomAuth,  # noqa: ARG001 - the pool has it
) -> None:
    connection = connector.connect(Grant(licenses=(tenant.license().id,)))
    sign_in(new_browser(), connection, provider)
    assert events_of(tenant, "learner.provisioned") == []

    def as_learner() -> str:
        browser = new_browser()
        begun = browser.get(f"/learn/sso/{connection.id}")
        return browser.get(provider.sign_in(begun.headers["Location"], "manager")).headers["Location"]

    assert [as_learner(), as_learner()] == ["/learn?welcome=1", "/learn"]
    assert len(events_of(tenant, "learner.provisioned")) == 1
    assert sign_in(new_browser(), connection, provider).headers["Location"] == "/#signed-in"


def test_it_costs_four_calls_and_one_more_the_first_time(
    new_browser: Callable[[], Browser],
    connector: Connector,
    provider: IdentityProvider,
    count: Count,
    custom_auth: CustomAuth,  # noqa: ARG001 - the pool has it
) -> None:
    connection = connector.connect()
    costs: list[tuple[list[str], int]] = []
    for _ in range(2):
        browser = new_browser()
        begun = browser.get(f"/learn/sso/{connection.id}?to=console")
        back = provider.sign_in(begun.headers["Location"], "manager")
        with count() as cost:
            browser.get(back)
        costs.append((cost.operations, cost.items))

    reading = ["GetItem", "Query", "BatchGetItem", "GetItem"]
    assert costs == [([*reading, "TransactWriteItems"], 2), (reading, 0)]


def test_any_other_destination_is_the_learners_pages(
    browser: Browser, connector: Connector, provider: IdentityProvider
) -> None:
    connection = connector.connect()
    begun = browser.get(f"/learn/sso/{connection.id}?to=https://evil.example/")

    landed = browser.get(provider.sign_in(begun.headers["Location"], "manager"))

    assert re.fullmatch(r"/learn(\?welcome=1)?", landed.headers["Location"])
    assert "usher_refresh" not in browser.cookies


def test_an_unconfirmed_domain_lets_nobody_in(
    browser: Browser, connector: Connector, provider: IdentityProvider, custom_auth: CustomAuth
) -> None:
    connection = connector.connect()
    begun = browser.get(f"/learn/sso/{connection.id}?to=console")
    connector.confirm(connection, owned=False)

    page = browser.get(provider.sign_in(begun.headers["Location"], "manager"))

    assert refused(page, "sso_domain_not_confirmed")
    assert custom_auth.events == []
