"""The replacement of an erased learner's address in one item after the other (docs/decisions/0034)."""

from __future__ import annotations

from contextlib import suppress

from usher.domain.erasures import Erasure, scrubber
from usher.services.context import Context
from usher.store import groups
from usher.store.enrollment import join_requests
from usher.store.people import learners, records
from usher.store.people.records import Record
from usher.store.table import Ref, Row
from usher.store.transaction import ConditionFailedError, commit

_COUNTED = frozenset({"access", "use"})
"""Kinds of items that stay, under the pseudonym, since they are counted: used seats, uses of codes."""

_JOIN_REQUEST = "join_request"
_WAITLIST_ENTRY = "waiting"
_EMAIL_VERIFICATION = "entry"
_MEMBERSHIP = "member"
_LEARNER = "learner"

_ATTEMPTS = 5
"""How often an item is rewritten that others change, such as the erasure of somebody else whom it names."""


class NotScrubbedError(Exception):
    """The address is left somewhere, since others are working there; the erasure goes on after a pause."""


class ScrubRecords:
    """Moves, removes or rewrites the items that name the learner of one order."""

    def __init__(self, context: Context, order: Erasure) -> None:
        self._table = context.table
        self._order = order
        self.scrub = scrubber(order.email, order.pseudonym)

    def record(self, record: Record) -> None:
        """Move, remove or rewrite one item.

        One that is moved or removed may have been changed since it was read; the next reading finds it.

        Raises:
            NotScrubbedError: the item was changed at each attempt to rewrite it.
        """
        order = self._order
        if record.kind in _COUNTED:
            records.move(self._table, record, self.scrub)
        elif record.kind == _JOIN_REQUEST and record.is_keyed_by(order.email):
            self._remove_join_request()
        elif record.kind == _MEMBERSHIP and record.is_keyed_by(order.email):
            self._remove_member(record)
        elif record.kind == _LEARNER and record.is_keyed_by(order.email):
            self._remove_learner()
        elif record.kind == _WAITLIST_ENTRY:
            return  # The join request's removal removes it, and counts the waitlist.
        elif record.kind == _EMAIL_VERIFICATION or record.is_keyed_by(order.email):
            records.remove(self._table, record)
        else:
            self._rewrite(record)

    def _rewrite(self, record: Record) -> None:
        """Rewrite an item; at once, since an event of before this reading is not read by the next one."""
        now: Record | None = record
        for _ in range(_ATTEMPTS):
            if now is None or records.rewrite(self._table, now, self.scrub):
                return
            now = records.read(self._table, Ref(Row, record.pk, record.sk))
        raise NotScrubbedError("Others change an item all the time.")

    def _remove_join_request(self) -> None:
        found = join_requests.get(self._table, self._order.organization, self._order.email)
        if found is None:
            return
        with suppress(ConditionFailedError):  # It was answered meanwhile; the next reading finds it.
            commit(self._table, join_requests.forget(found))

    def _remove_learner(self) -> None:
        """Remove a person who became a learner again after the erasure was ordered."""
        with suppress(ConditionFailedError):  # Another worker has.
            commit(self._table, [learners.leave(self._order.organization, self._order.email)])

    def _remove_member(self, record: Record) -> None:
        """Remove the person from a group and its count; one that is being deleted has no count any more."""
        group = str(record.attributes["group"])
        leaving = groups.leave(self._order.organization, group, self._order.email)
        counted = groups.count(self._order.organization, group, -1)
        try:
            commit(self._table, [leaving, counted])
        except ConditionFailedError as stale:
            if counted in stale and leaving not in stale:
                records.remove(self._table, record)
