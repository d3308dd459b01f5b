"""Single sign-on: OpenID Connect connections per organization or client."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.api_caller import Caller
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.identity_provider import NETWORKS, IdentityProvider
from tests.support.published_events import data_of
from tests.support.reading_back import events_of
from tests.support.tenant import Tenant
from usher.domain.enrollment.connections import CHECKS, MAX_CONNECTIONS, Link
from usher.services.rate_limits import spend
from usher.store.enrollment import connections
from usher.store.transaction import commit

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

SECRET = "the-secret-of-the-client"
NEW: dict[str, Any] = {
    "name": "Acme ID",
    "issuer": "https://login.acme.example",
    "client_id": "usher",
    "client_secret": SECRET,
    "domains": ["Acme.example", "@acme.example", "bücher.example"],
}


@pytest.fixture
def url(base: str) -> str:
    return f"{base}/sso-connections"


def secrets_in(client: SecretsManagerClient) -> dict[str, str]:
    """Return the secrets of connections by their names."""
    names = [one["Name"] for one in client.list_secrets()["SecretList"] if "/sso/" in one["Name"]]
    return {name: client.get_secret_value(SecretId=name)["SecretString"] for name in names}


def domain_url(tenant: Tenant, connection: str, domain: str) -> str:
    return f"/v1/operator/organizations/{tenant.id}/sso-connections/{connection}/domains/{domain}"


def test_a_connection_has_issuer_client_allowed_domains_and_what_a_first_sign_in_is_given(
    manager: Caller, limited: Caller, url: str, tenant: Tenant
) -> None:
    license_ = tenant.license()

    answer = manager.post(url, {**NEW, "grant": {"licenses": [license_.id]}})

    assert answer.status == 201, answer.text
    made = answer.json
    assert made["issuer"] == "https://login.acme.example"
    assert made["domains"] == [
        {"domain": "acme.example", "confirmed": False},
        {"domain": "xn--bcher-kva.example", "confirmed": False},
    ]
    assert made["grant"] == {"licenses": [license_.id], "group": None}
    assert made["redirect_uri"] == f"https://usher.example/learn/sso/{made['id']}/callback"
    assert made["sign_in_page"] == f"https://usher.example/learn/sso/{made['id']}"
    assert made["console_sign_in_page"] == f"{made['sign_in_page']}?to=console"
    assert limited.get(f"{url}/{made['id']}").json == made
    assert limited.get(url).json == {"items": [made], "next": None}
    (event,) = events_of(tenant, "sso_connection.created")
    assert data_of(event)["connection"]["id"] == made["id"]


def test_the_secret_stands_in_secrets_manager_and_in_no_answer(
    manager: Caller, url: str, tenant: Tenant, secrets_manager: SecretsManagerClient, dynamodb: Any
) -> None:
    caller = manager.sending(idempotency_key="once")
    answers = [caller.post(url, NEW), caller.post(url, NEW)]
    one = f"{url}/{answers[0].json['id']}"
    name = f"usher/test/sso/{answers[0].json['id']}"
    assert secrets_in(secrets_manager) == {name: SECRET}, "the second request repeated the first"

    answers += [manager.get(one), manager.get(url), manager.patch(one, {"client_secret": "another"})]
    assert secrets_in(secrets_manager) == {name: "another"}
    assert manager.call("DELETE", one).status == 204
    assert secrets_in(secrets_manager) == {}

    stored = str(dynamodb.scan(TableName="usher")["Items"])
    told = "".join(answer.text for answer in answers) + stored
    assert SECRET not in told
    assert "another" not in told
    assert data_of(events_of(tenant, "sso_connection.changed")[0])["changed"] == ["client_secret"]
    assert len(events_of(tenant, "sso_connection.removed")) == 1


def test_a_connection_is_changed_and_removed(
    manager: Caller, operator: Caller, url: str, tenant: Tenant
) -> None:
    made = manager.post(url, NEW).json
    one = f"{url}/{made['id']}"
    operator.call("PUT", domain_url(tenant, made["id"], "acme.example"))

    changed = manager.patch(one, {"name": "New", "domains": ["acme.example", "b.example"], "enabled": False})
    assert changed.json["name"] == "New"
    assert changed.json["enabled"] is False
    assert [domain["confirmed"] for domain in changed.json["domains"]] == [True, False]
    assert manager.patch(one, {}).json == changed.json
    assert len(events_of(tenant, "sso_connection.changed")) == 1, "what changes nothing is no event"

    manager.patch(one, {"domains": ["b.example"]})
    back = manager.patch(one, {"domains": ["acme.example"]})
    assert back.json["domains"] == [{"domain": "acme.example", "confirmed": False}], "to be confirmed again"
    assert manager.patch(one, {"issuer": "https://elsewhere.example"}).status == 422

    assert manager.call("DELETE", one).status == 204
    assert manager.call("DELETE", one).json["code"] == "sso_connection_not_found"
    assert manager.get(url).json["items"] == []


def test_what_makes_no_sense_is_refused_and_leaves_nothing(
    manager: Caller, url: str, secrets_manager: SecretsManagerClient
) -> None:
    senseless: list[tuple[dict[str, Any], str]] = [
        ({"domains": ["gmail.com"]}, "public_mail_domain"),
        ({"domains": ["no domain"]}, "bad_domain"),
        ({"domains": []}, "bad_domains"),
        ({"domains": [f"d{n}.example" for n in range(51)]}, "bad_domains"),
        ({"issuer": "http://login.acme.example"}, "bad_issuer"),
        ({"issuer": "https://127.0.0.1"}, "bad_issuer"),
        ({"issuer": "https://169.254.169.254/latest"}, "bad_issuer"),
        ({"issuer": "https://login.acme.example?tenant=1"}, "bad_issuer"),
        ({"client_id": ""}, "bad_sso_client"),
        ({"client_secret": "two\nlines"}, "bad_sso_client"),
        ({"name": " "}, "bad_name"),
        ({"grant": {"licenses": ["L"]}}, "license_not_found"),
        ({"grant": {"group": "G"}}, "group_not_found"),
        ({"grant": {"licenses": ["L"], "group": "G"}}, "bad_grant"),
    ]
    for change, code in senseless:
        answer = manager.post(url, {**NEW, **change})

        assert (answer.status // 100, answer.json["code"]) == (4, code)
        assert answer.json["next_action"]
    assert secrets_in(secrets_manager) == {}


def test_an_organization_has_ten_at_most(
    manager: Caller, url: str, secrets_manager: SecretsManagerClient
) -> None:
    made = [manager.post(url, NEW) for _ in range(MAX_CONNECTIONS)]
    assert {answer.status for answer in made} == {201}

    assert manager.post(url, NEW).json["code"] == "too_many_sso_connections"
    assert len(secrets_in(secrets_manager)) == MAX_CONNECTIONS, "the secret of the one too many is gone"
    manager.call("DELETE", f"{url}/{made[0].json['id']}")
    assert manager.post(url, NEW).status == 201


def test_only_full_managers_change_connections_and_only_operators_confirm_domains(
    manager: Caller,
    limited: Caller,
    operator: Caller,
    caller: Caller,
    url: str,
    tenant: Tenant,
    id_of: Callable[[str], str],
) -> None:
    made = manager.post(url, NEW).json
    one, domain = f"{url}/{made['id']}", domain_url(tenant, made["id"], "acme.example")

    for refused in (
        limited.post(url, NEW),
        limited.patch(one, {"enabled": False}),
        limited.call("DELETE", one),
        limited.call("DELETE", f"{one}/people/{id_of('ann@acme.example')}"),
        manager.call("PUT", domain),
        manager.call("DELETE", domain),
    ):
        assert refused.status == 403
    assert operator.post(url, NEW).status == 404, "operators look, and confirm"
    assert operator.get(one).json == made
    assert caller.get(one).status == 401


def test_an_operator_confirms_a_domain_and_takes_it_back(
    manager: Caller, operator: Caller, url: str, tenant: Tenant
) -> None:
    made = manager.post(url, NEW).json
    domain = domain_url(tenant, made["id"], "ACME.example")

    for _ in range(2):
        assert operator.call("PUT", domain).json["domains"][0]["confirmed"] is True
    assert operator.call("DELETE", domain).json["domains"][0]["confirmed"] is False
    elsewhere = operator.call("PUT", domain_url(tenant, made["id"], "b.example"))
    assert (elsewhere.status, elsewhere.json["code"]) == (404, "sso_domain_not_found")
    nowhere = operator.call("PUT", domain_url(tenant, "nothing", "acme.example"))
    assert nowhere.json["code"] == "sso_connection_not_found"

    escaped = domain_url(
        tenant, manager.post(url, {**NEW, "domains": ["bücher.example"]}).json["id"], "b%C3%BCcher.example"
    )
    assert operator.call("PUT", escaped).json["domains"] == [
        {"domain": "xn--bcher-kva.example", "confirmed": True}
    ]

    event, *_ = events_of(tenant, "sso_connection.domain_confirmed")
    assert (event.actor, data_of(event)["domain"]) == (tenant.operator.email, "acme.example")
    assert len(events_of(tenant, "sso_connection.domain_unconfirmed")) == 1


def test_a_providers_managers_connect_its_clients_and_clients_see_their_own_only(
    manager: Caller, base: str, url: str
) -> None:
    client = manager.post(f"{base}/clients", {"name": "Client", "slug": "client"}).json["id"]
    of_client = f"/v1/organizations/{client}/sso-connections"

    made = manager.post(of_client, NEW)

    assert (made.status, made.json["organization"]) == (201, client)
    assert manager.get(f"{of_client}/{made.json['id']}").status == 200
    assert manager.get(f"{url}/{made.json['id']}").json["code"] == "sso_connection_not_found"


def test_nobody_is_unlinked_who_never_signed_in(
    manager: Caller, url: str, id_of: Callable[[str], str]
) -> None:
    one = f"{url}/{manager.post(url, NEW).json['id']}"

    for person in (id_of("ann+x@acme.example"), "nobody"):
        answer = manager.call("DELETE", f"{one}/people/{person}")
        assert (answer.status, answer.json["code"]) == (404, "sso_person_not_found")


@pytest.fixture
def linked(manager: Caller, url: str, tenant: Tenant) -> str:
    """The URL of a connection through which three have signed in, the last of them to the console only."""
    connection = manager.post(url, NEW).json["id"]
    for at, name in enumerate(("zoe", "ann.lee", "anna")):
        link = Link(
            connection=connection,
            organization=tenant.id,
            email=f"{name}@acme.example",
            issuer=NEW["issuer"],
            subject=f"subject-{at}",
            since=tenant.context.now(),
            granted=name != "anna",
        )
        commit(tenant.context.table, [connections.link(link)])
    return f"{url}/{connection}"


def test_who_signed_in_is_listed_by_address_and_unlinked_by_the_id_that_the_list_gives(
    manager: Caller, limited: Caller, linked: str, id_of: Callable[[str], str], count: Count
) -> None:
    with count() as cost:
        answer = manager.get(f"{linked}/people", limit="2")

    assert answer.status == 200, answer.text
    assert cost.calls == 2
    assert [(one["email"], one["enrolled"]) for one in answer.json["items"]] == [
        ("ann.lee@acme.example", True),
        ("anna@acme.example", False),
    ]
    assert "subject" not in answer.text
    assert answer.json["items"][0]["person"] == id_of("ann.lee@acme.example")
    rest = manager.get(f"{linked}/people", limit="2", cursor=answer.json["next"]).json
    assert ([one["email"] for one in rest["items"]], rest["next"]) == (["zoe@acme.example"], None)
    assert limited.get(f"{linked}/people").status == 200

    person = answer.json["items"][0]["person"]
    assert manager.call("DELETE", f"{linked}/people/{person}").status == 204
    left = manager.get(f"{linked}/people").json["items"]
    assert [one["email"] for one in left] == ["anna@acme.example", "zoe@acme.example"]


@pytest.mark.parametrize(("q", "found"), [("ANN.", ["ann.lee"]), ("ann", ["ann.lee", "anna"]), ("b", [])])
def test_the_list_is_narrowed_by_how_an_address_begins(
    manager: Caller, linked: str, q: str, found: list[str]
) -> None:
    items = manager.get(f"{linked}/people", q=q).json["items"]

    assert [one["email"].partition("@")[0] for one in items] == found


def test_the_people_of_another_organizations_connection_are_not_shown(
    manager: Caller, base: str, linked: str
) -> None:
    client = manager.post(f"{base}/clients", {"name": "Client", "slug": "client"}).json["id"]
    elsewhere = linked.replace(base, f"/v1/organizations/{client}")

    answer = manager.get(f"{elsewhere}/people")

    assert (answer.status, answer.json["code"]) == (404, "sso_connection_not_found")


class TestCheck:
    """With the provider's own network allowed."""

    @pytest.fixture
    def own_networks(self) -> list[str]:
        return NETWORKS

    def test_a_check_says_what_would_keep_people_from_signing_in(
        self, manager: Caller, operator: Caller, url: str, tenant: Tenant, provider: IdentityProvider
    ) -> None:
        new = {**NEW, "issuer": provider.issuer, "domains": ["acme.example"]}
        made = manager.post(url, new).json
        check = f"{url}/{made['id']}/check"

        assert [one["code"] for one in manager.get(check).json["problems"]] == ["sso_domain_not_confirmed"]
        operator.call("PUT", domain_url(tenant, made["id"], "acme.example"))
        assert manager.get(check).json == {"ok": True, "problems": []}

        mistyped = manager.post(url, {**new, "issuer": f"{provider.issuer}/"}).json
        found = manager.get(f"{url}/{mistyped['id']}/check").json
        assert (found["ok"], found["problems"][0]["code"]) == (False, "sso_bad_setup")

    def test_a_provider_is_not_asked_without_end(
        self, manager: Caller, url: str, tenant: Tenant, provider: IdentityProvider
    ) -> None:
        made = manager.post(url, {**NEW, "issuer": provider.issuer}).json
        for _ in range(CHECKS.times - 1):
            spend(tenant.context, CHECKS, tenant.id)

        assert [manager.get(f"{url}/{made['id']}/check").status for _ in range(2)] == [200, 429]


class TestDomainsToBeConfirmed:
    PATH = "/v1/operator/unconfirmed-domains"

    def test_are_listed_for_operators_until_the_last_is_confirmed(
        self, manager: Caller, operator: Caller, url: str, tenant: Tenant
    ) -> None:
        empty = operator.get(self.PATH)
        made = manager.post(url, NEW).json
        listed = operator.get(self.PATH).json
        operator.call("PUT", domain_url(tenant, made["id"], "acme.example"))
        (left,) = operator.get(self.PATH).json["items"]
        operator.call("PUT", domain_url(tenant, made["id"], "xn--bcher-kva.example"))

        assert empty.json == {"items": [], "next": None}
        assert listed == {
            "items": [
                {
                    "organization": tenant.id,
                    "organization_name": "Acme",
                    "connection": made["id"],
                    "connection_name": "Acme ID",
                    "issuer": "https://login.acme.example",
                    "domains": ["acme.example", "xn--bcher-kva.example"],
                    "since": "2027-01-04T09:00:00Z",
                }
            ],
            "next": None,
        }
        assert left["domains"] == ["xn--bcher-kva.example"]
        assert operator.get(self.PATH).json["items"] == []

    def test_wait_since_the_first_of_them_was_named(
        self, manager: Caller, operator: Caller, url: str, tenant: Tenant, clock: Clock
    ) -> None:
        one = {**NEW, "domains": ["acme.example"]}
        first, second = (manager.post(url, {**one, "name": name}).json["id"] for name in ("A", "B"))
        operator.call("PUT", domain_url(tenant, first, "acme.example"))
        clock.forward(hours=1)
        manager.patch(f"{url}/{first}", {"domains": ["acme.example", "more.example"]})
        clock.forward(hours=1)
        manager.patch(f"{url}/{first}", {"domains": ["acme.example", "more.example", "third.example"]})

        listed = operator.get(self.PATH).json["items"]
        page = operator.get(self.PATH, limit=1).json
        rest = operator.get(self.PATH, limit=1, cursor=page["next"]).json["items"]

        assert [(one["connection"], one["since"]) for one in listed] == [
            (second, "2027-01-04T09:00:00Z"),
            (first, "2027-01-04T10:00:00Z"),
        ]
        assert listed[1]["domains"] == ["more.example", "third.example"]
        assert page["items"] + rest == listed

    def test_wait_again_when_a_confirmation_is_revoked_and_no_more_when_taken_out_or_removed(
        self, manager: Caller, operator: Caller, url: str, tenant: Tenant
    ) -> None:
        made = manager.post(url, {**NEW, "domains": ["acme.example"]}).json["id"]

        def waiting() -> list[list[str]]:
            return [one["domains"] for one in operator.get(self.PATH).json["items"]]

        path = domain_url(tenant, made, "acme.example")
        for method, left in (("PUT", []), ("PUT", []), ("DELETE", [["acme.example"]])):
            operator.call(method, path)
            assert waiting() == left
        operator.call("PUT", path)
        manager.patch(f"{url}/{made}", {"domains": ["acme.example", "more.example"]})
        assert waiting() == [["more.example"]]
        manager.patch(f"{url}/{made}", {"domains": ["acme.example"]})
        assert waiting() == []
        manager.patch(f"{url}/{made}", {"domains": ["more.example"]})
        manager.call("DELETE", f"{url}/{made}")
        assert waiting() == []

    def test_are_for_operators_alone(self, manager: Caller, caller: Caller) -> None:
        assert manager.get(self.PATH).json["code"] == "forbidden"
        assert caller.as_(None).get(self.PATH).status == 401
