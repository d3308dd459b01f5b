"""Links by which a browser downloads a list as a file (docs/decisions/0060)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from usher.domain.errors import NotFoundError, refuses
from usher.domain.instants import zone
from usher.domain.json_values import Json
from usher.domain.organizations import Organization, Permission
from usher.domain.people import Person
from usher.gateways.download_links import BadDownloadLinkError, DownloadLink, DownloadLinks
from usher.lazy_dataclasses import dataclass
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context

LINK_LIFE = timedelta(minutes=5)
"""How long a link works: long enough to click on it, too short to pass it on."""


class DownloadLinkExpiredError(NotFoundError):
    """The link is older than it may be."""

    code = "download_link_expired"
    title = "This link has expired"
    next_action = "Go back to the list and download it once more."


@dataclass(frozen=True, kw_only=True)
class NewDownload:
    """A new link's token, and the instant from which it no longer works."""

    token: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Download:
    """A link that is used: the person whose rights count, the organization, and the list asked for."""

    person: Person
    organization: Organization
    export: Mapping[str, Json]
    at: datetime

    def file_name(self, kind: str, *, client: Organization | None) -> str:
        """Return the file's name: whose list, by the slug, of what kind, and the date in their time zone."""
        owner = client or self.organization
        day = self.at.astimezone(zone(owner.time_zone)).date()
        return f"{owner.slug}-{kind}-{day.isoformat()}.csv"


class Downloads:
    """Makes download links for an organization's managers, and opens them with the rights of that moment."""

    def __init__(self, context: Context, *, links: DownloadLinks) -> None:
        self._context = context
        self._links = links

    @refuses(*AUTHORIZE)
    def link(self, *, person: Person, organization: str, export: Mapping[str, Json]) -> NewDownload:
        """Return a link for the caller alone: one call; nothing is written."""
        authorize(self._context, person=person, organization=organization, permission=Permission.READ)
        expires_at = self._context.now() + LINK_LIFE
        link = DownloadLink(
            organization=organization, email=person.email, export=export, expires_at=expires_at
        )
        return NewDownload(token=self._links.token(link), expires_at=expires_at)

    @refuses(BadDownloadLinkError, DownloadLinkExpiredError, *AUTHORIZE)
    def open(self, *, token: str) -> Download:
        """Return what a link is to, if whom it was made for may still read it: one call.

        Raises:
            BadDownloadLinkError, DownloadLinkExpiredError.
            UnknownOrganizationError: the person was removed since.
        """
        link, now = self._links.read(token), self._context.now()
        if now >= link.expires_at:
            raise DownloadLinkExpiredError("The link worked for five minutes.")
        person = Person(email=link.email)
        membership = authorize(
            self._context, person=person, organization=link.organization, permission=Permission.READ
        )
        return Download(person=person, organization=membership.organization, export=link.export, at=now)
