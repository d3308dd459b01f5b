"""Without a snapshot, a request loads what its path needs; its answer is that of an API with all loaded."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import combinations
from pkgutil import iter_modules
from typing import Any

import pytest

from functions.api import routes as modules_of_routes
from functions.api import schemas
from functions.api.api_key_gateway import API_KEY_PATH
from functions.api.app import routes
from functions.api.areas import AREAS, areas_of
from tests.support.api_caller import event_of
from tests.unit.workers.test_cold_start import ENVIRONMENT

ROUTES = [(route, route.func.__module__.rpartition(".")[2]) for route in routes()]
"""All routes, each with its area."""


def a_path_of(pattern: str) -> str:
    """Return a path with one name in each place of the pattern."""
    return re.sub(r"<\w+>", "x", pattern)


def overlap(one: str, other: str) -> bool:
    """Return whether there is a path that both patterns match."""
    segments, others = one.split("/"), other.split("/")
    return len(segments) == len(others) and all(
        a == b or "<" in a + b for a, b in zip(segments, others, strict=True)
    )


def test_each_module_of_routes_is_an_area() -> None:
    assert {module.name for module in iter_modules(modules_of_routes.__path__)} == {*AREAS}


@pytest.mark.parametrize("path", sorted({a_path_of(route.path) for route, _ in ROUTES}))
def test_the_areas_of_a_path_are_those_that_serve_it(path: str) -> None:
    assert {*areas_of(path)} == {area for route, area in ROUTES if route.rule.match(path)}


@pytest.mark.parametrize(("area", "pattern"), [(area, one) for area in AREAS for one in AREAS[area]])
def test_what_an_area_claims_it_serves(area: str, pattern: str) -> None:
    own = [route.path for route, its_area in ROUTES if its_area == area]
    above = pattern.removesuffix("/*")
    served = [one for one in own if one == above or (above != pattern and one.startswith(f"{above}/"))]

    assert served


def test_areas_share_no_method_of_a_path() -> None:
    """The order in which areas are loaded would decide then."""
    shared = [
        (one.method, one.path, other.path)
        for (one, area), (other, another) in combinations(ROUTES, 2)
        if area != another and one.method == other.method and overlap(one.path, other.path)
    ]

    assert shared == []


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v2/me", "/v1/me/", "/v1/organizations/", "/v1/nowhere"])
def test_a_path_that_nobody_serves_has_no_area(path: str) -> None:
    assert [*areas_of(path)] == []


@pytest.mark.parametrize("path", ["/v1/me\n", "/v1/organizations/x\n"])
def test_a_newline_at_the_end_is_passed_over_as_by_routes(path: str) -> None:
    assert {*areas_of(path)} == {area for route, area in ROUTES if route.rule.match(path)} != set()


_ANSWERED = """
import json, sys
from types import SimpleNamespace
from functions.api import handler
started = {*sys.modules}
answers = []
for event in json.load(sys.stdin):
    answers.append(handler.api.answer(event, SimpleNamespace(), services=handler.services))
print(json.dumps({"started": [*started], "loaded": [*{*sys.modules} - started], "answers": answers}))
"""
SHARED = {"common", "clients", "figures", "licenses", "organizations", "people"}
"""Schemas of what many areas show."""

_OF_HTTP = ("CHALLENGE_KEYS", "ENTITLEMENTS_KEY", "ORIGIN_VERIFY_KEYS", "PERSON_ID_KEYS", "SSO_SECRETS")


def answered(events: Sequence[Any], *, start: str = "on-demand") -> Any:
    """Start the API in a process of its own, and return its modules and answers."""
    environment = {
        **ENVIRONMENT,
        **{f"USHER_{name}": "secret" for name in _OF_HTTP},
        "AWS_EC2_METADATA_DISABLED": "true",  # nobody has credentials here, and nothing is called
        "AWS_LAMBDA_INITIALIZATION_TYPE": start,
    }
    run = subprocess.run(  # noqa: S603 - all of its words are ours
        [sys.executable, "-c", _ANSWERED],
        env=environment,
        input=json.dumps(events),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout.splitlines()[-1])


def below(package: str, names: Sequence[str]) -> set[str]:
    """Return the modules of a package among others, by their last names."""
    return {name.removeprefix(f"{package}.") for name in names if name.startswith(f"{package}.")}


def requests() -> Iterator[Any]:
    """Yield requests of nobody and of a program to each route, with and without a mistake."""
    for route, _ in ROUTES:
        path = a_path_of(route.path)
        yield event_of(route.method, path)
        yield event_of(route.method, path, query={"nothing": "1"})
        yield event_of(route.method, path, body={"nothing": "1"})
        yield event_of(route.method, API_KEY_PATH + path, headers={"X-Api-Key": "none"})
        yield event_of("TRACE", path)
        yield event_of(route.method, f"{path}/x/y/z")


@pytest.mark.slow
@pytest.mark.parametrize("area", ["api_keys", "webhooks"])
def test_a_request_loads_the_routes_schemas_and_services_of_its_area_alone(area: str) -> None:
    process = answered([event_of("GET", f"/v1/organizations/x/{area.replace('_', '-')}")])

    assert process["answers"][0]["statusCode"] == 401
    assert below("functions.api.routes", process["started"]) == set()
    assert below("functions.api.routes", process["loaded"]) == {area}
    assert below("functions.api.schemas", process["started"]) == set()
    assert area in below("functions.api.schemas", process["loaded"]) <= {area} | SHARED
    for modules in (process["started"], process["loaded"]):
        assert not {"reports", "imports.learner_imports"} & below("usher.services", modules)


@pytest.mark.slow
def test_answers_are_the_same_whatever_is_loaded() -> None:
    events = [*requests()]

    snapshot = answered(events, start="snap-start")
    on_first_use = answered(events)
    from_the_last = answered(events[::-1])

    assert {answer["statusCode"] for answer in snapshot["answers"]} >= {401, 403, 404, 405, 422}
    assert on_first_use["answers"] == snapshot["answers"] == from_the_last["answers"][::-1]


@pytest.mark.slow
def test_a_snapshot_has_all_routes_schemas_and_services() -> None:
    process = answered([*requests()], start="snap-start")

    assert below("functions.api.routes", process["started"]) == {*AREAS}
    assert below("functions.api.schemas", process["started"]) == {
        module.name for module in iter_modules(schemas.__path__)
    }
    assert [name for name in process["loaded"] if name.startswith(("functions.", "usher."))] == []
