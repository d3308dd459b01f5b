"""Which emails somebody waits for, and which are bulk and go behind those (decision 77)."""

from __future__ import annotations

from collections.abc import Sequence

from usher.domain.effects.kinds import Effect, Email
from usher.domain.events.accesses import AccessStarted
from usher.domain.events.event import Event
from usher.domain.events.invites import InvitesReminded

MOST_AWAITED = 10
"""The most emails of one event that somebody may be waiting for; an email to all managers counts as one."""

_BY_THE_CLOCK = (InvitesReminded, AccessStarted)
"""Events that time brings, for many people at the same moment: reminders, and starts at midnight."""


def is_bulk(event: Event, effects: Sequence[Effect]) -> bool:
    """Return whether the event's emails are bulk: those of a batch, of an import, or of the clock."""
    emails = sum(isinstance(effect, Email) for effect in effects)
    return emails > MOST_AWAITED or isinstance(event.data, _BY_THE_CLOCK)
