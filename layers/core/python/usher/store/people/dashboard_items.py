"""The items of a person's dashboard, read in one query: accesses and open requests to join."""

from __future__ import annotations

from collections.abc import Iterator

from usher.domain.accesses import Access
from usher.domain.enrollment.join_requests import OpenJoinRequest
from usher.store import keys
from usher.store.accesses import AccessRow, access_of
from usher.store.enrollment.join_requests import JoinRequestMarkerRow, open_request_of
from usher.store.id_ranges import LAST_ID
from usher.store.table import Table


def of_person(table: Table, email: str) -> Iterator[Access | OpenJoinRequest]:
    """Yield a person's accesses, then their open requests, of all organizations.

    Strongly consistent, one call for most people.
    """
    span = AccessRow.sk.between(keys.ACCESS_PREFIX, keys.join_request_marker(LAST_ID))
    for item in table.query_raw(keys.person(email), span):
        sort = item["sk"]["S"]
        if sort.startswith(keys.ACCESS_PREFIX):
            yield access_of(AccessRow.from_raw_data(item))
        elif sort.startswith(keys.JOIN_REQUEST_MARKER_PREFIX):
            yield open_request_of(JoinRequestMarkerRow.from_raw_data(item))
