"""The files of the project, with or without Git: a download of the sources has none."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[2]

_MADE = ("__pycache__", "node_modules", "cdk.out", "dist", "*.egg-info", "*.pyc", ".*")
_HIDDEN_SOURCES = (".ci", ".gitignore")


def project_files(*patterns: str) -> list[Path]:
    """Return the source files whose path from the root matches a pattern, or all, without what tools make."""
    return sorted(
        path
        for path in _files_below(ROOT)
        if not patterns or any(fnmatch(str(path.relative_to(ROOT)), pattern) for pattern in patterns)
    )


def _files_below(folder: Path) -> list[Path]:
    files = []
    for path in folder.iterdir():
        if path.name not in _HIDDEN_SOURCES and any(fnmatch(path.name, made) for made in _MADE):
            continue
        files += _files_below(path) if path.is_dir() else [path]
    return files
