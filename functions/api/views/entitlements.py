"""Views of entitlements."""

from __future__ import annotations

from datetime import datetime

from functions.api.schemas import entitlements
from functions.api.views import common
from usher.domain.accesses import GIVEN, Access
from usher.domain.instants import rfc3339


def entitlement(of: Access | None, *, now: datetime) -> entitlements.Entitlement:
    """A person's entitlement to a product, by their best access; None for no access."""
    if of is None:
        return entitlements.Entitlement(
            entitled=False, state=None, starts_at=None, ends_at=None, organization=None
        )
    state = of.state_at(now)
    is_given = state in GIVEN  # Only these have a beginning and an end.
    return entitlements.Entitlement(
        entitled=of.entitles(now),
        state=state,
        starts_at=common.instant(of.start_at) if is_given else None,
        ends_at=rfc3339(of.ends_at) if is_given else None,
        organization=of.terms.organization,
    )
