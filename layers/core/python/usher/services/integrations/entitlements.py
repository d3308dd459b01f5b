"""Is this person entitled to this product now? One strongly consistent read (DESIGN 4)."""

from __future__ import annotations

from usher.domain.accesses import Access, AccessState
from usher.domain.addresses import BadAddressError, normalize
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
    """Answers a learning platform."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(BadAddressError)
    def best_access(self, *, email: str, product: str) -> Access | None:
        """Return the access that says most for the person: active before scheduled before the rest.

        Judge it with `Access.entitles` and `Access.state_at`.
        """
        now = self._context.now()
        fitting = [
            access
            for access in accesses.of_person(self._context.table, normalize(email))
            if access.terms.product.id == product
        ]
        return min(
            fitting,
            key=lambda a: (_BEST_FIRST.index(a.state_at(now)), -a.ends_at.timestamp()),
            default=None,
        )
