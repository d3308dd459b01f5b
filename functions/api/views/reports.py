"""Views of reports."""

from __future__ import annotations

from functions.api.schemas import reports
from functions.api.views.common import instant, license_
from usher.domain.instants import rfc3339
from usher.domain.reports.activity import ActivityRow
from usher.domain.reports.announcement import Announcement
from usher.gateways.person_ids import PersonIds
from usher.services.reports import Overview


def activity_row(of: ActivityRow, *, organization: str, ids: PersonIds) -> reports.ActivityRow:
    """The activity of an invite, for one license."""
    return reports.ActivityRow(
        invite=of.invite,
        person=ids.id_of(organization, of.email),
        email=of.email,
        first_name=of.first_name,
        last_name=of.last_name,
        invited_by=of.invited_by,
        invited_at=rfc3339(of.invited_at),
        license=of.license,
        product=of.product,
        group=of.group,
        state=of.state,
        sent=of.sent,
        last_sent_at=rfc3339(of.last_sent_at),
        delivery=of.delivery,
        accepted_at=instant(of.accepted_at),
        declined_at=instant(of.declined_at),
        withdrawn_at=instant(of.withdrawn_at),
        expired_at=instant(of.expired_at),
        access=of.access,
        access_start=instant(of.access_start),
        access_ended_at=instant(of.access_ended_at),
    )


def summary(of: Overview) -> reports.Summary:
    """The figures of a period, for charts."""
    days = [
        reports.Day(
            day=one.day.isoformat(),
            invited=one.invited,
            accepted=one.accepted,
            declined=one.declined,
            withdrawn=one.withdrawn,
            expired=one.expired,
            seats_used=one.seats_used,
        )
        for one in of.summary.days
    ]
    return reports.Summary(
        since=rfc3339(of.since),
        until=rfc3339(of.until),
        days=days,
        days_to_acceptance=[reports.Wait(days=wait, count=n) for wait, n in of.summary.waits.items()],
        licenses=[license_(one) for one in of.licenses],
    )


def announcement(of: Announcement) -> reports.Announcement:
    """A text for managers to copy."""
    return reports.Announcement(subject=of.subject, text=of.text)
