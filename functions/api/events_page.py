"""Writes docs/events.md from the events' schemas: `python -m functions.api.events_page [--check]`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from functions.api.examples import example_of
from functions.api.openapi import ROOT
from functions.api.published_events import DELIVERED, event_name, event_schemas, summary_of
from usher.domain.events.event import EventData
from usher.domain.events.registry import EVENT_TYPES

PAGE = ROOT / "docs" / "events.md"

_HEAD = """\
# Events

Everything that happens is recorded as an event, in the transaction that made it happen. An organization's
events are sent to its webhooks, published on the EventBridge bus and listed by
`GET /v1/organizations/{organization}/events`, everywhere in the same form:

| field | what |
| --- | --- |
| `id` | a ULID; the same however often the event is delivered, so that a receiver can ignore repeats |
| `type` | what happened, one of the types below |
| `occurred_at` | when, RFC 3339 in UTC |
| `organization` | the organization's id; `operations` for events about products themselves |
| `actor` | who did it: an address, `api-key:` and a key's id, or `system` |
| `data` | depends on the type; the parts that it is made of have the same fields everywhere |

Delivery is at least once and not in order. Types and fields are added over time: ignore those that you do not
know. A field is never renamed or given another meaning, and a type never reused. The JSON Schemas stand in
[openapi.json](../openapi.json), under `components.schemas` and, for webhooks, under `webhooks`.

On the bus, `source` is `usher`, `detail-type` the type and `detail` the event. A webhook is sent the event as
its body, signed as [Standard Webhooks](https://www.standardwebhooks.com) has it; the types marked † are not
sent to webhooks.

This page is generated from the classes in `usher/domain/events`: `make events`.
"""


def page() -> str:
    """Return the page as Markdown."""
    schemas = event_schemas()
    areas: dict[str, list[type[EventData]]] = {}
    for kind in EVENT_TYPES.values():
        areas.setdefault(kind.__module__, []).append(kind)
    lines = [_HEAD, "## Types", "", "| type | when |", "| --- | --- |"]
    lines += [
        f"| [`{kind.type}`](#{_anchor(kind.type)}){_mark(kind)} | {summary_of(kind)} |"
        for kind in EVENT_TYPES.values()
    ]
    lines += ["", "## Parts"]
    for name in _parts(schemas):
        lines += ["", f"### {name}", "", schemas[name]["description"], "", *_fields(schemas[name], schemas)]
    for module, kinds in areas.items():
        heading = (sys.modules[module].__doc__ or "").partition("\n")[0]
        lines += ["", f"## {heading.rstrip('.')}"]
        for kind in kinds:
            lines += ["", *_section(kind, schemas)]
    return "\n".join(lines) + "\n"


def _section(kind: type[EventData], schemas: Mapping[str, Any]) -> Iterator[str]:
    example = example_of(schemas[event_name(kind)], schemas)
    yield f"### {kind.type}"
    yield ""
    yield summary_of(kind)
    yield ""
    yield from _fields(schemas[kind.__name__], schemas)
    yield ""
    yield "```json"
    yield json.dumps(example, indent=2)
    yield "```"


def _fields(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Iterator[str]:
    yield "| field | type | |"
    yield "| --- | --- | --- |"
    for name, field in schema["properties"].items():
        yield f"| `{name}` | {_type(field, schemas)} | {field.get('description', '')} |"


def _type(field: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    """Return the field's type in words: a link to the part, or the values of an enumeration."""
    match field:
        case {"$ref": str(ref)}:
            name = ref.rpartition("/")[2]
            named = schemas[name]
            return f"[{name}](#{_anchor(name)})" if "properties" in named else _type(named, schemas)
        case {"enum": values}:
            return " or ".join(f"`{value}`" for value in values)
        case {"anyOf": [first, {"type": "null"}]}:
            return f"{_type(first, schemas)} or null"
        case {"items": items}:
            return f"list of {_type(items, schemas)}"
        case {"additionalProperties": values}:
            return f"map of {_type(values, schemas)}"
        case {"format": str(kind)} | {"type": str(kind)}:
            return kind
    raise LookupError(f"unknown type of field: {field}")


def _parts(schemas: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of the parts: the schemas of objects that are neither an event nor its data."""
    kinds = EVENT_TYPES.values()
    own = {kind.__name__ for kind in kinds} | {event_name(kind) for kind in kinds}
    for name, schema in sorted(schemas.items()):
        if name not in own and "properties" in schema:
            yield name


def _mark(kind: type[EventData]) -> str:
    return "" if kind.type in DELIVERED else " †"


def _anchor(name: str) -> str:
    return name.lower().replace(".", "")


def main() -> int:
    """Write the page; with --check, return 1 if the file is stale."""
    fresh = page()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(fresh, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == fresh:
        return 0
    sys.stderr.write("docs/events.md is stale: run `make events` and commit it.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
