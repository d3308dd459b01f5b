"""Which emails somebody waits for, and which are bulk and go behind those (decision 77)."""

from __future__ import annotations

from collections.abc import Sequence

from usher.domain.effects.kinds import Effect, Email
from usher.domain.events.accesses import AccessStarted
from usher.domain.events.event import Event
from usher.domain.events.invites import InvitesExpirySummarized, InvitesReminded
from usher.domain.events.licenses import LicenseEnding
from usher.domain.events.products import ProductRetirementCanceled, ProductRetiring

MOST_AWAITED = 10
"""The most emails of one event that somebody may be waiting for; an email to all managers counts as one."""

_UNASKED = (
    AccessStarted,
    InvitesExpirySummarized,
    InvitesReminded,
    LicenseEnding,
    ProductRetirementCanceled,
    ProductRetiring,
)
"""Events that come to many organizations or people at the same moment, of whom none has asked for it.

Those that time brings (starts at midnight, digests in the morning, ends of licenses), and those about a
product, to all who hold licenses of it.
"""


def is_bulk(event: Event, effects: Sequence[Effect]) -> bool:
    """Return whether the event's emails are bulk: of a batch, of an import, or what nobody asked for."""
    emails = sum(isinstance(effect, Email) for effect in effects)
    return event.of_import or emails > MOST_AWAITED or isinstance(event.data, _UNASKED)
