"""Revoked sessions of the pages, one item for each person, which expires with the last session in it."""

from __future__ import annotations

from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UnicodeSetAttribute
from pynamodb.expressions.condition import size

from usher.domain.sessions import SESSION_LIFE, RevokedSessions
from usher.store import keys
from usher.store.table import Ref, Row, Table
from usher.store.transaction import Write, update

_MOST = 100
"""The most ids that are named one by one; beyond it, all of the person's sessions are revoked."""


class RevokedSessionsRow(Row):
    """`SESSIONS#sha256(email)`, `REVOKED`: what is over though its cookie is valid, sessions and proofs."""

    before = UnicodeAttribute(null=True)
    ids = UnicodeSetAttribute(null=True)
    expires_on = NumberAttribute()


def ref(email: str) -> Ref[RevokedSessionsRow]:
    """Return the reference to the item; there is none unless a session was revoked in the last hours."""
    return Ref(RevokedSessionsRow, keys.sessions(email), keys.REVOKED)


def revoked_of(row: RevokedSessionsRow | None) -> RevokedSessions:
    """Read the revoked sessions."""
    if row is None:
        return RevokedSessions()
    return RevokedSessions(before=row.before or "", ids=frozenset(row.ids or ()))


def revoke(table: Table, email: str, session: str, *, now: datetime) -> bool:
    """Revoke one session; return False, without having done it, if too many are named already: one call."""
    return table.update(
        ref(email),
        RevokedSessionsRow.ids.add({session}),
        RevokedSessionsRow.expires_on.set(_expires_on(now)),
        condition=RevokedSessionsRow.ids.does_not_exist() | (size(RevokedSessionsRow.ids) < _MOST),
    )


def use(table: Table, email: str, proof: str, *, now: datetime) -> bool:
    """Use up a proof of a sign-in; return False if it was used, or too many ids are named: one call."""
    ids = RevokedSessionsRow.ids
    return table.update(
        ref(email),
        ids.add({proof}),
        RevokedSessionsRow.expires_on.set(_expires_on(now)),
        condition=ids.does_not_exist() | ((size(ids) < _MOST) & ~ids.contains(proof)),
    )


def revoke_all(email: str, *, before: str, now: datetime) -> Write:
    """Revoke every session of a person whose id is lower than `before`."""
    at = ref(email)
    return update(
        RevokedSessionsRow(at.pk, at.sk),
        RevokedSessionsRow.before.set(before),
        RevokedSessionsRow.ids.remove(),
        RevokedSessionsRow.expires_on.set(_expires_on(now)),
    )


def _expires_on(now: datetime) -> int:
    return int((now + SESSION_LIFE).timestamp())
