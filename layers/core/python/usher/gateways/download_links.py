"""Links that download a list as a file without a bearer, for a few minutes (docs/decisions/0060).

A browser that follows a link sends no bearer. The link says whose rights count and what is asked for. It is
encrypted and authenticated as opaque ids are, under a key of its own, so that it can be neither changed nor
read: no URL has an address. Nothing is stored.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from usher.domain.errors import NotFoundError
from usher.domain.json_values import Json
from usher.gateways.links import Keys
from usher.gateways.opaque_ids import NOTHING, OpaqueIds
from usher.lazy_dataclasses import dataclass

_ORGANIZATION_LENGTH = 26


class BadDownloadLinkError(NotFoundError):
    """The link was forged, truncated or made with a key that was removed; the three look alike."""

    code = "download_link_invalid"
    title = "This link does not work"
    next_action = "Go back to the list and download it once more."


@dataclass(frozen=True, kw_only=True)
class DownloadLink:
    """The content of a link.

    Attributes:
        organization: the id of the organization whose list it is.
        email: whose rights in it count when the link is used.
        export: the list, with its filters, as the API names them.
        expires_at: the instant from which the link no longer works.
    """

    organization: str
    email: str
    export: Mapping[str, Json]
    expires_at: datetime


class DownloadLinks:
    """Makes and reads the tokens of download links: `organization.key.ciphertext`."""

    def __init__(self, keys: Keys) -> None:
        self._sealed = OpaqueIds(keys, purpose="download-link")

    def token(self, link: DownloadLink) -> str:
        """Return the token for a link."""
        content = {
            "email": link.email,
            "export": dict(link.export),
            "expires_at": int(link.expires_at.timestamp()),
        }
        text = json.dumps(content, separators=(",", ":"))
        return f"{link.organization}.{self._sealed.seal(link.organization, text)}"

    def read(self, token: str) -> DownloadLink:
        """Return the link in a token, which may have expired, or raise BadDownloadLinkError."""
        organization, dot, sealed = token.partition(".")
        text = self._sealed.open(organization, sealed)
        if len(organization) != _ORGANIZATION_LENGTH or not dot or text == NOTHING:
            raise BadDownloadLinkError("The link is not complete.")
        content = json.loads(text)
        return DownloadLink(
            organization=organization,
            email=content["email"],
            export=content["export"],
            expires_at=datetime.fromtimestamp(content["expires_at"], UTC),
        )
