"""Email verification: a person who enrolls proves their address before anything is granted (DESIGN 2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from usher.domain.errors import NotFoundError
from usher.domain.rate_limits import RateLimit
from usher.lazy_dataclasses import dataclass

VERIFICATION_LIFE = timedelta(hours=24)
"""How long the emailed link works."""

PER_ADDRESS = RateLimit(kind="entry-address", times=5, per=timedelta(hours=1))
"""Limits the links and password codes that are sent to one address, whoever asks for them."""
PER_ADDRESS_AND_DAY = RateLimit(kind="entry-day", times=20, per=timedelta(days=1))
"""Limits the same by the day; beyond it, the next limit holds."""
FEW_PER_ADDRESS = replace(PER_ADDRESS, times=1)
"""Limits the same for the rest of the day; the owner is not kept out, as the last email works for an hour."""
PER_NETWORK_ADDRESS = RateLimit(kind="entry-ip", times=200, per=timedelta(hours=1))
"""Limits the links and codes that are asked for from one IP address, which a whole class may share."""


class VerificationOverError(NotFoundError):
    """The link has expired, or was not issued here."""

    code = "entry_over"
    title = "This link does not work any more"
    next_action = "Go back to the page where you asked to join, and ask for a new link."


class VerificationPurpose(StrEnum):
    """What the person asked for: to join by the join page, or to redeem a code."""

    JOIN = "join"
    CODE = "code"


@dataclass(frozen=True, kw_only=True)
class VerificationRequest:
    """A request to enroll that waits for its address to be proven, with the names that the person typed.

    Attributes:
        code: the code that they typed, if any; it is checked when it is redeemed, not before.
        used_at: when the link first did what it was asked for; None before.
    """

    id: str
    organization: str
    kind: VerificationPurpose
    email: str
    first_name: str
    last_name: str
    created_at: datetime
    code: str = ""
    used_at: datetime | None = None

    @property
    def expires_at(self) -> datetime:
        """When the link expires."""
        return self.created_at + VERIFICATION_LIFE

    def require_alive(self, now: datetime) -> None:
        """Raise VerificationOverError once the link has expired."""
        if now >= self.expires_at:
            raise VerificationOverError("The link has run out.")
