"""Every filter and order that the API offers costs what it returns (docs/data-model.md, Questions).

Each is asked of an organization, and again once there are three times as many others of each kind.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from functions.api.openapi import DOCUMENT
from tests.support.api_caller import Caller
from tests.support.async_workers import AsyncWorkers
from tests.support.capacity import CapacityMeter
from tests.support.clock import Clock
from tests.support.growing_organization import FEW, GrowingOrganization
from tests.support.tenant import Tenant

LIMIT = 5
OTHERS = (110, 220)
"""How many are added at first, and then. A hundred are read and compared where there are no more."""

OF = "/v1/organizations/{organization}"
OPERATOR = "/v1/operator"

TESTS = Path(__file__).parents[1]


class Cost(NamedTuple):
    """How many items a page has, and what it takes."""

    items: int
    calls: int
    units: float


Query = tuple[str, dict[str, str]]
"""The path of a list, and parameters. In braces are attributes of GrowingOrganization, and ids."""

QUERIES: list[Query] = [
    *[(f"{OPERATOR}/{path}", {"q": FEW}) for path in ("organizations", "products")],
    *[
        (f"{path}/{kind}", query)
        for path in (OF, OPERATOR)
        for kind in ("seat-requests", "support-requests")
        for query in ({}, {"state": "open"}, {"state": "withdrawn"})
    ],
    *[(f"{OF}/{kind}", {"counts": "true"}) for kind in ("seat-requests", "support-requests")],
    *[(f"{OF}/clients", query) for query in ({}, {"q": FEW})],
    *[(f"{OF}/clients", {"sort": sort}) for sort in ("created", "-created", "name", "-name")],
    (f"{OF}/code-batches", {}),
    (f"{OF}/code-uses", {}),
    *[
        (f"{OF}/codes", query)
        for query in (
            {},
            {"q": FEW},
            {"q": "zzz"},
            {"kind": "registration"},
            {"batch": "{batch}"},
            {"batch": "{batch}", "state": "used_up"},
            {"state": "disabled"},
            {"state": "ended"},
            {"code": "FEW-0"},
            {"counts": "true"},
        )
    ],
    *[
        (f"{OF}/codes", {**only, "sort": sort})
        for sort in ("-created", "created", "code", "-code", "name", "-name")
        for only in ({}, {"state": "disabled"})
    ],
    *[(f"{OF}/codes/{{code}}/uses", query) for query in ({}, {"q": FEW})],
    *[
        (f"{OF}/events", query)
        for query in (
            {},
            {"type": "invite.declined"},
            {"actor": "{few_person}"},
            {"person": "{few_person}"},
            {"invite": "{invite}"},
            {"license": "{few}"},
            {"license": "{few}", "type": "invite.declined"},
            {"from": "{since}", "to": "{until}"},
        )
    ],
    *[(f"{OF}/groups", query) for query in ({}, {"q": FEW})],
    *[(f"{OF}/groups", {"sort": sort}) for sort in ("created", "-created", "name", "-name")],
    *[(f"{OF}/groups/{{everybody}}/members", query) for query in ({}, {"q": FEW}, {"email": "{few_email}"})],
    *[
        (f"{OF}/imports", query)
        for query in (
            {},
            {"q": FEW},
            {"state": "failed"},
            {"state": "failed", "q": FEW},
            {"sort": "-created"},
            {"sort": "created"},
            {"counts": "true"},
        )
    ],
    *[
        (f"{OF}/invites", query)
        for query in (
            {},
            {"q": FEW},
            {"q": "zzz"},
            {"state": "pending"},
            *({"state": state} for state in ("accepted", "withdrawn", "declined")),
            *({"delivery": problem} for problem in ("held", "bounced", "complained")),
            {"license": "{few}"},
            {"license": "{few}", "state": "pending"},
            {"license": "{few}", "q": FEW},
            {"group": "{nurses}"},
            {"email": "few-in@x.io"},
            {"expired": "true"},
            {"expired": "false"},
            {"created_from": "{since}", "created_to": "{until}"},
            {"client": "{client}"},
            {"counts": "true"},
        )
    ],
    *[
        (f"{OF}/invites", {**only, "sort": sort})
        for sort in ("-created", "created", "email", "-email", "name", "-name")
        for only in ({}, {"state": "pending"}, {"license": "{few}"}, {"expired": "true"})
    ],
    *[
        (f"{OF}/join-requests", query)
        for query in (
            {},
            {"state": "pending"},
            {"q": FEW},
            {"q": FEW, "state": "pending"},
            {"email": "few-j000000@x.io"},
            {"sort": "asked"},
            {"sort": "-asked"},
            {"counts": "true"},
        )
    ],
    *[
        (f"{OF}/learners", query)
        for query in (
            {},
            {"q": FEW},
            {"q": "zzz"},
            {"email": "{few_email}"},
            {"license": "{few}"},
            {"license": "{few}", "state": "scheduled"},
            {"state": "scheduled"},
            {"state": "ended"},
            {"group": "{nurses}"},
            {"group": "{everybody}", "license": "{few}"},
            {"client": "{client}"},
            {"counts": "true"},
        )
    ],
    *[
        (f"{OF}/learners", {**only, "sort": sort})
        for sort in ("email", "-email", "name", "-name")
        for only in ({}, {"license": "{few}"}, {"group": "{nurses}"}, {"state": "scheduled"})
    ],
    *[
        (f"{OF}/licenses/{{few}}/accesses", query)
        for query in (
            {},
            {"q": FEW},
            *({"state": state} for state in ("reserved", "scheduled", "active", "ended", "released")),
            {"sort": "email"},
            {"sort": "-email"},
            {"counts": "true"},
        )
    ],
    *[
        (f"{OF}/reports/activity", query)
        for query in (
            {},
            {"from": "{since_day}"},
            {"from": "{since_day}", "to": "{since_day}"},
            {"license": "{few}"},
            {"license": "{few}", "state": "pending"},
            {"group": "{nurses}"},
            {"method": "code"},
            *({"state": state} for state in ("pending", "accepted", "withdrawn", "declined")),
            {"client": "{client}"},
        )
    ],
    *[
        (f"{OF}/reports/summary", query)
        for query in (
            {},
            {"from": "{since_day}"},
            {"from": "{since_day}", "to": "{since_day}"},
            {"license": "{few}"},
            {"license": "{few}", "state": "accepted"},
            {"group": "{nurses}"},
            {"client": "{client}"},
        )
    ],
    *[(f"{OF}/sso-connections/{{connection}}/people", query) for query in ({}, {"q": FEW})],
    *[
        (f"{OF}/webhooks/{{webhook}}/deliveries", query)
        for query in ({}, {"state": "delivered"}, {"state": "pending"})
    ],
]

FIRST_KEYS: list[Query] = [
    (f"{OF}/codes/{{code}}/uses", {"q": FEW}),
    (f"{OF}/groups/{{everybody}}/members", {"q": FEW}),
    (f"{OF}/learners", {"group": "{everybody}", "license": "{few}"}),
    (f"{OF}/reports/summary", {"license": "{few}", "state": "accepted"}),
]
"""Those that read up to five hundred keys of others, to leave them out; these are items of the table."""

SLACK, OF_FIRST_KEYS = 1, 25
"""How many units more a query may take, since keys and items have not all the same length."""

SMALL: list[tuple[str, Query]] = [
    (f"{OF}/licenses", (f"{OF}/licenses", {"q": "course"})),
    (f"{OF}/licenses", (f"{OF}/catalogue", {"name": "course"})),
    (f"{OF}/team", (f"{OF}/team", {"q": "max"})),
    (f"{OF}/team", (f"{OF}/team", {"email": "{manager_email}"})),
]
"""Queries of lists without pages, and which list costs as much (decision 0053)."""

UNPAGED = {f"{OF}/licenses", f"{OF}/catalogue", f"{OF}/team", f"{OF}/reports/summary"}

NO_FILTERS = {"limit", "cursor", "format", "counts", "include"}
"""Parameters that say what stands beside the items, how many there are, and in which form."""

NO_LISTS = {"/v1/entitlements", f"{OF}/email-previews/{{template}}", f"{OF}/imports/template"}
"""What has parameters, and reads known keys."""

ELSEWHERE = {f"{OF}/imports/{{import_id}}/rows": "core/test_import_row_costs.py"}
"""Which test counts what a list reads that is in files."""


@pytest.fixture
def organization(
    tenant: Tenant, async_workers: AsyncWorkers, clock: Clock, manager: Caller
) -> GrowingOrganization:
    return GrowingOrganization(tenant, async_workers, clock, manager)


def asked(organization: GrowingOrganization, caller: Caller, query: Query, values: dict[str, str]) -> Cost:
    """Ask for the first page."""
    path, parameters = query
    given = {name: value.format(**values) for name, value in parameters.items()}
    if path not in UNPAGED:
        given["limit"] = str(LIMIT)
    with CapacityMeter(organization.tenant.context.table.connection.client)() as taken:
        answer = caller.get(path.format(**values), **given)
    assert answer.status == 200, (query, answer.json)
    return Cost(len(answer.json.get("items", ())), taken.calls.total(), taken.read)


def test_no_query_costs_more_where_others_are_many(
    organization: GrowingOrganization, manager: Caller, operator: Caller
) -> None:
    values = values_of(organization, manager)

    def ask_all() -> list[Cost]:
        return [
            asked(organization, operator if query[0].startswith(OPERATOR) else manager, query, values)
            for query in QUERIES
        ]

    organization.grow(OTHERS[0])
    before = ask_all()
    organization.grow(OTHERS[1])
    after = ask_all()

    for query, small, large in zip(QUERIES, before, after, strict=True):
        slack = OF_FIRST_KEYS if query in FIRST_KEYS else SLACK
        assert large.items >= small.items, query
        assert large.calls <= small.calls, (query, small, large)
        assert large.units <= small.units + slack, (query, small, large)


@pytest.mark.parametrize("licenses", [5, 50])
def test_small_lists_cost_no_more_with_a_filter(
    organization: GrowingOrganization, manager: Caller, tenant: Tenant, licenses: int
) -> None:
    values = values_of(organization, manager)
    for _ in range(licenses):
        tenant.license()

    for path, query in SMALL:
        every = asked(organization, manager, (path, {}), values)
        found = asked(organization, manager, query, values)
        assert 0 < found.items <= every.items, query
        assert found.calls <= every.calls, query
        assert found.units <= every.units, query


def test_a_summary_of_several_clients_costs_the_same_for_each(
    organization: GrowingOrganization, manager: Caller
) -> None:
    values = values_of(organization, manager)
    clients = manager.get(f"/v1/organizations/{values['organization']}/clients").json["items"]
    one, other, *_ = (client["id"] for client in clients)
    queries: list[dict[str, str]] = [{}, {"client": one}, {"client": f"{one},{other}"}]

    own, of_one, of_both = (
        asked(organization, manager, (f"{OF}/reports/summary", query), values) for query in queries
    )

    assert of_both.calls - of_one.calls <= 3
    assert of_both.units - of_one.units <= own.units + 1


def parameters() -> Iterator[tuple[str, str]]:
    """Yield the filters of each list of the API, and each of its orders."""
    document = json.loads(DOCUMENT.read_text())
    for path, operations in document["paths"].items():
        if path in NO_LISTS or path.endswith("/export"):
            continue
        for one in operations.get("get", {}).get("parameters", ()):
            if one["in"] != "query" or one["name"] in NO_FILTERS:
                continue
            if one["name"] == "sort":
                yield from ((path, f"sort={order}") for order in orders_in(document, one["schema"]))
            else:
                yield path, one["name"]


def orders_in(document: Any, schema: Any) -> list[str]:
    """Return the orders that a parameter may have, which is optional."""
    (of_sort,) = (one for one in schema.get("anyOf", [schema]) if one.get("type") != "null")
    if "$ref" in of_sort:
        of_sort = document["components"]["schemas"][of_sort["$ref"].rpartition("/")[2]]
    return [*of_sort["enum"]]


def test_every_filter_and_order_of_the_api_is_asked() -> None:
    every = [*QUERIES, *(query for _, query in SMALL)]
    asked_for = {
        (re.sub(r"{\w+}", "{}", path), f"sort={value}" if name == "sort" else name)
        for path, query in every
        for name, value in query.items()
    }

    missing = {
        (path, name)
        for path, name in parameters()
        if path not in ELSEWHERE and (re.sub(r"{\w+}", "{}", path), name) not in asked_for
    }
    assert missing == set()
    assert all((TESTS / one).exists() for one in ELSEWHERE.values())


def values_of(organization: GrowingOrganization, manager: Caller) -> dict[str, str]:
    """Return what stands in the braces of QUERIES."""
    base = f"/v1/organizations/{organization.tenant.id}"
    (code,) = manager.get(f"{base}/codes", code=organization.code.text).json["items"]
    learner = manager.get(f"{base}/learners", q=FEW).json["items"][0]
    return {
        "organization": organization.tenant.id,
        "few": organization.few.id,
        "nurses": organization.nurses.id,
        "everybody": organization.everybody.id,
        "code": code["id"],
        "batch": organization.batch,
        "invite": organization.invite,
        "client": organization.client,
        "connection": organization.connection,
        "webhook": organization.webhook,
        "few_person": learner["id"],
        "few_email": learner["email"],
        "since": organization.since,
        "until": organization.until,
        "since_day": organization.since[:10],
        "manager_email": organization.tenant.full.email,
    }
