"""An id in a body or a filter that leads to nothing is refused with its field named; one in a path is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from functions.api.app import routes
from functions.api.descriptions import is_described
from functions.api.request_fields import models_of
from tests.support.api_caller import Caller
from tests.support.codes import client_of
from tests.support.groups import group_of
from tests.support.tenant import Tenant

O = "/v1/organizations/{organization}"  # noqa: E741 - as the design writes it
OPERATED = "/v1/operator/organizations/{organization}"

IDS = frozenset(
    (
        *("license", "licenses", "sublicense", "group", "groups", "client", "product", "batch", "import"),
        *("invite", "invites", "people", "person"),
    )
)
"""The names of fields and filters that hold ids of what there has to be."""

_INVITING: dict[str, Any] = {"emails": ["ann@x.io"]}
_CODE: dict[str, Any] = {"kind": "registration"}
_CODES: dict[str, Any] = {"count": 2}
_JOIN_PAGE: dict[str, Any] = {"enabled": True, "slug": "acme-academy", "domains": ["acme.example"]}
_CONNECTION: dict[str, Any] = {
    "name": "Acme",
    "issuer": "https://login.acme.example",
    "client_id": "usher",
    "client_secret": "secret",
    "domains": ["acme.example"],
}
_ORDER: dict[str, Any] = {
    "order_id": "order-of-nothing",
    "flex": False,
    "seats": 5,
    "valid_from": "2027-01-01",
    "valid_until": "2028-01-01",
}

BODIES: dict[str, dict[str, Any]] = {
    f"POST {OPERATED}/licenses": _ORDER,
    f"POST {O}/invites": _INVITING,
    f"POST {O}/invites/preview": _INVITING,
    f"POST {O}/invites/preview-email": _INVITING,
    f"POST {O}/groups": {"name": "Day shift"},
    f"POST {O}/groups/{{group}}/licenses": {},
    f"POST {O}/groups/{{group}}/members": {},
    f"POST {O}/groups/{{group}}/members/preview": {},
    f"POST {O}/licenses/{{license}}/assign": {},
    f"POST {O}/licenses/{{license}}/assign/preview": {},
    f"POST {O}/imports": {"file_name": "people.csv"},
    f"POST {O}/clients/{{client}}/sublicenses": {"seats": 1},
    f"POST {O}/codes": _CODE,
    f"POST {O}/codes/batch": _CODES,
    f"PUT {O}/join-page": _JOIN_PAGE,
    f"POST {O}/support-requests": {"kind": "other", "message": "Please help."},
    f"POST {O}/sso-connections": _CONNECTION,
}
"""What else the body of each command has."""

BESIDE: dict[tuple[str, str], dict[str, Any]] = {
    **{
        (f"POST {O}/{command}", "client"): {"license": "{license}"}
        for command in ("invites", "invites/preview", "invites/preview-email", "codes", "codes/batch")
    },
    **{
        (f"POST {O}/{command}", "sublicense"): {"client": "{client}"}
        for command in ("invites", "invites/preview", "invites/preview-email", "codes", "codes/batch")
    },
    **{
        (f"POST {O}/downloads", field): {"what": what}
        for field, what in (
            ("license", "activity"),
            ("group", "learners"),
            ("client", "activity"),
            ("batch", "codes"),
            ("code", "code_uses"),
            ("import", "import_results"),
        )
    },
}
"""What a field needs beside it, on top of the body of its command."""

NO_REFUSAL = {
    (f"POST {O}/invites/bulk", "invites"): "each invite has a result of its own, with its id",
    ("GET /v1/entitlements", "product"): "nobody is entitled to what there is not",
}
"""The fields whose unknown ids do not refuse the request, and why."""

LISTS = frozenset({"licenses", "groups", "people"})


def fields_of(kind: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for model in models_of(kind):
        for name, field in model.model_fields.items():
            at = (*path, field.alias or name)
            yield at
            if issubclass(model, BaseModel):
                yield from fields_of(field.annotation, at)


def fields_with_ids() -> list[tuple[str, str]]:
    """Each operation with a field of its body, or a filter, that holds ids."""
    found = dict[tuple[str, str], None]()
    for route in routes():
        if not is_described(route.func):
            continue
        operation = f"{route.method} {route.openapi_path}"
        named: list[tuple[str, ...]] = [(one.alias,) for one in route.dependant.query_params]
        named += [at for one in route.dependant.body_params for at in fields_of(one.type_)]
        for at in named:
            is_download = operation == f"POST {O}/downloads" and at[-1] == "code"
            if at[-1] in IDS or is_download:
                found[operation, ".".join(at)] = None
    return list(found)


@pytest.fixture
def known(tenant: Tenant, manager: Caller, base: str) -> dict[str, str]:
    """Ids that there are, by the names that paths have for them."""
    pool = tenant.license()
    connection = manager.post(f"{base}/sso-connections", {**_CONNECTION, "grant": {"licenses": [pool.id]}})
    return {
        "organization": tenant.id,
        "license": pool.id,
        "group": group_of(tenant, pool).id,
        "client": client_of(tenant).id,
        "connection": connection.json["id"],
    }


def request_with(operation: str, field: str, known: dict[str, str]) -> tuple[str, str, dict[str, Any]]:
    """Return the method, the path and the fields of a request with an unknown id in one field."""
    method, _, path = operation.partition(" ")
    fields: dict[str, Any] = {**BODIES.get(operation, {}), **BESIDE.get((operation, field), {})}
    fields = {
        name: value.format(**known) if isinstance(value, str) else value for name, value in fields.items()
    }
    *above, name = field.split(".")
    in_list = name in LISTS or ("what" in fields and name in {"license", "group"})
    within: Any = fields
    for one in above:
        within = within.setdefault(one, {})
    within[name] = ["nothing"] if in_list else "nothing"
    return method, path.format(**known), fields


@pytest.mark.parametrize(
    ("operation", "field"), [one for one in fields_with_ids() if one not in NO_REFUSAL], ids=str
)
def test_an_unknown_id_in_a_body_or_filter_is_refused_with_its_field(
    operation: str,
    field: str,
    *,
    manager: Caller,
    operator: Caller,
    known: dict[str, str],
) -> None:
    method, path, fields = request_with(operation, field, known)
    caller = operator if operation.startswith(f"POST {OPERATED}") or "/operator/" in path else manager

    answer = caller.get(path, **fields) if method == "GET" else caller.call(method, path, body=fields)

    assert answer.status in {404, 409, 422}, answer.text
    assert [one["field"] for one in answer.json["errors"]] == [field], answer.text
    assert all(one["reason"] for one in answer.json["errors"])


def test_each_exception_is_a_field_that_there_is() -> None:
    assert set(NO_REFUSAL) < set(fields_with_ids())
    assert set(BESIDE) < set(fields_with_ids())


def test_an_unknown_id_in_the_path_is_about_no_field(
    manager: Caller, base: str, known: dict[str, str]
) -> None:
    license_, group = known["license"], known["group"]
    answers = [
        manager.get(f"{base}/licenses/nothing"),
        manager.post(f"{base}/groups/nothing/licenses", {"license": license_}),
        manager.post(f"{base}/groups/nothing/members", {"emails": ["ann@x.io"]}),
        manager.post(f"{base}/clients/nothing/sublicenses", {"license": license_, "seats": 1}),
        manager.get(f"{base}/groups/{group}/licenses/nothing/preview"),
        manager.post(f"{base}/licenses/nothing/seat-requests", {"seats": 1}),
        manager.get(f"{base}/licenses/nothing/accesses", state="active"),
    ]

    assert [(one.status, one.json.get("errors")) for one in answers] == [(404, None)] * len(answers)


def test_of_fields_that_can_name_the_same_the_one_that_was_sent_is_named(
    manager: Caller, base: str, known: dict[str, str]
) -> None:
    person = {"emails": ["ann@x.io"]}

    for field, value in (("license", "nothing"), ("licenses", ["nothing", known["license"]])):
        refused = manager.post(f"{base}/invites", {**person, field: value, "group": None})
        (error,) = refused.json["errors"]

        assert (error["field"], error["reason"]) == (field, refused.json["detail"])
        assert "nothing" in error["reason"]


def test_a_license_that_is_over_is_named_where_the_request_has_it(
    manager: Caller, base: str, tenant: Tenant
) -> None:
    over = tenant.license(valid_from="2026-01-01", valid_until="2026-12-01")
    invited = manager.post(f"{base}/invites", {"emails": ["ann@x.io"], "license": over.id})
    added = manager.post(f"{base}/groups", {"name": "Day shift", "licenses": [over.id]})
    assigned = manager.post(f"{base}/licenses/{over.id}/self-assign")

    assert [one.json["code"] for one in (invited, assigned)] == ["license_over"] * 2
    assert [one["field"] for one in invited.json["errors"]] == ["license"]
    assert added.status == 201 or [one["field"] for one in added.json["errors"]] == ["licenses"]
    assert "errors" not in assigned.json


def test_a_shortage_of_seats_stands_beside_the_addresses(manager: Caller, base: str, tenant: Tenant) -> None:
    few = tenant.license(1)
    body = {"emails": ["ann@x.io", "bo@x.io"], "license": few.id}
    refused = manager.post(f"{base}/invites", body)
    foreseen = manager.post(f"{base}/invites/preview", body).json["refusal"]

    assert (refused.status, refused.json["code"]) == (409, "no_seats")
    assert [one["field"] for one in refused.json["errors"]] == ["emails"]
    assert foreseen["errors"][0]["field"] == "emails"


def test_a_type_of_event_is_refused_in_plain_words(manager: Caller, base: str) -> None:
    refused = manager.get(f"{base}/events", type="party")

    assert refused.json["errors"] == [{"field": "type", "reason": "is no type of event"}]
