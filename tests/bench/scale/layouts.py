"""The layouts that are compared: how many parts, shards and lanes there are of what is hot."""

from __future__ import annotations

from dataclasses import dataclass

from tests.support.tenant import Tenant
from usher.domain.licenses import License


@dataclass(frozen=True)
class Layout:
    """How what is hot is spread.

    Attributes:
        seats: of each license; they decide in how many parts it keeps them.
        lanes: how many batches of a shard of the stream are dispatched at a time.
    """

    name: str
    seats: int
    lanes: int

    def spread(self, tenant: Tenant) -> None:
        """Spread what an organization keeps over its shards."""

    def license(self, tenant: Tenant) -> License:
        """Grant a license."""
        return tenant.license(self.seats)


BEFORE = Layout(name="before", seats=1_000_000, lanes=4)
"""One item of each license, one partition of each organization's events, one of each of its lists."""

LAYOUTS = (BEFORE,)
"""Those that are compared."""
