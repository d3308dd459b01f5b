"""Email verifications, which expire by DynamoDB's time to live after their links."""

from __future__ import annotations

from datetime import timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from usher.domain.enrollment.email_verifications import VerificationPurpose, VerificationRequest
from usher.store import keys
from usher.store.attributes import EnumAttribute, InstantAttribute
from usher.store.table import Ref, Row, Table
from usher.store.transaction import Write, put

_KEPT_AFTER = timedelta(days=1)


class EntryRow(Row):
    """`ENTRY#id`, `ENTRY`: a request to enroll whose address is being verified."""

    organization = UnicodeAttribute()
    kind = EnumAttribute(VerificationPurpose)
    email = UnicodeAttribute()
    first_name = UnicodeAttribute(null=True)
    last_name = UnicodeAttribute(null=True)
    code = UnicodeAttribute(null=True)
    created_at = InstantAttribute()
    expires_on = NumberAttribute()


def ref(entry: str) -> Ref[EntryRow]:
    """Return the reference to the verification's item."""
    return Ref(EntryRow, keys.entry(entry), keys.ENTRY)


def create(entry: VerificationRequest) -> Write:
    """Write a new verification."""
    at = ref(entry.id)
    row = EntryRow(
        at.pk,
        at.sk,
        organization=entry.organization,
        kind=entry.kind,
        email=entry.email,
        first_name=entry.first_name or None,
        last_name=entry.last_name or None,
        code=entry.code or None,
        created_at=entry.created_at,
        expires_on=int((entry.expires_at + _KEPT_AFTER).timestamp()),
    )
    return put(row, condition=EntryRow.pk.does_not_exist())


def get(table: Table, entry: str) -> VerificationRequest | None:
    """Read a verification: one call."""
    row = table.get(ref(entry))
    if row is None:
        return None
    return VerificationRequest(
        id=entry,
        organization=row.organization,
        kind=row.kind,
        email=row.email,
        first_name=row.first_name or "",
        last_name=row.last_name or "",
        code=row.code or "",
        created_at=row.created_at,
    )
