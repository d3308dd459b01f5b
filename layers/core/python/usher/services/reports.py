"""Reports of activity: what became of invites, and how many seats are used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from usher.domain.errors import refuses
from usher.domain.instants import BadDateError
from usher.domain.invites import Invite, InviteState
from usher.domain.licenses import License
from usher.domain.organizations import Permission
from usher.domain.paging import BadCursorError
from usher.domain.people import Person
from usher.domain.reports.activity import ActivityRow, activity_of
from usher.domain.reports.announcement import Announcement, announcement
from usher.domain.reports.summary import Summary, span_of, summarize
from usher.domain.reports.windows import BadWindowError, Window, read_window
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.invites.invite_queries import of_every_state
from usher.services.paging import ResultPage
from usher.store import accesses, events, invites, licenses


@dataclass(frozen=True, kw_only=True)
class ActivityQuery:
    """The filter of the activity report: creation time, license and group; None does not filter."""

    since: str | None = None
    until: str | None = None
    license: str | None = None
    group: str | None = None


@dataclass(frozen=True, kw_only=True)
class Activity:
    """An invite with one row of the report for each license; pages are cut between invites."""

    invite: Invite
    rows: list[ActivityRow]


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The summary of a stretch of time, with the licenses and their present seats."""

    since: datetime
    until: datetime
    summary: Summary
    licenses: list[License]


class Reports:
    """Reads the reports of an organization, for all its managers."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(*AUTHORIZE, BadCursorError, BadDateError, BadWindowError)
    def activity(
        self, *, person: Person, organization: str, query: ActivityQuery, limit: int, cursor: str | None
    ) -> ResultPage[Activity]:
        """Report what became of invites, the newest first: five calls, and one for each hundred accesses."""
        membership = authorize(
            self._context, person=person, organization=organization, permission=Permission.READ
        )
        now = self._context.now()
        page = of_every_state(
            self._context,
            organization,
            only=invites.InviteFilter(license_id=query.license, group=query.group, now=now),
            window=read_window(query.since, query.until, time_zone=membership.organization.time_zone),
            limit=limit,
            cursor=cursor,
        )
        accepted = [invite for invite in page.items if invite.state is InviteState.ACCEPTED]
        refs = {
            (invite.id, terms.license): accesses.ref(invite.email, terms.license)
            for invite in accepted
            for terms in invite.licenses
        }
        found = self._context.table.get_many(list(refs.values()))
        items = []
        for invite in page.items:
            own = {
                terms.license: accesses.access_of(row)
                for terms in invite.licenses
                if (at := refs.get((invite.id, terms.license))) is not None
                and (row := found.get(at)) is not None
            }
            rows = list(activity_of(invite, own, only_license=query.license, now=now))
            items.append(Activity(invite=invite, rows=rows))
        return ResultPage(items=items, next=page.next)

    @refuses(*AUTHORIZE, BadDateError, BadWindowError)
    def summary(self, *, person: Person, organization: str, since: str | None, until: str | None) -> Overview:
        """Count the events of each day; by default of the last thirty days.

        Reads every event since the first day, in pages of one call each.
        """
        membership = authorize(
            self._context, person=person, organization=organization, permission=Permission.READ
        )
        time_zone = membership.organization.time_zone
        now = self._context.now()
        first, last = span_of(read_window(since, until, time_zone=time_zone), now=now)
        held = licenses.of_organization(self._context.table, organization)
        summary = summarize(
            events.between(self._context.table, organization, Window(since=first)),
            since=first,
            until=last,
            time_zone=time_zone,
            used_now=sum(one.assigned for one in held),
        )
        return Overview(since=first, until=last, summary=summary, licenses=held)

    @refuses(*AUTHORIZE)
    def announcement(self, *, person: Person, organization: str) -> Announcement:
        """Return a text that announces the coming invites: one call."""
        membership = authorize(
            self._context, person=person, organization=organization, permission=Permission.READ
        )
        return announcement(membership.organization)
