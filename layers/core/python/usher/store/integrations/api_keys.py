"""API keys, their number, and when each was last used."""

from __future__ import annotations

import logging
from datetime import datetime

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import UpdateError

from usher.domain.integrations.api_keys import MAX_KEYS, USE_RECORDED_EVERY, ApiKey
from usher.domain.organizations import Permission
from usher.store import keys
from usher.store.attributes import InstantAttribute
from usher.store.table import Ref, Row, Table
from usher.store.transaction import Write, delete, put, update

logger = logging.getLogger(__name__)


class ApiKeyRow(Row):
    """`ORG#o`, `APIKEY#id`. Of the secret, only the digest is stored."""

    id = UnicodeAttribute()
    organization = UnicodeAttribute()
    name = UnicodeAttribute()
    scopes: ListAttribute[str] = ListAttribute()
    digest = UnicodeAttribute()
    created_at = InstantAttribute()
    created_by = UnicodeAttribute()
    expires_at = InstantAttribute(null=True)
    last_used_at = InstantAttribute(null=True)


class ApiKeyCountRow(Row):
    """`ORG#o`, `APIKEYS`: the number of keys, which makes the limit exact."""

    keys = NumberAttribute()


def ref(organization: str, key: str) -> Ref[ApiKeyRow]:
    """Return the reference to the key's item."""
    return Ref(ApiKeyRow, keys.organization(organization), keys.api_key(key))


def api_key_of(row: ApiKeyRow) -> ApiKey:
    """Read a key."""
    return ApiKey(
        id=row.id,
        organization=row.organization,
        name=row.name,
        scopes=frozenset(Permission(name) for name in row.scopes),
        digest=row.digest,
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
    )


def create(key: ApiKey) -> list[Write]:
    """Write a new key, if the organization has fewer than the most it may have."""
    at = ref(key.organization, key.id)
    row = ApiKeyRow(
        at.pk,
        at.sk,
        id=key.id,
        organization=key.organization,
        name=key.name,
        scopes=sorted(scope.value for scope in key.scopes),
        digest=key.digest,
        created_at=key.created_at,
        created_by=key.created_by,
        expires_at=key.expires_at,
    )
    room = ApiKeyCountRow.keys.does_not_exist() | (ApiKeyCountRow.keys < MAX_KEYS)
    counted = update(_count(key.organization), ApiKeyCountRow.keys.add(1), condition=room)
    return [put(row, condition=ApiKeyRow.pk.does_not_exist()), counted]


def remove(key: ApiKey) -> list[Write]:
    """Remove a key, if it exists."""
    at = ref(key.organization, key.id)
    return [
        delete(ApiKeyRow(at.pk, at.sk), condition=ApiKeyRow.pk.exists()),
        update(_count(key.organization), ApiKeyCountRow.keys.add(-1)),
    ]


def _count(organization: str) -> ApiKeyCountRow:
    return ApiKeyCountRow(keys.organization(organization), keys.API_KEYS)


def record_use(table: Table, key: ApiKey, *, now: datetime) -> None:
    """Write when a key was used, unless that was recorded recently: one call. A failure is logged only."""
    stale = ApiKeyRow.last_used_at.does_not_exist() | (ApiKeyRow.last_used_at <= now - USE_RECORDED_EVERY)
    try:
        table.update(
            ref(key.organization, key.id),
            ApiKeyRow.last_used_at.set(now),
            condition=ApiKeyRow.pk.exists() & stale,
        )
    except UpdateError as error:
        logger.warning("the use of an API key was not noted: %s", error.cause_response_code)


def of_organization(table: Table, organization: str) -> list[ApiKey]:
    """List an organization's keys, oldest first."""
    rows = table.query_all(
        ApiKeyRow, keys.organization(organization), ApiKeyRow.sk.startswith(keys.API_KEY_PREFIX)
    )
    return [api_key_of(row) for row in rows]


def get(table: Table, organization: str, key: str) -> ApiKey | None:
    """Read a key: one call."""
    row = table.get(ref(organization, key))
    return None if row is None else api_key_of(row)
