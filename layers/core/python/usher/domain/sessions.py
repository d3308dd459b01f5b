"""Sessions of the pages that were revoked before they expired, and proofs of the sign-ins that began them."""

from __future__ import annotations

from datetime import timedelta

from usher.domain.errors import UnauthenticatedError
from usher.lazy_dataclasses import dataclass

SESSION_LIFE = timedelta(hours=12)


class SessionRevokedError(UnauthenticatedError):
    """The session was signed out, or ended with its password or its account."""

    code = "session_revoked"
    title = "You are not signed in any more"


@dataclass(frozen=True, kw_only=True)
class SignInProof:
    """Proves how a session of the pages began; it opens the console once (decision 73).

    Attributes:
        id: a ULID of its own, by which it is used once.
        session: the id of the session that the sign-in began.
        connection: the id of the single sign-on connection; empty for a password.
    """

    id: str
    session: str
    connection: str = ""


@dataclass(frozen=True, kw_only=True)
class RevokedSessions:
    """The revoked sessions of one person, and the used proofs of sign-ins.

    Attributes:
        before: every session or proof whose id is lower. Ids are ULIDs, in the order of signing in.
        ids: single sessions, which were signed out, and proofs, which were used.
    """

    before: str = ""
    ids: frozenset[str] = frozenset()

    def has(self, id_: str) -> bool:
        """Whether the session with this id was revoked, or the proof used."""
        return id_ < self.before or id_ in self.ids
