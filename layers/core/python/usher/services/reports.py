"""The summary for charts, and the text that announces invites."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Any

from usher.domain.clients import UnknownClientError
from usher.domain.errors import refuses
from usher.domain.figures import Figures
from usher.domain.instants import BadDateError
from usher.domain.licenses import License
from usher.domain.organizations import Organization, Permission
from usher.domain.people import Person
from usher.domain.reports.announcement import Announcement, announcement
from usher.domain.reports.daily_figures import of_any
from usher.domain.reports.summary import (
    ALL,
    MOST_EVENTS,
    Days,
    Summary,
    SummaryFilter,
    SummaryTooLargeError,
    count_by_day,
    happenings_in,
    span_of,
    summarize,
    with_seats_of,
)
from usher.domain.reports.windows import BadWindowError, Window, read_window
from usher.lazy_dataclasses import dataclass
from usher.services.authorization import AUTHORIZE, Membership, authorize
from usher.services.clients import client_in
from usher.services.context import Context
from usher.services.list_filters import filter_refs, require_known
from usher.services.report_filters import FILTERED
from usher.services.summary_events import counted_events_of
from usher.store import daily_figures, licenses, organizations
from usher.store.table import Ref


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The summary of a stretch of time, with the licenses and their present seats."""

    since: datetime
    until: datetime
    summary: Summary
    licenses: list[License]


class Reports:
    """Reads an organization's summary and announcement, for all its managers."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(*FILTERED, UnknownClientError, BadDateError, BadWindowError, SummaryTooLargeError)
    def summary(
        self,
        *,
        person: Person,
        organization: str,
        clients: Sequence[str] = (),
        since: str | None,
        until: str | None,
        only: SummaryFilter = ALL,
    ) -> Overview:
        """Summarize each day that the stretch of time touches; by default the last thirty days.

        With clients, those of all of them together, in place of the organization's. Days are those of the
        daily figures (decision 0085), of each organization in its own time zone. At most three calls: the
        caller, the licenses, the days of a year; with `licenses` one for each in place of the latter two.
        What no figures are kept of, groups and states, is counted from events (decision 0090): those in the
        trails of the groups or licenses, a hundred a call, else all of the organization, a MB a call.

        Raises:
            SummaryTooLargeError: there are too many of these events.
        """
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.READ,
            also=_refs(clients, clients or (organization,), only),
        )
        reported = [client_in(membership, one) for one in clients] or [membership.organization]
        ids = list(dict.fromkeys(one.id for one in reported))
        require_known(membership.rows, *ids, licenses_=only.licenses, groups_=only.groups)
        time_zone = (reported[0] if len(ids) == 1 else membership.organization).time_zone
        first, last = span_of(read_window(since, until, time_zone=time_zone), now=self._context.now())
        days = Days.of(first, last, time_zone=time_zone)
        held = {id_: self._licenses(membership, id_, only) for id_ in ids}
        by_day = self._kept(held, days, only.by_license)
        if not only.is_kept:
            by_day = self._counted(reported, days, only, by_day)
        every = [license_ for of in held.values() for license_ in of]
        summary = summarize(by_day, days=days, used_now={one.id: one.assigned for one in every})
        return Overview(since=first, until=last, summary=summary, licenses=every)

    def _licenses(self, membership: Membership, organization: str, only: SummaryFilter) -> Sequence[License]:
        """Return an organization's licenses; with a filter those of it, which were read with the caller."""
        if not only.licenses:
            return licenses.of_organization(self._context.table, organization)
        refs = [licenses.ref(organization, one) for one in dict.fromkeys(only.licenses)]
        return licenses.present_at(self._context.table, membership.rows, refs)

    def _kept(
        self, held: Mapping[str, Sequence[License]], days: Days, only: SummaryFilter
    ) -> Mapping[date, Figures]:
        """Return the figures of each day that are kept of organizations, or of their licenses."""
        table = self._context.table
        sums: dict[date, Counter[str]] = {}
        for organization, of in held.items():
            if not only.licenses:
                kept = daily_figures.since(table, organization, days.first)
            else:
                by_license = {
                    one.id: daily_figures.since(table, organization, days.first, license_id=one.id)
                    for one in of
                }
                every_day = {day for of_license in by_license.values() for day in of_license}
                kept = {
                    day: of_any({id_: by_day.get(day, {}) for id_, by_day in by_license.items()})
                    for day in every_day
                }
            for day, figures in kept.items():
                sums.setdefault(day, Counter()).update(figures)
        return sums

    def _counted(
        self,
        organizations_: Sequence[Organization],
        days: Days,
        only: SummaryFilter,
        kept: Mapping[date, Figures],
    ) -> Mapping[date, Figures]:
        """Return the figures of each day, counted from the events; those of seats are kept ones.

        Of all invites in some states, the figures that are kept say whether there are too many.
        """
        if not only.groups and not only.licenses and happenings_in(kept) > MOST_EVENTS:
            raise SummaryTooLargeError("Too many invites were sent and answered in this stretch of time.")
        # The state of an invite is that of its newest event, which may have come after the last day.
        window = Window(since=days.begin, until=None if only.states else days.end)
        happened = (
            counted_events_of(self._context.table, one, only, window, now=self._context.now())
            for one in {one.id: one for one in organizations_}.values()
        )
        counted = count_by_day(chain.from_iterable(happened), only=only, days=days)
        return with_seats_of(counted, kept)

    @refuses(*AUTHORIZE)
    def announcement(self, *, person: Person, organization: str) -> Announcement:
        """Return a text that announces the coming invites: one call."""
        membership = authorize(
            self._context, person=person, organization=organization, permission=Permission.READ
        )
        return announcement(membership.organization)


def _refs(clients: Sequence[str], reported: Sequence[str], only: SummaryFilter) -> list[Ref[Any]]:
    """Return the references of the clients, and of the filter's licenses and groups in each organization."""
    filters = (filter_refs(one, licenses_=only.licenses, groups_=only.groups) for one in reported)
    return [*map(organizations.ref, clients), *chain.from_iterable(filters)]
