"""What pyproject.toml declares is pinned in requirements/, from which the layer and .venv are filled."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DECLARED = [
    *(("runtime.txt", declared) for declared in PROJECT["project"]["dependencies"]),
    *(("dev.txt", declared) for declared in PROJECT["project"]["dependencies"]),
    *(("dev.txt", declared) for group in PROJECT["dependency-groups"].values() for declared in group),
]


def normalized(name: str) -> str:
    """Return the name of a distribution as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def name_of(requirement: str) -> str:
    """Return the normalized name of the distribution that a requirement begins with."""
    name = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", requirement)
    assert name, requirement
    return normalized(name[0])


def pinned(file: str) -> set[str]:
    """Return the names that a compiled file pins to one version."""
    text = (ROOT / "requirements" / file).read_text(encoding="utf-8")
    return {
        normalized(name) for name in re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==\S+", text, flags=re.MULTILINE)
    }


@pytest.mark.parametrize(("file", "declared"), DECLARED)
def test_a_declared_distribution_is_pinned(file: str, declared: str) -> None:
    assert name_of(declared) in pinned(file)
