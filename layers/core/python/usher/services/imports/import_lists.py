"""The reading of lists of imports: by creation, or by the beginning of the file's name."""

from __future__ import annotations

from functools import partial

from usher.domain.directory import folded, read_search
from usher.domain.imports.imports import Import, ImportState
from usher.domain.list_sorts import CreationSort
from usher.lazy_dataclasses import dataclass
from usher.services.context import Context
from usher.services.merged_lists import Section, read_page
from usher.services.paging import ResultPage
from usher.store import imports


@dataclass(frozen=True, kw_only=True)
class ImportQuery:
    """Which imports to list, and in which order; of several states any. A search has its own order."""

    states: tuple[ImportState, ...] = ()
    search: str | None = None
    sort: CreationSort | None = None


def read_imports_page(
    context: Context, organization: str, query: ImportQuery, *, limit: int, cursor: str | None
) -> ResultPage[Import]:
    """Read a page of imports: one call, or two with a search, which is by the file's name.

    With states, one call for each of them, and one for each hundred imports.

    Raises:
        BadCursorError: the cursor is none of this list.
        SortedSearchError: an order is asked for with a search.
    """
    beginning = read_search(query.search, sort=query.sort)

    def is_wanted(one: Import) -> bool:
        is_found = one.organization == organization and folded(one.file_name).startswith(beginning)
        return is_found and (not query.states or one.state in query.states)

    descending = (query.sort or CreationSort.NEWEST).is_descending
    states = sorted(set(query.states))
    by_key = partial(imports.in_directory, context.table)
    if beginning and states:
        in_states = [imports.state_name_range(organization, state, beginning) for state in states]
        section = Section(in_states, by_key, is_wanted)
    elif beginning:
        section = Section([imports.name_range(organization, beginning)], by_key, is_wanted)
    elif states:
        in_states = [imports.state_range(organization, state, descending=descending) for state in states]
        section = Section(in_states, by_key, is_wanted)
    else:
        every = imports.created_range(organization, descending=descending)
        section = Section([every], imports.whole, is_wanted)
    return read_page(
        context.table, [section], query=("imports", organization, query), limit=limit, cursor=cursor
    )
