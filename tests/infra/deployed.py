"""The functions as they are deployed: packed for this machine's processor, and run by Python as in Lambda."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.app import build
from infra.bytecode import Compiler
from infra.local.deploy import context_for
from infra.settings import Settings
from tests.infra.template import Template

THIS_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


def functions_python() -> Compiler:
    """Return the functions' Python if it is on this machine, else the one that runs this."""
    found = Compiler.find(Settings().python) or Compiler.find(THIS_PYTHON)
    assert found
    return found


def packed(outdir: Path, context: Mapping[str, object]) -> Template:
    """Return a template with all its assets."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CDK_VALIDATION", "false")
        patch.delenv("CDK_CONTEXT_JSON", raising=False)
        build(outdir=str(outdir), context={**context}).synth()
    return Template.read(outdir)


def layers_of(template: Template) -> dict[str, Path]:
    """Return the folders of the layers by their descriptions."""
    return {
        layer["Description"]: template.asset(layer["Content"])
        for layer in template.of_type("AWS::Lambda::LayerVersion").values()
    }


@dataclass(frozen=True)
class DeployedFunctions:
    """Functions that are packed for this machine's processor and run by one Python."""

    python: Compiler
    template: Template

    @classmethod
    def packed(cls, outdir: Path, *, bytecode: bool) -> DeployedFunctions:
        """Pack all functions, with bytecode or as sources alone."""
        python = functions_python()
        own = {name: value for name, value in context_for("").items() if name in {"arch", "platform"}}
        context = {**own, "python": python.version, "bytecode": bytecode}
        return cls(python, packed(outdir, context))

    def run(self, name: str, script: str, environment: Mapping[str, str], *, stdin: str = "") -> str:
        """Run a script where a function would run, and return what it prints.

        On its path are what is deployed and Python's own library. No bytecode is written: Lambda's folders
        cannot be written to.
        """
        code = self.template.function_asset(self.template.functions()[name])
        path = [code, *(layer / "python" for layer in layers_of(self.template).values())]
        ran = subprocess.run(  # noqa: S603 - all of its words are ours
            [self.python.python, "-S", "-B", "-c", script],
            cwd=code,
            env={**environment, "PYTHONPATH": os.pathsep.join(map(str, path))},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout
