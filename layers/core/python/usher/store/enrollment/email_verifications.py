"""Email verifications, which expire by DynamoDB's time to live after their links."""

from __future__ import annotations

from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from usher.domain.enrollment.email_verifications import VerificationPurpose, VerificationRequest
from usher.store import keys
from usher.store.attributes import EnumAttribute, InstantAttribute
from usher.store.table import Ref, Row, Table
from usher.store.transaction import Write, put, update

_KEPT_AFTER = timedelta(days=1)


class VerificationRequestRow(Row):
    """`ENTRY#id`, `ENTRY`: a request to enroll whose address is being verified."""

    organization = UnicodeAttribute()
    kind = EnumAttribute(VerificationPurpose)
    email = UnicodeAttribute()
    first_name = UnicodeAttribute(null=True)
    last_name = UnicodeAttribute(null=True)
    code = UnicodeAttribute(null=True)
    created_at = InstantAttribute()
    used_at = InstantAttribute(null=True)
    expires_on = NumberAttribute()


def ref(request: str) -> Ref[VerificationRequestRow]:
    """Return the reference to the verification's item."""
    return Ref(VerificationRequestRow, keys.verification_request(request), keys.VERIFICATION_REQUEST)


def create(request: VerificationRequest) -> Write:
    """Write a new verification."""
    at = ref(request.id)
    row = VerificationRequestRow(
        at.pk,
        at.sk,
        organization=request.organization,
        kind=request.kind,
        email=request.email,
        first_name=request.first_name or None,
        last_name=request.last_name or None,
        code=request.code or None,
        created_at=request.created_at,
        expires_on=int((request.expires_at + _KEPT_AFTER).timestamp()),
    )
    return put(row, condition=VerificationRequestRow.pk.does_not_exist())


def mark_used(request: VerificationRequest, at: datetime) -> Write:
    """Record when a verification's link first did what it was asked for."""
    key = ref(request.id)
    row = VerificationRequestRow(key.pk, key.sk)
    return update(
        row,
        VerificationRequestRow.used_at.set(at),
        condition=VerificationRequestRow.pk.exists() & VerificationRequestRow.used_at.does_not_exist(),
    )


def get(table: Table, request: str) -> VerificationRequest | None:
    """Read a verification: one call."""
    row = table.get(ref(request))
    if row is None:
        return None
    return VerificationRequest(
        id=request,
        organization=row.organization,
        kind=row.kind,
        email=row.email,
        first_name=row.first_name or "",
        last_name=row.last_name or "",
        code=row.code or "",
        created_at=row.created_at,
        used_at=row.used_at,
    )
