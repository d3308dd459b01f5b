"""Every refusal about a field names it, and says what to do next in words for people (decision 42)."""

from __future__ import annotations

import ast
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

_NAME_OF_THE_API = re.compile(r"\b[a-z]+_[a-z]+\b")


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


def test_what_to_do_next_is_said_to_people_and_names_nothing_of_the_api() -> None:
    quoting = {
        place: text
        for place, text in next_actions()
        if any(sign in text for sign in ("`", "/v1", "{organization}")) or _NAME_OF_THE_API.search(text)
    }

    assert len(list(next_actions())) > 200
    assert quoting == {}


def next_actions() -> Iterator[tuple[str, str]]:
    """Yield each text that says what to do next, with the place where it is written."""
    for package in (usher, functions):
        for path in sorted(Path(next(iter(package.__path__))).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                match node:
                    case ast.Assign(targets=[ast.Name(id="next_action")], value=value):
                        yield f"{path.name}:{node.lineno}", _text(value)
                    case ast.keyword(arg="next_action", value=value):
                        yield f"{path.name}:{value.lineno}", _text(value)


def _text(value: ast.expr) -> str:
    """Return what is written of a text, without the values that it is filled with."""
    return "".join(
        one.value for one in ast.walk(value) if isinstance(one, ast.Constant) and isinstance(one.value, str)
    )
