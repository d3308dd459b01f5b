"""Figures of organizations: how many of each they have, counted by the dispatch of events (decision 0052)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Self

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action

from usher.domain.figures import Figures, OrganizationFigures
from usher.store.attributes import InstantAttribute
from usher.store.keys import figures as keys
from usher.store.table import BatchResult, Ref, Row, Table


class FiguresCarrierRow(Row):
    """Base of the row that carries a transaction's change of the figures, until it is counted."""

    organization = UnicodeAttribute()
    figures = UnicodeAttribute(null=True)


class FiguresRow(Row):
    """`FIGURES#o`, `NOW`, or `OF_LICENSE#l`: a number for each figure that was ever other than zero."""

    as_of = InstantAttribute(null=True)
    last_activity = InstantAttribute(null=True)
    counts: Mapping[str, int]

    @classmethod
    def from_raw_data(cls, data: Mapping[str, Any]) -> Self:
        """Read the row; the figures are all of its numbers."""
        row = super().from_raw_data(data)
        row.counts = {name: int(value["N"]) for name, value in data.items() if "N" in value}
        return row


def ref(organization: str, license_id: str = "") -> Ref[FiguresRow]:
    """Return the reference to the organization's figures, or to those of one of its licenses."""
    sk = keys.license_figures(license_id) if license_id else keys.FIGURES
    return Ref(FiguresRow, keys.figures(organization), sk)


def row_of(organization: str, license_id: str = "") -> FiguresRow:
    """Return the row of an organization's or a license's figures, by its keys alone."""
    at = ref(organization, license_id)
    return FiguresRow(at.pk, at.sk)


def figures_of(row: FiguresRow | None) -> OrganizationFigures:
    """Read an organization's figures; those of one to which nothing happened yet are all zero."""
    if row is None:
        return OrganizationFigures()
    return OrganizationFigures(counts=row.counts, as_of=row.as_of, last_activity=row.last_activity)


def found_in(found: BatchResult, organization: str, license_id: str = "") -> OrganizationFigures:
    """Return an organization's or a license's figures from a batch of reads that has its reference."""
    return figures_of(found.get(ref(organization, license_id)))


def of_licenses(table: Table, organization: str) -> Mapping[str, OrganizationFigures]:
    """Return the figures of an organization's licenses by their ids: one call."""
    prefix = FiguresRow.sk.startswith(keys.LICENSE_FIGURES_PREFIX)
    rows = table.query_all(FiguresRow, keys.figures(organization), prefix)
    return {row.sk.removeprefix(keys.LICENSE_FIGURES_PREFIX): figures_of(row) for row in rows}


def get(table: Table, organization: str, license_id: str = "") -> OrganizationFigures:
    """Read an organization's or a license's figures: one call."""
    return figures_of(table.get(ref(organization, license_id)))


def additions(figures: Figures) -> Iterator[Action]:
    """Yield the actions that add to the figures."""
    for name, n in sorted(figures.items()):
        yield NumberAttribute(attr_name=name).add(n)


def replacements(before: Figures, after: Figures) -> Iterator[Action]:
    """Yield the actions that set the figures to `after`, those that it leaves out to zero."""
    for name in sorted({*before, *after}):
        if before.get(name, 0) != after.get(name, 0):
            yield NumberAttribute(attr_name=name).set(after.get(name, 0))


def is_older(at: datetime) -> Any:  # noqa: ANN401 - PynamoDB's condition
    """Return the condition that no later activity is known than that `at` an instant."""
    return FiguresRow.last_activity.does_not_exist() | (FiguresRow.last_activity <= at)
