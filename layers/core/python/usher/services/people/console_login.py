"""The way from the learners' pages into the console, without signing in once more (decision 73)."""

from __future__ import annotations

import re

from usher.domain.enrollment.connections import Connection
from usher.domain.enrollment.sso_login import PasswordNeededError
from usher.domain.errors import refuses
from usher.domain.organizations import Manager, ManagerState, Organization
from usher.domain.people import Person
from usher.domain.sessions import SessionRevokedError, SignInProof
from usher.gateways.identity import SignedIn
from usher.lazy_dataclasses import dataclass
from usher.services.challenge_login import ChallengeLogin
from usher.services.context import Context
from usher.services.sessions import require_session, session_refs
from usher.store import managers, organizations
from usher.store.enrollment import connections
from usher.store.people import revoked_sessions
from usher.store.table import BatchResult

_ID = re.compile(r"[0-9A-Z]{26}")


@dataclass(frozen=True, kw_only=True)
class ManagedPlace:
    """An organization, and the person as its active manager; None for whoever does not manage it."""

    organization: Organization
    manager: Manager | None


class ConsoleLogin:
    """Signs the managers among the people of the pages in to the API."""

    def __init__(self, context: Context, *, challenges: ChallengeLogin) -> None:
        self._context = context
        self._challenges = challenges

    @refuses(SessionRevokedError)
    def place(self, *, person: Person, organization: str) -> ManagedPlace | None:
        """Return what the person is in an organization, None if there is no such: one call.

        Raises:
            SessionRevokedError: the person's session of the pages has ended.
        """
        if not _ID.fullmatch(organization):  # any text from the address, which may be too long for a key
            return None
        return self._place(person, organization, self._read(person, organization))

    @refuses(SessionRevokedError, PasswordNeededError)
    def sign_in(
        self, *, person: Person, organization: str, proof: SignInProof | None
    ) -> SignedIn | Connection:
        """Start a session of the API, by the proof of the sign-in that began the session of the pages.

        A proof is used once, and counts as used before anything is given for it: two calls. A sign-in at a
        provider proves nothing here: its connection is returned, which proves it anew.

        Raises:
            SessionRevokedError: the person's session of the pages has ended.
            PasswordNeededError: the person is no manager of the organization, or has no proof, or used it; or
                is an operator, or at a provider that does not sign in the organization's managers.
        """
        if not _ID.fullmatch(organization):
            raise PasswordNeededError("There is no such organization.")
        rows = self._read(person, organization, proof)
        place = self._place(person, organization, rows)
        if proof is None or proof.session != person.session or place is None or place.manager is None:
            raise PasswordNeededError("Nothing proves that a manager signed in here.")
        if proof.connection:
            return _connection(proof.connection, place.organization, rows)
        if revoked_sessions.revoked_of(rows.get(revoked_sessions.ref(person.email))).has(proof.id):
            raise PasswordNeededError("This sign-in opened the console before.")
        self._challenges.require_no_operator(email=person.email)
        if not revoked_sessions.use(self._context.table, person.email, proof.id, now=self._context.now()):
            raise PasswordNeededError("This sign-in opened the console before.")
        return self._challenges.sign_in(email=person.email)

    def _read(self, person: Person, organization: str, proof: SignInProof | None = None) -> BatchResult:
        refs = [
            *session_refs(person),
            organizations.ref(organization),
            managers.manager_ref(organization, person.email),
        ]
        if proof is not None and proof.connection:
            refs.append(connections.ref(proof.connection))
        return self._context.table.get_many(refs)

    def _place(self, person: Person, organization: str, rows: BatchResult) -> ManagedPlace | None:
        require_session(person, rows)
        found = rows.get(organizations.ref(organization))
        if found is None:
            return None
        row = rows.get(managers.manager_ref(organization, person.email))
        manager = None if row is None else managers.manager_of(row)
        is_active = manager is not None and manager.state is ManagerState.ACTIVE
        return ManagedPlace(
            organization=organizations.organization_of(found), manager=manager if is_active else None
        )


def _connection(id_: str, organization: Organization, rows: BatchResult) -> Connection:
    """Return the connection if it signs in the organization's managers, else raise PasswordNeededError."""
    row = rows.get(connections.ref(id_))
    connection = None if row is None else connections.connection_of(row)
    reach = {organization.id, organization.provider}
    if connection is None or connection.organization not in reach:
        raise PasswordNeededError("The provider is another organization's.")
    return connection
