"""Holds of emails: SES takes none for a while, and they are sent later, up to a day (decision 78)."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

MOST_HOLDS = 100
"""How often one email is held before it is a failure; with the longest pauses that is about a day."""

_FIRST_PAUSE = timedelta(seconds=30)
_LONGEST_PAUSE = timedelta(minutes=15)
_DOUBLINGS = 5
_SHORTENED_BY = 0.1


class EmailHold(StrEnum):
    """The reason why SES takes no emails for a while."""

    RATE = "sending_rate"
    QUOTA = "sending_quota"
    PAUSED = "sending_paused"
    OUTAGE = "sending_outage"


def pause_after(holds: int, *, chance: float) -> timedelta:
    """Return the pause before an email that was held `holds` times is sent: it doubles, up to 15 minutes.

    `chance`, from 0 to 1, shortens it by up to a tenth, so that the held emails do not come back together.
    """
    pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * (1 << min(holds - 1, _DOUBLINGS)))
    return timedelta(seconds=int(pause.total_seconds() * (1 - _SHORTENED_BY * chance)))
