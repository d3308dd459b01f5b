"""Sessions of the pages that were revoked before they expired."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from usher.domain.errors import UnauthenticatedError

SESSION_LIFE = timedelta(hours=12)


class SessionRevokedError(UnauthenticatedError):
    """The session was signed out, or ended with its password or its account."""

    code = "session_revoked"
    title = "You are not signed in any more"


@dataclass(frozen=True, kw_only=True)
class RevokedSessions:
    """The revoked sessions of one person.

    Attributes:
        before: every session whose id is lower. Ids are ULIDs, in the order of signing in.
        ids: single sessions, which were signed out.
    """

    before: str = ""
    ids: frozenset[str] = frozenset()

    def has(self, session: str) -> bool:
        """Whether the session with this id was revoked."""
        return session < self.before or session in self.ids
