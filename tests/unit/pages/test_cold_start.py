"""What few requests need is not loaded with what every request waits for (DESIGN 8)."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.infra.test_handlers import ENVIRONMENT, EVERYWHERE

IMPORT = """
import importlib, sys
importlib.import_module(sys.argv[1])
print(*sorted({name.partition(".")[0] for name in sys.modules} & {"authlib", "joserfc", "cryptography"}))
"""


@pytest.mark.parametrize("name", ["api", "pages"])
def test_single_sign_ons_libraries_are_loaded_by_a_single_sign_on_alone(name: str) -> None:
    environment = dict.fromkeys(EVERYWHERE | ENVIRONMENT[name], "test")
    loaded = subprocess.run(  # noqa: S603 - all of its words are ours
        [sys.executable, "-c", IMPORT, f"functions.{name}.handler"],
        env={**environment, "AWS_DEFAULT_REGION": "us-east-1"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert loaded.stdout.split() == []
