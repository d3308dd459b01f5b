"""Delayed starts: accepted accesses become active on their date (DESIGN 3, 7.5)."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from usher.domain.accesses import Access, AccessState
from usher.domain.events.accesses import AccessStarted
from usher.domain.events.parts import AccessRef
from usher.domain.start_checks import StartCheck
from usher.lazy_dataclasses import dataclass
from usher.services.bulkheads import Bulkhead, keys_apart
from usher.services.context import Context
from usher.services.transactions import commit_surviving, record_event
from usher.store import accesses, due_index, organizations, scheduled_accesses
from usher.store.due_index import DueKeys
from usher.store.scheduled_accesses import Item
from usher.store.transaction import MAX_ITEMS, Write

AT_ONCE = 1000
"""How many accesses of a lane are held in memory."""

TOGETHER = MAX_ITEMS // 2
"""Accesses that start in one transaction, each with its event."""

_log = logging.getLogger(__name__)


class NothingStartedError(Exception):
    """A check started nothing in all its time, though something was due: the next one would do no better."""


@dataclass(frozen=True, kw_only=True)
class CheckOutcome:
    """What a check did, and the check that goes on with what is left; None for none."""

    started: int
    next: StartCheck | None


class StartAccess:
    """Starts accesses; idempotent. Two that start the same ones at once start each of them once."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def check(self, check: StartCheck, alone: Bulkhead) -> CheckOutcome:
        """Start what is due in the check's lane, until it is enough; nothing while waits are left.

        One query a page of each shard of the lane, one call for each hundred accesses, and one transaction
        for each TOGETHER. An access that was moved or has ended is not due. One that cannot be read or
        started is counted as failed and leaves the others.

        Raises:
            NothingStartedError: it was enough before anything that is due was started.
        """
        if check.waits:
            return CheckOutcome(started=0, next=check.after_this_wait())
        started = sum(self.start(batch, alone) for batch in self._batches(check.lane, alone))
        if alone.out_of_time and not started:
            raise NothingStartedError("The time was up.")
        return CheckOutcome(started=started, next=check.next_turn() if alone.out_of_time else None)

    def start(self, due: Iterable[Access], alone: Bulkhead) -> int:
        """Start scheduled accesses that have not changed since they were read; return how many started.

        Among how many shards the events of an organization are to be divided is read where it has more of
        the accesses than one transaction.
        """
        every = list(due)
        for organization, number in Counter(access.terms.organization for access in every).items():
            if number > TOGETHER:
                alone.attempt(("shards", organization), self._read_shards, organization)
        batches = (every[first : first + TOGETHER] for first in range(0, len(every), TOGETHER))
        return sum(self._run(some, alone) for some in batches)

    def _batches(self, lane: int, alone: Bulkhead) -> Iterator[Sequence[Access]]:
        """Yield what is due in a lane, AT_ONCE accesses at a time."""

        def read(item: Item) -> Access | None:
            return alone.attempt((item["pk"]["S"], item["sk"]["S"]), scheduled_accesses.read, item)

        now = self._context.now()
        keys = self._keys(lane, alone, until=now)
        found = scheduled_accesses.starting(self._context.table, keys, until=now, read=read)
        while not alone.out_of_time:
            batch = alone.attempt(("accesses", lane), lambda: list(islice(found, AT_ONCE)))
            if not batch:
                return
            yield batch

    def _keys(self, lane: int, alone: Bulkhead, *, until: datetime) -> Iterator[DueKeys]:
        """Yield the keys of what is due in a lane; those of a shard that cannot be read are left out."""
        for shard in scheduled_accesses.shards_of(lane):
            found = scheduled_accesses.due_keys(self._context.table, shard, until=until)
            yield from due_index.keys_of_shard(shard, found, keys_apart(alone, "keys"))

    def _read_shards(self, organization: str) -> None:
        """Learn among how many shards an organization's events are divided."""
        number = organizations.shards_of(self._context.table, organization)
        self._context.shards.note_number(organization, number)

    def _run(self, some: Sequence[Access], alone: Bulkhead) -> int:
        key = tuple((access.email, access.terms.license) for access in some)
        return alone.run(key, self._start_together, some, alone)

    def _start_together(self, some: Sequence[Access], alone: Bulkhead) -> int:
        """Start accesses, of whichever organizations, in one transaction or, where that fails, in halves.

        So what stands in the way, such as an access that is busy, is found and leaves all others to start.
        """
        try:
            started = commit_surviving(self._context, some, each=self._writes, shared=lambda _: [])
        except Exception as failure:
            if len(some) == 1:
                raise
            _log.warning("Accesses were not started together.", exc_info=failure)
            half = len(some) // 2
            return self._run(some[:half], alone) + self._run(some[half:], alone)
        return len(started)

    def _writes(self, access: Access) -> Sequence[Write]:
        after = replace(access, state=AccessState.ACTIVE)
        event = AccessStarted(access=AccessRef.of(after))
        started = record_event(
            self._context,
            event,
            organization=access.terms.organization,
            correlation_id=access.correlation_id,
        )
        return [accesses.move(access, after), started]
