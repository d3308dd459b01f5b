"""Daily figures of organizations and of their licenses, counted by the dispatch of events (decision 0085)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from usher.domain.figures import Figures
from usher.domain.reports.daily_figures import OF_ORGANIZATION
from usher.store.figures import FiguresRow, figures_of
from usher.store.keys import figures as keys
from usher.store.table import Ref, Table


def ref(organization: str, license_id: str, day: date) -> Ref[FiguresRow]:
    """Return the reference to the figures of a day, of an organization or of one of its licenses."""
    return Ref(FiguresRow, keys.figures(organization), keys.daily_figures(license_id, day.isoformat()))


def since(
    table: Table, organization: str, first: date, *, license_id: str = OF_ORGANIZATION
) -> Mapping[date, Figures]:
    """Read an organization's or a license's figures of each day from the first on: one call for each MB."""
    last = keys.daily_figures(license_id, "9999-12-31")
    span = FiguresRow.sk.between(keys.daily_figures(license_id, first.isoformat()), last)
    rows = table.query_all(FiguresRow, keys.figures(organization), span)
    return {_day_of(row): figures_of(row).counts for row in rows}


def all_rows(table: Table, organization: str) -> Iterator[FiguresRow]:
    """Yield all daily figures of an organization and of its licenses."""
    every = FiguresRow.sk.startswith(keys.DAILY_FIGURES_PREFIX)
    yield from table.query_all(FiguresRow, keys.figures(organization), every)


def _day_of(row: FiguresRow) -> date:
    return date.fromisoformat(row.sk.rpartition("#")[2])
