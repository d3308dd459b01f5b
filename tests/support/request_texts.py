"""The texts that requests of the API have, read from openapi.json."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from functions.api.examples import example_of
from functions.api.openapi import DOCUMENT

Json = Any


@dataclass(frozen=True)
class RequestText:
    """A text that an operation takes: in the body, the query or a header.

    `path` has the names down to it, and "0" for an item of a list; `longest` is None without a length.
    """

    method: str
    route: str
    where: str
    path: tuple[str, ...]
    longest: int | None
    is_chosen: bool

    @property
    def name(self) -> str:
        """The name of the field in a refusal."""
        return ".".join(self.path)

    def __str__(self) -> str:
        return f"{self.method} {self.route} {self.name}"


@cache
def document() -> Json:
    return json.loads(DOCUMENT.read_text(encoding="utf-8"))


def request_texts() -> Iterator[RequestText]:
    """Return all texts of all requests, but for the ids in paths."""
    for route, operations in document()["paths"].items():
        for method, operation in operations.items():
            for parameter in operation.get("parameters", []):
                if parameter["in"] != "path":
                    for inner, schema in _texts(parameter["schema"], (parameter["name"],)):
                        yield _text(method, route, parameter["in"], inner, schema)
            if (schema := _body_schema(operation)) is not None:
                for path, found in _texts(schema, ()):
                    yield _text(method, route, "body", path, found)


def body_of(text: RequestText, value: str, more: Mapping[str, Json]) -> Json:
    """Return a body with the required fields, `more` and, if it stands in the body, the text as `value`."""
    schema = _body_schema(document()["paths"][text.route][text.method.lower()])
    if schema is None:
        return None
    # Of a body of several kinds, the first that has the field.
    for kind in _resolved(schema):
        if text.where == "body" and text.path[0] in kind["properties"]:
            schema = kind
            break
    body = {**_required(schema), **more}
    if text.where == "body":
        _put(body, text.path, value, schema)
    return body


def query_of(text: RequestText) -> dict[str, str]:
    """Return the parameters that the text's operation requires."""
    parameters = document()["paths"][text.route][text.method.lower()]["parameters"]
    return {one["name"]: "ann@x.io" for one in parameters if one["in"] == "query" and one.get("required")}


def _text(method: str, route: str, where: str, path: tuple[str, ...], schema: Json) -> RequestText:
    return RequestText(
        method.upper(), route, where, path, schema.get("maxLength"), bool({"enum", "const"} & schema.keys())
    )


def _body_schema(operation: Json) -> Json | None:
    content = operation.get("requestBody", {}).get("content", {})
    return next((one["schema"] for one in content.values()), None)


def _resolved(schema: Json) -> Iterator[Json]:
    """Return the alternatives of a schema, without references."""
    if "$ref" in schema:
        yield from _resolved(document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    elif "anyOf" in schema or "oneOf" in schema:
        for one in schema.get("anyOf") or schema["oneOf"]:
            yield from _resolved(one)
    else:
        yield schema


def _texts(schema: Json, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Json]]:
    for one in _resolved(schema):
        if one.get("type") == "string":
            yield path, one
        elif one.get("type") == "array":
            yield from _texts(one["items"], (*path, "0"))
        for name, inner in one.get("properties", {}).items():
            yield from _texts(inner, (*path, name))


def _required(schema: Json) -> dict[str, Json]:
    whole = next(_resolved(schema))
    example = example_of(whole, document()["components"]["schemas"])
    return {name: example[name] for name in whole.get("required", [])}


def _put(body: Json, path: tuple[str, ...], value: Json, schema: Json) -> None:
    name, *rest = path
    inner = next(_resolved(schema))["properties"][name]
    if not rest:
        body[name] = value
    elif rest[0] == "0":
        body[name] = [value]
    else:
        body[name] = {**_required(inner), **(body.get(name) or {})}
        _put(body[name], tuple(rest), value, inner)
