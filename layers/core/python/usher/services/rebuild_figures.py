"""The rebuilding of an organization's figures from its items, should they ever be wrong (decision 0052)."""

from __future__ import annotations

from collections.abc import Iterator

from usher.domain.events.event import Event
from usher.domain.figures import (
    IMPORTS,
    JOIN_REQUESTS,
    LEARNER,
    SEAT_REQUESTS,
    SUPPORT_REQUESTS,
    Figures,
    OrganizationFigures,
    negative,
    of_access,
    of_invite,
    of_seats,
    of_state,
    total,
)
from usher.services.context import Context
from usher.services.transactions import retry_on_conflict
from usher.store import counted_items, figures, licenses, outbox
from usher.store.transaction import commit


class RebuildFigures:
    """Counts an organization's figures anew."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @retry_on_conflict
    def rebuild(self, *, organization: str) -> OrganizationFigures:
        """Count the items, less what undispatched events will add, and write the sums as the figures.

        Reads all that is counted. It is exact for an organization in which nothing is changed meanwhile.

        Raises:
            BusyError: events were dispatched at every attempt.
        """
        before = figures.get(self._context.table, organization)
        waiting = (event.figures for event in self._undispatched(organization))
        counted = total([*self._counted(organization), *(negative(one) for one in waiting)])
        commit(
            self._context.table,
            [outbox.replace_figures(organization, before, counted, now=self._context.now())],
        )
        return figures.get(self._context.table, organization)

    def _counted(self, organization: str) -> Iterator[Figures]:
        table = self._context.table
        for invite in counted_items.invites_of(table, organization):
            yield of_invite(invite)
        for _ in range(counted_items.learners_of(table, organization)):
            yield LEARNER
        for license_ in licenses.of_organization(table, organization):
            yield of_seats(total=license_.total, assigned=license_.assigned, sublicensed=license_.sublicensed)
            for access in counted_items.reserved_accesses_of(table, license_.id):
                yield of_access(access)
        for kind in (JOIN_REQUESTS, SUPPORT_REQUESTS, SEAT_REQUESTS, IMPORTS):
            for state in counted_items.states_of(table, organization, kind):
                yield of_state(kind, state)

    def _undispatched(self, organization: str) -> Iterator[Event]:
        return (event for event in outbox.waiting(self._context.table) if event.organization == organization)
