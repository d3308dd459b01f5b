"""The code that is deployed: the core layer, the dependencies layer, and one asset per function.

Nothing here needs Docker. The dependencies are wheels that uv unpacks for the functions' platform, so that a
laptop of any kind builds the layer of an arm64 Lambda. All of it comes with bytecode of the functions'
Python.
"""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import jsii
from aws_cdk import (
    Annotations,
    AssetHashType,
    AssetStaging,
    BundlingOptions,
    DockerImage,
    IgnoreMode,
    ILocalBundling,
    Stack,
)
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.aws_services import SERVICES
from infra.bytecode import Compiler
from infra.settings import ROOT, Settings

_NOT_CODE = ["**/__pycache__", "*.pyc", ".DS_Store"]
_REQUIREMENTS = ROOT / "requirements" / "runtime.txt"

LAYERS_FOLDER, FUNCTION_FOLDER = "/opt", "/var/task"
"""Where Lambda unpacks layers, and the code of a function."""

LOCALES = ("root", "en", "en_001", "en_GB", "de", "fr", "es")
"""The locales of Babel's that the functions use, with those that they are derived from."""


class Assets:
    """The assets of one stack's functions, with bytecode if this machine has the functions' Python."""

    def __init__(self, scope: Construct, settings: Settings) -> None:
        self._scope = scope
        self._settings = settings
        self._compiler: Compiler | None = None
        if settings.bytecode and Stack.of(scope).bundling_required:
            self._compiler = Compiler.find(settings.python)
            if self._compiler is None:
                _warn(scope, settings.python)

    def function(self, scope: Construct, name: str, *, shares: Sequence[str] = ()) -> lambda_.Code:
        """Return the code of one function: its folder in `functions/`, and the modules beside that.

        These modules are shared by all functions, the folders `shares` by some. No function's asset has
        another function's folder.
        """
        folders = [f"!/functions/{folder}" for folder in (name, *shares)]
        # As in .gitignore: exclude everything, then include these, level by level.
        only_this = ["/*", "!/functions", "/functions/*", *folders, "!/functions/*.py"]
        return self._compiled(scope, ROOT, exclude=only_this, runs_in=FUNCTION_FOLDER)

    def core(self) -> lambda_.Code:
        """Return the package `usher`, whose folder already has the shape of a layer."""
        return self._compiled(self._scope, ROOT / "layers" / "core", exclude=(), runs_in=LAYERS_FOLDER)

    def dependencies(self) -> lambda_.Code:
        """Return everything in requirements/runtime.txt, as wheels for the functions' processor and Python.

        The asset's hash is that of its inputs, so that CDK unpacks the wheels once and reuses the output
        folder.
        """
        platform, python = self._settings.wheel_platform, self._settings.python
        made_from = (_REQUIREMENTS.read_text(), python, platform, *LOCALES, *SERVICES, self._bytecode)
        return _bundled(_REQUIREMENTS.parent, made_from=made_from, by=_Wheels(self._settings, self._compiler))

    @property
    def _bytecode(self) -> str:
        """What distinguishes the hash of an asset with bytecode from that of its sources."""
        return f"bytecode of {self._compiler.version}" if self._compiler else ""

    def _compiled(
        self, scope: Construct, folder: Path, *, exclude: Sequence[str], runs_in: str
    ) -> lambda_.Code:
        exclude = [*exclude, *_NOT_CODE]
        if self._compiler is None:
            return lambda_.Code.from_asset(str(folder), exclude=exclude, ignore_mode=IgnoreMode.GIT)
        # A folder of the sources alone, whose hash CDK makes of them.
        sources = AssetStaging(
            scope, "Sources", source_path=str(folder), exclude=exclude, ignore_mode=IgnoreMode.GIT
        )
        staged = Path(sources.absolute_staged_path)
        return _bundled(
            staged,
            made_from=(sources.asset_hash, self._bytecode),
            by=_SourcesAndBytecode(staged, self._compiler, runs_in=runs_in),
        )


def _bundled(source: Path, *, made_from: Iterable[str], by: ILocalBundling) -> lambda_.Code:
    """Return an asset that is made once for each state of its inputs."""
    return lambda_.Code.from_asset(
        str(source),
        asset_hash=hashlib.sha256("\0".join(made_from).encode()).hexdigest(),
        asset_hash_type=AssetHashType.CUSTOM,
        bundling=BundlingOptions(
            image=DockerImage.from_registry("unused"),  # CDK demands one; the local bundling never needs it
            local=by,
        ),
    )


def _warn(scope: Construct, python: str) -> None:
    Annotations.of(scope).add_warning_v2(
        "usher:noBytecode",
        f"There is no Python {python} here to compile the functions with: they have no bytecode, and "
        f"a cold start takes more than twice as long. `.venv/bin/uv python install {python}` brings one.",
    )


@jsii.implements(ILocalBundling)
class _SourcesAndBytecode:
    """Copies a folder of sources, and compiles the copy."""

    def __init__(self, sources: Path, compiler: Compiler, *, runs_in: str) -> None:
        self._sources = sources
        self._compiler = compiler
        self._runs_in = runs_in

    def try_bundle(self, output_dir: str, *_: object, **__: object) -> bool:
        """Fill `output_dir` and return True; raise RuntimeError with Python's own message if it fails."""
        shutil.copytree(self._sources, output_dir, dirs_exist_ok=True)
        self._compiler.compile(Path(output_dir), runs_in=self._runs_in)
        return True


@jsii.implements(ILocalBundling)
class _Wheels:
    """Unpacks pinned wheels into `python/`, the folder of a layer's packages, and compiles them."""

    def __init__(self, settings: Settings, compiler: Compiler | None) -> None:
        self._settings = settings
        self._compiler = compiler

    def try_bundle(self, output_dir: str, *_: object, **__: object) -> bool:
        """Unpack into `output_dir` and return True; raise RuntimeError with uv's own message if uv fails."""
        unpacked = subprocess.run(  # noqa: S603 - no argument comes from outside
            [
                *(sys.executable, "-m", "uv", "pip", "install", "--quiet"),
                *("--target", f"{output_dir}/python"),
                *("--python-platform", self._settings.wheel_platform),
                *("--python-version", self._settings.python),
                *("--only-binary", ":all:"),
                *("--require-hashes", "--requirements", str(_REQUIREMENTS)),
            ],
            check=False,
            capture_output=True,
            text=True,
        )
        if unpacked.returncode:
            raise RuntimeError(f"uv could not unpack {_REQUIREMENTS.name}: {unpacked.stderr}")
        packages = Path(output_dir) / "python"
        _drop_other_locales(packages / "babel" / "locale-data")
        _drop_other_services(packages / "botocore" / "data")
        if self._compiler:
            self._compiler.compile(Path(output_dir), runs_in=LAYERS_FOLDER)
        return True


def _drop_other_locales(data: Path) -> None:
    """Remove the data of a thousand locales that nobody is written to in: 30 MB of the layer."""
    for locale in data.glob("*.dat"):
        if locale.stem not in LOCALES:
            locale.unlink()


def _drop_other_services(data: Path) -> None:
    """Remove the data of four hundred services that no function has a client of: 25 MB of the layer.

    The first client that a process makes looks at each of them.
    """
    for service in data.iterdir():
        if service.is_dir() and service.name not in SERVICES:
            shutil.rmtree(service)
