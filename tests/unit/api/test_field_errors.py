"""Every refusal about a field names it, and promises nothing that its answer lacks (decision 42)."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import functions
import usher
from functions.api.app import routes
from functions.api.descriptions import description_of, is_described
from functions.api.openapi import DOCUMENT
from functions.api.request_fields import path_of
from usher.domain.errors import InvalidError, UsherError

NO_FIELD = {
    "bad_json": "the body as a whole",
    "body_too_large": "the body as a whole",
    "wrong_media_type": "the body as a whole",
    "invalid": "names its fields itself, as `errors`",
    "too_many_clients": "the file of an import",
}
"""The refusals whose cause is no field of a request, by code; besides those about a file (`usher.sheets`)."""

ELSEWHERE = {
    ("POST /v1/organizations/{organization}/codes", "bad_batch"): "length",
    ("POST /v1/organizations/{organization}/codes/batch", "bad_code"): "prefix or length",
    (
        "POST /v1/organizations/{organization}/join-requests/{request}/approve",
        "group_required",
    ): "what the join page gives",
    **dict.fromkeys(
        (
            ("POST /v1/organizations/{organization}/licenses/{license}/assign", "group_required"),
            ("POST /v1/organizations/{organization}/licenses/{license}/assign/preview", "group_required"),
        ),
        "the request as a whole: learners are put into groups at the groups' own route",
    ),
}
"""The refusals that are about something else there, which is named where they are raised."""

_PROMISED = re.compile(r"(?:named in|types in|what) `(\w+)`")
_QUOTED = re.compile(r"`([A-Za-z_]+)[^`]*`")


@cache
def errors() -> dict[str, type[UsherError]]:
    """All classes of errors, by name and module."""
    for package in (usher, functions):
        for found in walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith(".handler"):
                import_module(found.name)

    def below(kind: type[UsherError]) -> Iterator[type[UsherError]]:
        yield kind
        for one in kind.__subclasses__():
            yield from below(one)

    return {f"{kind.__module__}.{kind.__name__}": kind for kind in below(UsherError)}


def about_fields() -> list[type[InvalidError]]:
    return [
        kind
        for kind in errors().values()
        if issubclass(kind, InvalidError)
        and kind is not InvalidError
        and kind.code not in NO_FIELD
        and not kind.__module__.startswith("usher.sheets")
    ]


@cache
def constructions() -> dict[str, list[tuple[str, set[str]]]]:
    """Where each class is made, with the names of the keywords, by the class's name."""
    made: dict[str, list[tuple[str, set[str]]]] = {}
    for package in (usher, functions):
        for path in sorted(Path(next(iter(package.__path__))).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    names = {one.arg for one in node.keywords if one.arg is not None}
                    made.setdefault(node.func.id, []).append((f"{path.name}:{node.lineno}", names))
    return made


@pytest.mark.slow
def test_every_refusal_about_a_field_says_which() -> None:
    assert len(about_fields()) > 40
    unnamed = [
        f"{kind.__name__} at {place}"
        for kind in about_fields()
        if not kind.fields
        for place, names in constructions()[kind.__name__]
        if "fields" not in names
    ]

    assert unnamed == []


def test_the_requests_that_a_refusal_answers_have_the_field() -> None:
    lost = [
        (f"{route.method} {route.openapi_path}", kind.code)
        for route in routes()
        if is_described(route.func)
        for kind in description_of(route.func).refusals
        if kind in about_fields() and kind.fields
        if not any(path_of(name, route.dependant) for name in kind.fields)
    ]

    assert [one for one in lost if one not in ELSEWHERE] == []
    assert set(ELSEWHERE) <= set(lost), "each exception is one"


@pytest.mark.parametrize("name", sorted(errors()))
def test_a_next_action_promises_what_the_answer_has(name: str) -> None:
    kind = errors()[name]
    promises = _PROMISED.findall(kind.next_action)

    assert not promises or not kind.__module__.startswith("usher.sheets"), "an import's problem has no facts"
    for promised in promises:
        lacking = [place for place, names in constructions()[kind.__name__] if promised not in names]

        assert lacking == [], f"{kind.code} promises `{promised}`"


def test_the_words_that_next_actions_quote_are_those_of_the_api() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    known = set(re.findall(r'"(\w+)": \{', document)) | set(_strings(json.loads(document)))
    known |= {name for made in constructions().values() for _, names in made for name in names}
    unknown = {
        word
        for kind in errors().values()
        for word in _QUOTED.findall(kind.next_action)
        if word not in known and word not in {"Content", "X"}  # the names of headers
    }

    assert unknown == set()


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
