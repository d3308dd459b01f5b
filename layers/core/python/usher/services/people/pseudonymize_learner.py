"""The pseudonymization of an erased learner in all that an organization holds (docs/decisions/0034)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from usher.domain.erasures import Erasure, scrubber
from usher.gateways.identity import Identity
from usher.gateways.suppressions import Suppressions
from usher.services.context import Context
from usher.services.imports.import_files import ImportFiles
from usher.services.imports.import_rows import ImportRows, RowsAtWorkError
from usher.services.sessions import SessionRevocation
from usher.store import event_trails, groups, managers
from usher.store.enrollment import join_requests
from usher.store.people import erasures, learners, personal_records, records
from usher.store.people.records import Record
from usher.store.transaction import ConditionFailedError, commit

_COUNTED = frozenset({"access", "use"})
"""Kinds of items that stay, under the pseudonym, since they are counted: used seats, uses of codes."""

_JOIN_REQUEST = "join_request"
_WAITLIST_ENTRY = "waiting"
_EMAIL_VERIFICATION = "entry"
_MEMBERSHIP = "member"
_LEARNER = "learner"


class NotScrubbedError(Exception):
    """An item was changed meanwhile and is left; the order has to be carried out again."""


class PseudonymizeLearner:
    """Carries out erasures. Each step is idempotent, so that a repeated run completes one that broke off."""

    def __init__(
        self, context: Context, *, identity: Identity, suppressions: Suppressions, files: ImportFiles
    ) -> None:
        self._context = context
        self._identity = identity
        self._suppressions = suppressions
        self._sessions = SessionRevocation(context)
        self._rows = ImportRows(context, files)

    def carry_out(self, *, organization: str, erasure: str) -> bool:
        """Replace the address by the pseudonym in all that the organization holds; False if done before.

        The account is removed, and the address from SES's suppression list, if the person is a learner or
        manager of no other organization.

        Raises:
            NotScrubbedError: an item is left.
        """
        table = self._context.table
        order = erasures.get(table, organization, erasure)
        if order is None or order.done_at is not None:
            return False
        scrub = scrubber(order.email, order.pseudonym)
        for record in personal_records.of_person(table, organization, order.email):
            self._scrub(record, order, scrub)
        try:
            self._rows.scrub(organization, scrub)
        except RowsAtWorkError as error:
            raise NotScrubbedError("An import is being worked on.") from error
        if next(personal_records.of_person(table, organization, order.email), None) is not None:
            raise NotScrubbedError("Something was changed meanwhile.")
        event_trails.move(
            table,
            source=event_trails.of_person(organization, order.email),
            target=event_trails.of_person(organization, order.pseudonym),
        )
        if not self._is_known_elsewhere(order):
            # First: a session that outlived its account would belong to somebody who can never sign in.
            self._sessions.revoke_all(email=order.email)
            self._identity.remove(email=order.email)
            self._suppressions.remove(email=order.email)
        return self._finish(order)

    def give_up(self, *, organization: str, erasure: str) -> bool:
        """Record that the erasure has failed, unless it is complete; return whether it has.

        It is carried out all the same when its message is put back from the dead letters.
        """
        order = erasures.get(self._context.table, organization, erasure)
        if order is None or order.done_at is not None:
            return False
        try:
            commit(self._context.table, [erasures.end(order.failed(self._context.now()))])
        except ConditionFailedError:
            return False  # another worker has completed it
        return True

    def _scrub(self, record: Record, order: Erasure, scrub: Callable[[object], object]) -> None:
        """Move, remove or rewrite one item; an item that was changed since it was read is left."""
        table = self._context.table
        if record.kind in _COUNTED:
            records.move(table, record, scrub)
        elif record.kind == _JOIN_REQUEST and record.is_keyed_by(order.email):
            self._remove_join_request(order)
        elif record.kind == _MEMBERSHIP and record.is_keyed_by(order.email):
            self._remove_member(record, order)
        elif record.kind == _LEARNER and record.is_keyed_by(order.email):
            self._remove_learner(order)
        elif record.kind == _WAITLIST_ENTRY:
            return  # The join request's removal removes it, and counts the waitlist.
        elif record.kind == _EMAIL_VERIFICATION or record.is_keyed_by(order.email):
            records.remove(table, record)
        else:
            records.rewrite(table, record, scrub)

    def _remove_join_request(self, order: Erasure) -> None:
        found = join_requests.get(self._context.table, order.organization, order.email)
        if found is None:
            return
        with suppress(ConditionFailedError):  # It was answered meanwhile; the next run finds it.
            commit(self._context.table, join_requests.forget(found))

    def _remove_learner(self, order: Erasure) -> None:
        """Remove a person who became a learner again after the erasure was ordered."""
        with suppress(ConditionFailedError):  # Another worker has.
            commit(self._context.table, [learners.leave(order.organization, order.email)])

    def _remove_member(self, record: Record, order: Erasure) -> None:
        """Remove the person from a group and its count; one that is being deleted has no count any more."""
        group = str(record.attributes["group"])
        leaving = groups.leave(order.organization, group, order.email)
        counted = groups.count(order.organization, group, -1)
        try:
            commit(self._context.table, [leaving, counted])
        except ConditionFailedError as stale:
            if counted in stale and leaving not in stale:
                records.remove(self._context.table, record)

    def _finish(self, order: Erasure) -> bool:
        try:
            commit(self._context.table, [erasures.end(order.done(self._context.now()))])
        except ConditionFailedError:
            return False  # Another worker has done it.
        return True

    def _is_known_elsewhere(self, order: Erasure) -> bool:
        """Whether the person is a learner of another organization, or a manager of any.

        The index may still list them as a learner of this one.
        """
        table = self._context.table
        learns = learners.learner_memberships(table, order.email)
        manages = managers.manager_memberships(table, order.email)
        return any(learner.organization != order.organization for learner in learns) or any(manages)
