"""The reading of lists of codes: by creation, or by the beginning of their text or name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from usher.domain.directory import DirectoryField
from usher.domain.enrollment.codes import Code, CodeKind, CodeState
from usher.services.context import Context
from usher.services.merged_lists import Section, read_page
from usher.services.paging import ResultPage
from usher.store.enrollment import codes


@dataclass(frozen=True, kw_only=True)
class CodeFilter:
    """Which codes of an organization are wanted, as they are at `now`; None or empty does not filter.

    `beginning` is a folded text that the code or its name begins with.
    """

    kinds: Collection[CodeKind]
    batch: str | None
    states: Collection[CodeState]
    beginning: str
    now: datetime

    def wants(self, code: Code) -> bool:
        """Return whether a code is wanted."""
        return (
            (not self.kinds or code.kind in self.kinds)
            and self.batch in {None, code.batch_id}
            and (not self.states or code.state_at(self.now) in self.states)
            and (not self.beginning or code.found_by(self.beginning) is not None)
        )


def read_codes_page(
    context: Context, organization: str, only: CodeFilter, *, limit: int, cursor: str | None
) -> ResultPage[Code]:
    """Read a page of codes, the newest first; with a beginning, those of the text, then those of the name.

    One call, or two to four by a beginning.

    Raises:
        BadCursorError: the cursor is none of this list.
    """
    if only.beginning:
        return _beginning(context, organization, only, limit=limit, cursor=cursor)
    page = codes.listed(
        context.table,
        organization,
        kinds=only.kinds,
        batch=only.batch,
        states=only.states,
        now=only.now,
        limit=limit,
        cursor=cursor,
    )
    return ResultPage(items=[codes.code_of(row) for row in page.rows], next=page.next)


def _beginning(
    context: Context, organization: str, only: CodeFilter, *, limit: int, cursor: str | None
) -> ResultPage[Code]:
    load = partial(codes.in_directory, context.table)

    def is_found(field: DirectoryField, code: Code) -> bool:
        return (
            code.organization == organization and code.found_by(only.beginning) is field and only.wants(code)
        )

    sections = [
        Section([codes.range_beginning(organization, field, prefix)], load, partial(is_found, field))
        for field, prefix in (
            (DirectoryField.EMAIL, only.beginning.upper()),
            (DirectoryField.LAST_NAME, only.beginning),
        )
    ]
    query = (organization, only.beginning, sorted(only.kinds), only.batch, sorted(only.states))
    return read_page(context.table, sections, query=query, limit=limit, cursor=cursor)
