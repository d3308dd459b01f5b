"""The scheduled work: expiry, reminders, late starts, ends of access and of licenses (DESIGN 3)."""

from __future__ import annotations

import dataclasses
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain, islice

from usher.domain.accesses import LATE_AFTER, Access, AccessState
from usher.domain.digests import Digest
from usher.domain.enrollment.codes import Code
from usher.domain.events.invites import InvitesReminded
from usher.domain.events.licenses import LicenseEnding
from usher.domain.events.parts import InviteRef, LicenseRef
from usher.domain.invites import Invite
from usher.domain.license_extensions import LicenseExtension
from usher.domain.licenses import License, next_ending_notice
from usher.lazy_dataclasses import dataclass
from usher.services.bulkheads import Bulkhead, keys_apart
from usher.services.context import Context
from usher.services.invites.expire_invites import batches_by_licenses, expire_batch
from usher.services.license_extensions import (
    STEPS_OF_A_LANE,
    STEPS_OF_A_RUN,
    SUBLICENSES_OF_A_RUN,
    ExtensionOutcome,
    LicenseExtensions,
    Steps,
)
from usher.services.outbox.expiry_digest import ExpiryDigest
from usher.services.outbox.license_ends import LicenseEnds
from usher.services.outbox.start_access import StartAccess
from usher.services.transactions import commit_surviving, record_event
from usher.store import due_items, invites, licenses
from usher.store.due_index import DueKeys
from usher.store.due_items import Due
from usher.store.enrollment import codes
from usher.store.keys import due_shards
from usher.store.transaction import MAX_ITEMS, ConditionFailedError, Write, commit

_REMINDERS = MAX_ITEMS - 1
"""Invites of one transaction besides the event."""
_CODES = MAX_ITEMS - 1
"""Codes of one transaction besides the figures."""


LANES = 4
"""How many runs at most share the shards of which more is due than one run does.

More at a time would stand in each other's way at the licenses that they give seats back to.
"""

AT_ONCE = 1000
"""How many due items of a lane are held in memory and processed together."""

_IN_ORDER: Sequence[tuple[type[Due], ...]] = (
    (Access,),
    (License,),
    (Invite, Code, Digest),
    (LicenseExtension,),
)
"""The kinds of due items in the order in which a full lane is swept, once sublicenses were extended.

Starts and ends of access come before what only returns seats or informs, and the copies of a license's terms,
of which there may be any number, last (decision 93).
"""


@dataclass(frozen=True, kw_only=True)
class SweepResult:
    """How many items of each kind a sweep processed.

    Attributes:
        ending: licenses whose end was announced.
        digests: digests of expired invites that were sent, or had nothing left to report.
        codes_ended: codes that were counted among those that have ended.
        extended: licenses of which every copy of the terms was found to have the later end.
        failed: pieces of work that failed, each of them logged; the next sweep tries them again.
        full_lanes: lanes with a shard of which more is due than one batch, or with a license that needs more
            transactions than one run makes; each is to be swept by itself. None of which a run was begun.
    """

    expired: int = 0
    reminded: int = 0
    started_late: int = 0
    ended: int = 0
    ending: int = 0
    digests: int = 0
    codes_ended: int = 0
    extended: int = 0
    failed: int = 0
    full_lanes: tuple[int, ...] = ()

    def __add__(self, other: SweepResult) -> SweepResult:
        """Return the sums of two sweeps."""
        sums = {
            field.name: getattr(self, field.name) + getattr(other, field.name)
            for field in dataclasses.fields(self)
        }
        return SweepResult(**sums)


class Sweep:
    """Does the scheduled work that is due; two concurrent sweeps do each item once.

    Whatever fails is counted and leaves the rest to be done (decision 78).
    """

    def __init__(self, context: Context, *, enough: Callable[[], bool] = lambda: False) -> None:
        """Take `enough`, which returns whether the time is up: what is left then is for the next sweep."""
        self._context = context
        self._enough = enough
        self._start_access = StartAccess(context)
        self._digest = ExpiryDigest(context)
        self._extensions = LicenseExtensions(context)
        self._license_ends = LicenseEnds(context, self._extensions)

    def sweep(
        self, *, late_after: timedelta = LATE_AFTER, begin_lane: Callable[[int], bool] = lambda _: False
    ) -> SweepResult:
        """Process what is due, up to AT_ONCE items of each lane.

        One query a shard, one call for each hundred items, and what is done. A start counts as late
        `late_after` its time, so that its workflow comes first. Where a lane has more, and `begin_lane` has
        begun a run of it and returns True, all of the lane is left to that run.
        """
        now = self._context.now()
        alone = Bulkhead(enough=self._enough)
        by_lane, full_lanes = self._first_keys(alone, now=now)
        begun = {lane for lane in sorted(full_lanes) if begin_lane(lane)}
        found = [keys for lane, keys in by_lane.items() if lane not in begun]
        batch = list(due_items.items_of(self._context.table, chain(*found), read=self._reader(alone)))
        done = self._process(batch, alone, now=now, late=now - late_after, most=STEPS_OF_A_RUN)
        full_lanes = full_lanes - begun | {*done.full_lanes}
        return replace(done, failed=alone.failures, full_lanes=tuple(sorted(full_lanes)))

    def _first_keys(self, alone: Bulkhead, *, now: datetime) -> tuple[Mapping[int, list[DueKeys]], set[int]]:
        """Return the keys of what is due by lane, up to AT_ONCE of each, and the lanes that have more."""
        by_lane: dict[int, list[DueKeys]] = defaultdict(list)
        full_lanes = set()
        shards = due_shards.all_of_them()
        most = max(AT_ONCE * LANES // len(shards), 1)
        for shard in shards:
            some = alone.attempt(
                shard, due_items.first_keys, self._context.table, shard, until=now, limit=most
            )
            first, has_more = some or ([], False)
            by_lane[shard % LANES] += first
            if has_more:
                full_lanes.add(shard % LANES)
        return by_lane, full_lanes

    def sweep_lane(self, lane: int, *, late_after: timedelta = LATE_AFTER) -> SweepResult:
        """Process all that is due in the shards of one lane, batch by batch, until it is `enough`.

        Their keys are read twice for the extensions, once for the accesses, the licenses and the rest each.
        """
        now = self._context.now()
        alone = Bulkhead(enough=self._enough)
        done = SweepResult()
        for batch in self._batches(lane, (LicenseExtension,), alone, now=now):
            self._extend_sublicenses(batch, alone)
        for kinds in _IN_ORDER:
            for batch in self._batches(lane, kinds, alone, now=now):
                done += self._process(batch, alone, now=now, late=now - late_after, most=STEPS_OF_A_LANE)
        return replace(done, failed=alone.failures, full_lanes=())

    def _batches(
        self, lane: int, kinds: tuple[type[Due], ...], alone: Bulkhead, *, now: datetime
    ) -> Iterator[Sequence[Due]]:
        """Yield what is due of these kinds in the shards of a lane, AT_ONCE items at a time."""
        found = due_items.due(
            self._context.table,
            until=now,
            shards=due_shards.all_of_them()[lane::LANES],
            kinds=kinds,
            read=self._reader(alone),
            next_key=keys_apart(alone, "due"),
        )
        while not alone.out_of_time:
            batch = alone.attempt(("read", kinds), lambda: list(islice(found, AT_ONCE)))
            if not batch:
                return
            yield batch

    def _reader(self, alone: Bulkhead) -> Callable[[due_items.Item], Due | None]:
        """Return what reads an item, or counts it as failed where another version of the code wrote it."""
        return lambda item: alone.attempt((item["pk"]["S"], item["sk"]["S"]), due_items.read, item)

    def _process(
        self, due: Sequence[Due], alone: Bulkhead, *, now: datetime, late: datetime, most: int
    ) -> SweepResult:
        """Process due items: the ends and the extension of each license by at most so many transactions.

        What starts or ends access is first, and the copies of extended terms are last.
        """
        accesses_due = [one for one in due if isinstance(one, Access)]
        licenses_due = [one for one in due if isinstance(one, License)]
        invites_due = [one for one in due if isinstance(one, Invite)]
        started_late = self._start(accesses_due, late, alone)
        self._extend_sublicenses(due, alone)
        over = [one for one in licenses_due if now >= one.terms.valid_until]
        ended, with_accesses = self._end(over, alone, most=most)
        done = SweepResult(
            started_late=started_late,
            ended=ended,
            expired=sum(
                alone.run(key, expire_batch, self._context, batch)
                for key, batch in batches_by_licenses(invites_due, now=now)
            ),
            reminded=self._remind([one for one in invites_due if not one.has_expired(now)], now, alone),
            ending=sum(
                alone.run(one.id, self._announce_end, one, now)
                for one in licenses_due
                if now < one.terms.valid_until
            ),
            digests=sum(
                alone.run((one.organization, one.day), self._digest.summarize, one)
                for one in due
                if isinstance(one, Digest)
            ),
            codes_ended=self._end_codes([one for one in due if isinstance(one, Code)], alone),
        )
        extended, with_copies = self._extend(due, alone, most=most)
        full_lanes = {due_shards.shard_of(license_) % LANES for license_ in (*with_accesses, *with_copies)}
        return replace(done, extended=extended, full_lanes=tuple(full_lanes))

    def _extend_sublicenses(self, due: Iterable[Due], alone: Bulkhead) -> None:
        """Extend the sublicenses of extended licenses, so that no access ends at an end that was moved."""
        steps = Steps(SUBLICENSES_OF_A_RUN, enough=self._enough)
        for one in due:
            if isinstance(one, LicenseExtension) and not steps.ran_out:
                key = (one.organization, one.license)
                alone.run(key, self._extensions.extend_sublicenses, one, steps)

    def _extend(self, due: Iterable[Due], alone: Bulkhead, *, most: int) -> tuple[int, Sequence[str]]:
        """Write extensions into the copies, each by at most so many transactions.

        Return how many of them are carried out, and the licenses of those that need more transactions.
        """
        unfinished: list[str] = []

        def finish(one: LicenseExtension) -> bool:
            outcome = self._extensions.finish(one, Steps(most, enough=self._enough))
            if outcome is ExtensionOutcome.UNFINISHED:
                unfinished.append(one.license)
            return outcome is ExtensionOutcome.CARRIED_OUT

        extensions = [one for one in due if isinstance(one, LicenseExtension)]
        done = sum(alone.run((one.organization, one.license), finish, one) for one in extensions)
        return done, unfinished

    def next_due(self, *, after: datetime) -> datetime | None:
        """Return the next moment after `after` at which an item becomes due; None if none does."""
        return due_items.next_due(self._context.table, after=after)

    def next_digest(self, *, after: datetime) -> datetime | None:
        """Return the next moment after `after` at which a digest becomes due; None if none does."""
        return due_items.next_digest(self._context.table, after=after)

    def _start(self, seats: Iterable[Access], late: datetime, alone: Bulkhead) -> int:
        starting = (
            access
            for access in seats
            if access.state is AccessState.SCHEDULED
            and access.start_at is not None
            and access.start_at <= late
            and access.ends_at > self._context.now()
        )
        return self._start_access.start(starting, alone)

    def _remind(self, due: Sequence[Invite], now: datetime, alone: Bulkhead) -> int:
        by_organization: dict[str, list[Invite]] = defaultdict(list)
        for invite in due:
            if invite.remind_at is not None and invite.remind_at <= now:
                by_organization[invite.organization].append(invite)
        return sum(
            alone.run(("reminders", organization), self._remind_batch, same[first : first + _REMINDERS])
            for organization, same in by_organization.items()
            for first in range(0, len(same), _REMINDERS)
        )

    def _remind_batch(self, batch: Sequence[Invite]) -> int:
        reminded = commit_surviving(
            self._context,
            batch,
            each=lambda invite: [invites.change(invite, invite.reminded())],
            shared=self._reminder_event,
        )
        return sum(not invite.reminders_off for invite in reminded)

    def _reminder_event(self, due: Sequence[Invite]) -> list[Write]:
        """Return the write of the event that sends the reminders; none where nobody wants one."""
        wanted = tuple(InviteRef.of(invite) for invite in due if not invite.reminders_off)
        if not wanted:
            return []
        data = InvitesReminded(invites=wanted)
        return [record_event(self._context, data, organization=due[0].organization)]

    def _end(self, over: Iterable[License], alone: Bulkhead, *, most: int) -> tuple[int, Sequence[str]]:
        """End the accesses of licenses that are over, those of each by at most so many transactions.

        Return how many have ended, and the licenses that need more transactions.
        """
        unfinished: list[str] = []

        def end(license_: License) -> int:
            steps, ended = Steps(most, enough=self._enough), 0
            batches = self._license_ends.end(license_, steps)
            # One after the other, so that what was done before a failure counts.
            while (some := alone.attempt(("ends", license_.id), lambda: next(batches, None))) is not None:
                ended += some
            if steps.ran_out:
                unfinished.append(license_.id)
            return ended

        return sum(alone.run(("license", one.id), end, one) for one in over), unfinished

    def _end_codes(self, due: Sequence[Code], alone: Bulkhead) -> int:
        by_organization: dict[str, list[Code]] = defaultdict(list)
        for code in due:
            by_organization[code.organization].append(code)
        return sum(
            alone.run(("codes", organization), self._end_code_batch, same[first : first + _CODES])
            for organization, same in by_organization.items()
            for first in range(0, len(same), _CODES)
        )

    def _end_code_batch(self, batch: Sequence[Code]) -> int:
        """Count codes whose end is over as ended, with the figures and no event."""
        ended = commit_surviving(
            self._context, batch, each=lambda code: [codes.end(code)], shared=lambda _: []
        )
        return len(ended)

    def _announce_end(self, license_: License, now: datetime) -> bool:
        """Announce to managers that a license ends, once for each notice; of several missed ones the last."""
        if license_.is_partly_read:
            (license_,) = licenses.read_again(self._context.table, [license_])
        terms = license_.terms
        after = replace(license_, notice_at=next_ending_notice(terms.valid_until, after=now))
        ending = LicenseEnding(
            license=LicenseRef.of(terms),
            ends_at=terms.valid_until,
            days=math.ceil((terms.valid_until - now) / timedelta(days=1)),
            available=license_.available,
            total=license_.total,
        )
        announced = record_event(self._context, ending, organization=terms.organization)
        try:
            commit(self._context.table, [licenses.move_notice(license_, after), announced])
        except ConditionFailedError:
            return False  # Another sweep has announced it, or it was extended.
        return True
