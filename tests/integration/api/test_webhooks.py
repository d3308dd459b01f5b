"""Webhooks over HTTP. What is delivered, and how, stands in core/test_webhooks.py."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api_caller import Answer, Caller
from tests.support.async_workers import AsyncWorkers
from tests.support.clock import Clock
from tests.support.published_events import data_of
from tests.support.tenant import Tenant, create_tenant
from usher.domain.integrations.webhooks import MAX_WEBHOOKS
from usher.gateways.signatures import Signatures
from usher.store.integrations import webhook_deliveries

URL = "https://hooks.acme.example/usher?token=t0p"


@pytest.fixture
def hooks(base: str) -> str:
    """The path of the webhooks."""
    return f"{base}/webhooks"


def create(manager: Caller, hooks: str, **fields: Any) -> dict[str, Any]:
    answer = manager.post(hooks, {"url": URL, **fields})
    assert answer.status == 201, answer.text
    created: dict[str, Any] = answer.json
    return created


def refused(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["code"]


def test_a_webhook_is_created_with_chosen_events_read_listed_changed_and_deleted(
    manager: Caller, hooks: str
) -> None:
    created = create(manager, hooks, events=["invite.accepted", "access.started"], description=" To  LMS ")
    one = f"{hooks}/{created['id']}"
    secret = created.pop("secret")

    assert secret.startswith("whsec_")
    assert created == {
        "id": created["id"],
        "url": URL,
        "events": ["access.started", "invite.accepted"],
        "description": "To LMS",
        "enabled": True,
        "disabled_because": None,
        "secret_version": "k1.1",
        "former_secret_until": None,
        "created_at": "2027-01-04T09:00:00Z",
        "created_by": "manager@acme.example",
        "created_by_name": "Max Full",
        "version": 1,
    }
    assert manager.get(one).json == created
    assert manager.get(hooks).json == {"items": [created], "next": None}

    changed = manager.patch(
        one, {"url": "https://a.example", "events": None, "description": "", "enabled": False}
    )
    assert changed.json == {
        **created,
        "url": "https://a.example",
        "events": None,
        "description": "",
        "enabled": False,
        "disabled_because": "manager",
        "version": 2,
    }
    back = manager.patch(one, {"enabled": True, "events": ["seats.low"]}).json
    assert (back["enabled"], back["disabled_because"], back["events"]) == (True, None, ["seats.low"])
    assert manager.patch(one, {}).json == back

    assert manager.call("DELETE", one).status == 204
    assert refused(manager.get(one)) == (404, "webhook_not_found")
    assert manager.get(hooks).json["items"] == []


def test_the_secret_is_shown_at_creation_and_rotation_and_never_again(
    manager: Caller, hooks: str, signatures: Signatures, clock: Clock
) -> None:
    created = create(manager, hooks)
    clock.forward(hours=1)
    rotated = manager.post(f"{hooks}/{created['id']}/rotate-secret").json

    assert rotated["secret"] != created["secret"]
    assert rotated["secret_version"] == "k1.2"
    assert rotated["former_secret_until"] == "2027-01-05T10:00:00Z"
    assert "secret" not in manager.get(f"{hooks}/{created['id']}").json
    assert "secret" not in manager.get(hooks).json["items"][0]
    assert signatures.current_key() == "k1"


def test_a_replay_answers_with_the_same_secret_which_the_receipt_does_not_hold(
    manager: Caller, hooks: str, tenant: Tenant
) -> None:
    idempotent = manager.sending(idempotency_key="k")
    first = idempotent.post(hooks, {"url": URL})
    replay = idempotent.post(hooks, {"url": URL})
    client: Any = tenant.context.table.connection.client
    everything = str(client.scan(TableName=tenant.context.table.name)["Items"])

    assert (replay.status, replay.json) == (201, first.json)
    assert replay.headers["Idempotency-Replayed"] == "true"
    assert len(manager.get(hooks).json["items"]) == 1
    assert first.json["secret"].removeprefix("whsec_") not in everything

    turn = manager.sending(idempotency_key="r")
    path = f"{hooks}/{first.json['id']}/rotate-secret"
    assert turn.post(path).json == turn.post(path).json
    assert manager.get(hooks).json["items"][0]["secret_version"] == "k1.2"


def test_private_and_link_local_addresses_are_refused(manager: Caller, hooks: str) -> None:
    webhook = create(manager, hooks)["id"]
    for url, code in {
        "http://hooks.acme.example/in": "bad_webhook_url",
        "https://ann:pass@hooks.acme.example/in": "bad_webhook_url",
        "no address": "bad_webhook_url",
        "https://localhost/in": "private_webhook_url",
        "https://127.0.0.1/in": "private_webhook_url",
        "https://169.254.169.254/latest": "private_webhook_url",
        "https://[fd00::1]/in": "private_webhook_url",
    }.items():
        assert refused(manager.post(hooks, {"url": url})) == (422, code)
        assert refused(manager.patch(f"{hooks}/{webhook}", {"url": url})) == (422, code)


def test_unknown_types_of_events_are_refused_naming_the_known_ones(manager: Caller, hooks: str) -> None:
    answer = manager.post(hooks, {"url": URL, "events": ["invite.accepted", "invite.exploded"]})

    assert refused(answer) == (422, "unknown_event_type")
    assert "invite.exploded" in answer.json["detail"]
    assert "invite.accepted" in answer.json["known"]
    assert refused(manager.post(hooks, {"url": URL, "events": []})) == (422, "unknown_event_type")
    assert refused(manager.post(hooks, {"url": URL, "events": ["webhook.created"]})) == (
        422,
        "unknown_event_type",
    )
    assert refused(manager.post(hooks, {"url": URL, "description": "x" * 201})) == (422, "bad_description")


def test_an_organization_has_ten_webhooks_at_most(manager: Caller, hooks: str, tenant: Tenant) -> None:
    made = [create(manager, hooks)["id"] for _ in range(MAX_WEBHOOKS - 1)]
    with tenant.before_next_write(lambda: create(manager, hooks)):
        assert refused(manager.post(hooks, {"url": URL})) == (409, "too_many_webhooks")

    manager.call("DELETE", f"{hooks}/{made[0]}")
    create(manager, hooks)
    assert len(manager.get(hooks).json["items"]) == MAX_WEBHOOKS


def test_limited_managers_look_and_change_nothing(manager: Caller, limited: Caller, hooks: str) -> None:
    one = f"{hooks}/{create(manager, hooks)['id']}"

    assert limited.get(hooks).status == limited.get(one).status == 200
    assert limited.get(one).json["url"] == "https://hooks.acme.example/…", "the rest may be a proof"
    assert limited.get(hooks).json["items"][0]["url"] == "https://hooks.acme.example/…"
    assert limited.get(f"{one}/deliveries").status == 200
    for answer in (
        limited.post(hooks, {"url": URL}),
        limited.patch(one, {"enabled": False}),
        limited.call("DELETE", one),
        limited.post(f"{one}/rotate-secret"),
        limited.post(f"{one}/test"),
        limited.post(f"{one}/deliveries/none/redeliver"),
    ):
        assert refused(answer) == (403, "forbidden")


def test_a_stranger_sees_no_webhook_of_an_organization(
    manager: Caller, caller: Caller, hooks: str, tenant: Tenant
) -> None:
    one = f"{hooks}/{create(manager, hooks)['id']}"
    other = create_tenant(tenant.context, slug="other")
    stranger = caller.as_(other.full)
    astray = one.replace(tenant.id, other.id)

    assert refused(stranger.get(one)) == (404, "organization_not_found")
    assert refused(stranger.get(astray)) == (404, "webhook_not_found")
    assert refused(stranger.get(f"{astray}/deliveries")) == (404, "webhook_not_found")
    assert refused(stranger.post(f"{astray}/test")) == (404, "webhook_not_found")
    assert refused(stranger.post(f"{astray}/rotate-secret")) == (404, "webhook_not_found")


def test_what_is_done_to_webhooks_is_in_the_event_log_without_their_address(
    manager: Caller, hooks: str, base: str
) -> None:
    one = f"{hooks}/{create(manager, hooks)['id']}"
    manager.patch(one, {"enabled": False})
    manager.post(f"{one}/rotate-secret")
    manager.call("DELETE", one)
    log = manager.get(f"{base}/events", limit=4).json["items"]

    assert [event["type"] for event in log] == [
        "webhook.deleted",
        "webhook.secret_rotated",
        "webhook.changed",
        "webhook.created",
    ]
    assert log[-1]["data"] == {
        "webhook": {"id": one.rpartition("/")[2], "host": "hooks.acme.example"},
        "events": None,
    }
    assert log[-2]["data"]["enabled"] is False
    assert "t0p" not in str(log)


def test_the_test_button_shows_up_in_the_log_of_deliveries(
    manager: Caller, hooks: str, async_workers: AsyncWorkers
) -> None:
    one = f"{hooks}/{create(manager, hooks)['id']}"
    idempotent = manager.sending(idempotency_key="k")
    answer = idempotent.post(f"{one}/test")
    replay = idempotent.post(f"{one}/test")
    (delivery,) = manager.get(f"{one}/deliveries").json["items"]
    async_workers.dispatch()

    assert (answer.status, answer.json) == (201, delivery)
    assert replay.json == delivery
    assert delivery == {
        "id": delivery["id"],
        "type": "webhook.tested",
        "state": "pending",
        "created_at": "2027-01-04T09:00:00Z",
        "next_attempt_at": "2027-01-04T09:00:00Z",
        "attempts": [],
    }
    manager.patch(one, {"enabled": False})
    assert refused(manager.post(f"{one}/test")) == (409, "webhook_disabled")


def test_deliveries_are_listed_newest_first_by_state_and_redelivered(
    manager: Caller, hooks: str, tenant: Tenant, async_workers: AsyncWorkers, clock: Clock
) -> None:
    webhook = create(manager, hooks)["id"]
    one = f"{hooks}/{webhook}"
    tenant.invite_all(tenant.license(), "ann@x.io")
    async_workers.dispatch()
    listed = manager.get(f"{one}/deliveries").json
    newest, oldest = listed["items"]
    redeliver = f"{one}/deliveries/{oldest['id']}/redeliver"

    assert (newest["type"], oldest["type"]) == ("invites.created", "license.granted")
    assert listed["next"] is None
    assert refused(manager.post(redeliver)) == (409, "delivery_pending")

    row = tenant.context.table.get(webhook_deliveries.ref(webhook, oldest["id"]))
    assert row is not None
    before = webhook_deliveries.delivery_of(row)
    failed = before.ended("for this test", now=clock.now)
    assert webhook_deliveries.move(tenant.context.table, before, failed)
    assert [each["id"] for each in manager.get(f"{one}/deliveries", state="failed").json["items"]] == [
        oldest["id"]
    ]
    first_page = manager.get(f"{one}/deliveries", limit=1).json
    second_page = manager.get(f"{one}/deliveries", limit=1, cursor=first_page["next"]).json
    assert [page["items"][0]["id"] for page in (first_page, second_page)] == [newest["id"], oldest["id"]]

    idempotent = manager.sending(idempotency_key="k")
    again = idempotent.post(redeliver)
    assert (again.status, again.json["state"]) == (200, "pending")
    assert again.json["attempts"][0]["reason"] == "for this test"
    assert idempotent.post(redeliver).json == again.json
    asked = [e for e in async_workers.waiting_events() if e.type == "webhook.redelivered"]
    assert [data_of(event)["delivery"] for event in asked] == [oldest["id"]]
    assert refused(manager.post(f"{one}/deliveries/none/redeliver")) == (404, "delivery_not_found")


def test_two_changes_at_once_both_count(manager: Caller, hooks: str, tenant: Tenant) -> None:
    one = f"{hooks}/{create(manager, hooks)['id']}"
    with tenant.before_next_write(lambda: manager.patch(one, {"description": "first"})):
        manager.patch(one, {"events": ["seats.low"]})
    found = manager.get(one).json

    assert (found["description"], found["events"]) == ("first", ["seats.low"])


def test_a_webhook_that_is_deleted_meanwhile_stays_deleted(
    manager: Caller, hooks: str, tenant: Tenant
) -> None:
    one = f"{hooks}/{create(manager, hooks)['id']}"
    with tenant.before_next_write(lambda: manager.call("DELETE", one)):
        answer = manager.call("DELETE", one)

    assert refused(answer) == (404, "webhook_not_found")
    for _ in range(MAX_WEBHOOKS):
        create(manager, hooks)
    assert refused(manager.post(hooks, {"url": URL})) == (409, "too_many_webhooks")
