"""Functions and files of the product are short enough to be read at once (CONTRIBUTING, rule 19)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.support.project_files import ROOT, project_files

Function = ast.FunctionDef | ast.AsyncFunctionDef

MOST_LINES_OF_A_FUNCTION = 40
MOST_LINES_OF_A_FILE = 400

PRODUCT = ("functions/*.py", "layers/*.py", "infra/*.py")


def functions_of(node: ast.AST, within: str = "") -> Iterator[tuple[str, Function]]:
    """Yield each function below the node with its name, qualified by what it stands in."""
    for below in ast.iter_child_nodes(node):
        named = within
        if isinstance(below, ast.ClassDef | Function):
            named = f"{within}.{below.name}".lstrip(".")
        if isinstance(below, Function):
            yield named, below
        yield from functions_of(below, named)


def lines_of_the_body(function: Function) -> int:
    """Return how many lines the body has, from its first statement after the docstring to its last."""
    body = function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def too_long(source: str) -> dict[str, int]:
    """Return the functions that are longer than allowed, with the lines of their bodies."""
    sizes = {name: lines_of_the_body(function) for name, function in functions_of(ast.parse(source))}
    return {name: lines for name, lines in sizes.items() if lines > MOST_LINES_OF_A_FUNCTION}


@pytest.mark.parametrize(("lines", "found"), [(40, {}), (41, {"A.f": 41})])
def test_the_body_alone_is_counted(lines: int, found: dict[str, int]) -> None:
    signature = "class A:\n    def f(\n        self,\n    ) -> None:\n"
    docstring = '        """Say\n\n        more.\n        """\n'

    found_now = too_long(signature + docstring + "        pass\n" * lines)

    assert found_now == found


def test_no_function_is_too_long() -> None:
    long = [
        (str(path.relative_to(ROOT)), name)
        for path in project_files(*PRODUCT)
        for name in too_long(path.read_text(encoding="utf-8"))
    ]

    assert not long


def test_no_file_is_too_long() -> None:
    files = project_files(*PRODUCT)

    long = [
        str(path.relative_to(ROOT))
        for path in files
        if len(path.read_text(encoding="utf-8").splitlines()) > MOST_LINES_OF_A_FILE
    ]

    assert files
    assert long == []
