"""API keys per organization: hashed, named, scoped, last used, revocable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.integration.api.conftest import API_KEY
from tests.support.api_caller import Answer, Caller, LambdaContext, answer_of, event_of
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.tables import items
from tests.support.tenant import Tenant, create_tenant
from usher.domain.integrations.api_keys import MAX_KEYS, credential_of, text_of
from usher.domain.organizations import Organization
from usher.domain.people import ApiKeyCredential, program
from usher.services.receipts import Receipt

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture
def keys(base: str) -> str:
    """The path of the keys."""
    return f"{base}/api-keys"


def create(
    manager: Caller, keys: str, *scopes: str, name: str = "Payroll sync", **more: Any
) -> dict[str, Any]:
    answer = manager.post(keys, {"name": name, "scopes": list(scopes or ("read",)), **more})
    assert answer.status == 201, answer.text
    created: dict[str, Any] = answer.json
    return created


def status_and_code(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["code"]


def client_of(manager: Caller, tenant: Tenant) -> Organization:
    assert manager.person is not None
    return manager.services.clients.create(
        person=manager.person, organization=tenant.id, name="Client", slug="client", receipt=Receipt()
    )


def test_a_key_has_a_name_and_scopes_and_is_shown_once(manager: Caller, keys: str, tenant: Tenant) -> None:
    created = create(manager, keys, "read", "invite", expires_at="2027-02-01")
    listed = manager.get(keys).json

    text = created.pop("key")
    credential = credential_of(text)
    assert (credential.organization, credential.id) == (tenant.id, created["id"])
    assert created == {
        "id": created["id"],
        "name": "Payroll sync",
        "scopes": ["invite", "read"],
        "created_at": "2027-01-04T09:00:00Z",
        "created_by": "manager@acme.example",
        "created_by_name": "Max Full",
        "expires_at": "2027-01-31T23:00:00Z",
        "expired": False,
        "last_used_at": None,
    }
    assert listed == {"items": [created], "next": None}


def test_a_key_is_hashed_no_item_of_the_table_and_no_line_of_the_log_holds_its_secret(
    manager: Caller,
    keys: str,
    base: str,
    tenant: Tenant,
    dynamodb: DynamoDBClient,
    caplog: pytest.LogCaptureFixture,
) -> None:
    text = create(manager.sending(idempotency_key="k"), keys, "invite")["key"]
    program_ = manager.with_key(text).sending(idempotency_key="p")
    program_.post(f"{base}/invites", {"license": tenant.license().id, "emails": "ann@x.io"})
    secret = credential_of(text).secret

    kept = list(items(dynamodb))

    assert secret not in str(kept)
    assert secret not in str([record.__dict__ for record in caplog.records])
    assert secret not in repr(program(credential_of(text)))


def test_a_key_opens_what_its_scopes_name_and_acts_under_its_own_name(
    manager: Caller, keys: str, base: str, tenant: Tenant
) -> None:
    key = create(manager, keys, "invite")
    program_ = manager.with_key(key["key"])

    invited = program_.post(f"{base}/invites", {"license": tenant.license().id, "emails": "ann@x.io"})
    unread = program_.get(f"{base}/invites")

    actor = f"api-key:{key['id']}"
    assert invited.json["results"][0]["invite"]["created_by"] == actor
    assert status_and_code(unread) == (403, "forbidden")
    assert unread.json["permission"] == "read"
    (event,) = manager.get(f"{base}/events", actor=actor).json["items"]
    assert (event["type"], event["actor"]) == ("invites.created", actor)


def test_creating_and_revoking_are_in_the_event_log(manager: Caller, keys: str, base: str) -> None:
    key = create(manager, keys, "read")
    manager.call("DELETE", f"{keys}/{key['id']}")

    (revoked,) = manager.get(f"{base}/events", type="api_key.revoked").json["items"]
    (created,) = manager.get(f"{base}/events", type="api_key.created").json["items"]

    assert revoked["data"] == {"api_key": {"id": key["id"], "name": "Payroll sync"}}
    assert created["data"] == {**revoked["data"], "scopes": ["read"], "expires_at": None}
    assert created["actor"] == "manager@acme.example"


def test_last_used_is_noted_at_most_once_an_hour(
    manager: Caller, keys: str, base: str, clock: Clock, count: Count
) -> None:
    program_ = manager.with_key(create(manager, keys)["key"])
    calls = []

    for minutes in (0, 59, 1, 5):
        clock.forward(minutes=minutes)
        with count() as cost:
            program_.get(base)
        calls.append(cost.operations)

    noted = ["BatchGetItem", "UpdateItem"]
    assert calls == [noted, ["BatchGetItem"], noted, ["BatchGetItem"]]
    assert manager.get(keys).json["items"][0]["last_used_at"] == "2027-01-04T10:00:00Z"


def test_a_use_that_cannot_be_noted_is_served_all_the_same(
    manager: Caller, keys: str, base: str, tenant: Tenant, caplog: pytest.LogCaptureFixture
) -> None:
    program_ = manager.with_key(create(manager, keys)["key"])
    listening: Any = tenant.context.table.connection.client.meta.events

    def fail(**_: object) -> None:
        raise ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, "UpdateItem")

    listening.register("before-call.dynamodb.UpdateItem", fail)
    try:
        answer = program_.get(base)
    finally:
        listening.unregister("before-call.dynamodb.UpdateItem", fail)

    assert answer.status == 200
    assert "not noted" in caplog.text
    assert manager.get(keys).json["items"][0]["last_used_at"] is None


def test_a_revoked_key_is_refused_at_once_even_what_it_did_before(
    manager: Caller, keys: str, base: str, tenant: Tenant
) -> None:
    key = create(manager, keys, "read", "invite")
    program_ = manager.with_key(key["key"])
    body = {"license": tenant.license().id, "emails": "ann@x.io"}
    again = program_.sending(idempotency_key="k")
    assert (program_.get(base).status, again.post(f"{base}/invites", body).status) == (200, 201)

    revoked = manager.call("DELETE", f"{keys}/{key['id']}")

    assert revoked.status == 204
    assert status_and_code(program_.get(base)) == (401, "invalid_api_key")
    assert status_and_code(again.post(f"{base}/invites", body)) == (401, "invalid_api_key")
    assert status_and_code(manager.call("DELETE", f"{keys}/{key['id']}")) == (404, "api_key_not_found")
    assert manager.get(keys).json["items"] == []


def test_of_two_who_revoke_a_key_one_is_told_that_it_is_gone(
    manager: Caller, keys: str, tenant: Tenant
) -> None:
    key = create(manager, keys)["id"]

    with tenant.before_next_write(lambda: manager.call("DELETE", f"{keys}/{key}")):
        second = manager.call("DELETE", f"{keys}/{key}")

    assert status_and_code(second) == (404, "api_key_not_found")


def test_what_is_no_valid_key_is_refused_alike(
    manager: Caller, keys: str, base: str, tenant: Tenant, clock: Clock
) -> None:
    live, ends = create(manager, keys), create(manager, keys, expires_at="2027-01-05")
    known = credential_of(live["key"])

    def with_(**changed: str) -> str:
        return text_of(ApiKeyCredential(**{**vars(known), **changed}))

    clock.forward(days=1)
    tried = [
        manager.with_key(text).get(base)
        for text in (
            with_(secret="0" * 64),
            with_(id=tenant.id),
            with_(organization=known.id),
            ends["key"],
            live["key"] + "0",
            live["key"].upper(),
            f"{live['key']},{live['key']}",
            "usher_",
            API_KEY,
            "",
        )
    ]

    assert {answer.text for answer in tried} == {tried[0].text}
    assert status_and_code(tried[0]) == (401, "invalid_api_key")
    assert manager.with_key(live["key"]).get(base).status == 200
    assert [one["expired"] for one in manager.get(keys).json["items"]] == [False, True]


def test_to_another_organization_a_key_is_a_stranger(manager: Caller, keys: str, tenant: Tenant) -> None:
    key = manager.with_key(create(manager, keys, "read", "manage_organization")["key"])
    other = f"/v1/organizations/{create_tenant(tenant.context, slug='other').id}"

    answers = [key.get(other), key.patch(other, {"name": "Mine"}), key.get("/v1/organizations/nope")]

    assert [status_and_code(answer) for answer in answers] == [(404, "organization_not_found")] * 3
    assert answers[0].text == manager.get(other).text


def test_a_providers_key_acts_in_its_clients_and_a_clients_nowhere_else(
    manager: Caller, keys: str, base: str, tenant: Tenant, count: Count
) -> None:
    client = f"/v1/organizations/{client_of(manager, tenant).id}"
    of_provider = manager.with_key(create(manager, keys, "read", "manage_groups")["key"])
    of_client = manager.with_key(create(manager, f"{client}/api-keys", "read")["key"])
    of_provider.get(base)

    with count() as cost:
        seen = of_provider.get(client)
    made = of_provider.post(f"{client}/groups", {"name": "Nurses"})

    assert (seen.status, made.status, cost.calls) == (200, 201, 1)
    assert status_and_code(of_provider.patch(client, {"name": "Mine"})) == (403, "forbidden")
    assert of_client.get(client).status == 200
    assert status_and_code(of_client.get(base)) == (404, "organization_not_found")


def test_a_program_costs_no_call_more_than_a_person(
    manager: Caller, keys: str, base: str, tenant: Tenant, count: Count
) -> None:
    license_ = tenant.license(5)
    program_ = manager.with_key(create(manager, keys, "read", "invite")["key"])
    program_.get(base)

    for number, caller in enumerate((manager, program_)):
        with count() as reading:
            caller.get(f"{base}/invites", state="withdrawn")  # none, so that no creator is named
        with count() as inviting:
            body = {"license": license_.id, "emails": f"a{number}@x.io"}
            caller.sending(idempotency_key="k").post(f"{base}/invites", body)

        assert (reading.calls, reading.items) == (2, 0)
        assert (inviting.calls, inviting.items) == (4, 6)


def test_routes_of_people_take_no_key_whatever_its_scopes(
    manager: Caller, keys: str, base: str, tenant: Tenant, count: Count
) -> None:
    key = manager.with_key(create(manager, keys, "read", "manage_organization")["key"])
    someone = {"email": "a@x.io", "first_name": "A", "last_name": "B", "role": "full_manager"}
    with count() as cost:
        refused = [
            key.get("/v1/me"),
            key.patch("/v1/me", {"first_name": "A", "last_name": "B"}),
            key.get("/v1/operator/organizations"),
            key.get(f"{base}/notices"),
            key.call("PUT", f"{base}/notices", body={"muted": []}),
            key.post(f"{base}/licenses/{tenant.id}/self-assign"),
            key.post(f"{base}/team", someone),
            key.get(keys),
            key.post(keys, {"name": "Next", "scopes": ["read"]}),
            key.call("DELETE", f"{keys}/{tenant.id}"),
        ]

    assert {status_and_code(answer) for answer in refused} == {(403, "key_not_accepted")}
    assert cost.calls == 0
    assert key.get(f"{base}/team").status == 200


def test_the_api_key_path_takes_no_token_and_no_other_path_an_api_key(
    manager: Caller, keys: str, base: str, caller: Caller, tenant: Tenant
) -> None:
    text = create(manager, keys)["key"]

    forged = event_of("GET", f"/keys{base}", person=tenant.full)
    context: Any = LambdaContext()
    at_their_path = answer_of(caller.api.answer(forged, context, services=caller.services))
    elsewhere = caller.sending(x_api_key=text).get(base)
    both = manager.sending(x_api_key=text).get("/v1/me")

    assert status_and_code(at_their_path) == (401, "invalid_api_key")
    assert status_and_code(elsewhere) == (401, "unauthenticated")
    assert both.json["person"]["email"] == "manager@acme.example"


def test_the_learning_platforms_route_keeps_its_own_key(manager: Caller, keys: str, caller: Caller) -> None:
    text = create(manager, keys)["key"]
    asked = {"email": "ann@x.io", "product": "p"}

    by_either_path = [
        caller.sending(x_api_key=text).get("/v1/entitlements", **asked),
        caller.with_key(text).get("/v1/entitlements", **asked),
    ]

    assert [status_and_code(answer) for answer in by_either_path] == [(401, "wrong_api_key")] * 2
    assert caller.sending(x_api_key=API_KEY).get("/v1/entitlements", **asked).status == 200


def test_a_keys_idempotency_keys_are_its_own_and_need_its_secret(
    manager: Caller, keys: str, base: str
) -> None:
    first, second = (create(manager, keys, "manage_groups", name=name)["key"] for name in "ab")
    credential = credential_of(first)
    wrong = text_of(ApiKeyCredential(organization=credential.organization, id=credential.id, secret="0" * 64))

    def make(text: str, name: str) -> Answer:
        return manager.with_key(text).sending(idempotency_key="k").post(f"{base}/groups", {"name": name})

    made, replayed = make(first, "Nurses"), make(first, "Nurses")

    assert (replayed.status, replayed.json) == (201, made.json)
    assert replayed.headers["Idempotency-Replayed"] == "true"
    assert make(second, "Drivers").json["name"] == "Drivers"
    assert status_and_code(make(wrong, "Nurses")) == (401, "invalid_api_key")


def test_creating_twice_with_the_idempotency_key_makes_one_key_and_shows_it_once(
    manager: Caller, keys: str
) -> None:
    idempotent, body = manager.sending(idempotency_key="k"), {"name": "Payroll", "scopes": ["read"]}

    first, second = idempotent.post(keys, body), idempotent.post(keys, body)

    assert first.json["key"].startswith("usher_")
    assert second.json == {**first.json, "key": None}
    assert len(manager.get(keys).json["items"]) == 1


def test_an_organization_has_at_most_twenty_keys_exactly(manager: Caller, keys: str, tenant: Tenant) -> None:
    made = [create(manager, keys)["id"] for _ in range(MAX_KEYS - 1)]

    with tenant.before_next_write(lambda: create(manager, keys)):
        late = manager.post(keys, {"name": "Late", "scopes": ["read"]})
    manager.call("DELETE", f"{keys}/{made[0]}")
    freed = manager.post(keys, {"name": "Freed", "scopes": ["read"]})

    assert status_and_code(late) == (409, "too_many_api_keys")
    assert freed.status == 201
    assert len(manager.get(keys).json["items"]) == MAX_KEYS


def test_a_key_that_cannot_be_is_refused(manager: Caller, keys: str) -> None:
    cannot_be: list[tuple[dict[str, Any], str]] = [
        ({"scopes": []}, "bad_scopes"),
        ({"scopes": ["read", "fly"]}, "bad_scopes"),
        ({"scopes": ["manage_programs"]}, "bad_scopes"),
        ({"scopes": ["manage_team"]}, "bad_scopes"),
        ({"name": " "}, "bad_name"),
        ({"expires_at": "soon"}, "bad_date"),
        ({"expires_at": "2027-01-04"}, "bad_expiry"),
        ({"color": "red"}, "invalid"),
    ]
    body = {"name": "Payroll", "scopes": ["read"]}

    answers = [manager.post(keys, {**body, **changed}) for changed, _ in cannot_be]

    assert [status_and_code(answer) for answer in answers] == [(422, code) for _, code in cannot_be]


def test_limited_managers_neither_see_nor_make_keys(limited: Caller, keys: str) -> None:
    answers = [
        limited.get(keys),
        limited.post(keys, {"name": "Mine", "scopes": ["read"]}),
        limited.call("DELETE", f"{keys}/nope"),
    ]

    assert [status_and_code(answer) for answer in answers] == [(403, "forbidden")] * 3


def test_no_two_keys_have_the_same_secret(manager: Caller, keys: str) -> None:
    assert len({credential_of(create(manager, keys)["key"]).secret for _ in range(3)}) == 3
