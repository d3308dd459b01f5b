"""Digests: the expiries that the next summary for an organization's managers reports."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute, UnicodeSetAttribute
from pynamodb.expressions.condition import size

from usher.domain.digests import Digest
from usher.store import keys
from usher.store.table import Ref, Row, Table
from usher.store.transaction import Write, update

KEPT = timedelta(days=60)
"""How long a sent digest is kept, so that an event that is delivered again is not reported again."""


class DigestRow(Row):
    """`ORG#o`, `DIGEST#day`; due in the morning of that day until it was sent."""

    organization = UnicodeAttribute()
    day = UnicodeAttribute()
    events = UnicodeSetAttribute()
    sent = BooleanAttribute(attr_name="told", null=True)
    expires_on = NumberAttribute(null=True)


def ref(organization: str, day: date) -> Ref[DigestRow]:
    """Return the reference to the digest's item."""
    return Ref(DigestRow, keys.organization(organization), keys.digest(day))


def digest_of(row: DigestRow) -> Digest:
    """Read a digest."""
    return Digest(
        organization=row.organization, day=date.fromisoformat(row.day), events=frozenset(row.events)
    )


def add_event(table: Table, organization: str, day: date, *, due_at: datetime, event: str) -> bool:
    """Add an event to a day's digest, if it is not in it; return False if the digest was sent without it."""
    at = ref(organization, day)
    identity = f"{organization}#{day.isoformat()}"
    added = table.update(
        at,
        DigestRow.events.add({event}),
        DigestRow.organization.set(organization),
        DigestRow.day.set(day.isoformat()),
        DigestRow.due_pk.set(keys.due_shard(identity)),
        DigestRow.due_sk.set(keys.due(due_at, identity)),
        condition=DigestRow.sent.does_not_exist(),
    )
    if added:
        return True
    row = table.get(at)
    return row is not None and event in row.events


def mark_sent(digest: Digest, *, now: datetime) -> Write:
    """Write that the digest was sent, if it was not, and no event was added since it was read."""
    at = ref(digest.organization, digest.day)
    return update(
        DigestRow(at.pk, at.sk),
        DigestRow.sent.set(True),
        DigestRow.expires_on.set(int((now + KEPT).timestamp())),
        DigestRow.due_pk.remove(),
        DigestRow.due_sk.remove(),
        condition=DigestRow.sent.does_not_exist() & (size(DigestRow.events) == len(digest.events)),
    )
