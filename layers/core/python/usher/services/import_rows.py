"""What stands about one person in the files of an organization's imports, as long as they are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from usher.domain.erasures import mention_of
from usher.domain.imports import Import, ImportState
from usher.services.context import Context
from usher.services.import_files import ImportFiles
from usher.store import imports

_AT_WORK = frozenset({ImportState.CHECKING, ImportState.RUNNING})
"""The states of an import whose rows are being worked on."""


class RowsAtWorkError(Exception):
    """The rows of an import are being worked on: whoever wants to rewrite them has to come again."""


class ImportRows:
    """Reads and scrubs the rows of imports: one call for each chunk, and one more for each stage of it."""

    def __init__(self, context: Context, files: ImportFiles) -> None:
        self._context = context
        self._files = files

    def of_person(self, organization: str, email: str) -> Iterator[dict[str, Any]]:
        """Yield the rows that name the address, each with the import that it is of."""
        mention = mention_of(email)
        for one in self._kept(organization):
            for chunk in range(one.chunks):
                for row in self._files.raw_rows(one, chunk):
                    if any(mention.search(str(row.get(key, ""))) for key in ("address", "email")):
                        yield {"import": one.id, "file_name": one.file_name, **row}

    def scrub(self, organization: str, scrub: Callable[[object], object]) -> None:
        """Take an address out of the files.

        Raises:
            RowsAtWorkError: some could not be rewritten, or were perhaps read before they were.
        """
        for one in self._kept(organization):
            if one.state in _AT_WORK:
                raise RowsAtWorkError(one.id)
            self._files.scrub(one, scrub)
            now = imports.get(self._context.table, organization, one.id)
            if now is None or (now.state, now.progress) != (one.state, one.progress):
                raise RowsAtWorkError(one.id)

    def _kept(self, organization: str) -> Iterator[Import]:
        """Yield the imports whose files are there, newest first."""
        cursor: str | None = None
        while True:
            page = imports.listed(self._context.table, organization, limit=100, cursor=cursor)
            for one in map(imports.import_of, page.rows):
                if self._context.now() >= one.files_until:
                    return  # all that come now are older
                yield one
            if (cursor := page.next) is None:
                return
