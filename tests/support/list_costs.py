"""What a page of a list costs, and the list to its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from mypy_boto3_dynamodb import DynamoDBClient

from tests.support.capacity import CapacityMeter
from usher.services.paging import ResultPage

T = TypeVar("T")


class ReadPage(Protocol[T]):
    """Reads a page of one list."""

    def __call__(self, *, limit: int, cursor: str | None) -> ResultPage[T]:
        """Read the page."""


def cost_of_page(
    client: DynamoDBClient, read: ReadPage[T], *, limit: int = 5
) -> tuple[ResultPage[T], int, float]:
    """Read the first page; return it with its calls and read units."""
    with CapacityMeter(client)() as capacity:
        page = read(limit=limit, cursor=None)
    return page, capacity.calls.total(), capacity.read


def all_of(read: ReadPage[T], *, limit: int = 1) -> list[T]:
    """Read a list to its end, of which no page but the last is empty."""
    found: list[T] = []
    cursor: str | None = None
    while True:
        page = read(limit=limit, cursor=cursor)
        assert page.items or page.next is None, "an empty page with a next"
        found += page.items
        if (cursor := page.next) is None:
            return found


def in_full_pages(read: ReadPage[T], *, limit: int) -> list[T]:
    """Read a list to its end, of which every page but the last is full."""
    found: list[T] = []
    cursor: str | None = None
    while True:
        page = read(limit=limit, cursor=cursor)
        assert len(page.items) == limit or page.next is None
        found += page.items
        if (cursor := page.next) is None:
            return found


Query = dict[str, Any]
"""A filter and an order."""

Lists = list[tuple[Query, list[str], int, float]]
"""Queries with what they find, and the calls and read units of the first page."""


def check_costs(
    client: DynamoDBClient, lists: Lists, read: Callable[..., ResultPage[T]], name: Callable[[T], str]
) -> None:
    """Check what each query finds, in pages of one too, and what its first page costs."""
    measured: Lists = []
    for query, found, _, _ in lists:

        def page_of(*, limit: int, cursor: str | None, query: Query = query) -> ResultPage[T]:
            return read(**query, limit=limit, cursor=cursor)

        page, calls, units = cost_of_page(client, page_of)
        measured.append((query, [name(one) for one in page.items], calls, units))

        assert [name(one) for one in all_of(page_of)] == found, query
        assert page.next is None, query
    assert measured == lists, measured
