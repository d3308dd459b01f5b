"""Installs the npm packages that are served or run, as their lock files pin them."""

import fcntl
import shutil
import subprocess
from pathlib import Path


class PackagesNotInstalledError(Exception):
    """npm is missing, or could not install what a lock file names."""


def install(folder: Path) -> None:
    """Install the packages of the folder's package-lock.json, unless they are installed; run no scripts.

    Several processes may call this at once; one installs and the others wait.

    Raises:
        PackagesNotInstalledError: the message is one line, with npm's own message.
    """
    with (folder / "package.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted, installed = folder / "package-lock.json", folder / "node_modules" / ".package-lock.json"
        if installed.exists() and installed.stat().st_mtime >= wanted.stat().st_mtime:
            return
        npm = shutil.which("npm")
        if npm is None:
            raise PackagesNotInstalledError(
                "npm is missing; install Node.js with npm from https://nodejs.org"
            )
        outcome = subprocess.run(  # noqa: S603 - no argument comes from outside
            [npm, "ci", "--ignore-scripts", "--loglevel", "error"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if outcome.returncode:
            said = " ".join(outcome.stderr.replace("npm error ", "").split())
            raise PackagesNotInstalledError(f"npm could not install {wanted}: {said}")
