"""Counts of a command's calls to DynamoDB (DESIGN 5), from the client's events."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.support.written_items import Key, written_in


@dataclass
class Cost:
    """The calls of DynamoDB; an item written by two transactions is two `writes` and one of `items`."""

    operations: list[str] = field(default_factory=list)
    written: list[Key] = field(default_factory=list)

    @property
    def calls(self) -> int:
        """How many calls there were."""
        return len(self.operations)

    @property
    def writes(self) -> int:
        """How many writes of items there were."""
        return len(self.written)

    @property
    def items(self) -> int:
        """How many different items were written."""
        return len(set(self.written))


class Count:
    """`with count() as cost: ...` counts the calls of one client while the block runs."""

    def __init__(self, client: Any) -> None:
        self._client = client

    @contextmanager
    def __call__(self) -> Iterator[Cost]:
        cost = Cost()

        def note(params: dict[str, Any], model: Any, **_: object) -> None:
            cost.operations.append(model.name)
            written = written_in(model.name, params)
            cost.written.extend(key for key, kind in written if kind != "ConditionCheck")

        events = self._client.meta.events
        events.register("provide-client-params.dynamodb", note)
        try:
            yield cost
        finally:
            events.unregister("provide-client-params.dynamodb", note)
