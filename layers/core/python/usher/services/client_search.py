"""The lists of a provider's clients: by creation, or by name."""

from __future__ import annotations

from functools import partial

from usher.domain.directory import folded, read_search
from usher.domain.list_sorts import NamedSort
from usher.domain.organizations import Organization
from usher.services.context import Context
from usher.services.merged_lists import Section, read_page
from usher.services.paging import ResultPage
from usher.store import organizations


def clients_page(
    context: Context,
    provider: str,
    *,
    search: str | None,
    sort: NamedSort | None,
    limit: int,
    cursor: str | None,
) -> ResultPage[Organization]:
    """Read a page of clients, oldest first unless sorted otherwise: one call, or two by name.

    With a search, those whose name begins with it, by name.

    Raises:
        BadCursorError: the cursor is none of this list.
        SortedSearchError: an order is asked for with a search.
    """
    beginning = read_search(search, sort=sort)
    order = sort or (NamedSort.NAME if beginning else NamedSort.OLDEST)

    def is_wanted(one: Organization) -> bool:
        return one.provider == provider and folded(one.name).startswith(beginning)

    if order.by == "name":
        found = organizations.name_range(provider, beginning, descending=order.is_descending)
        section = Section([found], partial(organizations.in_directory, context.table), is_wanted)
    else:
        found = organizations.created_range(provider, descending=order.is_descending)
        section = Section([found], organizations.in_listing, is_wanted)
    query = ("clients", provider, beginning, order)
    return read_page(context.table, [section], query=query, limit=limit, cursor=cursor)
