"""People's data over HTTP."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.api_caller import Caller
from tests.support.tenant import Tenant

ANN = "ann@x.io"


def test_a_learner_is_exported(
    manager: Caller, base: str, tenant: Tenant, id_of: Callable[[str], str]
) -> None:
    tenant.accept(tenant.invite(tenant.license(1), ANN))

    answer = manager.get(f"{base}/learners/{id_of(ANN)}/export")

    assert answer.status == 200
    assert (answer.json["email"], answer.json["person"]) == (ANN, id_of(ANN))
    assert answer.json["organization"] == tenant.id
    assert set(answer.json["records"]) == {"learner", "access", "invite", "event"}
    (access,) = answer.json["records"]["access"]
    assert (access["state"], access["terms"]["flex"]) == ("active", False)


def test_a_learner_is_erased_and_the_order_looked_at(
    manager: Caller, base: str, tenant: Tenant, id_of: Callable[[str], str]
) -> None:
    tenant.accept(tenant.invite(tenant.license(1), ANN))

    ordered = manager.post(f"{base}/erasures", {"email": ANN})
    listed = manager.get(f"{base}/erasures")
    found = manager.get(f"{base}/erasures/{ordered.json['id']}")

    assert ordered.status == 202
    assert ordered.json["done_at"] is None
    assert ordered.json["pseudonym"].endswith("@erased.invalid")
    assert listed.json == {"items": [ordered.json], "next": None}
    assert found.json == ordered.json
    assert manager.get(f"{base}/learners/{id_of(ANN)}").status == 404


def test_an_order_sent_twice_with_one_key_is_one(manager: Caller, base: str, tenant: Tenant) -> None:
    tenant.accept(tenant.invite(tenant.license(1), ANN))
    sending = manager.sending(idempotency_key="k-1")

    first, second = (sending.post(f"{base}/erasures", {"email": ANN}) for _ in range(2))

    assert second.json == first.json
    assert len(manager.get(f"{base}/erasures").json["items"]) == 1


def test_nothing_held_and_a_managers_place_are_told_apart(manager: Caller, base: str, tenant: Tenant) -> None:
    nobody = manager.post(f"{base}/erasures", {"email": "nobody@x.io"})
    colleague = manager.post(f"{base}/erasures", {"email": tenant.limited.email})
    unknown = manager.get(f"{base}/erasures/nope")

    assert (nobody.status, nobody.json["code"]) == (404, "nothing_held")
    assert (colleague.status, colleague.json["code"]) == (409, "still_manager")
    assert (unknown.status, unknown.json["code"]) == (404, "erasure_not_found")


def test_both_are_for_full_managers_alone(limited: Caller, base: str, id_of: Callable[[str], str]) -> None:
    answers = [
        limited.get(f"{base}/learners/{id_of(ANN)}/export"),
        limited.post(f"{base}/erasures", {"email": ANN}),
        limited.get(f"{base}/erasures"),
        limited.get(f"{base}/erasures/nope"),
    ]

    assert {(one.status, one.json["code"]) for one in answers} == {(403, "forbidden")}
