"""The summary for charts, and the text that announces invites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from usher.domain.clients import UnknownClientError
from usher.domain.errors import refuses
from usher.domain.instants import BadDateError
from usher.domain.licenses import License
from usher.domain.organizations import Permission
from usher.domain.people import Person
from usher.domain.reports.announcement import Announcement, announcement
from usher.domain.reports.summary import ALL, Summary, SummaryFilter, span_of, summarize
from usher.domain.reports.windows import BadWindowError, Window, read_window
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.clients import client_in
from usher.services.context import Context
from usher.services.list_filters import filter_refs, require_known
from usher.services.report_filters import FILTERED
from usher.store import events, licenses, organizations
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

    @refuses(*FILTERED, UnknownClientError, BadDateError, BadWindowError)
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
        """Count the events of each day; by default of the last thirty days.

        With clients, those of all of them together, in place of the organization's. Days are in the time zone
        of the organization, or of the client if it is only one. Reads every event since the first day, in
        pages of one call each.
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
        held = [
            license_
            for id_ in ids
            for license_ in licenses.of_organization(self._context.table, id_)
            if not only.licenses or license_.id in only.licenses
        ]
        window = Window(since=first)
        summary = summarize(
            chain.from_iterable(events.between(self._context.table, id_, window) for id_ in ids),
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


def _refs(clients: Sequence[str], reported: Sequence[str], only: SummaryFilter) -> list[Ref[Any]]:
    """Return the references of the clients, and of the filter's licenses and groups in each organization."""
    filters = (filter_refs(one, licenses_=only.licenses, groups_=only.groups) for one in reported)
    return [*map(organizations.ref, clients), *chain.from_iterable(filters)]
