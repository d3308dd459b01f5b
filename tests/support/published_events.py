"""Events as they are published, read in tests and validated against their schemas."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from functions.api.openapi import DOCUMENT
from functions.api.published_events import event_name, event_schemas
from usher.domain.events.event import Event
from usher.domain.events.registry import EVENT_TYPES, data_to_json


def data_of(event: Event) -> dict[str, Any]:
    """Return the event's data as it is published."""
    return data_to_json(event.data)


def starts(event: Event) -> list[tuple[str, str, str]]:
    """Return the scheduled starts in the event, as (address, license, start)."""
    data = data_of(event)
    accesses = data.get("scheduled") or data.get("accesses") or [data.get("access")]
    return [
        (one["email"], one["license"]["id"], one["start_at"])
        for one in accesses
        if one is not None and one["state"] == "scheduled"
    ]


def seat_changes(event: Event) -> dict[str, int]:
    """Return the event's changes of seats by license."""
    return {one["license"]["id"]: one["seats"] for one in data_of(event)["seat_changes"]}


def check_stored(item: Mapping[str, Any]) -> None:
    """Assert that a stored event matches the schema of its type in openapi.json, without further fields."""
    envelope = {name: item[name]["S"] for name in ("id", "type", "occurred_at", "organization", "actor")}
    check_event({**envelope, "data": json.loads(item["data"]["S"])})


def check_event(event: Mapping[str, Any]) -> None:
    """Assert that the event matches its published schema."""
    validator = _validators()[event["type"]]
    problems = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(event)]
    assert not problems, f"{event['type']} is not as published: {problems}"


@cache
def _validators() -> dict[str, Draft202012Validator]:
    """Return a validator for each type, which refuses fields that the schema does not have."""
    published = json.loads(DOCUMENT.read_text())["components"]["schemas"]
    own = {name: deepcopy(published[name]) for name in event_schemas()}
    for schema in own.values():
        if "properties" in schema:
            schema["additionalProperties"] = False
    document = {"components": {"schemas": own}}
    registry: Registry[Any] = Registry().with_resource("urn:usher", DRAFT202012.create_resource(document))
    return {
        kind.type: Draft202012Validator(
            {"$ref": f"urn:usher#/components/schemas/{event_name(kind)}"},
            registry=registry,
            format_checker=FormatChecker(),
        )
        for kind in EVENT_TYPES.values()
    }
