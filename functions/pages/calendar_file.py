"""The start of an access as a file for calendars (RFC 5545).

Written here, since the well-kept library for it takes 5 MB of the layer and 0.14 seconds at its first use,
for a file of a dozen lines.
"""

import hashlib
from datetime import UTC, datetime

from usher.domain.accesses import Access
from usher.domain.instants import midnight, zone
from usher.domain.organizations import Organization
from usher.translations.texts import Texts

CONTENT_TYPE = "text/calendar; charset=utf-8"

_MOST_OCTETS = 75
"""The most octets of a line, without its end (RFC 5545, 3.1)."""


def calendar_file(
    access: Access, *, start: datetime, organization: Organization, origin: str, now: datetime, texts: Texts
) -> str:
    """Return the file with the start as its one event, which a later download replaces (the same UID).

    A start at midnight in the organization's time zone is a day, wherever the calendar is; any other is an
    instant, in UTC.
    """
    product, until = access.terms.product.name, access.terms.valid_until
    name = organization.time_zone
    dates = texts.dates(name, now=now)
    told = texts.gettext("%(organization)s gives you access from %(start)s %(until)s.") % {
        "organization": organization.name,
        "start": dates.start(start),
        "until": dates.until_end(until),
    }
    told = f"{told}\n{access.terms.product.url or f'{origin}/learn'}"
    summary = texts.gettext("%(product)s starts") % {"product": product}
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//Usher//Start of access//{texts.language.upper()}",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{_uid(access, origin)}",
        f"DTSTAMP:{_utc(now)}",
        _begins(start, name),
        f"SUMMARY:{_text(summary)}",
        f"DESCRIPTION:{_text(told)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _uid(access: Access, origin: str) -> str:
    """Return what names the event for good: one person's access of one license (3.8.4.7)."""
    person = hashlib.sha256(access.email.encode()).hexdigest()[:16]
    return f"{access.terms.license}-{person}@{origin.partition('://')[2].partition(':')[0]}"


def _begins(start: datetime, time_zone: str) -> str:
    day = start.astimezone(zone(time_zone)).date()
    if start == midnight(day, time_zone=time_zone):
        return f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    return f"DTSTART:{_utc(start)}"


def _utc(instant: datetime) -> str:
    """Return an instant as a date with UTC time (3.3.5)."""
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """Return a value of type TEXT (3.3.11)."""
    for sign, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n")):
        value = value.replace(sign, escaped)
    return value


def _folded(line: str) -> str:
    """Return a line folded to at most 75 octets, never within a character (3.1)."""
    folded, octets = "", 0
    for sign in line:
        length = len(sign.encode())
        if octets + length > _MOST_OCTETS:
            folded += "\r\n "
            octets = 1
        folded += sign
        octets += length
    return folded
