"""API keys, by which an organization's programs identify themselves."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.api.schemas.common import (
    AN_ID,
    Actor,
    ActorName,
    DateOrInstant,
    Id,
    Instant,
    Paged,
    Shape,
    ruled,
)
from usher.domain.integrations.api_keys import MAX_KEYS
from usher.domain.organizations import KEY_PERMISSIONS
from usher.domain.people import MAX_NAME

KeyName = Annotated[
    str,
    Field(description="What the key is for.", examples=["Payroll sync"], json_schema_extra=ruled(MAX_NAME)),
]
Scope = Annotated[str, Field(max_length=64, json_schema_extra={"enum": sorted(KEY_PERMISSIONS)})]
Scopes = Annotated[
    list[Scope],
    Field(
        max_length=100,
        description="What the key may do; none implies another. An answer `403` names the missing one as "
        "`permission`.",
        examples=[["invite", "read"]],
    ),
]


class NewApiKey(Shape):
    """A key to create. Without `expires_at` it is valid until it is revoked."""

    name: KeyName
    scopes: Scopes
    expires_at: DateOrInstant | None = None


class ApiKey(Shape):
    """A key, without its secret, which nobody can read again."""

    id: Id
    name: KeyName
    scopes: Scopes
    created_at: Instant = Field(examples=["2027-01-10T08:00:00Z"])
    created_by: Actor
    created_by_name: ActorName | None
    expires_at: Instant | None
    expired: bool = Field(examples=[False])
    last_used_at: Instant | None = Field(
        description="To the hour; null if it was never used.", examples=["2027-01-12T09:00:00Z"]
    )


class CreatedApiKey(ApiKey):
    """A new key with its text, which is in this answer only."""

    key: str | None = Field(
        description="Send it as `X-Api-Key`. It is not stored, so it is null in a replay by "
        "`Idempotency-Key`: if the first answer was lost, revoke the key and create another.",
        examples=[f"usher_{AN_ID}_{AN_ID[:-1]}1_{'0123456789abcdef' * 4}"],
    )


class ApiKeyPage(Paged):
    """Keys, oldest first; all of them are one page."""

    items: list[ApiKey] = Field(description=f"At most {MAX_KEYS}.")
