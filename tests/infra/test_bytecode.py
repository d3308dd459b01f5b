"""What is deployed has bytecode that the functions' Python loads; where there is no such Python, a warning.

The bytecode is that of the functions' Python if it is on this machine, else that of the Python that runs the
tests: the packing is the same, and so is what it must fulfill.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Annotations, Match

from infra import assets as assets_module
from infra.assets import FUNCTION_FOLDER, LAYERS_FOLDER, Assets
from infra.aws_services import SERVICES
from infra.bytecode import Compiler, fetch
from infra.settings import ROOT, Settings
from tests.infra.deployed import THIS_PYTHON, functions_python, layers_of, packed
from tests.infra.template import Template
from tests.infra.test_handlers import NAMES

NOWHERE = "3.99"
"""A version of Python that no machine has."""

UNZIPPED_MOST = 250 * 2**20
"""What Lambda takes of a function and its layers together, unzipped."""

SOURCES = """
import marshal, pathlib, sys
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
for source in pathlib.Path(sys.argv[1]).rglob("*.py"):
    data = pathlib.Path(cache_from_source(source)).read_bytes()
    assert data[:4] == MAGIC_NUMBER, source
    assert int.from_bytes(data[4:8], "little") == 0b01, f"{source} is not unchecked"
    assert data[8:16] == source_hash(source.read_bytes()), source
    print(marshal.loads(data[16:]).co_filename)
"""
"""Prints the path in Lambda of each module of a folder that has bytecode of the Python that runs this."""

CLIENTS = """
import sys
sys.path.insert(1, sys.argv[1])
import botocore.session
assert botocore.session.__file__.startswith(sys.argv[1])
for service in sys.argv[2:]:
    botocore.session.get_session().create_client(service, region_name="us-east-1")
"""


@pytest.fixture(scope="module")
def compiler() -> Compiler:
    return functions_python()


@pytest.fixture(scope="module")
def deployed(compiler: Compiler, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The template with all its assets."""
    return packed(tmp_path_factory.mktemp("packed"), {"python": compiler.version})


def _files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def _has_bytecode(asset: Path, *, runs_in: str, compiler: Compiler) -> None:
    found = subprocess.run(  # noqa: S603 - all of its words are ours
        [compiler.python, "-I", "-c", SOURCES, asset], capture_output=True, text=True, check=False
    )
    sources = {f"{runs_in}/{source.relative_to(asset)}" for source in asset.rglob("*.py")}

    assert found.returncode == 0, found.stderr
    assert sources
    assert {*found.stdout.splitlines()} == sources


def test_every_module_of_the_layers_has_bytecode_that_the_functions_python_loads(
    deployed: Template, compiler: Compiler
) -> None:
    layers = layers_of(deployed)

    assert layers.keys() == {"The package usher", "requirements/runtime.txt"}
    for asset in layers.values():
        _has_bytecode(asset, runs_in=LAYERS_FOLDER, compiler=compiler)


@pytest.mark.parametrize("name", NAMES)
def test_every_module_of_a_function_has_it_too_and_the_asset_is_else_the_same(
    deployed: Template, template: Template, compiler: Compiler, name: str
) -> None:
    asset = deployed.function_asset(deployed.functions()[name])
    sources = template.function_asset(template.functions()[name])

    _has_bytecode(asset, runs_in=FUNCTION_FOLDER, compiler=compiler)
    assert {file for file in _files(asset) if not file.endswith(".pyc")} == _files(sources)


def test_a_function_and_its_layers_are_far_below_what_lambda_takes(deployed: Template) -> None:
    files = [path for layer in layers_of(deployed).values() for path in layer.rglob("*")]

    assert sum(path.stat().st_size for path in files) < UNZIPPED_MOST / 2


def test_the_layer_has_the_data_of_each_service_that_bootstrap_has_a_client_of(deployed: Template) -> None:
    core = ROOT / "layers" / "core" / "python" / "usher"
    code = (core / "bootstrap.py").read_text() + (core / "store" / "client.py").read_text()
    named = set(re.findall(r'(?:_client|create_client)\(\s*"([a-z0-9-]+)"', code))
    dependencies = layers_of(deployed)["requirements/runtime.txt"] / "python"

    made = subprocess.run(  # noqa: S603 - all of its words are ours
        [sys.executable, "-B", "-c", CLIENTS, dependencies, *sorted(named)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert named == {*SERVICES}
    assert made.returncode == 0, made.stderr


Packed = Callable[..., tuple[str, Path, list[str]]]


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Packed:
    """Pack a core layer of one module for a Python, and return its hash, its folder and the warnings.

    Each time from a folder of its own: CDK looks at each only once in a process.
    """
    numbers = count()

    def packing(source: str = "ONE = 1\n", **settings: object) -> tuple[str, Path, list[str]]:
        root = tmp_path / str(next(numbers))
        monkeypatch.setattr(assets_module, "ROOT", root)
        module = root / "layers" / "core" / "python" / "usher" / "__init__.py"
        module.parent.mkdir(parents=True)
        module.write_text(source)
        app = App(outdir=str(root / "cdk.out"))
        stack = Stack(app, "Layers")
        code = Assets(stack, Settings.model_validate(settings)).core()
        lambda_.LayerVersion(stack, "Core", code=code)
        app.synth()
        template = Template.read(root / "cdk.out", name="Layers")
        content = template.one("AWS::Lambda::LayerVersion")["Properties"]["Content"]
        warned = Annotations.from_stack(stack).find_warning("*", Match.any_value())
        warnings = [str(message.entry.data) for message in warned]
        return content["S3Key"], template.asset(content), warnings

    return packing


def test_without_the_functions_python_sources_alone_are_packed_and_a_warning_says_what_it_costs(
    pack: Packed,
) -> None:
    _, asset, (warning,) = pack(python=NOWHERE)

    assert _files(asset) == {"python/usher/__init__.py"}
    assert f"no Python {NOWHERE}" in warning
    assert "cold start takes more than twice as long" in warning
    assert f"uv python install {NOWHERE}" in warning


def test_with_it_there_is_no_warning(pack: Packed) -> None:
    _, asset, warnings = pack(python=THIS_PYTHON)

    assert any(file.endswith(".pyc") for file in _files(asset))
    assert warnings == []


def test_where_no_bytecode_is_wanted_there_is_none_and_no_warning(pack: Packed) -> None:
    _, asset, warnings = pack(python=NOWHERE, bytecode=False)

    assert _files(asset) == {"python/usher/__init__.py"}
    assert warnings == []


def test_the_hash_is_that_of_the_sources_and_of_whether_they_are_compiled(pack: Packed) -> None:
    first, again = pack(python=THIS_PYTHON)[0], pack(python=THIS_PYTHON)[0]
    alone = pack(python=THIS_PYTHON, bytecode=False)[0]
    changed = pack("ONE = 2\n", python=THIS_PYTHON)[0]

    assert first == again
    assert len({first, alone, changed}) == len([first, alone, changed])


def test_a_module_that_does_not_compile_is_not_deployed(tmp_path: Path, compiler: Compiler) -> None:
    (tmp_path / "broken.py").write_text("def :\n")

    with pytest.raises(RuntimeError, match="broken"):
        compiler.compile(tmp_path, runs_in=FUNCTION_FOLDER)


def test_a_python_that_is_here_is_not_fetched_and_one_that_cannot_be_is_no_error() -> None:
    assert fetch(THIS_PYTHON)
    assert not fetch(NOWHERE)
