"""Builds the console: `web/` into `web/dist`, once for each state of its sources. `make web` runs it."""

import argparse
import fcntl
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from infra import node_packages
from infra.node_packages import PackagesNotInstalledError

FOLDER = Path(__file__).resolve().parents[1] / "web"
DIST = FOLDER / "dist"

_SOURCES = ("index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts", "src")
_NOT_BUILT = (".test.ts", ".test.tsx", "schema.d.ts")
"""Ends of the names of files that are no part of what is built."""


class ConsoleNotBuiltError(Exception):
    """The console's sources cannot be built."""


def build() -> bool:
    """Build the console unless it was built from these sources; return whether it was built now.

    Several processes may call this at once; one builds and the others wait.

    Raises:
        PackagesNotInstalledError: npm could not install what the lock file names.
        ConsoleNotBuiltError: the message has what the bundler says.
    """
    node_packages.install(FOLDER)
    with (FOLDER / "vite.config.ts").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made_from, sources = DIST / ".made-from", source_hash()
        if made_from.exists() and made_from.read_text() == sources:
            return False
        _bundle()
        made_from.write_text(sources)
    return True


def source_hash() -> str:
    """Return a digest of everything that the console is built from."""
    digest = hashlib.sha256()
    for path in _source_files():
        digest.update(f"{path.relative_to(FOLDER)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def built_files() -> list[Path]:
    """Return the files of the build that are to be published; the page comes last, after what it loads."""
    files = [path for path in sorted(DIST.rglob("*")) if path.is_file()]
    published = [path for path in files if not path.relative_to(DIST).parts[0].startswith(".")]
    return sorted(published, key=lambda path: path.suffix == ".html")


def _source_files() -> Iterator[Path]:
    for source in _SOURCES:
        root = FOLDER / source
        found = [root] if root.is_file() else sorted(root.rglob("*"))
        yield from (path for path in found if path.is_file() and not path.name.endswith(_NOT_BUILT))


def _bundle() -> None:
    node = shutil.which("node")
    if node is None:
        raise ConsoleNotBuiltError("Node.js is missing; install version 20 or later from https://nodejs.org")
    outcome = subprocess.run(  # noqa: S603 - the bundler that the lock file pins
        [node, "node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"],
        cwd=FOLDER,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if outcome.returncode:
        raise ConsoleNotBuiltError(f"the console could not be built:\n{outcome.stdout.strip()}")


def main() -> int:
    """Build the console, or only install its packages; print what was done."""
    parser = argparse.ArgumentParser(prog="python -m infra.console", description="Build the console.")
    parser.add_argument("--install", action="store_true", help="only install the packages")
    try:
        if parser.parse_args().install:
            node_packages.install(FOLDER)
        elif build():
            sys.stdout.write("The console is built: web/dist\n")
    except (ConsoleNotBuiltError, PackagesNotInstalledError) as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
