"""Import files: the upload, and its rows in one file for each chunk and stage."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

from usher.domain.address_faults import AddressFault
from usher.domain.errors import refuses
from usher.domain.imports.imports import MAX_BYTES, UPLOAD_FOR, FilesDeletedError, Import
from usher.domain.imports.verdicts import ImportedRow, RequestedInvite, Verdict
from usher.gateways.files import Files, Stored, UploadForm


class Stage(StrEnum):
    """How far the rows of a chunk have come."""

    READ = "read"
    CHECKED = "checked"
    DONE = "done"


class ImportFiles:
    """Reads and writes the files of imports.

    A chunk is written once for each stage; only erasure rewrites it.
    """

    def __init__(self, files: Files) -> None:
        self._files = files

    def upload_form(self, organization: str, import_id: str) -> UploadForm:
        """Return a form to upload an import's file with; no call."""
        return self._files.upload_form(
            _file(organization, import_id), most_bytes=MAX_BYTES, valid_for=UPLOAD_FOR
        )

    def tag(self, import_: Import) -> str | None:
        """Return the tag of the file that was uploaded, or None: one call."""
        return self._files.tag(_file(import_.organization, import_.id))

    def content(self, import_: Import) -> Stored | None:
        """Return the file that was uploaded, or None: one call."""
        return self._files.read(_file(import_.organization, import_.id))

    def put(
        self, import_: Import, stage: Stage, chunk: int, rows: Sequence[ImportedRow]
    ) -> list[ImportedRow]:
        """Write a chunk's rows unless they exist, and return the stored ones.

        The first write wins, so that workers that repeat a chunk count the same rows.
        """
        content = json.dumps([_written(row) for row in rows], separators=(",", ":")).encode()
        if self._files.create(_chunk(import_, stage, chunk), content):
            return list(rows)
        return self.rows(import_, stage, chunk)

    @refuses(FilesDeletedError)
    def rows(self, import_: Import, stage: Stage, chunk: int) -> list[ImportedRow]:
        """Return the rows of a chunk: one call."""
        stored = self._files.read(_chunk(import_, stage, chunk))
        if stored is None:
            raise FilesDeletedError("The rows are not there any more.")
        return [_read(row) for row in json.loads(stored.content)]

    def raw_rows(self, import_: Import, chunk: int) -> list[dict[str, Any]]:
        """Return the rows of a chunk as they were written last: one call; none where they are gone."""
        reached = {Stage.DONE: import_.ran, Stage.CHECKED: import_.checked}
        stage = next((one for one, chunks in reached.items() if chunk < chunks), Stage.READ)
        stored = self._files.read(_chunk(import_, stage, chunk))
        return [] if stored is None else list(json.loads(stored.content))

    def scrub(self, import_: Import, scrub: Callable[[object], object]) -> None:
        """Rewrite the rows with `scrub` applied.

        The uploaded file is deleted before any row changes, and also if none of its rows was read, since it
        may name the person.
        """
        file = _file(import_.organization, import_.id)
        if not import_.chunks:
            self._files.remove(file)
        for stage in Stage:
            for chunk in range(import_.chunks):
                key = _chunk(import_, stage, chunk)
                stored = self._files.read(key)
                rows = [] if stored is None else json.loads(stored.content)
                after = scrub(rows)
                if after != rows:
                    self._files.remove(file)
                    self._files.replace(key, json.dumps(after, separators=(",", ":")).encode())


def _file(organization: str, import_id: str) -> str:
    return f"{organization}/{import_id}/file"


def _chunk(import_: Import, stage: Stage, chunk: int) -> str:
    return f"{import_.organization}/{import_.id}/{stage}/{chunk:04d}.json"


def _written(row: ImportedRow) -> dict[str, Any]:
    """Return what is not empty of the row."""
    fields = {name: value for name, value in row.__dict__.items() if value}
    if row.requested:
        fields["requested"] = [row.requested.groups, row.requested.licenses]
    return fields


def _read(fields: dict[str, Any]) -> ImportedRow:
    to_groups, to_licenses = fields.pop("requested", ((), ()))
    requested = RequestedInvite(groups=tuple(to_groups), licenses=tuple(to_licenses))
    groups, licenses = (tuple(fields.pop(name, ())) for name in ("groups", "licenses"))
    verdict = Verdict(fields.pop("verdict"))
    fault = AddressFault(fields.pop("fault")) if "fault" in fields else None
    known = {"email": "", "fault": fault, **fields}
    return ImportedRow(verdict=verdict, requested=requested, groups=groups, licenses=licenses, **known)
