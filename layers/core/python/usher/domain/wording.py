"""The wording of product kinds, roles and dates on pages and in emails."""

from __future__ import annotations

from datetime import datetime

from usher.domain.instants import zone
from usher.domain.licenses import ProductKind
from usher.domain.organizations import Role

KINDS = {
    ProductKind.COURSE: "Course",
    ProductKind.BUNDLE: "Course with exam",
    ProductKind.SUBSCRIPTION: "Subscription",
}

ROLES = {
    Role.FULL: "full manager",
    Role.LIMITED: "limited manager",
}

MAY = {
    Role.FULL: "A full manager may do everything: invite people, change invitations and manage the team.",
    Role.LIMITED: "A limited manager may look at everything and change nothing.",
}

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def in_words(instant: datetime, time_zone: str) -> str:
    """Return an instant in a time zone, which is named, such as `1 December 2026, 00:00 (Europe/Zurich)`.

    The names of the months are listed here, since strftime's depend on the machine's locale.
    """
    local = instant.astimezone(zone(time_zone))
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}, {local:%H:%M} ({time_zone})"
