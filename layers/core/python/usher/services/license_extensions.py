"""Extensions of licenses by operators, and their way into the copies of the terms (decision 0063)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from enum import Enum, auto
from itertools import islice

from usher.domain.accesses import Access
from usher.domain.errors import ForbiddenError, refuses
from usher.domain.events.event import SYSTEM
from usher.domain.events.licenses import LicenseExtended
from usher.domain.events.parts import LicenseRef
from usher.domain.instants import BadDateError, parse_instant
from usher.domain.invites import Invite
from usher.domain.json_values import Json
from usher.domain.license_extensions import (
    ExtendedWithParentError,
    LicenseEndingError,
    LicenseExtension,
    NotLaterError,
    ending,
    extended,
)
from usher.domain.licenses import BadLicenseError, License, OrderReusedError, UnknownLicenseError
from usher.domain.people import Person
from usher.services.authorization import require_operator
from usher.services.context import Context
from usher.services.operator_commands import BadOrderError, check_order
from usher.services.transactions import commit_surviving, record_event, retry_on_conflict
from usher.store import invites, license_extensions, licenses, organizations
from usher.store.transaction import MAX_ITEMS, ConditionFailedError, Write, commit

AT_ONCE = (MAX_ITEMS - 2) // 2
"""Accesses of one transaction, each with the invite that gave it."""

FIRST_STEPS = 20
"""Transactions by which the event's dispatch begins; the sweep does what is left, and looks again."""

SUBLICENSES_OF_A_RUN = 1000
"""Sublicenses that a run of the sweep extends, of all extensions together, before it ends accesses."""

STEPS_OF_A_RUN = 20
"""Transactions of each extension in a run of the sweep, before the lane of one that needs more is full.

As many are made of the end of each license.
"""

STEPS_OF_A_LANE = 1000
"""Transactions of each in a run of a lane, for which the others in it wait: a minute or two."""

_CLIENTS = 100


class ExtensionOutcome(Enum):
    """What became of an extension that was looked after.

    Attributes:
        CARRIED_OUT: no copy was left that had an older end.
        TO_LOOK_AGAIN: all copies that were found have the new end; the next sweep looks for others.
        UNFINISHED: more copies with an older end may be left than one run writes.
    """

    CARRIED_OUT = auto()
    TO_LOOK_AGAIN = auto()
    UNFINISHED = auto()


class Steps:
    """The transactions that are left to some work; none once it is `enough`.

    Attributes:
        ran_out: whether one was asked for that was not left.
    """

    def __init__(self, most: int, *, enough: Callable[[], bool] = lambda: False) -> None:
        self._left = most
        self._enough = enough
        self.ran_out = False

    def take(self) -> bool:
        """Return whether one more transaction may be made, and count it."""
        if self._left == 0 or self._enough():
            self.ran_out = True
            return False
        self._left -= 1
        return True


class LicenseExtensions:
    """Extends licenses, and has the copies of their terms end with them.

    An extension stands in an item that is due until a sweep has found no copy with an older end, begun after
    everything that could have read one has committed: so the work may die anywhere.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(
        ForbiddenError,
        UnknownLicenseError,
        OrderReusedError,
        ExtendedWithParentError,
        LicenseEndingError,
        NotLaterError,
        BadOrderError,
        BadLicenseError,
        BadDateError,
    )
    @retry_on_conflict
    def extend(
        self, *, person: Person, organization: str, license_id: str, order_id: str, valid_until: str
    ) -> License:
        """Give a license a later end: once for one order, which sent again returns the license as it is now.

        `valid_until` is a plain date in the organization's time zone, or an instant. Two calls.

        Raises:
            OrderReusedError: the order asked for something else then.
            ExtendedWithParentError, LicenseEndingError, NotLaterError: the license cannot be extended so.
        """
        require_operator(person)
        check_order(order_id)
        at_organization, at = organizations.ref(organization), licenses.ref(organization, license_id)
        at_order = licenses.order_ref(organization, order_id)
        found = self._context.table.get_many([at_organization, at, at_order])
        (before,) = licenses.found_at(self._context.table, found, [at])
        tenant = found.get(at_organization)
        if tenant is None:
            raise UnknownLicenseError("There is no such organization.")
        request: dict[str, Json] = {"extend": license_id, "valid_until": valid_until}
        if (earlier := found.get(at_order)) is not None:
            if not licenses.same_request(earlier, request):
                raise OrderReusedError("This order was carried out with other contents.")
            return before
        until = parse_instant(valid_until, time_zone=tenant.time_zone, field="valid_until")
        after = extended(before, until, now=self._context.now())
        ordered = licenses.record_order(organization, order_id, license_id=license_id, request=request)
        commit(
            self._context.table, [*self._writes(before, after, actor=person.email, order=order_id), ordered]
        )
        return after

    def begin(self, *, organization: str, license_id: str) -> None:
        """Write the end to sublicenses and accesses by FIRST_STEPS transactions; idempotent."""
        license_ = licenses.get(self._context.table, organization, license_id)
        if license_ is not None:
            steps = Steps(FIRST_STEPS)
            self._extend_sublicenses(license_, steps)
            self._extend_accesses(license_, steps)

    def extend_sublicenses(self, extension: LicenseExtension, steps: Steps) -> int:
        """Write the end to the sublicenses, as far as the steps reach; return how many were found."""
        license_ = licenses.get(self._context.table, extension.organization, extension.license)
        return 0 if license_ is None else self._extend_sublicenses(license_, steps)

    def finish(self, extension: LicenseExtension, steps: Steps) -> ExtensionOutcome:
        """Write the end to every copy, as far as the steps reach."""
        license_ = licenses.get(self._context.table, extension.organization, extension.license)
        if license_ is not None:
            found = self._extend_sublicenses(license_, steps)
            found += self._extend_pending(license_, steps)
            found += self._extend_accesses(license_, steps)
            if steps.ran_out:
                return ExtensionOutcome.UNFINISHED
            if found:  # some may have changed at the same moment
                return ExtensionOutcome.TO_LOOK_AGAIN
        try:
            commit(self._context.table, [license_extensions.carried_out(extension, now=self._context.now())])
        except ConditionFailedError:
            return ExtensionOutcome.TO_LOOK_AGAIN  # it was extended again
        return ExtensionOutcome.CARRIED_OUT

    def extend_accesses(self, accesses: Sequence[Access]) -> bool:
        """Write the present end of their license to accesses, ahead of the extension; False if it is past."""
        terms = accesses[0].terms
        license_ = licenses.get(self._context.table, terms.organization, terms.license)
        if license_ is None or license_.terms.valid_until <= self._context.now():
            return False
        for first in range(0, len(accesses), AT_ONCE):
            self._extend_batch(license_, accesses[first : first + AT_ONCE])
        return True

    def _writes(self, before: License, after: License, *, actor: str, order: str | None) -> list[Write]:
        """Return the writes of one extension: license, event, and the item that has the copies follow."""
        now, terms = self._context.now(), after.terms
        event = record_event(
            self._context,
            LicenseExtended(
                license=LicenseRef.of(terms),
                valid_until=terms.valid_until,
                previous_valid_until=before.terms.valid_until,
                order=order,
            ),
            organization=terms.organization,
            actor=actor,
            at=now,
        )
        return [licenses.extend(before, after), license_extensions.record(after, now=now), event]

    def _extend_sublicenses(self, license_: License, steps: Steps) -> int:
        """Extend the sublicenses that end earlier, each by a transaction; return how many were found."""
        if license_.parent is not None:
            return 0
        end, stale = license_.terms.valid_until, 0
        for sublicense in self._sublicenses(license_):
            if sublicense.terms.valid_until < end:
                stale += 1
                if not steps.take():
                    break
                self._extend_sublicense(sublicense, end)
        return stale

    def _extend_sublicense(self, before: License, end: datetime) -> None:
        after = ending(before, end, now=self._context.now())
        try:
            commit(self._context.table, self._writes(before, after, actor=SYSTEM, order=None))
        except ConditionFailedError:
            return  # another dispatch or sweep has extended it

    def _sublicenses(self, license_: License) -> Iterator[License]:
        """Yield the sublicenses of a license; three calls for each hundred clients."""
        table, provider = self._context.table, license_.terms.organization
        cursor: str | None = None
        while True:
            page = organizations.all_of_provider(table, provider, limit=_CLIENTS, cursor=cursor)
            places = [licenses.sublicense_ref(client.id, license_.id) for client in page.rows]
            found = table.get_many(places)
            refs = [
                licenses.ref(client.id, place.license)
                for client, at in zip(page.rows, places, strict=True)
                if (place := found.get(at)) is not None
            ]
            rows = table.get_many(refs)
            yield from (licenses.of_own_item(row) for at in refs if (row := rows.get(at)) is not None)
            cursor = page.next
            if cursor is None:
                return

    def _extend_pending(self, license_: License, steps: Steps) -> int:
        """Write the end to the pending invites, those without a seat included; return how many were found."""
        terms, count = license_.terms, 0
        stale = license_extensions.pending_ending_before(
            self._context.table, terms.organization, license_.id, terms.valid_until
        )
        while (batch := list(islice(stale, MAX_ITEMS - 1))) and steps.take():
            count += len(batch)
            commit_surviving(
                self._context,
                batch,
                each=lambda invite: [_extend_invite(invite, license_)],
                shared=lambda _: [],
            )
        return count

    def _extend_accesses(self, license_: License, steps: Steps) -> int:
        """Write the end to the live accesses and their invites; return how many were found to lack it.

        One that changes at the same moment is left to the next time.
        """
        stale = license_extensions.accesses_ending_before(
            self._context.table, license_.id, license_.terms.valid_until
        )
        count = 0
        while (batch := list(islice(stale, AT_ONCE))) and steps.take():
            count += len(batch)
            self._extend_batch(license_, batch)
        return count

    def _extend_batch(self, license_: License, batch: Sequence[Access]) -> None:
        refs = {one.invite: invites.ref(one.invite) for one in batch if one.invite}
        found = self._context.table.get_many(list(refs.values()))
        given_by = {id_: invites.invite_of(row) for id_, at in refs.items() if (row := found.get(at))}

        def writes(access: Access) -> list[Write]:
            own = license_extensions.extend_access(access, license_.terms.valid_until)
            invite = given_by.get(access.invite)
            return [own] if invite is None else [own, _extend_invite(invite, license_)]

        commit_surviving(self._context, batch, each=writes, shared=lambda _: [])


def _extend_invite(invite: Invite, license_: License) -> Write:
    after = invite.lasting_until(license_.terms.valid_until, license_id=license_.id)
    return invites.change(invite, after)
