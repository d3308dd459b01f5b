"""A use case lists its refusals beside it, once; whoever documents or answers them asks for the list."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from textwrap import dedent
from types import FunctionType
from typing import Any

import pytest

import usher.services
from usher.domain.errors import ForbiddenError, NotFoundError, RefusedError, UsherError, refusals_of, refuses
from usher.services.transactions import retry_on_conflict


def test_the_refusals_are_given_in_the_order_in_which_they_are_listed_each_once() -> None:
    @refuses(NotFoundError, ForbiddenError, NotFoundError)
    def use_case() -> None: ...

    assert refusals_of(use_case) == (NotFoundError, ForbiddenError)


def test_a_use_case_can_refuse_nothing() -> None:
    @refuses()
    def use_case() -> None: ...

    assert refusals_of(use_case) == ()


def test_the_list_survives_a_retry_on_conflict_in_either_order() -> None:
    @refuses(ForbiddenError)
    @retry_on_conflict
    def outside() -> None: ...

    @retry_on_conflict
    @refuses(RefusedError)
    def inside() -> None: ...

    assert refusals_of(outside) == (ForbiddenError,)
    assert refusals_of(inside) == (RefusedError,)


def test_to_ask_for_a_list_that_nobody_wrote_is_a_mistake() -> None:
    def use_case() -> None: ...

    with pytest.raises(LookupError, match="use_case lists no refusals"):
        refusals_of(use_case)


def _public_methods() -> Iterator[tuple[str, FunctionType]]:
    root = usher.services
    for found in walk_packages(root.__path__, f"{root.__name__}."):
        module = import_module(found.name)
        for kind in vars(module).values():
            if inspect.isclass(kind) and kind.__module__ == found.name and not kind.__name__.startswith("_"):
                for name, method in vars(kind).items():
                    if inspect.isfunction(method) and not name.startswith("_"):
                        yield f"{found.name}.{kind.__name__}.{name}", method


def _raised_by(method: FunctionType) -> set[Any]:
    """Return what the method's own body raises by name."""
    body = inspect.unwrap(method)
    tree = ast.parse(dedent(inspect.getsource(body)))
    raised = (node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise))
    names = (exc.func if isinstance(exc, ast.Call) else exc for exc in raised)
    return {body.__globals__.get(name.id) for name in names if isinstance(name, ast.Name)}


def test_a_public_method_lists_every_refusal_that_it_raises_itself() -> None:
    checked = 0
    for name, method in _public_methods():
        for error in _raised_by(method):
            if inspect.isclass(error) and issubclass(error, UsherError):
                assert issubclass(error, refusals_of(method)), f"{name} raises {error.__name__}"
                checked += 1

    assert checked > 0
