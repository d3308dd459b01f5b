"""Views of reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from functions.api.schemas import reports
from functions.api.views.common import NameOf, instant, license_
from usher.domain.instants import rfc3339
from usher.domain.reports.activity import ActivityRow
from usher.domain.reports.announcement import Announcement
from usher.gateways.person_ids import PersonIds
from usher.services.reports import Overview


def actors_of(rows: Iterable[ActivityRow]) -> Iterator[str | None]:
    """Everybody who invited or enrolled somebody else."""
    return (actor for row in rows for actor in (row.invited_by, row.enrolled_by) if actor != row.email)


def activity_row(of: ActivityRow, *, organization: str, names: NameOf, ids: PersonIds) -> reports.ActivityRow:
    """The activity of one person, for one license."""
    return reports.ActivityRow(
        method=of.method,
        source=of.source,
        person=ids.id_of(organization, of.email),
        email=of.email,
        first_name=of.first_name,
        last_name=of.last_name,
        client=of.client,
        product=of.product,
        group=of.group,
        license=of.license,
        license_from=instant(of.license_from),
        license_until=instant(of.license_until),
        enrolled_at=instant(of.enrolled_at),
        enrolled_by=of.enrolled_by,
        enrolled_by_name=_enrolled_by_name(of, names),
        access=of.access,
        access_start=instant(of.access_start),
        access_ended_at=instant(of.access_ended_at),
        invited_by=of.invited_by,
        invited_by_name=names(of.invited_by) if of.invited_by else None,
        invited_at=instant(of.invited_at),
        state=of.state,
        sent=of.sent,
        last_sent_at=instant(of.last_sent_at),
        delivery=of.delivery,
        accepted_at=instant(of.accepted_at),
        declined_at=instant(of.declined_at),
        withdrawn_at=instant(of.withdrawn_at),
        expired_at=instant(of.expired_at),
        invite=of.invite,
        event=of.event,
    )


def _enrolled_by_name(of: ActivityRow, names: NameOf) -> str | None:
    if of.enrolled_by == of.email:
        return f"{of.first_name} {of.last_name}".strip() or None
    return names(of.enrolled_by) if of.enrolled_by else None


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
            enrolled=reports.Enrolled(**{method.value: n for method, n in one.enrolled.items()}),
            seats_used=one.seats_used,
        )
        for one in of.summary.days
    ]
    return reports.Summary(
        since=rfc3339(of.since),
        until=rfc3339(of.until),
        days=days,
        days_to_acceptance=[reports.Wait(days=wait, count=n) for wait, n in of.summary.waits.items()],
        seats_used=[
            reports.SeatsUsed(
                license=one.id,
                product=one.terms.product.name,
                seats=list(of.summary.seats_used[one.id]),
            )
            for one in of.licenses
        ],
        licenses=[license_(one) for one in of.licenses],
    )


def announcement(of: Announcement) -> reports.Announcement:
    """A text for managers to copy."""
    return reports.Announcement(subject=of.subject, text=of.text)
