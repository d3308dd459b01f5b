"""Packages of npm are installed where they are missing, and whatever is in the way is said."""

import os
from pathlib import Path

import pytest

from infra.node_packages import PackagesNotInstalledError, install


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("package.json", "package-lock.json"):
        (tmp_path / name).write_text("{}")
    (tmp_path / ".npmrc").write_text("update-notifier=false\n")
    return tmp_path


def _installed(folder: Path, *, seconds_after_the_lock: int) -> None:
    marker = folder / "node_modules" / ".package-lock.json"
    marker.parent.mkdir()
    marker.write_text("{}")
    when = (folder / "package-lock.json").stat().st_mtime + seconds_after_the_lock
    os.utime(marker, (when, when))


def test_what_is_installed_is_not_installed_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _installed(folder, seconds_after_the_lock=1)
    before = sorted((path, path.stat().st_mtime_ns) for path in folder.rglob("*"))
    monkeypatch.setenv("PATH", "/nowhere")

    install(folder)

    assert sorted((path, path.stat().st_mtime_ns) for path in folder.rglob("*")) == before


def test_a_newer_lock_file_is_installed_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _installed(folder, seconds_after_the_lock=-1)
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(PackagesNotInstalledError, match="npm is missing; install Node"):
        install(folder)


@pytest.mark.slow
def test_a_refusal_of_npm_is_told_in_its_words(folder: Path) -> None:
    (folder / "package.json").write_text("{")

    with pytest.raises(PackagesNotInstalledError, match=r"npm could not install .* package\.json") as refusal:
        install(folder)

    assert "\n" not in str(refusal.value)
