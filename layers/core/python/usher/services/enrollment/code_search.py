"""The search of codes by the beginning of their text or name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from usher.domain.directory import DirectoryField
from usher.domain.enrollment.codes import Code
from usher.services.context import Context
from usher.services.merged_lists import Section, read_page
from usher.services.paging import ResultPage
from usher.store.enrollment import codes


def codes_beginning(
    context: Context,
    organization: str,
    beginning: str,
    *,
    wanted: Callable[[Code], bool],
    query: object,
    limit: int,
    cursor: str | None,
) -> ResultPage[Code]:
    """List the codes whose text begins with a folded search, then those whose name does: two to four calls.

    `wanted` are the other filters, and `query` all of them, which a cursor belongs to.

    Raises:
        BadCursorError: the cursor is none of this search.
    """
    load = partial(codes.in_directory, context.table)

    def is_found(field: DirectoryField, code: Code) -> bool:
        return code.organization == organization and code.found_by(beginning) is field and wanted(code)

    sections = [
        Section([codes.range_beginning(organization, field, prefix)], load, partial(is_found, field))
        for field, prefix in (
            (DirectoryField.EMAIL, beginning.upper()),
            (DirectoryField.LAST_NAME, beginning),
        )
    ]
    return read_page(
        context.table, sections, query=(organization, beginning, query), limit=limit, cursor=cursor
    )
