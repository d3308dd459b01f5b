"""Builds an example of a schema from the examples of its fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def example_of(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
    """Return an example built from those of the fields, without optional fields that have none.

    Raises:
        LookupError: a field has no example.
    """
    match schema:
        case {"examples": [first, *_]} | {"const": first} | {"enum": [first, *_]}:
            return first
        case {"$ref": str(name)}:
            return example_of(schemas[name.rpartition("/")[2]], schemas)
        case {"anyOf": [first, *_]} | {"oneOf": [first, *_]} | {"allOf": [first, *_]}:
            return example_of(first, schemas)
        case {"properties": properties}:
            members = {name: example_of(each, schemas) for name, each in properties.items()}
            needed = schema.get("required", [])
            return {name: value for name, value in members.items() if value is not None or name in needed}
        case {"items": items}:
            return [example_of(items, schemas)]
    raise LookupError(f"no example for {schema}")
