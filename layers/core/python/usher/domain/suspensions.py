"""The suspension of an organization by an operator (decision 0059)."""

from __future__ import annotations

from datetime import datetime

from usher.domain.errors import RefusedError
from usher.domain.instants import rfc3339
from usher.lazy_dataclasses import dataclass


class OrganizationSuspendedError(RefusedError):
    """The organization, or its provider, is suspended: nobody comes to it, and nothing is changed in it."""

    code = "organization_suspended"
    title = "The organization is suspended"
    next_action = "Ask whoever runs Usher for you, by a support request; until then everything can be read."


@dataclass(frozen=True, kw_only=True)
class Suspension:
    """Since when an organization is suspended, and why, as its managers are told."""

    at: datetime
    reason: str

    def refusal(self, name: str) -> OrganizationSuspendedError:
        """Return the refusal of what the organization of this name would do or let happen."""
        return OrganizationSuspendedError(
            f"{name} is suspended: {self.reason}", reason=self.reason, suspended_at=rfc3339(self.at)
        )
