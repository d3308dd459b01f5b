"""The OpenAPI document in the order that a person reads an API: by area, route by route, with examples."""

import json
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from itertools import groupby
from pathlib import Path
from typing import Any

_METHODS = ("get", "post", "put", "patch", "delete")
_DEEPEST = 6
"""Levels of an example; a schema that holds itself ends here."""


@dataclass(frozen=True)
class Field:
    """One parameter or one property of a body."""

    name: str
    kind: str
    required: bool
    where: str
    description: str


@dataclass(frozen=True)
class Answer:
    """What may come back."""

    status: str
    description: str
    fields: list[Field]
    example: str | None


@dataclass(frozen=True)
class Operation:
    """One method on one path."""

    method: str
    path: str
    area: str
    summary: str
    description: str
    who: str
    parameters: list[Field]
    body: list[Field]
    body_example: str | None
    answers: list[Answer]

    @property
    def anchor(self) -> str:
        """Its name within the page."""
        words = f"{self.method}{self.path}".replace("{", "").replace("}", "")
        return words.replace("/", "-").strip("-")


class Reference:
    """The API's description, from the committed document."""

    def __init__(self, document: dict[str, Any]) -> None:
        """Read an OpenAPI document; what it lacks is left out of the page."""
        self.document = document

    @classmethod
    def read(cls, path: Path) -> "Reference":
        """The document in this file, or an empty one."""
        return cls(
            json.loads(path.read_text()) if path.exists() else {"info": {"title": "Usher"}, "paths": {}}
        )

    @property
    def title(self) -> str:
        """The API's name."""
        return str(self.document.get("info", {}).get("title", ""))

    @property
    def description(self) -> str:
        """What the API is."""
        return str(self.document.get("info", {}).get("description", ""))

    @property
    def version(self) -> str:
        """The document's version."""
        return str(self.document.get("info", {}).get("version", ""))

    @cached_property
    def areas(self) -> list[tuple[str, list[Operation]]]:
        """Every operation, by area; areas in the order of the document."""
        operations = [
            self._operation(path, method, item)
            for path, item in self.document.get("paths", {}).items()
            for method in _METHODS
            if method in item
        ]
        order = list(dict.fromkeys(operation.area for operation in operations))
        operations.sort(key=lambda operation: order.index(operation.area))
        return [(area, list(group)) for area, group in groupby(operations, key=lambda each: each.area)]

    @cached_property
    def objects(self) -> list[tuple[str, list[Field]]]:
        """Every named object with its properties, by name."""
        schemas = self.document.get("components", {}).get("schemas", {})
        return [
            (name, fields) for name, schema in sorted(schemas.items()) if (fields := self._fields(schema))
        ]

    def _operation(self, path: str, method: str, item: dict[str, Any]) -> Operation:
        described = item[method]
        schema, example = self._content(described.get("requestBody", {}))
        return Operation(
            method=method.upper(),
            path=path,
            area=(described.get("tags") or ["other"])[0],
            summary=described.get("summary", ""),
            description=described.get("description", ""),
            who=self._who(described),
            parameters=[
                self._parameter(each)
                for each in [*item.get("parameters", []), *described.get("parameters", [])]
            ],
            body=self._fields(schema),
            body_example=example,
            answers=[self._answer(status, each) for status, each in described.get("responses", {}).items()],
        )

    def _who(self, described: dict[str, Any]) -> str:
        security = described.get("security", self.document.get("security", []))
        schemes = self.document.get("components", {}).get("securitySchemes", {})
        names = []
        for name in dict.fromkeys(name for requirement in security for name in requirement):
            scheme = schemes.get(name, {})
            key = scheme.get("name", name)
            names.append("Authorization: Bearer …" if scheme.get("type") == "http" else f"{key}: …")
        return " or ".join(names)

    def _parameter(self, parameter: dict[str, Any]) -> Field:
        described = self._resolved(parameter)
        return Field(
            name=described.get("name", ""),
            kind=self._kind(described.get("schema", {})),
            required=bool(described.get("required")),
            where=described.get("in", ""),
            description=described.get("description", ""),
        )

    def _answer(self, status: str, response: dict[str, Any]) -> Answer:
        described = self._resolved(response)
        schema, example = self._content(described)
        phrase = HTTPStatus(int(status)).phrase if status.isdigit() else status
        return Answer(
            status=status,
            description=described.get("description", "") or phrase,
            fields=self._fields(schema),
            example=example,
        )

    def _content(self, holder: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
        """The schema of a body and an example of it."""
        content = self._resolved(holder).get("content", {})
        if not content:
            return {}, None
        media = next(iter(content.values()))
        schema = self._resolved(media.get("schema", {}))
        examples = [each.get("value") for each in media.get("examples", {}).values()]
        example = media.get("example", examples[0] if examples else self._example(schema, 0))
        return schema, json.dumps(example, indent=2, ensure_ascii=False)

    def _fields(self, schema: dict[str, Any]) -> list[Field]:
        wanted = schema.get("required", [])
        return [
            Field(
                name=name,
                kind=self._kind(each),
                required=name in wanted,
                where="body",
                description=self._resolved(each).get("description", ""),
            )
            for name, each in schema.get("properties", {}).items()
        ]

    def _kind(self, schema: dict[str, Any]) -> str:
        """A schema's type in a few words."""
        reference = str(schema.get("$ref", "")).rpartition("/")[2]
        resolved = self._resolved(schema)
        values = resolved.get("enum", [resolved["const"]] if "const" in resolved else [])
        alternatives = resolved.get("anyOf", resolved.get("oneOf", []))
        if values:
            return " | ".join(json.dumps(value) for value in values)
        if reference:
            return reference
        if alternatives:
            return " or ".join(dict.fromkeys(self._kind(each) for each in alternatives))
        if resolved.get("type") == "array":
            return f"list of {self._kind(resolved.get('items', {}))}"
        return str(resolved.get("format") or resolved.get("type") or "anything")

    def _example(self, schema: dict[str, Any], depth: int) -> Any:  # noqa: ANN401 - any JSON value
        """A value that the schema allows: its own example where it has one."""
        schema = self._resolved(schema)
        given = [schema[key] for key in ("example", "default", "const") if key in schema]
        given += [schema[key][0] for key in ("examples", "enum") if schema.get(key)]
        if given or depth > _DEEPEST:
            return given[0] if given else None
        for alternatives in ("anyOf", "oneOf", "allOf"):
            if schema.get(alternatives):
                return self._example(schema[alternatives][0], depth + 1)
        if schema.get("type") == "object" or "properties" in schema:
            return {
                name: self._example(each, depth + 1) for name, each in schema.get("properties", {}).items()
            }
        listed = schema.get("items")
        if listed:
            return [self._example(listed, depth + 1)]
        return _PLAIN.get(schema.get("format", ""), _PLAIN.get(schema.get("type", ""), ""))

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The schema that a reference names."""
        while "$ref" in schema:
            found: Any = self.document
            for step in schema["$ref"].removeprefix("#/").split("/"):
                found = found[step.replace("~1", "/").replace("~0", "~")]
            schema = found
        return schema


_PLAIN: dict[str, Any] = {
    "string": "…",
    "integer": 1,
    "number": 1,
    "boolean": True,
    "null": None,
    "date": "2027-01-01",
    "date-time": "2027-01-01T00:00:00Z",
    "email": "ann@example.com",
    "uri": "https://example.com",
}
