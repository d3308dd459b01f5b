"""Entitlements: whether a person has a product now, in one strongly consistent read (DESIGN 4)."""

from __future__ import annotations

from usher.domain.accesses import Access, AccessState
from usher.domain.addresses import BadAddressError, read_address
from usher.domain.errors import refuses
from usher.services.context import Context
from usher.store import accesses

_BEST_FIRST = (
    AccessState.ACTIVE,
    AccessState.SCHEDULED,
    AccessState.RESERVED,
    AccessState.ENDED,
    AccessState.RELEASED,
)


class Entitlements:
    """Reads entitlements for learning platforms."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(BadAddressError)
    def best_access(self, *, email: str, product: str) -> Access | None:
        """Return the person's best access to the product: active before scheduled before the rest.

        `Access.entitles` and `Access.state_at` say what it is worth now.
        """
        now = self._context.now()
        fitting = [
            access
            for access in accesses.of_person(self._context.table, read_address(email))
            if access.terms.product.id == product
        ]
        return min(
            fitting,
            key=lambda a: (_BEST_FIRST.index(a.state_at(now)), -a.ends_at.timestamp()),
            default=None,
        )
