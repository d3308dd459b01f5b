"""Lists that are merged of several ranges of the table, in exact pages, at a bounded number of calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Generic, TypeVar

from usher.domain.paging import BadCursorError
from usher.lazy_dataclasses import dataclass
from usher.services.cursors import Place, cursor_of, place_of
from usher.services.paging import ResultPage
from usher.store import key_sources
from usher.store.key_ranges import Found
from usher.store.key_sources import KeySource
from usher.store.table import BATCH_GET, Table

T = TypeVar("T")

MOST_LOOKED_AT = 2000
"""How many items a page looks at; a page that found too few among them ends there, and has a next."""

MOST_IN_VAIN = 20
"""How often as many are looked at again while a page has none, since an empty one would look like the end."""


@dataclass(frozen=True)
class Section(Generic[T]):
    """A section of a list: ranges that are merged by their sort keys, all in the same direction.

    Attributes:
        ranges: or other sources of what was found, in the order of its keys.
        load: returns what was found, None where an item is gone.
        wanted: whether an item belongs to the section; the index that found it may be behind.
        at_once: how many more are loaded at once, where those that fill a page are not enough.
        most: how many a page looks at, if each costs more than elsewhere (MOST_LOOKED_AT).
        in_vain: how often as many are looked at again while a page has none, if less often (MOST_IN_VAIN).
    """

    ranges: Sequence[KeySource]
    load: Callable[[Sequence[Found]], list[T | None]]
    wanted: Callable[[T], bool]
    at_once: int = BATCH_GET
    most: int | None = None
    in_vain: int | None = None


def read_page(
    table: Table,
    sections: Sequence[Section[T]],
    *,
    query: object,
    limit: int,
    cursor: str | None,
) -> ResultPage[T]:
    """Read a page of a list, section by section: one call for each range, and those that load what was found.

    A page is shorter than `limit` only at the end of the list, or where many items were looked at in vain
    (FILTER_READS, MOST_LOOKED_AT). It is empty only at the end, or after many times as many (MOST_IN_VAIN).

    Raises:
        BadCursorError: the cursor is none of this query's list.
    """
    place = Place(0, "") if cursor is None else place_of(query, cursor)
    if place.section and place.section >= len(sections):
        raise BadCursorError("The cursor belongs to another list.")
    items: list[T] = []
    places: list[Place] = []
    in_vain = 0
    while place.section < len(sections):
        section = sections[place.section]
        found = _merged(table, section.ranges, behind=place.key, first=limit + 1)
        looked_at = 0
        size = limit + 1
        stopped: Place | None = None
        while stopped is None and (chunk := list(islice(found, size))):
            cut = next((one for one in chunk if one.item is None), None)
            whole = chunk if cut is None else chunk[: chunk.index(cut)]
            for one, item in zip(whole, section.load(whole), strict=True):
                if item is not None and section.wanted(item):
                    items.append(item)
                    places.append(Place(place.section, one.key))
            looked_at += len(whole)
            if len(items) > limit:
                return ResultPage(items=items[:limit], next=cursor_of(query, places[limit - 1]))
            if cut is not None or looked_at >= (section.most or MOST_LOOKED_AT):
                stopped = Place(place.section, (cut or chunk[-1]).key)
            size = section.at_once
        if stopped is not None:
            in_vain += 1
            if items or in_vain > (MOST_IN_VAIN if section.in_vain is None else section.in_vain):
                return ResultPage(items=items, next=cursor_of(query, stopped))
        place = stopped or Place(place.section + 1, "")
    return ResultPage(items=items, next=None)


def read_newest(table: Table, section: Section[T], *, limit: int) -> tuple[list[T], str | None]:
    """Read more than `limit` items of a section that is descending, as far as there are so many.

    Returns them with the key down to which all was read; None where that is the end. There are fewer where
    many were looked at in vain, and none only after many times as many (MOST_IN_VAIN).
    """
    items: list[T] = []
    behind = ""
    for _ in range(MOST_IN_VAIN + 1):
        found = _merged(table, section.ranges, behind=behind, first=limit + 1)
        looked_at = 0
        stopped = False
        while not stopped and (chunk := list(islice(found, BATCH_GET if looked_at else limit + 1))):
            whole = [one for one in chunk if one.item is not None]
            items += (item for item in section.load(whole) if item is not None and section.wanted(item))
            looked_at += len(whole)
            behind = chunk[-1].key
            stopped = len(whole) < len(chunk) or looked_at >= MOST_LOOKED_AT
            if len(items) > limit or (items and stopped):
                return items, behind
        if not stopped:
            return items, None
    return items, behind


def _merged(table: Table, ranges: Sequence[KeySource], *, behind: str, first: int) -> Iterator[Found]:
    """Yield what stands behind a sort key in the ranges, each sort key once.

    An item that has just changed its partition may for a moment be in both.
    """
    left = [one.behind(behind) if behind else one for one in ranges]
    # The range begins with the item that the last page ended with, if it is still there.
    size = first + 1 if behind else first
    last = behind
    for one in key_sources.merged(table, [one for one in left if one is not None], first=size):
        if one.key != last or one.item is None:
            yield one
        if one.item is None:
            return
        last = one.key
