"""The console is built once for each state of its sources, and what cannot be built is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra import console
from infra.console import ConsoleNotBuiltError


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A console of one page, in whose place the bundler of `node_modules` writes what it was given."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "main.ts").write_text("one")
    for name in ("index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts"):
        (tmp_path / name).write_text(name)
    bundler = tmp_path / "node_modules" / "vite" / "bin" / "vite.js"
    bundler.parent.mkdir(parents=True)
    bundler.write_text(
        "const fs = require('fs'); const source = fs.readFileSync('src/main.ts', 'utf8');"
        "if (source === 'broken') { console.log('main.ts: broken'); process.exit(1); }"
        "fs.rmSync('dist', { recursive: true, force: true });"
        "fs.mkdirSync('dist/assets', { recursive: true });"
        "fs.writeFileSync('dist/index.html', source); fs.writeFileSync('dist/assets/z.js', source);"
    )
    (tmp_path / "node_modules" / ".package-lock.json").write_text("{}")
    monkeypatch.setattr(console, "FOLDER", tmp_path)
    monkeypatch.setattr(console, "DIST", tmp_path / "dist")
    return tmp_path


def test_it_is_built_again_only_when_its_sources_changed(folder: Path) -> None:
    first, second = console.build(), console.build()
    (folder / "src" / "main.test.ts").write_text("a test is no source of the build")
    with_a_test = console.build()
    (folder / "src" / "main.ts").write_text("two")
    changed = console.build()

    assert (first, second, with_a_test, changed) == (True, False, False, True)
    assert (folder / "dist" / "index.html").read_text() == "two"


def test_what_cannot_be_built_is_told_with_the_bundlers_words_and_tried_again(folder: Path) -> None:
    console.build()
    (folder / "src" / "main.ts").write_text("broken")

    for _ in range(2):
        with pytest.raises(ConsoleNotBuiltError, match=r"main\.ts: broken"):
            console.build()


def test_the_page_is_published_after_what_it_loads(folder: Path) -> None:
    console.build()

    published = [path.relative_to(folder / "dist").as_posix() for path in console.built_files()]

    assert published == ["assets/z.js", "index.html"]
