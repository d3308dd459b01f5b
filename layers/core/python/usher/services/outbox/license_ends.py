"""Ends of licenses, and with them of their accesses (decision 0098)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

from usher.domain.accesses import Access, AccessState
from usher.domain.events.accesses import AccessesEnded
from usher.domain.events.parts import LicenseRef, SeatChange
from usher.domain.license_extensions import SETTLED_AFTER
from usher.domain.licenses import License, LicenseTerms
from usher.services.context import Context
from usher.services.license_extensions import LicenseExtensions, Steps
from usher.services.transactions import commit_surviving, record_event
from usher.store import accesses, license_pools, licenses
from usher.store.transaction import MAX_ITEMS, ConditionFailedError, Write, commit

AT_ONCE = MAX_ITEMS - 2
"""Accesses of one transaction, besides the license and the event."""

_ENDING = frozenset({AccessState.SCHEDULED, AccessState.ACTIVE})
"""What ends with the license; a reservation lapses with its invite."""


class LicenseEnds:
    """Ends the accesses of licenses that are over.

    They are found in the license's listing, and the license is due until none is found there by a look that
    began when nothing was written any more by what had read it as valid: so the work may die anywhere.
    """

    def __init__(self, context: Context, extensions: LicenseExtensions) -> None:
        self._context = context
        self._extensions = extensions

    def end(self, over: License, steps: Steps) -> Iterator[int]:
        """End the accesses in transactions, as far as the steps reach; yield how many each has ended.

        One query and one transaction for AT_ONCE accesses. The license's own end counts, not the copies of
        it in accesses; where it is moved meanwhile, none ends.
        """
        is_settled = self._context.now() >= over.terms.valid_until + SETTLED_AFTER
        is_empty = True
        for batch in self._batches(over.id):
            is_empty = False
            if not steps.take():
                return
            yield self._end_batch(over.terms, batch)
        if is_empty and is_settled:
            with suppress(ConditionFailedError):  # It was extended, or another sweep has found none either.
                commit(self._context.table, [licenses.all_ended(over)])

    def _batches(self, license_id: str) -> Iterator[Sequence[Access]]:
        """Yield the accesses that are to end, as the listing has them."""
        cursor: str | None = None
        while True:
            page = accesses.of_license(
                self._context.table, license_id, states=_ENDING, limit=AT_ONCE, cursor=cursor
            )
            if page.items:
                yield page.items
            cursor = page.next
            if cursor is None:
                return

    def _end_batch(self, terms: LicenseTerms, batch: Sequence[Access]) -> int:
        """End accesses of one license; those of a license that was extended get its end instead."""
        try:
            ended = commit_surviving(
                self._context,
                batch,
                each=lambda access: [accesses.end(access)],
                shared=lambda left: self._shared(terms, left),
            )
        except ConditionFailedError:
            if not self._extensions.extend_accesses(batch):
                raise
            return 0
        return len(ended)

    def _shared(self, terms: LicenseTerms, left: Sequence[Access]) -> list[Write]:
        """Return the writes of the seats, on condition of the license's end, and of the event."""
        ended = AccessesEnded(
            license=LicenseRef.of(terms),
            emails=tuple(access.email for access in left),
            seat_changes=SeatChange.given_back(terms for _ in left),
        )
        return [
            license_pools.give_back(terms, len(left), ended_by=self._context.now()),
            record_event(self._context, ended, organization=terms.organization),
        ]
