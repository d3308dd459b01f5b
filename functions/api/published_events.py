"""The published schemas of events, made from their classes: for the OpenAPI document and docs/events.md."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import getdoc
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from functions.api.examples import example_of
from usher.domain.events.event import EventData
from usher.domain.events.integrations import WebhookTested
from usher.domain.events.registry import EVENT_TYPES
from usher.domain.integrations.webhooks import SUBSCRIBABLE

DELIVERED = {
    name: kind for name, kind in EVENT_TYPES.items() if name in SUBSCRIBABLE or kind is WebhookTested
}
"""The types that webhooks are sent: all that they can choose, and the test message."""

UNION = "Event"
"""The name of the schema of any event, a union discriminated by `type`."""

_REF = "#/components/schemas/{model}"
_MODE: JsonSchemaMode = "serialization"
_ULID = "01KAP3V8Q2M4X7Y9Z1B5C6D8E0"
_LATER_ULID = "01KAP3W0R4T6V8X0Z2B4D6F8H0"
_ADDRESS = "ann@team.example"
_MANAGER = "manager@acme.example"

_EXAMPLES: Mapping[str, Any] = {
    "addresses": _ADDRESS,
    "actor": _MANAGER,
    "answer": "Seats are added with your next order.",
    "asked_by": _MANAGER,
    "batch": _ULID,
    "changed": "domains",
    "color": "#1f4e79",
    "confirmed_by": _MANAGER,
    "copy_to": _MANAGER,
    "delivery": _ULID,
    "domain": "team.example",
    "domains": "team.example",
    "email": _ADDRESS,
    "emails": _ADDRESS,
    "erasure": _ULID,
    "event_type": "invite.accepted",
    "events": "invite.accepted",
    "file_name": "people.xlsx",
    "first_name": "Ann",
    "group_id": _ULID,
    "host": "hooks.acme.example",
    "id": _ULID,
    "invite_id": _LATER_ULID,
    "issuer": "https://login.team.example",
    "last_name": "Lee",
    "license_ids": _ULID,
    "logo_url": "https://acme.example/logo.png",
    "message": "See you in class",
    "name": "First Aid at Work",
    "notified": _MANAGER,
    "only": "good",
    "order": "PO-2027-001",
    "organization": _ULID,
    "previous_name": "Night shift",
    "previous_url": "https://learn.example.com/first-aid-2026",
    "reason": "gone",
    "request": _ULID,
    "scopes": "invite",
    "slug": "acme",
    "text": "WELCOME-2027",
    "time_zone": "Europe/Zurich",
    "training": "First Aid at Work",
    "url": "https://learn.example.com/first-aid",
    "verification": _ULID,
    "welcome": "Welcome to Acme",
}
"""Examples of fields with free text, by the field's name."""

_NEVER_EMPTY = frozenset(
    name for name, example in _EXAMPLES.items() if example in {_ULID, _LATER_ULID, _ADDRESS, _MANAGER}
) | {"order"}
"""The fields with identifiers and addresses: where there is none, they are null."""

_LEAST: Mapping[str, int] = {"number": 1}
"""The least value of integers, by the field's name."""

_USUAL: Mapping[str, Any] = {
    "date": "2027-01-14",
    "date-time": "2027-01-04T09:00:00Z",
    "integer": 3,
    "boolean": True,
}
"""Examples of all other fields, by format or type."""

_LATER: Mapping[str, Any] = {"expires_at": "2027-01-14T09:00:00Z"}
"""Examples of instants that lie ahead of the event."""


def event_schemas() -> dict[str, Any]:
    """Return the schemas by their names: the union, each type's event and data, and the parts of these."""
    adapters = [(name, _MODE, TypeAdapter(kind)) for name, kind in EVENT_TYPES.items()]
    _, definitions = TypeAdapter.json_schemas(adapters, ref_template=_REF)
    parts: dict[str, Any] = definitions["$defs"]
    for part in parts.values():
        _complete(part)
    events = {event_name(kind): _envelope(kind) for kind in EVENT_TYPES.values()}
    for event in events.values():
        event["examples"] = [example_of(event, parts)]
    union = {
        "title": UNION,
        "description": "Something that happened; `type` says what, and decides the schema of `data`. Types "
        "and fields are added over time; ignore those that you do not know.",
        "oneOf": [{"$ref": _REF.format(model=name)} for name in events],
        "discriminator": {
            "propertyName": "type",
            "mapping": {kind.type: _REF.format(model=event_name(kind)) for kind in EVENT_TYPES.values()},
        },
    }
    return {UNION: union, **events, **parts}


def event_name(kind: type[EventData]) -> str:
    """Return the name of an event type's schema, the envelope; that of its data is the class's name."""
    return f"{kind.__name__}Event"


def summary_of(kind: type[EventData]) -> str:
    """Return the summary of an event type: its class's docstring as one line."""
    return " ".join((getdoc(kind) or "").split())


def _envelope(kind: type[EventData]) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "id": {"type": "string", "description": "A ULID: the same however often the event is delivered."},
        "type": {"const": kind.type, "type": "string"},
        "occurred_at": {"type": "string", "format": "date-time"},
        "organization": {
            "type": "string",
            "description": "The id of the organization; `operations` for events about products themselves.",
        },
        "actor": {
            "type": "string",
            "description": "Who did it: an address, `api-key:` and the id of the key that a program used, or "
            "`system` for scheduled work.",
        },
        "data": {"$ref": _REF.format(model=kind.__name__)},
    }
    event = {"title": event_name(kind), "description": summary_of(kind), "properties": properties}
    return _complete({**event, "type": "object"})


def _complete(schema: dict[str, Any]) -> dict[str, Any]:
    """Make every property required, since events always have all of them, and give each an example."""
    for name, field in schema.get("properties", {}).items():
        field.pop("default", None)
        _exemplify(name, field)
    if "properties" in schema:
        schema["required"] = sorted(schema["properties"])
    if "description" in schema:
        schema["description"] = " ".join(schema["description"].split())
    return schema


def _exemplify(name: str, field: dict[str, Any]) -> None:
    """Give the field, or the values that it is made of, an example and the bounds that its name implies."""
    match field:
        case {"$ref": _} | {"const": _} | {"enum": _}:
            return
        case {"anyOf": [first, *_]} | {"items": dict(first)}:
            _exemplify(name, first)
        case {"additionalProperties": _}:
            field["examples"] = [{"invited": 3}]
        case {"format": kind} | {"type": ("integer" | "boolean") as kind}:
            field["examples"] = [_LATER.get(name, _USUAL[kind])]
            if name in _LEAST:
                field["minimum"] = _LEAST[name]
        case _:
            field["examples"] = [_EXAMPLES[name]]
            if name in _NEVER_EMPTY:
                field["minLength"] = 1
