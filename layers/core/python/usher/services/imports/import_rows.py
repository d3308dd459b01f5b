"""The rows of imports that name a person, to be exported or erased."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, cast

from usher.domain.erasures import mention_of
from usher.domain.imports.imports import Import, ImportState
from usher.services.context import Context
from usher.services.imports.import_files import ImportFiles
from usher.store import imports

_AT_WORK = frozenset({ImportState.CHECKING, ImportState.RUNNING})
"""The states of an import whose rows are being worked on."""


_LINGERS = timedelta(minutes=15)
"""How long a worker may still write what became of a chunk when the import was canceled meanwhile."""


class RowsAtWorkError(Exception):
    """A worker is processing the import's rows; the erasure has to be retried."""


class ImportRows:
    """Reads and scrubs the rows of imports: one call for each chunk, and one more for each stage of it."""

    def __init__(self, context: Context, files: ImportFiles) -> None:
        self._context = context
        self._files = files

    def of_person(self, organization: str, email: str) -> Iterator[dict[str, Any]]:
        """Yield the rows that name the address, each with the import that it is of.

        Every chunk is read of all imports whose files may be there: one call for each. No event leads to a
        row that invited nobody.
        """
        mention = mention_of(email)
        for one in self._kept(organization):
            for chunk in range(one.chunks):
                for row in self._files.raw_rows(one, chunk):
                    if any(mention.search(str(row.get(key, ""))) for key in ("address", "email")):
                        yield {"import": one.id, "file_name": one.file_name, **row}

    def scrub(
        self,
        organization: str,
        scrub: Callable[[object], object],
        *,
        importer: str,
        since: datetime | None,
        before: str,
    ) -> Iterator[str]:
        """Scrub an address from the files of imports, newest first, and yield the id of each that is done.

        Of those of another importer, the organization's provider, the rows for the organization are scrubbed.
        Left out are imports of before `since`, and those from the id `before` on, unless it is empty.

        Raises:
            RowsAtWorkError: a worker may still hold the old rows.
        """

        def scrub_own(rows: object) -> object:
            return [scrub(row) if row.get("organization") == organization else row for row in _rows(rows)]

        is_own = importer == organization
        for one in self._kept(importer):
            if since is not None and one.created_at < since:
                return  # all that come now are older
            if (before and one.id >= before) or not (is_own or one.chunks):
                continue
            self._scrub(one, scrub if is_own else scrub_own)
            yield one.id

    def _scrub(self, one: Import, scrub: Callable[[object], object]) -> None:
        if one.state in _AT_WORK or self._lingers(one):
            raise RowsAtWorkError(one.id)
        self._files.scrub(one, scrub)
        now = imports.get(self._context.table, one.organization, one.id)
        if now is None or (now.state, now.progress) != (one.state, one.progress):
            raise RowsAtWorkError(one.id)

    def _lingers(self, one: Import) -> bool:
        ended, begun = one.ended_at, one.confirmed_at is not None
        canceled = one.state is ImportState.CANCELED and begun and one.ran < one.chunks
        return canceled and ended is not None and self._context.now() < ended + _LINGERS

    def _kept(self, organization: str) -> Iterator[Import]:
        """Yield the imports of which files may be there, newest first."""
        cursor: str | None = None
        while True:
            page = imports.listed(self._context.table, organization, limit=100, cursor=cursor)
            for one in map(imports.import_of, page.rows):
                if self._context.now() >= one.traces_until:
                    return  # all that come now are older
                yield one
            if (cursor := page.next) is None:
                return


def _rows(content: object) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", content)
