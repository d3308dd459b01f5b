"""The variables of an email's template that depend on its event's data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from functions.emails import wording
from functions.emails.import_outcomes import outcome_name
from usher.domain.effects.kinds import Email
from usher.domain.events.accesses import AccessStartChanged, AccessStarted, SeatsGivenData
from usher.domain.events.codes import CodeCopied, CodeCreated, CodeTerms
from usher.domain.events.enrollment import JoinApproved, JoinRequestData, JoinRequested
from usher.domain.events.event import EventData
from usher.domain.events.imports import ImportFinished
from usher.domain.events.invites import (
    InviteDeclined,
    InviteLinkRequested,
    InviteResent,
    InvitesCreated,
    InvitesExpirySummarized,
    InvitesReminded,
    InviteStartChanged,
    InviteWithdrawn,
)
from usher.domain.events.licenses import LicenseEnding, SeatsLow, SeatsOut
from usher.domain.events.organizations import OrganizationSuspended
from usher.domain.events.parts import AccessRef, GroupRef, InviteRef, LicenseRef
from usher.domain.events.products import ProductRetirementCanceled, ProductRetiring
from usher.domain.events.requests import (
    SeatRequestData,
    SeatsApproved,
    SeatsRefused,
    SupportRequestAnswered,
    SupportRequestData,
)
from usher.domain.events.team import ManagerInvited, ManagerJoined
from usher.domain.invites import Invite, InviteKind
from usher.domain.organizations import Role
from usher.domain.requests import SupportKind
from usher.lazy_dataclasses import dataclass
from usher.translations.texts import Texts

MOST_NAMED = 50
"""The most addresses that a notice to managers names; it counts the others."""


def invites_of(data: EventData) -> Sequence[InviteRef]:
    """Return the invites that the event is about."""
    match data:
        case InvitesCreated() | InvitesReminded() | InvitesExpirySummarized():
            return data.invites
        case InviteResent() | InviteWithdrawn() | InviteStartChanged() | InviteDeclined():
            return (data.invite,)
        case ManagerInvited() | ManagerJoined() | InviteLinkRequested():
            return (data.invite,)
    return ()


def access_of(data: EventData) -> AccessRef | None:
    """Return the access that the email is about, or None."""
    match data:
        case AccessStarted() | AccessStartChanged():
            return data.access
        case SeatsGivenData(started=(access,)):
            return access
        case SupportRequestAnswered():
            return data.released
    return None


def products(data: EventData, invite: Invite | None, texts: Texts) -> list[str]:
    """Return the names of the products that somebody is invited to, or of the group; empty for none."""
    names = _product_names(data, invite)
    if not names:
        # Translators: follows "invites you to", "invitation to" or "a place for you in".
        group = texts.pgettext("invited to", "the group %(group)s")
        names = [group % {"group": one.name} for one in _groups(data)]
    return [wording.one_line(name) for name in names]


def given(data: EventData, invite: Invite | None, texts: Texts) -> list[str]:
    """Return the same names as `products`, as they stand in a list or after a colon."""
    names = _product_names(data, invite) or [_in_list(group, texts) for group in _groups(data)]
    return [wording.one_line(name) for name in names]


def _in_list(group: GroupRef, texts: Texts) -> str:
    return texts.pgettext("list", "the group %(group)s") % {"group": group.name}


def _product_names(data: EventData, invite: Invite | None) -> list[str]:
    names = [one.product.name for one in _licenses(data)]
    match data:
        case InvitesExpirySummarized():
            names = [product.name for product in data.products]
        case ProductRetiring() | ProductRetirementCanceled():
            names = [data.product.name]
    if not names and invite is not None:
        names = [terms.product.name for terms in invite.licenses]
    return names


def _licenses(data: EventData) -> Iterable[LicenseRef]:
    match data:
        case LicenseEnding() | SeatsLow() | SeatsOut() | SeatRequestData():
            return (data.license,)
        case SupportRequestData():
            return () if data.license is None else (data.license,)
        case CodeCreated() | CodeCopied():
            return data.terms.licenses or data.group_licenses
        case JoinApproved(accesses=given) | SeatsGivenData(started=given):
            return [access.license for access in given]
    if (access := access_of(data)) is not None:
        return (access.license,)
    return [license_ for invite in invites_of(data) for license_ in invite.licenses]


def _groups(data: EventData) -> Sequence[GroupRef]:
    match data:
        case CodeCreated() | CodeCopied():
            return () if data.terms.group is None else (data.terms.group,)
        case JoinApproved():
            return () if data.group is None else (data.group,)
    return next((invite.groups for invite in invites_of(data)), ())


def ends_at(data: EventData, invite: Invite | None) -> datetime | None:
    """Return the end of the license, access or code that the email is about, or None."""
    match data:
        case LicenseEnding():
            return data.ends_at
        case CodeCreated() | CodeCopied():
            return data.terms.ends_at
    access = access_of(data)
    if access is None or invite is None:
        return None
    ends = (terms.valid_until for terms in invite.licenses if terms.license == access.license.id)
    return next(ends, None)


def first_name(data: EventData, invite: Invite | None) -> str:
    """Return the first name for the greeting: as the manager typed it, or else the person's own; or empty."""
    if invite is not None:
        return wording.one_line(invite.first_name)
    if isinstance(data, JoinRequestData | JoinApproved):
        return wording.one_line(data.person.first_name)
    return ""


def reason(data: EventData) -> str:
    """Return why the organization was suspended; empty in every other email."""
    return wording.plain(data.reason) if isinstance(data, OrganizationSuspended) else ""


def asker(data: EventData) -> str:
    """Return the person who asked to join, for a notice to managers; empty in every other email."""
    if not isinstance(data, JoinRequested):
        return ""
    person = data.person
    return wording.one_line(f"{person.first_name} {person.last_name} ({person.email})")


class AnsweredInvites:
    """The invites that a notice to managers is about."""

    def __init__(self, email: Email, texts: Texts) -> None:
        data = email.data
        notice = isinstance(
            data, InviteDeclined | InviteLinkRequested | InvitesExpirySummarized | ManagerJoined
        )
        invites = invites_of(data) if notice else ()
        self.count = data.count if isinstance(data, InvitesExpirySummarized) else len(invites)
        self.rows = [(invite.email, _offer(invite, texts)) for invite in invites[:MOST_NAMED]]
        self.emails = [address for address, _ in self.rows]
        self.more = self.count - len(self.rows)
        self.who = texts.listed_shortly(self.emails) if invites else ""
        if name := wording.one_line(email.actor_name):
            self.who = f"{name} ({self.who})"
        summary = data if isinstance(data, InvitesExpirySummarized) else None
        self.team = (summary is not None and summary.team) or any(
            one.kind is InviteKind.TEAM for one in invites
        )
        self.seats = any(one.kind is InviteKind.LEARNER and one.licenses for one in invites)
        named = [] if summary is None else given(summary, None, texts)
        self.about = list(dict.fromkeys([*named, *(offer for _, offer in self.rows)]))


def _offer(invite: InviteRef, texts: Texts) -> str:
    """Return the names of what an invite offers: its products, its group or the team."""
    if invite.kind is InviteKind.TEAM:
        return texts.gettext("your team")
    names = [one.product.name for one in invite.licenses]
    if not names:
        names = [_in_list(group, texts) for group in invite.groups] or [texts.gettext("your organization")]
    return texts.listed([wording.one_line(name) for name in names])


def role(data: EventData, invite: Invite | None) -> Role | None:
    """Return the role that the email is about, or None."""
    if isinstance(data, ManagerJoined):
        return data.manager.role
    return None if invite is None else invite.role


def outcomes(data: EventData, texts: Texts) -> list[tuple[str, int]]:
    """Return how many rows of a finished import had each outcome; empty in every other email."""
    if not isinstance(data, ImportFinished):
        return []
    return [(outcome_name(texts, verdict), rows) for verdict, rows in data.outcomes.items()]


class Retirement:
    """When a product is retired and which licenses of it the organization has; empty in every other email."""

    def __init__(self, data: EventData) -> None:
        self.at = data.retires_at if isinstance(data, ProductRetiring) else None
        self.previously: datetime | None = None
        self.licenses: list[tuple[int, int, datetime]] = []
        self.more = 0
        if isinstance(data, ProductRetiring | ProductRetirementCanceled):
            self.previously = data.previously
            self.licenses = [(one.total, one.in_use, one.ends_at) for one in data.held]
            self.more = data.held_count - len(data.held)


@dataclass(frozen=True, kw_only=True)
class RequestAnswer:
    """A manager's request and its answer; empty in every other email."""

    kind: str = SupportKind.OTHER
    about: str = ""
    training: str = ""
    message: str = ""
    answer: str = ""
    granted: bool = False
    released: bool = False
    seats: int = 0


def request_answer(data: EventData) -> RequestAnswer:
    """Return the request and its answer in the event."""
    match data:
        case SupportRequestAnswered():
            return RequestAnswer(
                kind=data.kind,
                about=wording.one_line(data.email or ""),
                training=wording.one_line(data.training or ""),
                message=wording.plain(data.message),
                answer=wording.plain(data.answer),
                granted=data.granted,
                released=data.granted and data.kind is SupportKind.RELEASE_SEAT,
            )
        case SeatsApproved():
            return RequestAnswer(message=wording.plain(data.message), granted=True, seats=data.seats)
        case SeatsRefused():
            return RequestAnswer(
                message=wording.plain(data.message), answer=wording.plain(data.answer), seats=data.seats
            )
    return RequestAnswer()


class CodeCopy:
    """A code for the manager to forward; empty in every other email."""

    def __init__(self, data: EventData, *, landing_page: str) -> None:
        copied = data if isinstance(data, CodeCreated | CodeCopied) else None
        terms: CodeTerms | None = None if copied is None else copied.terms
        self.code = "" if copied is None or copied.code is None else copied.code.text
        self.landing_page = landing_page
        self.address = f"{landing_page}/{self.code}"
        self.message = "" if terms is None else wording.plain(terms.message)
        self.domain = "" if terms is None else terms.domain
        self.cap = None if terms is None else terms.cap
