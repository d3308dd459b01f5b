"""Bytecode for the functions, compiled where they are packed.

Lambda unpacks code and layers into folders that nobody can write to, so that Python keeps no bytecode there:
what comes without it is compiled at every cold start (decision 88).
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_UV = (sys.executable, "-m", "uv")
_ANSWER = "import sys; print(sys.implementation.cache_tag, sys.version_info.releaselevel)"


@dataclass(frozen=True)
class Compiler:
    """A Python interpreter whose bytecode the functions' Python loads.

    Attributes:
        python: the path of its executable.
        version: its version without the patch level, such as `3.13`, which all of one bytecode share.
    """

    python: str
    version: str

    @classmethod
    def find(cls, version: str) -> Self | None:
        """Return an interpreter of a version: this one, one on the path, or one that uv keeps; else None."""
        for python in _interpreters(version):
            if _is(python, version):
                return cls(python=python, version=version)
        return None

    def compile(self, folder: Path, *, runs_in: str) -> None:
        """Put the bytecode of each module below a folder beside it, into `__pycache__`.

        Python takes it without a look at the source, whose time of change a zip does not keep. `runs_in` is
        where the folder lies in Lambda, which tracebacks name.

        Raises:
            RuntimeError: a module cannot be compiled; the message has Python's own.
        """
        compiled = subprocess.run(  # noqa: S603 - no argument comes from outside
            [
                *(self.python, "-I", "-m", "compileall", "-q", "-j", "0"),
                *("--invalidation-mode", "unchecked-hash"),
                *("-s", str(folder), "-p", runs_in),
                str(folder),
            ],
            check=False,
            capture_output=True,
            text=True,
        )
        if compiled.returncode:
            raise RuntimeError(f"Python {self.version} could not compile: {compiled.stdout}{compiled.stderr}")


def fetch(version: str) -> bool:
    """Have uv download an interpreter of a version unless there is one; return whether there is one now."""
    if Compiler.find(version) is None:
        _uv("python", "install", "--quiet", "--no-bin", version)
    return Compiler.find(version) is not None


def _interpreters(version: str) -> Iterator[str]:
    yield sys.executable
    for which in ((), ("--managed-python",)):  # uv gives up at a broken one on the path
        found = _uv("python", "find", "--no-python-downloads", *which, version)
        if not found.returncode:
            yield found.stdout.strip()


def _is(python: str, version: str) -> bool:
    """Return whether an executable is a released CPython of a version: others have bytecode of their own."""
    answered = subprocess.run(  # noqa: S603 - asked of what uv found
        [python, "-I", "-c", _ANSWER], check=False, capture_output=True, text=True
    )
    return answered.stdout.split() == [f"cpython-{version.replace('.', '')}", "final"]


def _uv(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - no argument comes from outside
        [*_UV, *arguments], check=False, capture_output=True, text=True
    )
