"""The search of a provider's clients by the beginning of their name."""

from __future__ import annotations

from functools import partial

from usher.domain.directory import folded
from usher.domain.organizations import Organization
from usher.services.context import Context
from usher.services.merged_lists import Section, read_page
from usher.services.paging import ResultPage
from usher.store import organizations


def clients_named(
    context: Context, provider: str, search: str, *, limit: int, cursor: str | None
) -> ResultPage[Organization]:
    """List by name the clients whose name begins with a text: two calls.

    Raises:
        BadCursorError: the cursor is none of this search.
    """
    beginning = folded(search)
    by_name = Section(
        [organizations.name_range(provider, beginning)],
        partial(organizations.in_directory, context.table),
        lambda one: one.provider == provider and folded(one.name).startswith(beginning),
    )
    return read_page(
        context.table, [by_name], query=("clients", provider, beginning), limit=limit, cursor=cursor
    )
