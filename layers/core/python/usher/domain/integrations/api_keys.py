"""API keys: how an organization's programs authenticate, and the scopes of each (DESIGN 2, 7.4)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

from usher.domain.errors import InvalidError, NotFoundError, RefusedError, UnauthenticatedError
from usher.domain.organizations import KEY_PERMISSIONS, Manager, ManagerState, Permission, Role
from usher.domain.people import PROGRAM, ApiKeyCredential
from usher.lazy_dataclasses import dataclass

MAX_KEYS = 20
"""The most keys of one organization; expired ones count until they are revoked."""

SECRET_BYTES = 32

USE_RECORDED_EVERY = timedelta(hours=1)
"""How precise `last_used_at` is: a use is recorded at most once in this time."""

_TEXT = re.compile(r"usher_([0-9A-Z]{26})_([0-9A-Z]{26})_([0-9a-f]{64})")


class InvalidApiKeyError(UnauthenticatedError):
    """The key is malformed, unknown, revoked or expired, or its secret is wrong; all look alike."""

    code = "invalid_api_key"
    title = "The API key is not valid"
    next_action = (
        "Check the key; a full manager sees in the list of keys whether it is there and when it ends."
    )


class UnknownApiKeyError(NotFoundError):
    """The organization has no such key, or it was revoked."""

    code = "api_key_not_found"
    title = "No such API key"


class TooManyApiKeysError(RefusedError):
    """The organization has the most keys that it may have."""

    code = "too_many_api_keys"
    title = "Too many API keys"
    next_action = f"Revoke a key that is not used; an organization has at most {MAX_KEYS}."


class BadScopesError(InvalidError):
    """No scope is named, or one that a key cannot have."""

    code = "bad_scopes"
    title = "Not usable scopes"
    fields = ("scopes",)
    next_action = f"Name one or more of: {', '.join(sorted(KEY_PERMISSIONS))}."


class BadExpiryError(InvalidError):
    """The key's expiry lies in the past."""

    code = "bad_expiry"
    title = "Not a usable end"
    fields = ("expires_at",)
    next_action = "Choose a moment to come, or none for a key that does not expire."


@dataclass(frozen=True, kw_only=True)
class ApiKey:
    """A key of an organization's program.

    Attributes:
        digest: a hash of the secret. A fast hash is enough, since the secret is 256 random bits and not a
            password that could be guessed.
        last_used_at: to the hour; None for a key that was never used.
    """

    id: str
    organization: str
    name: str
    scopes: frozenset[Permission]
    digest: str
    created_at: datetime
    created_by: str
    expires_at: datetime | None = None
    last_used_at: datetime | None = None

    def has_expired(self, now: datetime) -> bool:
        """Return whether the key has expired."""
        return self.expires_at is not None and now >= self.expires_at

    def require_credential(self, credential: ApiKeyCredential, *, now: datetime) -> None:
        """Raise InvalidApiKeyError unless the credential is this key's, and the key has not expired."""
        # Compared in constant time.
        if not compare_digest(digest_of(credential.secret), self.digest) or self.has_expired(now):
            raise InvalidApiKeyError

    def is_use_unrecorded(self, now: datetime) -> bool:
        """Return whether a use at `now` has to be recorded: once in each USE_RECORDED_EVERY."""
        return self.last_used_at is None or now - self.last_used_at >= USE_RECORDED_EVERY

    def as_manager(self) -> Manager:
        """Return the manager as whom the program acts: of the key's organization, with its scopes."""
        return Manager(
            organization=self.organization,
            email=PROGRAM + self.id,
            role=Role.LIMITED,
            state=ManagerState.ACTIVE,
            scopes=self.scopes,
        )


def digest_of(secret: str) -> str:
    """Return the digest of a secret, which is stored in its place."""
    return sha256(secret.encode()).hexdigest()


def text_of(credential: ApiKeyCredential) -> str:
    """Return the text of a key, as it is shown once and sent with each request.

    It has the organization's id, so that one read finds both the key and the organization.
    """
    return f"usher_{credential.organization}_{credential.id}_{credential.secret}"


def credential_of(text: str) -> ApiKeyCredential:
    """Read the text of a key, or raise InvalidApiKeyError."""
    match = _TEXT.fullmatch(text)
    if match is None:
        raise InvalidApiKeyError
    organization, key, secret = match.groups()
    return ApiKeyCredential(organization=organization, id=key, secret=secret)


def scopes_of(names: Iterable[str]) -> frozenset[Permission]:
    """Read the scopes of a new key, or raise BadScopesError. No scope implies another."""
    scopes = frozenset(names)
    unknown = sorted(scopes - KEY_PERMISSIONS)
    if unknown:
        raise BadScopesError(f"A key cannot have the scope {', '.join(unknown)}.")
    if not scopes:
        raise BadScopesError("A key has at least one scope.")
    return frozenset(Permission(name) for name in scopes)
