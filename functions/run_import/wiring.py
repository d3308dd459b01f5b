"""Wires run_import's service."""

from __future__ import annotations

from usher.bootstrap import Bootstrap
from usher.services.imports.import_files import ImportFiles
from usher.services.imports.run_import import RunImport


def run_import(bootstrap: Bootstrap) -> RunImport:
    """Return the work on imports and their files."""
    return RunImport(bootstrap.context, ImportFiles(bootstrap.files))
