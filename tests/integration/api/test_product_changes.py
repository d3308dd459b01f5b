"""Operators change a product's name and address over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api_caller import Caller
from tests.support.tenant import Tenant
from usher.domain.licenses import Product


@pytest.fixture
def product(tenant: Tenant) -> Product:
    return tenant.product()


def path(product: Product) -> str:
    return f"/v1/operator/products/{product.id}"


def test_what_is_named_changes_and_the_rest_stays(operator: Caller, product: Product) -> None:
    renamed = operator.patch(path(product), {"name": "  Fire safety 2 "})
    moved = operator.patch(path(product), {"url": "https://learn.example/new"})
    again = operator.patch(path(product), {"url": "https://learn.example/new"})
    unaddressed = operator.patch(path(product), {"url": ""})

    assert [renamed.status, moved.status, again.status, unaddressed.status] == [200] * 4
    assert moved.json == {
        "id": product.id,
        "name": "Fire safety 2",
        "kind": "course",
        "url": "https://learn.example/new",
        "retires_at": None,
    }
    assert again.json == moved.json
    assert unaddressed.json == {**moved.json, "url": ""}
    assert operator.get("/v1/operator/products").json["items"] == [unaddressed.json]


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"name": ""}, "bad_name", "name"),
        ({"name": "n" * 81}, "bad_name", "name"),
        ({"url": "http://plain.example"}, "bad_product_url", "url"),
        ({"url": "https://" + "x" * 500}, "bad_product_url", "url"),
        ({"kind": "subscription"}, "invalid", "kind"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_field(
    operator: Caller, product: Product, body: dict[str, Any], code: str, field: str
) -> None:
    answer = operator.patch(path(product), body)

    assert (answer.status, answer.json["code"]) == (422, code)
    assert [one["field"] for one in answer.json["errors"]] == [field]
    assert operator.get("/v1/operator/products").json["items"][0]["name"] == "Fire safety"


def test_nobody_else_may_and_an_unknown_product_is_not_found(
    operator: Caller, manager: Caller, caller: Caller, product: Product
) -> None:
    assert manager.patch(path(product), {"name": "Mine"}).status == 403
    assert caller.patch(path(product), {"name": "Mine"}).status == 401
    assert operator.patch("/v1/operator/products/01J00000000000000000000000", {"name": "N"}).status == 404
