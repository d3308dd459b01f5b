"""What environments that start from one snapshot (SnapStart) have of their own: chance."""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from functions.snapshots import seed_after_restore

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], object]]:
    """What was registered with the hooks of Lambda's runtime, to be called after each restore."""
    registered: list[Callable[[], object]] = []
    runtime = ModuleType("snapshot_restore_py")
    runtime.register_after_restore = registered.append  # type: ignore[attr-defined] # Lambda's own module
    monkeypatch.setitem(sys.modules, "snapshot_restore_py", runtime)
    return registered


def test_two_environments_of_one_snapshot_draw_different_numbers(hooks: list[Callable[[], object]]) -> None:
    seed_after_restore()
    snapshot = random.getstate()

    def restored() -> list[float]:
        random.setstate(snapshot)
        for hook in hooks:
            hook()
        return [random.random() for _ in range(3)]  # noqa: S311 - as botocore draws its pauses

    assert restored() != restored()


def test_without_lambdas_runtime_nothing_is_registered() -> None:
    seed_after_restore()

    assert "snapshot_restore_py" not in sys.modules


def test_the_code_itself_draws_from_the_operating_system() -> None:
    shared = re.compile(r"\brandom\.(random|choice|choices|randint|randrange|shuffle|uniform|sample)\b")
    sources = [*(ROOT / "functions").rglob("*.py"), *(ROOT / "layers/core/python/usher").rglob("*.py")]

    assert [one.name for one in sources if shared.search(one.read_text())] == []
