"""Idempotency-Key over HTTP: a replay gets the first answer and does nothing again (DESIGN 6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.support.api_caller import Answer, Caller
from tests.support.call_counts import Count
from tests.support.clock import Clock
from tests.support.team import BOB, Team
from tests.support.tenant import Tenant
from usher.domain.organizations import Role


def _replayed(first: Answer, second: Answer) -> None:
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert (second.status, second.json) == (first.status, first.json)


def test_inviting_again_with_the_key_answers_the_same(
    manager: Caller, base: str, tenant: Tenant, clock: Clock
) -> None:
    body = {"license": tenant.license().id, "emails": ["a@x.io", "b@", "c@x.io"], "skip_invalid": True}
    idempotent = manager.sending(idempotency_key="k")

    first = idempotent.post(f"{base}/invites", body)
    clock.forward(days=20)
    second = idempotent.post(f"{base}/invites", body)

    _replayed(first, second)
    assert [one["outcome"] for one in first.json["results"]] == ["invited", "invalid", "invited"]
    assert len(manager.get(f"{base}/invites").json["items"]) == 2


def test_every_post_of_one_result_replays(
    manager: Caller, operator: Caller, base: str, tenant: Tenant, clock: Clock
) -> None:
    license_ = tenant.license()
    invite = tenant.invite(license_)
    clock.forward(hours=1)
    posts: list[tuple[Caller, str, dict[str, Any] | None]] = [
        (manager, f"{base}/invites/{invite.id}/resend", None),
        (manager, f"{base}/invites/{invite.id}/withdraw", None),
        (manager, f"{base}/licenses/{license_.id}/self-assign", None),
        (
            manager,
            f"{base}/team",
            {"email": "t@x.io", "first_name": "T", "last_name": "T", "role": "full_manager"},
        ),
        (operator, "/v1/operator/products", {"name": "First Aid", "kind": "course"}),
        (
            operator,
            "/v1/operator/organizations",
            {
                "name": "Beta",
                "slug": "beta",
                "time_zone": "UTC",
                "first_manager": {"email": "b@x.io", "first_name": "B", "last_name": "B"},
            },
        ),
        (manager, f"{base}/invites/bulk", {"action": "withdraw", "invites": [invite.id, "none"]}),
    ]
    for number, (who, path, body) in enumerate(posts):
        idempotent = who.sending(idempotency_key=f"key-{number}")

        first = idempotent.post(path, body)

        assert first.status in {200, 201}, first.text
        _replayed(first, idempotent.post(path, body))


def test_whoever_may_not_any_more_does_not_get_the_first_answer(
    manager: Caller, operator: Caller, base: str, tenant: Tenant, id_of: Callable[[str], str]
) -> None:
    """Each POST of an organization, replayed by a manager who was demoted, and by one who was removed."""
    team, colleague = Team(tenant), BOB
    team.accept(team.invite(role=Role.FULL))
    own = manager.as_(colleague)
    group = manager.post(f"{base}/groups", {"name": "Crew", "licenses": []}).json["id"]
    license_ = tenant.license()
    posts: list[tuple[str, dict[str, Any] | None]] = [
        (f"{base}/webhooks", {"url": "https://hooks.example/u", "events": ["invite.accepted"]}),
        (f"{base}/api-keys", {"name": "Payroll", "scopes": ["read"]}),
        (f"{base}/invites", {"license": license_.id, "emails": "a@x.io"}),
        (f"{base}/groups", {"name": "Others", "licenses": []}),
        (f"{base}/groups/{group}/licenses", {"license": license_.id}),
        (f"{base}/codes", {"license": license_.id, "kind": "registration", "code": "WELCOME-2027"}),
        (f"{base}/clients", {"name": "Client", "slug": "client"}),
        (f"{base}/imports", {"file_name": "people.csv"}),
        (f"{base}/licenses/{license_.id}/self-assign", None),
        (f"{base}/support-requests", {"kind": "other", "message": "Please help"}),
        (f"{base}/licenses/{license_.id}/seat-requests", {"seats": 3, "message": "More"}),
        (f"{base}/team", {"email": "t@x.io", "first_name": "T", "last_name": "T", "role": "limited_manager"}),
    ]
    keyed = [(own.sending(idempotency_key=f"k-{n}"), path, body) for n, (path, body) in enumerate(posts)]
    for sending, path, body in keyed:
        assert sending.post(path, body).status in {200, 201}, path
        assert sending.post(path, body).headers["Idempotency-Replayed"] == "true"

    operator.patch(f"{base}/team/{id_of(colleague.email)}", {"role": "limited_manager"})
    demoted = [sending.post(path, body) for sending, path, body in keyed]
    operator.call("DELETE", f"{base}/team/{id_of(colleague.email)}")
    removed = [sending.post(path, body) for sending, path, body in keyed]

    assert [one.status for one in demoted] == [403] * len(posts), [one.text for one in demoted]
    assert [one.json["code"] for one in removed] == ["organization_not_found"] * len(posts)


def test_an_operators_replay_is_for_operators(operator: Caller, tenant: Tenant) -> None:
    keyed = operator.sending(idempotency_key="k")
    keyed.post("/v1/operator/products", {"name": "First Aid", "kind": "course"})

    former = keyed.as_(replace(tenant.operator, operator=False))

    answer = former.post("/v1/operator/products", {"name": "First Aid", "kind": "course"})
    assert (answer.status, answer.json["code"]) == (403, "forbidden")


def test_the_layout_of_the_body_does_not_matter(manager: Caller, base: str, tenant: Tenant) -> None:
    id_ = tenant.license().id
    idempotent = manager.sending(idempotency_key="k")

    first = idempotent.post(f"{base}/invites", f'{{"license": "{id_}", "emails": "a@x.io"}}')
    second = idempotent.post(f"{base}/invites", f'{{"emails":"a@x.io","license":"{id_}"}}')

    _replayed(first, second)


def test_the_key_with_another_body_or_path_is_refused(manager: Caller, base: str, tenant: Tenant) -> None:
    body = {"license": tenant.license().id, "emails": "a@x.io"}
    idempotent = manager.sending(idempotency_key="k")
    idempotent.post(f"{base}/invites", body)

    other_body = idempotent.post(f"{base}/invites", {**body, "emails": "b@x.io"})
    other_path = idempotent.post(f"{base}/licenses/{body['license']}/self-assign")

    assert (other_body.status, other_body.json["code"]) == (422, "idempotency_key_reused")
    assert (other_path.status, other_path.json["code"]) == (422, "idempotency_key_reused")


def test_a_key_is_the_persons_own(manager: Caller, operator: Caller, tenant: Tenant, base: str) -> None:
    manager.sending(idempotency_key="k").post(
        f"{base}/invites", {"license": tenant.license().id, "emails": "a@x.io"}
    )

    answer = operator.sending(idempotency_key="k").post(
        "/v1/operator/products", {"name": "First Aid", "kind": "course"}
    )

    assert answer.status == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there"])
def test_a_key_that_cannot_be_used_is_refused(
    manager: Caller, operator: Caller, base: str, tenant: Tenant, key: str
) -> None:
    license_ = tenant.license()
    path = f"/v1/operator/organizations/{tenant.id}/licenses/{license_.id}/top-up"

    answers = [
        manager.sending(idempotency_key=key).post(f"{base}/licenses/{license_.id}/self-assign"),
        operator.sending(idempotency_key=key).post(path, {"order_id": "o", "seats": 1}),
    ]

    assert [answer.json["code"] for answer in answers] == ["bad_idempotency_key"] * 2


def test_a_refusal_leaves_the_key_free(manager: Caller, base: str, tenant: Tenant) -> None:
    license_ = tenant.license(seats=1)
    idempotent = manager.sending(idempotency_key="k")
    body = {"license": license_.id, "emails": "a@x.io b@x.io"}

    refused = idempotent.post(f"{base}/invites", body)
    operator = manager.as_(tenant.operator)
    operator.post(
        f"/v1/operator/organizations/{tenant.id}/licenses/{license_.id}/top-up",
        {"order_id": "o", "seats": 1},
    )
    done = idempotent.post(f"{base}/invites", body)

    assert refused.status == 409
    assert done.status == 201


def test_the_same_request_at_the_same_time_gets_the_first_answer(
    manager: Caller, base: str, tenant: Tenant, clock: Clock
) -> None:
    invite = tenant.invite(tenant.license())
    clock.forward(hours=1)
    path = f"{base}/invites/{invite.id}/resend"
    idempotent = manager.sending(idempotency_key="k")
    first: list[Answer] = []

    with tenant.before_next_write(lambda: first.append(idempotent.post(path))):
        second = idempotent.post(path)

    _replayed(first[0], second)
    assert second.json["sent"]["count"] == 2


def test_a_batch_that_broke_off_is_continued(manager: Caller, base: str, tenant: Tenant) -> None:
    body = {
        "license": tenant.license(seats=120).id,
        "emails": [f"a{number}@x.io" for number in range(120)],
    }
    idempotent = manager.sending(idempotency_key="k")

    def crash() -> None:
        raise KeyboardInterrupt

    writes = 0

    def second_write_crashes(**_: object) -> None:
        nonlocal writes
        writes += 1
        if writes == 2:
            crash()

    client: Any = tenant.context.table.connection.client
    event = "provide-client-params.dynamodb.TransactWriteItems"
    client.meta.events.register(event, second_write_crashes)
    with pytest.raises(KeyboardInterrupt):
        idempotent.post(f"{base}/invites", body)
    client.meta.events.unregister(event, second_write_crashes)
    begun = len(manager.get(f"{base}/invites", limit=200).json["items"])
    answer = idempotent.post(f"{base}/invites", body)

    assert 0 < begun < 120
    assert [one["outcome"] for one in answer.json["results"]] == ["invited"] * 120
    assert [one["email"] for one in answer.json["results"]] == body["emails"]
    assert len(manager.get(f"{base}/invites", limit=200).json["items"]) == 120
    _replayed(answer, idempotent.post(f"{base}/invites", body))


def test_the_key_costs_one_call_and_one_item(
    manager: Caller, base: str, tenant: Tenant, count: Count
) -> None:
    body = {"license": tenant.license().id, "emails": "a@x.io"}

    with count() as cost:
        manager.sending(idempotency_key="k").post(f"{base}/invites", body)

    assert (cost.calls, cost.items) == (3 + 1, 5 + 1)
