"""The scheduled work: expiry, reminders, late starts, ends of access and of licenses (DESIGN 3)."""

from __future__ import annotations

import dataclasses
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from usher.domain.accesses import LATE_AFTER, Access, AccessState
from usher.domain.digests import Digest
from usher.domain.enrollment.codes import Code
from usher.domain.events.accesses import AccessesEnded
from usher.domain.events.invites import InvitesReminded
from usher.domain.events.licenses import LicenseEnding
from usher.domain.events.parts import InviteRef, LicenseRef, SeatChange
from usher.domain.invites import Invite
from usher.domain.license_extensions import LicenseExtension
from usher.domain.licenses import License, next_ending_notice
from usher.services.context import Context
from usher.services.invites.expire_invites import expire
from usher.services.license_extensions import LicenseExtensions
from usher.services.outbox.expiry_digest import ExpiryDigest
from usher.services.outbox.start_access import StartAccess
from usher.services.transactions import commit_surviving, record_event
from usher.store import accesses, due_items, invites, licenses
from usher.store.enrollment import codes
from usher.store.transaction import MAX_ITEMS, ConditionFailedError, Write, commit

_ROOM = MAX_ITEMS - 2
"""Items of one transaction besides the event and, where seats return, the license."""
_CODES = MAX_ITEMS - 1
"""Codes of one transaction besides the figures."""


@dataclass(frozen=True, kw_only=True)
class SweepResult:
    """How many items of each kind a sweep processed.

    Attributes:
        ending: licenses whose end was announced.
        digests: digests of expired invites that were sent, or had nothing left to report.
        codes_ended: codes that were counted among those that have ended.
        extended: licenses of which every copy of the terms was found to have the later end.
    """

    expired: int = 0
    reminded: int = 0
    started_late: int = 0
    ended: int = 0
    ending: int = 0
    digests: int = 0
    codes_ended: int = 0
    extended: int = 0

    @property
    def total(self) -> int:
        """The sum of all counts; 0 means that nothing was due."""
        return sum(dataclasses.astuple(self))


class Sweep:
    """Does the scheduled work that is due; two concurrent sweeps do each item once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._start_access = StartAccess(context)
        self._digest = ExpiryDigest(context)
        self._extensions = LicenseExtensions(context)

    def sweep(self, *, late_after: timedelta = LATE_AFTER) -> SweepResult:
        """Find the items that are due, and process them.

        A start counts as late `late_after` its time, so that its workflow comes first.
        """
        now = self._context.now()
        due = list(due_items.due(self._context.table, until=now))
        # Before accesses are ended, since a license and its sublicenses may be due at the end they had.
        extended = sum(self._extensions.finish(one) for one in due if isinstance(one, LicenseExtension))
        open_invites = [one for one in due if isinstance(one, Invite)]
        seats = [one for one in due if isinstance(one, Access)]
        return SweepResult(
            expired=expire(self._context, open_invites),
            reminded=self._remind([invite for invite in open_invites if not invite.has_expired(now)], now),
            started_late=self._start(seats, now - late_after),
            ended=self._end([access for access in seats if access.ends_at <= now]),
            ending=sum(self._announce_end(one, now) for one in due if isinstance(one, License)),
            digests=sum(self._digest.summarize(one) for one in due if isinstance(one, Digest)),
            codes_ended=self._end_codes([one for one in due if isinstance(one, Code)]),
            extended=extended,
        )

    def next_due(self) -> datetime | None:
        """Return the next moment at which an item becomes due; None if none does."""
        return due_items.next_due(self._context.table, after=self._context.now())

    def next_digest(self) -> datetime | None:
        """Return the next moment at which a digest becomes due; None if none does."""
        return due_items.next_digest(self._context.table, after=self._context.now())

    def _start(self, seats: Iterable[Access], late: datetime) -> int:
        return sum(
            self._start_access.begin(access)
            for access in seats
            if access.state is AccessState.SCHEDULED
            and access.start_at is not None
            and access.start_at <= late
            and access.ends_at > self._context.now()
        )

    def _remind(self, due: Sequence[Invite], now: datetime) -> int:
        by_organization: dict[str, list[Invite]] = defaultdict(list)
        for invite in due:
            if invite.remind_at is not None and invite.remind_at <= now:
                by_organization[invite.organization].append(invite)
        done = 0
        for same in by_organization.values():
            for first in range(0, len(same), _ROOM):
                batch = same[first : first + _ROOM]
                reminded = commit_surviving(
                    self._context,
                    batch,
                    each=lambda invite: [invites.change(invite, invite.reminded())],
                    shared=self._reminder_event,
                )
                done += sum(not invite.reminders_off for invite in reminded)
        return done

    def _reminder_event(self, due: Sequence[Invite]) -> list[Write]:
        """Return the write of the event that sends the reminders; none where nobody wants one."""
        wanted = tuple(InviteRef.of(invite) for invite in due if not invite.reminders_off)
        if not wanted:
            return []
        data = InvitesReminded(invites=wanted)
        return [record_event(self._context, data, organization=due[0].organization)]

    def _end(self, seats: Sequence[Access]) -> int:
        by_license: dict[str, list[Access]] = defaultdict(list)
        for access in seats:
            if access.state in {AccessState.ACTIVE, AccessState.SCHEDULED}:
                by_license[access.terms.license].append(access)
        done = 0
        for same in by_license.values():
            for first in range(0, len(same), _ROOM):
                done += self._end_batch(same[first : first + _ROOM])
        return done

    def _end_batch(self, seats: Sequence[Access]) -> int:
        """End accesses of one license; those of a license that was extended get its end instead."""
        try:
            ended = commit_surviving(
                self._context,
                seats,
                each=lambda access: [accesses.move(access, replace(access, state=AccessState.ENDED))],
                shared=self._end_writes,
            )
        except ConditionFailedError:
            terms = seats[0].terms
            if not self._extensions.extend_accesses(
                organization=terms.organization, license_id=terms.license
            ):
                raise
            return 0
        return len(ended)

    def _end_writes(self, seats: Sequence[Access]) -> list[Write]:
        terms = seats[0].terms
        ended = AccessesEnded(
            license=LicenseRef.of(terms),
            emails=tuple(access.email for access in seats),
            seat_changes=SeatChange.given_back(access.terms for access in seats),
        )
        return [
            licenses.give_back(terms.organization, terms.license, len(seats), ended_by=self._context.now()),
            record_event(self._context, ended, organization=terms.organization),
        ]

    def _end_codes(self, due: Sequence[Code]) -> int:
        """Count codes whose end is over as ended: one transaction for 99, with the figures and no event."""
        by_organization: dict[str, list[Code]] = defaultdict(list)
        for code in due:
            by_organization[code.organization].append(code)
        return sum(
            len(
                commit_surviving(
                    self._context,
                    same[first : first + _CODES],
                    each=lambda code: [codes.end(code)],
                    shared=lambda _: [],
                )
            )
            for same in by_organization.values()
            for first in range(0, len(same), _CODES)
        )

    def _announce_end(self, license_: License, now: datetime) -> bool:
        """Announce to managers that a license ends, once for each notice; of several missed ones the last."""
        terms = license_.terms
        after = replace(license_, notice_at=next_ending_notice(terms.valid_until, after=now))
        writes = [licenses.move_notice(license_, after)]
        is_over = now >= terms.valid_until
        if not is_over:
            ending = LicenseEnding(
                license=LicenseRef.of(terms),
                ends_at=terms.valid_until,
                days=math.ceil((terms.valid_until - now) / timedelta(days=1)),
                available=license_.available,
                total=license_.total,
            )
            writes.append(record_event(self._context, ending, organization=terms.organization))
        try:
            commit(self._context.table, writes)
        except ConditionFailedError:
            return False  # Another sweep has announced it.
        return not is_over
