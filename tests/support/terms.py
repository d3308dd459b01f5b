"""Terms of a license and an invite to it, for tests of rules that need no table."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.clock import MONDAY
from usher.domain.invites import Invite, InviteKind, InviteState
from usher.domain.licenses import LicenseTerms, Product, ProductKind

NOW = MONDAY
END = datetime(2027, 12, 31, 23, 0, tzinfo=UTC)
"""The end of 2027 in Zurich."""

SUBSCRIPTION_START = datetime(2027, 2, 28, 23, 0, tzinfo=UTC)


def terms(
    *,
    kind: ProductKind = ProductKind.COURSE,
    flex: bool = False,
    valid_from: datetime = NOW - timedelta(days=30),
    valid_until: datetime = END,
) -> LicenseTerms:
    """Return terms of a license that is valid around NOW."""
    return LicenseTerms(
        license=f"license-of-{kind}",
        organization="acme",
        product=Product(id="p", name="Fire safety", kind=kind),
        flex=flex,
        valid_from=valid_from,
        valid_until=valid_until,
        starts_at=SUBSCRIPTION_START if kind is ProductKind.SUBSCRIPTION else None,
    )


def invite(**changed: Any) -> Invite:
    """Return an invite sent at NOW to ann@x.io that lives ten days."""
    plain = Invite(
        id="invite",
        organization="acme",
        kind=InviteKind.LEARNER,
        email="ann@x.io",
        state=InviteState.PENDING,
        created_at=NOW,
        created_by="manager@acme.example",
        expires_at=NOW + timedelta(days=10),
        licenses=(terms(),),
        sent_at=NOW,
        holds_seats=True,
        remind_at=NOW + timedelta(days=7),
    )
    return replace(plain, **changed)
