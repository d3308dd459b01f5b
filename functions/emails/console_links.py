"""The links of notices into the console: each leads to the very thing that the notice is about.

The console's paths below `/organizations/{organization}` are those of the API (decision 51).
"""

from __future__ import annotations

from usher.domain.effects.kinds import Email
from usher.domain.events.enrollment import JoinRequested
from usher.domain.events.event import EventData
from usher.domain.events.imports import ImportFinished
from usher.domain.events.invites import InviteDeclined, InviteLinkRequested, InvitesExpirySummarized
from usher.domain.events.licenses import LicenseEnding, SeatsLow, SeatsOut
from usher.domain.events.parts import InviteRef
from usher.domain.events.products import ProductRetirementCanceled, ProductRetiring
from usher.domain.events.requests import SeatRequestData, SupportRequestAnswered
from usher.domain.events.team import ManagerJoined
from usher.domain.invites import InviteKind
from usher.lazy_dataclasses import dataclass
from usher.translations.catalogs import marked


@dataclass(frozen=True, kw_only=True)
class ConsoleLink:
    """A page of the console: its address, and the words on the button that leads there, as a message."""

    address: str
    words: str


def console_link(email: Email, *, origin: str) -> ConsoleLink:
    """Return the page of the console that shows what the email is about; the start page for what has none."""
    path, words = _page(email.data)
    address = f"{origin}/organizations/{email.organization}/{path}" if path else f"{origin}/"
    return ConsoleLink(address=address, words=words)


def _page(data: EventData) -> tuple[str, str]:
    """Return the path of the page within the organization, and the words; an empty path for none."""
    return _of_people(data) or _of_seats(data) or ("", marked("Open the console"))


def _of_people(data: EventData) -> tuple[str, str] | None:
    match data:
        case InviteDeclined(invite=invite) | InviteLinkRequested(invite=invite):
            return _invite(invite)
        case InvitesExpirySummarized():
            return _expired(data)
        case ManagerJoined():
            return "team", marked("Open the team")
        case ImportFinished():
            return f"imports/{data.learner_import.id}", marked("Open the import")
        case JoinRequested():
            return "join-requests", marked("Open the requests")
    return None


def _of_seats(data: EventData) -> tuple[str, str] | None:
    match data:
        case LicenseEnding(license=held) | SeatsLow(license=held) | SeatsOut(license=held):
            return _license(held.id)
        case ProductRetiring() | ProductRetirementCanceled():
            return _holdings(data)
        case SupportRequestAnswered():
            return f"support-requests/{data.request}", marked("Open the request")
        case SeatRequestData():
            return f"seat-requests/{data.request}", marked("Open the request")
    return None


def _invite(invite: InviteRef) -> tuple[str, str]:
    """Return the invite's page; a team invite has none of its own, but the team's."""
    if invite.kind is InviteKind.TEAM:
        return "team", marked("Open the team")
    return f"invites/{invite.id}", marked("Open the invitation")


def _expired(summary: InvitesExpirySummarized) -> tuple[str, str]:
    kinds = {invite.kind for invite in summary.invites}
    if summary.count == 1 or kinds == {InviteKind.TEAM}:
        return _invite(summary.invites[0])
    return "invites?expired=true", marked("Open the expired invitations")


def _license(license_id: str) -> tuple[str, str]:
    return f"licenses/{license_id}", marked("Open the license")


def _holdings(retirement: ProductRetiring | ProductRetirementCanceled) -> tuple[str, str]:
    if len(retirement.held) == 1 and retirement.held_count == 1:
        return _license(retirement.held[0].license.id)
    return "licenses", marked("Open the licenses")
