"""Taking a learner's address out of all that an organization holds (docs/decisions/0034)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from usher.domain.erasures import Erasure, scrubber
from usher.gateways.identity import Identity
from usher.services.context import Context
from usher.services.imports.files import ImportFiles
from usher.services.imports.rows import ImportRows, RowsAtWorkError
from usher.store import organizations
from usher.store.enrollment import join_requests
from usher.store.people import erasures, learners, personal_records, records
from usher.store.people.records import Record
from usher.store.transaction import ConditionFailedError, commit

_COUNTED = frozenset({"access", "use"})
"""Kinds that stay, under the pseudonym: a seat that is used, a code that was redeemed."""

_JOIN_REQUEST = "join_request"
_PLACE_IN_LINE = "waiting"
_ENTRY = "entry"


class NotScrubbedError(Exception):
    """Something is left: it was being changed meanwhile. The order has to be handed over again."""


class PseudonymizeLearner:
    """Carries orders to erase out. Each step can be done again: whoever goes on ends where all is done."""

    def __init__(self, context: Context, *, identity: Identity, files: ImportFiles) -> None:
        self._context = context
        self._identity = identity
        self._rows = ImportRows(context, files)

    def carry_out(self, *, organization: str, erasure: str) -> bool:
        """Take the address out of all that the organization holds; False if that was done before.

        The account goes with the last place that the person has anywhere.

        Raises:
            NotScrubbedError: something is left.
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
        if not self._has_a_place(order):
            self._identity.remove(email=order.email)
        return self._finish(order)

    def _scrub(self, record: Record, order: Erasure, scrub: Callable[[object], object]) -> None:
        """Do what one item needs; nothing, if it was changed since it was read."""
        table = self._context.table
        if record.kind in _COUNTED:
            records.move(table, record, scrub)
        elif record.kind == _JOIN_REQUEST and record.is_keyed_by(order.email):
            self._leave_the_line(order)
        elif record.kind == _PLACE_IN_LINE:
            return  # It goes with the request, and the count of those who wait.
        elif record.kind == _ENTRY or record.is_keyed_by(order.email):
            records.remove(table, record)
        else:
            records.rewrite(table, record, scrub)

    def _leave_the_line(self, order: Erasure) -> None:
        found = join_requests.get(self._context.table, order.organization, order.email)
        if found is None:
            return
        with suppress(ConditionFailedError):  # It was answered at the same moment; the next look finds it.
            commit(self._context.table, join_requests.forget(found))

    def _finish(self, order: Erasure) -> bool:
        try:
            commit(self._context.table, [erasures.finish(order.done(self._context.now()))])
        except ConditionFailedError:
            return False  # Another worker has done it.
        return True

    def _has_a_place(self, order: Erasure) -> bool:
        """Say whether the person is anywhere else; here they are no learner, whatever an index still says."""
        table = self._context.table
        learns = learners.learner_memberships(table, order.email)
        manages = organizations.manager_memberships(table, order.email)
        return any(place.organization != order.organization for place in learns) or any(manages)
