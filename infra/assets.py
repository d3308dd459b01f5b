"""The code that is deployed: the core layer, the dependencies layer, and one asset per function.

Nothing here needs Docker. The dependencies are wheels that uv unpacks for the functions' platform, so that a
laptop of any kind builds the layer of an arm64 Lambda.
"""

import hashlib
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import jsii
from aws_cdk import AssetHashType, BundlingOptions, DockerImage, IgnoreMode, ILocalBundling
from aws_cdk import aws_lambda as lambda_

from infra.settings import ROOT, Settings

_NOT_CODE = ["**/__pycache__", "*.pyc", ".DS_Store"]
_REQUIREMENTS = ROOT / "requirements" / "runtime.txt"

LOCALES = ("root", "en", "en_001", "en_GB", "de", "fr", "es")
"""The locales of Babel's that the functions use, with those that they are derived from."""


def function_code(name: str, *, shares: Sequence[str] = ()) -> lambda_.Code:
    """Return the code of one function: the folder `functions/<name>` and the modules in `functions/` itself.

    The modules are shared by all functions, the folders `shares` by some; no function's asset has another
    function's folder.
    """
    folders = [f"!/functions/{folder}" for folder in (name, *shares)]
    # As in .gitignore: exclude everything, then include these, level by level.
    only_this = ["/*", "!/functions", "/functions/*", *folders, "!/functions/*.py"]
    return lambda_.Code.from_asset(str(ROOT), exclude=[*only_this, *_NOT_CODE], ignore_mode=IgnoreMode.GIT)


def core_code() -> lambda_.Code:
    """Return the package `usher`, whose folder already has the shape of a layer."""
    return lambda_.Code.from_asset(
        str(ROOT / "layers" / "core"), exclude=_NOT_CODE, ignore_mode=IgnoreMode.GIT
    )


def dependencies_code(settings: Settings) -> lambda_.Code:
    """Return everything in requirements/runtime.txt, as wheels for the functions' processor and Python.

    The asset's hash is that of its inputs, so that CDK unpacks the wheels once and reuses the output folder.
    """
    return lambda_.Code.from_asset(
        str(_REQUIREMENTS.parent),
        asset_hash=_hash_of(settings),
        asset_hash_type=AssetHashType.CUSTOM,
        bundling=BundlingOptions(
            image=DockerImage.from_registry("unused"),  # CDK demands one; the local bundling never needs it
            local=_Wheels(settings, _REQUIREMENTS),
        ),
    )


def _hash_of(settings: Settings) -> str:
    made_from = (_REQUIREMENTS.read_text(), settings.python, settings.wheel_platform, *LOCALES)
    return hashlib.sha256("\0".join(made_from).encode()).hexdigest()


@jsii.implements(ILocalBundling)
class _Wheels:
    """Unpacks pinned wheels into `python/`, the folder of a layer's packages."""

    def __init__(self, settings: Settings, requirements: Path) -> None:
        self._settings = settings
        self._requirements = requirements

    def try_bundle(self, output_dir: str, *_: object, **__: object) -> bool:
        """Unpack into `output_dir` and return True; raise RuntimeError with uv's own message if uv fails."""
        unpacked = subprocess.run(  # noqa: S603 - no argument comes from outside
            [
                *(sys.executable, "-m", "uv", "pip", "install", "--quiet"),
                *("--target", f"{output_dir}/python"),
                *("--python-platform", self._settings.wheel_platform),
                *("--python-version", self._settings.python),
                *("--only-binary", ":all:"),
                *("--require-hashes", "--requirements", str(self._requirements)),
            ],
            check=False,
            capture_output=True,
            text=True,
        )
        if unpacked.returncode:
            raise RuntimeError(f"uv could not unpack {self._requirements.name}: {unpacked.stderr}")
        _drop_other_locales(Path(output_dir) / "python" / "babel" / "locale-data")
        return True


def _drop_other_locales(data: Path) -> None:
    """Remove the data of a thousand locales that nobody is written to in: 30 MB of the layer."""
    for locale in data.glob("*.dat"):
        if locale.stem not in LOCALES:
            locale.unlink()
