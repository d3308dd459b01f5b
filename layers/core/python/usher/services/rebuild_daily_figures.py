"""The rebuilding of an organization's daily figures from its events (decision 0085)."""

from __future__ import annotations

from collections import Counter, defaultdict

from usher.domain.figures import Figures, OrganizationFigures
from usher.domain.organizations import Organization
from usher.domain.reports.daily_figures import daily_figures_of, day_of
from usher.services.context import Context
from usher.services.transactions import retry_on_conflict
from usher.store import daily_figures, events, figures, outbox
from usher.store.figures import FiguresRow
from usher.store.table import Ref
from usher.store.transaction import MAX_ITEMS, commit


@retry_on_conflict
def rebuild_daily_figures(context: Context, organization: Organization) -> None:
    """Count all events that were dispatched, and write the sums as the figures of each day.

    Days are those of the organization's present time zone. A day whose figures are changed by a dispatch
    meanwhile is refused, and all is counted again.

    Raises:
        BusyError: events were dispatched at every attempt.
    """
    table = context.table
    before = {
        Ref(FiguresRow, row.pk, row.sk): figures.figures_of(row)
        for row in daily_figures.all_rows(table, organization.id)
    }
    after = _counted(context, organization)
    writes = [
        outbox.replace_figures(
            at, before.get(at, OrganizationFigures()), after.get(at, {}), now=context.now()
        )
        for at in sorted({*before, *after}, key=lambda at: at.sk)
    ]
    for first in range(0, len(writes), MAX_ITEMS):
        commit(table, writes[first : first + MAX_ITEMS])


def _counted(context: Context, organization: Organization) -> dict[Ref[FiguresRow], Figures]:
    sums: dict[Ref[FiguresRow], Counter[str]] = defaultdict(Counter)
    for event in events.acknowledged(context.table, organization.id, organization.shards):
        day = day_of(event.occurred_at, time_zone=organization.time_zone)
        for license_id, change in daily_figures_of(event).items():
            sums[daily_figures.ref(organization.id, license_id, day)].update(change)
    return {at: {name: n for name, n in sums[at].items() if n} for at in sums}
