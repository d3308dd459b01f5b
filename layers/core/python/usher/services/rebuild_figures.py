"""The rebuilding of an organization's figures from its items, should they ever be wrong (decision 0052)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from usher.domain.errors import refuses
from usher.domain.events.event import Event
from usher.domain.figures import (
    IMPORTS,
    JOIN_REQUESTS,
    LEARNER,
    SEAT_REQUESTS,
    SUPPORT_REQUESTS,
    Figures,
    OrganizationFigures,
    by_license,
    negative,
    of_access,
    of_code,
    of_invite,
    of_seats,
    of_state,
    total,
)
from usher.domain.licenses import License
from usher.domain.organizations import Organization, UnknownOrganizationError
from usher.services.context import Context
from usher.services.rebuild_daily_figures import rebuild_daily_figures
from usher.services.rebuild_list_pointers import rebuild_list_pointers
from usher.services.transactions import retry_on_conflict
from usher.store import counted_items, figures, licenses, organizations, outbox
from usher.store.enrollment import codes
from usher.store.transaction import MAX_ITEMS, commit


class RebuildFigures:
    """Counts an organization's figures anew."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(UnknownOrganizationError)
    @retry_on_conflict
    def rebuild(self, *, organization: str) -> OrganizationFigures:
        """Count the items, less what undispatched events will add, and write the sums as the figures.

        Reads all that is counted, and writes the figures of the organization and of each license. It is exact
        for an organization in which nothing is changed meanwhile. The figures of each day are counted anew
        from the events, and the pointers for lists with a filter are brought to what the events give.

        Raises:
            UnknownOrganizationError: there is none with this id.
            BusyError: events were dispatched at every attempt.
        """
        table = self._context.table
        found_organization = organizations.get(table, organization)
        if found_organization is None:
            raise UnknownOrganizationError(f"There is no organization {organization!r}.")
        held = licenses.of_organization(table, organization)
        refs = [figures.ref(organization, license_id) for license_id in ("", *(one.id for one in held))]
        found = table.get_many(refs)
        waiting = (negative(event.figures) for event in self._undispatched(organization))
        counted = by_license(total([*self._counted(found_organization, held), *waiting]))
        writes = [
            outbox.replace_figures(
                figures.ref(organization, license_id),
                figures.found_in(found, organization, license_id),
                counted.get(license_id, {}),
                now=self._context.now(),
            )
            for license_id in ("", *(one.id for one in held))
        ]
        for first in range(0, len(writes), MAX_ITEMS):
            commit(table, writes[first : first + MAX_ITEMS])
        rebuild_daily_figures(self._context, found_organization)
        rebuild_list_pointers(self._context, found_organization)
        return figures.get(table, organization)

    def _counted(self, found: Organization, held: Sequence[License]) -> Iterator[Figures]:
        table, organization = self._context.table, found.id
        for invite in counted_items.invites_of(table, organization, found.shards):
            yield of_invite(invite)
        for _ in range(counted_items.learners_of(table, organization)):
            yield LEARNER
        for license_ in held:
            yield of_seats(total=license_.total, assigned=license_.assigned, sublicensed=license_.sublicensed)
            for access in counted_items.accesses_of(table, license_.id):
                yield of_access(access)
        for code in codes.of_organization(table, organization):
            yield of_code(code)
        for kind in (JOIN_REQUESTS, SUPPORT_REQUESTS, SEAT_REQUESTS, IMPORTS):
            for state in counted_items.states_of(table, organization, kind):
                yield of_state(kind, state)

    def _undispatched(self, organization: str) -> Iterator[Event]:
        return (event for event in outbox.waiting(self._context.table) if event.organization == organization)
