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
from usher.domain.events import SYSTEM, EventType, Json
from usher.domain.instants import rfc3339
from usher.domain.invites import Invite
from usher.domain.licenses import License, next_ending_notice
from usher.services.context import Context, commit_dropping
from usher.services.invites.changing import invite_fact
from usher.services.invites.expiring import expire
from usher.services.outbox.digesting import Digesting
from usher.services.outbox.starting import Starting
from usher.store import accesses, events, invites, licenses, sweeping
from usher.store.transaction import MAX_ITEMS, ConditionFailedError, Write, commit

_ROOM = MAX_ITEMS - 2
"""Items of one transaction besides the event and, where seats return, the license."""


@dataclass(frozen=True, kw_only=True)
class Swept:
    """How many of each the sweep found and did.

    Attributes:
        ending: licenses whose end was announced.
        digests: digests of expiries that managers were told.
    """

    expired: int = 0
    reminded: int = 0
    started_late: int = 0
    ended: int = 0
    ending: int = 0
    digests: int = 0

    @property
    def total(self) -> int:
        """Everything together; 0 means that nothing was due."""
        return sum(dataclasses.astuple(self))


class Sweeping:
    """Does what is due. Two sweeps at once do everything once between them."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._starting = Starting(context)
        self._digesting = Digesting(context)

    def sweep(self, *, late_after: timedelta = LATE_AFTER) -> Swept:
        """Find what is due and do it.

        Starts get `late_after` to happen by themselves, through their workflow, before they are late.
        """
        now = self._context.now()
        due = list(sweeping.due(self._context.table, until=now))
        offers = [one for one in due if isinstance(one, Invite)]
        seats = [one for one in due if isinstance(one, Access)]
        return Swept(
            expired=expire(self._context, offers),
            reminded=self._remind([invite for invite in offers if not invite.has_expired(now)], now),
            started_late=self._start(seats, now - late_after),
            ended=self._end([access for access in seats if access.ends_at <= now]),
            ending=sum(self._announce_end(one, now) for one in due if isinstance(one, License)),
            digests=sum(self._digesting.tell(one) for one in due if isinstance(one, Digest)),
        )

    def next_due(self) -> datetime | None:
        """Return when something comes due that is not due yet; None if nothing ever does."""
        return sweeping.next_due(self._context.table, after=self._context.now())

    def _start(self, seats: Iterable[Access], late: datetime) -> int:
        return sum(
            self._starting.begin(access)
            for access in seats
            if access.state is AccessState.SCHEDULED
            and access.start_at is not None
            and access.start_at <= late
            and access.ends_at > self._context.now()
        )

    def _remind(self, offers: Sequence[Invite], now: datetime) -> int:
        by_organization: dict[str, list[Invite]] = defaultdict(list)
        for invite in offers:
            if invite.remind_at is not None and invite.remind_at <= now:
                by_organization[invite.organization].append(invite)
        done = 0
        for same in by_organization.values():
            for first in range(0, len(same), _ROOM):
                batch = same[first : first + _ROOM]
                done += len(
                    commit_dropping(
                        self._context,
                        batch,
                        each=lambda invite: [invites.change(invite, invite.reminded())],
                        shared=self._reminded,
                    )
                )
        return done

    def _reminded(self, offers: Sequence[Invite]) -> list[Write]:
        rows: list[Json] = [invite_fact(invite) for invite in offers]
        return [self._event(EventType.INVITES_REMINDED, offers[0].organization, {"invites": rows})]

    def _end(self, seats: Sequence[Access]) -> int:
        by_license: dict[str, list[Access]] = defaultdict(list)
        for access in seats:
            if access.state in {AccessState.ACTIVE, AccessState.SCHEDULED}:
                by_license[access.terms.license].append(access)
        done = 0
        for same in by_license.values():
            for first in range(0, len(same), _ROOM):
                batch = same[first : first + _ROOM]
                done += len(
                    commit_dropping(
                        self._context,
                        batch,
                        each=lambda access: [accesses.move(access, replace(access, state=AccessState.ENDED))],
                        shared=self._ended,
                    )
                )
        return done

    def _ended(self, seats: Sequence[Access]) -> list[Write]:
        terms = seats[0].terms
        facts: dict[str, Json] = {
            "license": terms.license,
            "product": terms.product.name,
            "emails": [access.email for access in seats],
            "seats_taken": {terms.license: -len(seats)},
        }
        return [
            licenses.give_back(terms.organization, terms.license, len(seats)),
            self._event(EventType.ACCESSES_ENDED, terms.organization, facts),
        ]

    def _announce_end(self, license_: License, now: datetime) -> bool:
        """Tell managers that a license ends, once for each notice; of several missed ones the last."""
        terms = license_.terms
        after = replace(license_, notice_at=next_ending_notice(terms.valid_until, after=now))
        writes = [licenses.move_notice(license_, after)]
        is_over = now >= terms.valid_until
        if not is_over:
            facts: dict[str, Json] = {
                "license": terms.license,
                "products": [terms.product.name],
                "ends_at": rfc3339(terms.valid_until),
                "days": math.ceil((terms.valid_until - now) / timedelta(days=1)),
                "available": license_.available,
                "total": license_.total,
            }
            writes.append(self._event(EventType.LICENSE_ENDING, terms.organization, facts))
        try:
            commit(self._context.table, writes)
        except ConditionFailedError:
            return False  # Another sweep has told.
        return not is_over

    def _event(self, type_: EventType, organization: str, facts: dict[str, Json]) -> Write:
        now = self._context.now()
        event = self._context.event(type_, organization=organization, actor=SYSTEM, at=now, facts=facts)
        return events.record(event)
