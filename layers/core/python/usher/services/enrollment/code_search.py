"""The reading of lists of codes: by creation, by text or name, or by the beginning of either."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial

from usher.domain.directory import DirectoryField
from usher.domain.enrollment.codes import Code, CodeKind, CodeState
from usher.domain.list_sorts import CodeSort
from usher.lazy_dataclasses import dataclass
from usher.services.context import Context
from usher.services.merged_lists import Section, read_page
from usher.services.paging import ResultPage
from usher.store.enrollment import codes


@dataclass(frozen=True, kw_only=True)
class CodeFilter:
    """Which codes of an organization are wanted, as they are at `now`; None or empty does not filter.

    `beginning` is a folded text that the code or its name begins with; it has an order of its own.
    """

    kinds: Collection[CodeKind]
    batch: str | None
    states: Collection[CodeState]
    beginning: str
    sort: CodeSort | None
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

    One call, or two by text or name, and up to four by a beginning.

    Raises:
        BadCursorError: the cursor is none of this list.
    """
    query = (organization, only.beginning, sorted(only.kinds), only.batch, sorted(only.states), only.sort)
    return read_page(
        context.table, _sections(context, organization, only), query=query, limit=limit, cursor=cursor
    )


def _sections(context: Context, organization: str, only: CodeFilter) -> list[Section[Code]]:
    """A search goes through texts and names in turn; else one range has all that is wanted."""
    load = partial(codes.in_directory, context.table)

    def is_wanted(code: Code) -> bool:
        return code.organization == organization and only.wants(code)

    def is_found(field: DirectoryField, code: Code) -> bool:
        return code.found_by(only.beginning) is field and is_wanted(code)

    if only.beginning:
        return [
            Section([codes.range_beginning(organization, field, prefix)], load, partial(is_found, field))
            for field, prefix in (
                (DirectoryField.EMAIL, only.beginning.upper()),
                (DirectoryField.LAST_NAME, only.beginning),
            )
        ]
    sort = only.sort or CodeSort.NEWEST
    field = {"code": DirectoryField.EMAIL, "name": DirectoryField.LAST_NAME}.get(sort.by)
    if field is not None:
        found = codes.range_beginning(organization, field, descending=sort.is_descending)
        return [Section([found], load, is_wanted)]
    created = codes.created_range(
        organization,
        kinds=only.kinds,
        batch=only.batch,
        states=only.states,
        now=only.now,
        descending=sort.is_descending,
    )
    return [Section([created], codes.in_listing, only.wants)]
