"""Work for all organizations that hold licenses of a product, of which there may be any number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from usher.domain.product_retirement import CatalogProduct, Holder
from usher.services.bulkheads import Bulkhead
from usher.services.context import Context
from usher.store import product_retirement

MOST_PAGES = 50
"""Pages of holders with something to do in one dispatch, for which other events wait: a few seconds."""

LONGEST = timedelta(seconds=30)
"""After how long the others are left once a page has failed: what is busy may take ten seconds for each."""


class HoldersLeftError(Exception):
    """Some holders are left; whoever does the work anew passes over those that are done."""


def for_all_holders(
    context: Context, product: str, work: Callable[[CatalogProduct, Sequence[Holder]], bool], *, at_once: int
) -> None:
    """Do the work for all holders of a product, `at_once` at a time; it returns whether there was any.

    A page that fails leaves the others to be done. One query for each page, and what is done.

    Raises:
        HoldersLeftError: MOST_PAGES had something to do, and there are others.
        WorkFailedError: some pages failed; the others were done, or left after LONGEST.
    """
    catalog_product = product_retirement.get(context.table, product)
    alone = Bulkhead()
    until = context.now() + LONGEST
    cursor: str | None = None
    busy_pages = 0
    while catalog_product is not None:
        page = product_retirement.holders(context.table, product, limit=at_once, cursor=cursor)
        holders = [product_retirement.holder_of(row) for row in page.rows]
        busy_pages += alone.run(cursor, work, catalog_product, holders)
        cursor = page.next
        if cursor is None or (alone.failures and context.now() >= until):
            break
        if busy_pages == MOST_PAGES:
            raise HoldersLeftError(product)
    alone.raise_failures()
