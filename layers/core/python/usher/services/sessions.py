"""Sessions of the pages: revoked by sign-out, a new password and erasure, and checked where they are used.

A session is a signed cookie (functions.pages.browser_sessions), and nothing is stored when one begins. The
item that names revoked ones is read in a call that the page makes anyway (decision 0045).
"""

from __future__ import annotations

from typing import Any

from usher.domain.people import Person
from usher.domain.sessions import SessionRevokedError
from usher.services.context import Context
from usher.store.people import revoked_sessions
from usher.store.table import BatchResult, Ref
from usher.store.transaction import commit


def session_refs(viewer: Person | None) -> list[Ref[Any]]:
    """Return what to read along with a page to check the viewer's session; nothing for a visitor without."""
    return [revoked_sessions.ref(viewer.email)] if viewer is not None and viewer.session else []


def require_session(viewer: Person | None, rows: BatchResult) -> None:
    """Raise SessionRevokedError if the viewer's session was revoked; `rows` has what session_refs names."""
    for at in session_refs(viewer):
        if viewer is not None and revoked_sessions.revoked_of(rows.get(at)).has(viewer.session):
            raise SessionRevokedError("The session has ended.")


class SessionRevocation:
    """Revokes sessions of the pages."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def revoke(self, *, person: Person) -> None:
        """Revoke the person's present session: one call; a person without one has nothing to revoke."""
        if not person.session:
            return
        context = self._context
        if not revoked_sessions.revoke(context.table, person.email, person.session, now=context.now()):
            self.revoke_all(email=person.email)

    def revoke_all(self, *, email: str) -> None:
        """Revoke every session that the person with this address has now: one call."""
        context = self._context
        all_so_far = revoked_sessions.revoke_all(email, before=context.new_id(), now=context.now())
        commit(context.table, [all_so_far])
