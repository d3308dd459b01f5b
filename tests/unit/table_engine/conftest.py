"""The table engine with DynamoDB's limits, with a table of its own for each test.

`engine`   its refusals are on; `engine.consumed` has what calls consumed
`client`   a function's client over it
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.bench.table_engine.clients import client_of
from tests.bench.table_engine.engine import LimitedTable
from tests.bench.table_engine.virtual_time import VirtualTime
from tests.support.tables import NAME, create_table


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> VirtualTime:
    """The time in which everything sleeps."""
    virtual = VirtualTime()
    monkeypatch.setattr("time.sleep", virtual.sleep)
    return virtual


@pytest.fixture
def engine(time: VirtualTime) -> LimitedTable:
    return LimitedTable(time)


@pytest.fixture
def client(engine: LimitedTable) -> Iterator[Any]:
    client = client_of(engine)
    create_table(client)
    engine.limited = True
    yield client
    client.delete_table(TableName=NAME)
