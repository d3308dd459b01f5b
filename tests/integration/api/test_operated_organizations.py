"""What operators see of an organization, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.api_caller import Caller
from tests.support.call_counts import Count
from tests.support.clients import close_client, create_client
from tests.support.tenant import Tenant, create_tenant

if TYPE_CHECKING:
    from usher.services.context import Context

ORGANIZATIONS = "/v1/operator/organizations"
CONNECTION: dict[str, Any] = {
    "name": "Acme ID",
    "issuer": "https://login.acme.example",
    "client_id": "usher",
    "client_secret": "the-secret-of-the-client",
    "domains": ["acme.example", "acme-labs.example"],
}


def test_an_operator_sees_an_organization_whole(
    operator: Caller, manager: Caller, base: str, tenant: Tenant, id_of: Callable[[str], str]
) -> None:
    license_ = tenant.license(seats=7)
    connection = manager.post(f"{base}/sso-connections", CONNECTION).json
    operator.call(
        "PUT", f"{ORGANIZATIONS}/{tenant.id}/sso-connections/{connection['id']}/domains/acme.example"
    )
    close_client(tenant, create_client(tenant, manager="ann@x.io"))

    answer = operator.get(f"{ORGANIZATIONS}/{tenant.id}")

    assert answer.status == 200, answer.text
    seen = answer.json
    assert {name: seen[name] for name in manager.get(base).json} == manager.get(base).json
    assert seen["provider_name"] is None
    assert [(one["id"], one["role"], one["state"], one["first_name"]) for one in seen["team"]] == [
        (id_of(tenant.limited.email), "limited_manager", "active", "Lia"),
        (id_of(tenant.full.email), "full_manager", "active", "Max"),
    ]
    assert seen["team"] == manager.get(f"{base}/team").json["items"]
    assert [(one["id"], one["seats"]["total"]) for one in seen["licenses"]] == [(license_.id, 7)]
    assert seen["licenses"][0]["seats"]["reserved"] == 0
    assert seen["sso_connections"][0]["domains"] == [
        {"domain": "acme.example", "confirmed": True},
        {"domain": "acme-labs.example", "confirmed": False},
    ]
    assert seen["clients"] == 1


def test_a_new_organization_and_a_client_are_seen_with_what_they_lack(
    operator: Caller, tenant: Tenant
) -> None:
    client = create_client(tenant, manager="ann@x.io")

    seen = operator.get(f"{ORGANIZATIONS}/{client.id}").json

    assert (seen["provider"], seen["provider_name"], seen["clients"]) == (tenant.id, "Acme", 0)
    assert (seen["licenses"], seen["sso_connections"]) == ([], [])
    assert [(one["email"], one["state"]) for one in seen["team"]] == [("ann@x.io", "pending")]


def test_the_list_of_organizations_says_of_each_that_it_has_no_provider(
    operator: Caller, tenant: Tenant
) -> None:
    create_client(tenant, manager="ann@x.io")

    (listed,) = operator.get(ORGANIZATIONS).json["items"]

    assert (listed["id"], listed["provider"], listed["provider_name"]) == (tenant.id, None, None)


def test_an_operator_reads_the_settings_the_figures_and_the_events_of_every_organization(
    operator: Caller, manager: Caller, base: str
) -> None:
    assert operator.get(base).json == manager.get(base).json
    assert operator.get(f"{base}/overview").json == manager.get(f"{base}/overview").json
    events = operator.get(f"{base}/events", type="organization.created")
    assert [one["actor"] for one in events.json["items"]] == ["operator@usher.example"]
    assert operator.get(f"{base}/events").json == manager.get(f"{base}/events").json


def test_an_operator_changes_nothing_in_an_organization_but_its_team(operator: Caller, base: str) -> None:
    answer = operator.patch(base, {"name": "Mine"})

    assert (answer.status, answer.json["code"]) == (404, "organization_not_found")


class TestSearch:
    @pytest.fixture
    def names(self, operator: Caller) -> Callable[..., list[str]]:
        def found(q: str, **more: Any) -> list[str]:
            return [one["name"] for one in operator.get(ORGANIZATIONS, q=q, **more).json["items"]]

        return found

    @pytest.fixture(autouse=True)
    def harbors(self, operator: Caller, tenant: Tenant) -> None:  # noqa: ARG002 - Acme stands first
        for name, slug in (
            ("Società Marea", "marea"),
            ("Harbor Zürich", "harbor-zuerich"),
            ("Harbor Aarau", "aarau"),
            ("Straßenwerk", "strassenwerk"),
        ):
            made = operator.post(
                ORGANIZATIONS,
                {
                    "name": name,
                    "slug": slug,
                    "time_zone": "UTC",
                    "first_manager": {"email": "b@x.io", "first_name": "Bea"},
                },
            )
            assert made.status == 201, made.text

    @pytest.mark.parametrize(
        ("q", "expected"),
        [
            ("harbor", ["Harbor Aarau", "Harbor Zürich"]),
            ("HARBOR Z", ["Harbor Zürich"]),
            (" harbor zurich ", ["Harbor Zürich"]),
            ("harbor-z", ["Harbor Zürich"]),
            ("aarau", ["Harbor Aarau"]),
            ("societa", ["Società Marea"]),
            ("STRASSE", ["Straßenwerk"]),
            ("arbor", []),
            ("#", []),
        ],
    )
    def test_finds_by_the_beginning_of_a_name_or_slug(
        self, names: Callable[..., list[str]], q: str, expected: list[str]
    ) -> None:
        assert names(q) == expected

    @pytest.mark.parametrize("q", ["", "  "])
    def test_for_nothing_lists_all_that_have_no_provider(
        self, names: Callable[..., list[str]], q: str
    ) -> None:
        assert len(names(q)) == 5

    def test_finds_clients_with_the_name_of_their_provider(self, operator: Caller, tenant: Tenant) -> None:
        client = create_client(tenant, manager="ann@x.io")
        close_client(tenant, client)

        (found,) = operator.get(ORGANIZATIONS, q="bra").json["items"]

        assert (found["id"], found["provider"], found["provider_name"]) == (client.id, tenant.id, "Acme")

    def test_finds_a_renamed_organization_by_its_new_name_alone(
        self, names: Callable[..., list[str]], manager: Caller, base: str
    ) -> None:
        manager.patch(base, {"name": "Zeta", "slug": "omega"})

        assert (names("acme"), names("zeta"), names("omega")) == ([], ["Zeta"], ["Zeta"])
        manager.patch(base, {"slug": "zeta"})
        assert (names("omega"), names("zeta")) == ([], ["Zeta"])
        manager.patch(base, {"name": "Acme", "slug": "acme"})
        assert (names("acme"), names("zeta")) == (["Acme"], [])

    def test_pages_are_whole_together(self, operator: Caller, names: Callable[..., list[str]]) -> None:
        found, cursor = [], None
        while True:
            page = operator.get(ORGANIZATIONS, q="harbor", limit=1, **({"cursor": cursor} if cursor else {}))
            found += [one["name"] for one in page.json["items"]]
            cursor = page.json["next"]
            if cursor is None:
                break

        assert found == names("harbor")
        assert operator.get(ORGANIZATIONS, q="harbor", cursor="x").json["code"] == "bad_cursor"

    def test_costs_two_calls(self, operator: Caller, tenant: Tenant) -> None:
        with Count(tenant.context.table.connection.client)() as cost:
            operator.get(ORGANIZATIONS, q="harbor")

        assert cost.operations == ["Query", "BatchGetItem"]

    def test_is_for_operators_alone(self, manager: Caller) -> None:
        assert manager.get(ORGANIZATIONS, q="harbor").json["code"] == "forbidden"

    def test_of_a_text_that_folds_to_a_long_one_works(
        self, names: Callable[..., list[str]], manager: Caller, base: str
    ) -> None:
        longest = "\ufdfa" * 80

        assert manager.patch(base, {"name": longest}).status == 200
        assert names(longest) == [longest]


@pytest.mark.parametrize("path", ["", "/{id}"])
def test_nobody_else_sees_what_operators_see(
    manager: Caller, caller: Caller, tenant: Tenant, path: str
) -> None:
    path = ORGANIZATIONS + path.format(id=tenant.id)

    assert manager.get(path).json["code"] == "forbidden"
    assert caller.as_(None).get(path).json["code"] == "unauthenticated"


def test_an_organization_that_is_none_is_not_found(operator: Caller) -> None:
    assert (
        operator.get(f"{ORGANIZATIONS}/01KAP3V8Q2M4X7Y9Z1B5C6D8E0").json["code"] == "organization_not_found"
    )


def test_events_of_another_organization_stay_unknown_to_managers(
    manager: Caller, base: str, context: Context
) -> None:
    other = create_tenant(context, slug="other")

    assert manager.get(base.replace(base.rpartition("/")[2], other.id) + "/events").status == 404


class TestSuspension:
    @pytest.fixture
    def path(self, tenant: Tenant) -> str:
        return f"{ORGANIZATIONS}/{tenant.id}"

    def test_is_shown_to_managers_and_refuses_their_changes_with_its_reason(
        self, operator: Caller, manager: Caller, base: str, path: str
    ) -> None:
        answer = operator.post(f"{path}/suspend", {"reason": "The last invoice is open."})
        refused = manager.patch(base, {"name": "New"})

        suspension = {"at": "2027-01-04T09:00:00Z", "reason": "The last invoice is open."}
        assert (answer.status, answer.json["suspension"]) == (200, suspension)
        assert manager.get(base).json["suspension"] == suspension
        assert operator.get(path).json["suspension"] == suspension
        assert (refused.status, refused.json["code"]) == (409, "organization_suspended")
        assert refused.json["reason"] == "The last invoice is open."
        assert refused.json["suspended_at"] == "2027-01-04T09:00:00Z"

    def test_ends(self, operator: Caller, manager: Caller, base: str, path: str) -> None:
        operator.post(f"{path}/suspend", {"reason": "Misuse."})

        answer = operator.post(f"{path}/resume")

        assert (answer.status, answer.json["suspension"]) == (200, None)
        assert manager.patch(base, {"name": "New"}).status == 200
        assert operator.post(f"{path}/resume").status == 200

    def test_is_idempotent_by_key(self, operator: Caller, path: str) -> None:
        keyed = operator.sending(idempotency_key="k")
        first = keyed.post(f"{path}/suspend", {"reason": "Misuse."})
        operator.post(f"{path}/resume")
        again = keyed.post(f"{path}/suspend", {"reason": "Misuse."})

        assert again.json == first.json
        assert again.headers["Idempotency-Replayed"] == "true"
        assert operator.get(path).json["suspension"] is None

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [({}, 422, "invalid"), ({"reason": " "}, 422, "request_incomplete")],
    )
    def test_needs_a_reason(
        self, operator: Caller, path: str, body: dict[str, Any], status: int, code: str
    ) -> None:
        answer = operator.post(f"{path}/suspend", body)

        assert (answer.status, answer.json["code"]) == (status, code)
        assert answer.json["errors"][0]["field"] == "reason"

    @pytest.mark.parametrize("command", ["suspend", "resume"])
    def test_is_for_operators_alone(self, manager: Caller, caller: Caller, path: str, command: str) -> None:
        body = {"reason": "Misuse."} if command == "suspend" else None

        assert manager.post(f"{path}/{command}", body).json["code"] == "forbidden"
        assert caller.as_(None).post(f"{path}/{command}", body).status == 401

    def test_of_nobody_is_not_found(self, operator: Caller) -> None:
        path = f"{ORGANIZATIONS}/01KAP3V8Q2M4X7Y9Z1B5C6D8E0"

        assert operator.post(f"{path}/suspend", {"reason": "Misuse."}).status == 404
        assert operator.post(f"{path}/resume").status == 404
