"""API keys of an organization: created, listed, revoked and checked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from secrets import token_hex

from usher.domain.errors import refuses
from usher.domain.events.event import EventData
from usher.domain.events.integrations import ApiKeyCreated, ApiKeyRef, ApiKeyRevoked
from usher.domain.instants import BadDateError, parse_instant
from usher.domain.integrations.api_keys import (
    SECRET_BYTES,
    ApiKey,
    BadExpiryError,
    BadScopesError,
    InvalidApiKeyError,
    TooManyApiKeysError,
    UnknownApiKeyError,
    digest_of,
    scopes_of,
    text_of,
)
from usher.domain.organizations import Permission
from usher.domain.people import ApiKeyCredential, BadNameError, Person, clean_name
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.receipts import Receipt
from usher.services.transactions import record_event
from usher.store.integrations import api_keys
from usher.store.transaction import ConditionFailedError, Write, commit


class ApiKeys:
    """Manages an organization's API keys, for its full managers."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(*AUTHORIZE, TooManyApiKeysError, BadNameError, BadScopesError, BadDateError, BadExpiryError)
    def create(
        self,
        *,
        person: Person,
        organization: str,
        name: str,
        scopes: Iterable[str],
        expires_at: str | None,
        receipt: Receipt,
    ) -> str:
        """Create a key and return its text, which is stored nowhere: the receipt has the key without it.

        Raises:
            TooManyApiKeysError: the organization has as many as it may; exact under concurrency.
        """
        membership = authorize(
            self._context, person=person, organization=organization, permission=Permission.MANAGE_PROGRAMS
        )
        now = self._context.now()
        credential = ApiKeyCredential(
            organization=organization, id=self._context.new_id(), secret=token_hex(SECRET_BYTES)
        )
        key = ApiKey(
            id=credential.id,
            organization=organization,
            name=clean_name(name),
            scopes=scopes_of(scopes),
            digest=digest_of(credential.secret),
            created_at=now,
            created_by=person.email,
            expires_at=_expiry(expires_at, time_zone=membership.organization.time_zone, now=now),
        )
        data = ApiKeyCreated(
            api_key=_ref(key),
            scopes=tuple(sorted(scope.value for scope in key.scopes)),
            expires_at=key.expires_at,
        )
        writes = [*api_keys.create(key), self._event(person, key, data)]
        try:
            receipt.commit(self._context, writes, key)
        except ConditionFailedError as stale:
            raise TooManyApiKeysError from stale
        return text_of(credential)

    @refuses(*AUTHORIZE)
    def listed(self, *, person: Person, organization: str) -> list[ApiKey]:
        """List the keys, oldest first, with when each was last used."""
        authorize(
            self._context, person=person, organization=organization, permission=Permission.MANAGE_PROGRAMS
        )
        return api_keys.of_organization(self._context.table, organization)

    @refuses(*AUTHORIZE, UnknownApiKeyError)
    def revoke(self, *, person: Person, organization: str, key: str) -> None:
        """Revoke a key: the next request with it is refused.

        Raises:
            UnknownApiKeyError: there is none, or it was revoked meanwhile.
        """
        at = api_keys.ref(organization, key)
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.MANAGE_PROGRAMS,
            also=[at],
        )
        row = membership.rows.get(at)
        if row is None:
            raise UnknownApiKeyError("The organization has no such API key.")
        found = api_keys.api_key_of(row)
        event = self._event(person, found, ApiKeyRevoked(api_key=_ref(found)))
        try:
            commit(self._context.table, [*api_keys.remove(found), event])
        except ConditionFailedError as stale:
            raise UnknownApiKeyError("The organization has no such API key.") from stale

    @refuses(InvalidApiKeyError)
    def _event(self, person: Person, key: ApiKey, data: EventData) -> Write:
        return record_event(self._context, data, organization=key.organization, actor=person.email)


def _expiry(text: str | None, *, time_zone: str, now: datetime) -> datetime | None:
    """Return the instant at which a key expires, or raise BadDateError or BadExpiryError."""
    if text is None:
        return None
    expires_at = parse_instant(text, time_zone=time_zone, field="expires_at")
    if expires_at <= now:
        raise BadExpiryError("The key would have expired already.")
    return expires_at


def _ref(key: ApiKey) -> ApiKeyRef:
    return ApiKeyRef(id=key.id, name=key.name)
