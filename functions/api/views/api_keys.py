"""Views of API keys."""

from __future__ import annotations

from datetime import datetime

from functions.api.schemas import api_keys
from functions.api.views.common import NameOf, instant
from usher.domain.instants import rfc3339
from usher.domain.integrations.api_keys import ApiKey


def api_key(of: ApiKey, *, names: NameOf, now: datetime) -> api_keys.ApiKey:
    """A key, as it stands at `now`."""
    return api_keys.ApiKey(
        id=of.id,
        name=of.name,
        scopes=sorted(of.scopes),
        created_at=rfc3339(of.created_at),
        created_by=of.created_by,
        created_by_name=names(of.created_by),
        expires_at=instant(of.expires_at),
        expired=of.has_expired(now),
        last_used_at=instant(of.last_used_at),
    )
