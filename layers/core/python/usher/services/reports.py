"""The summary for charts, and the text that announces invites."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from usher.domain.errors import refuses
from usher.domain.instants import BadDateError
from usher.domain.licenses import License
from usher.domain.organizations import Permission
from usher.domain.people import Person
from usher.domain.reports.announcement import Announcement, announcement
from usher.domain.reports.summary import ALL, Summary, SummaryFilter, span_of, summarize
from usher.domain.reports.windows import BadWindowError, Window, read_window
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.report_filters import FILTERED, authorize_filtered
from usher.store import events, licenses


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

    @refuses(*FILTERED, BadDateError, BadWindowError)
    def summary(
        self,
        *,
        person: Person,
        organization: str,
        since: str | None,
        until: str | None,
        only: SummaryFilter = ALL,
    ) -> Overview:
        """Count the events of each day; by default of the last thirty days.

        Reads every event since the first day, in pages of one call each.
        """
        membership = authorize_filtered(
            self._context,
            person=person,
            organization=organization,
            licenses_=() if only.license is None else (only.license,),
            groups_=() if only.group is None else (only.group,),
        )
        time_zone = membership.organization.time_zone
        now = self._context.now()
        first, last = span_of(read_window(since, until, time_zone=time_zone), now=now)
        held = [
            one
            for one in licenses.of_organization(self._context.table, organization)
            if only.license in {None, one.id}
        ]
        summary = summarize(
            events.between(self._context.table, organization, Window(since=first)),
            since=first,
            until=last,
            time_zone=time_zone,
            used_now={one.id: one.assigned for one in held},
            only=only,
        )
        return Overview(since=first, until=last, summary=summary, licenses=held)

    @refuses(*AUTHORIZE)
    def announcement(self, *, person: Person, organization: str) -> Announcement:
        """Return a text that announces the coming invites: one call."""
        membership = authorize(
            self._context, person=person, organization=organization, permission=Permission.READ
        )
        return announcement(membership.organization)
