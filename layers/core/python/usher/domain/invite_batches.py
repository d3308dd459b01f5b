"""Batches of invites: which addresses have their seats already, and which still need some. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from enum import StrEnum

from usher.domain.accesses import Access, AccessState
from usher.domain.address_faults import AddressFault
from usher.domain.email_budgets import TooManyEmailsError
from usher.domain.groups import InviteGroup
from usher.domain.imports.typos import suggest
from usher.domain.invites import Invite, InviteState
from usher.domain.licenses import LicenseTerms
from usher.lazy_dataclasses import dataclass


class Outcome(StrEnum):
    """What became of one address; `duplicate`, in previews alone, of one that was named before."""

    INVITED = "invited"
    ALREADY_INVITED = "already_invited"
    ALREADY_ASSIGNED = "already_assigned"
    INVALID = "invalid"
    NO_SEAT = "no_seat"
    TOO_MANY_EMAILS = "too_many_emails"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, kw_only=True)
class Invited:
    """What became of one address, with its invite where there is one.

    Attributes:
        reason: why the address is invalid, or was not invited.
        fault: of an invalid address, the same for programs; else None.
        retry_after: of an address that was emailed too often, seconds until it can be invited; else None.
    """

    email: str
    outcome: Outcome
    invite: Invite | None = None
    reason: str = ""
    fault: AddressFault | None = None
    retry_after: int | None = None

    @property
    def suggestion(self) -> str:
        """The address that was probably meant; empty where there is none to suggest."""
        return suggest(self.email) or ""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An invite to write, whose address needs seats, or membership of a group alone.

    Attributes:
        position: that of the address in the request.
        invite: the invite, without an id until it is written.
        replaces: of an invite that brings no seat, the earlier ones that the markers of its groups name.
    """

    position: int
    invite: Invite
    replaces: Mapping[str, str] = field(default_factory=dict)

    @property
    def email(self) -> str:
        """The address that is invited."""
        return self.invite.email

    @property
    def batch_key(self) -> tuple[str, ...]:
        """The organization and the groups: candidates with one key share a transaction, and so an event."""
        return self.invite.organization, *(group.id for group in self.invite.groups)

    @property
    def groups_without_seat(self) -> tuple[str, ...]:
        """The groups of which the invite brings no seat, so that a marker says that there is an invite."""
        own = {terms.license for terms in self.invite.licenses}
        return tuple(group.id for group in self.invite.groups if own.isdisjoint(group.licenses))

    def accesses(self) -> list[Access]:
        """Return the reservations, one for each license."""
        return [
            Access(
                email=self.invite.email,
                terms=terms,
                state=AccessState.RESERVED,
                invite=self.invite.id,
                reserved_until=self.invite.expires_at,
            )
            for terms in self.invite.licenses
        ]


Seat = tuple[str, str]
"""An address and the id of a license."""

MembershipKey = tuple[str, str]
"""The id of a group and an address."""


@dataclass(frozen=True, kw_only=True)
class SeatsHeld:
    """What the addresses of a batch have already, as it was read.

    Attributes:
        live: the accesses that hold a seat.
        lapsed: the accesses whose invite has expired with the seat not given back yet.
        members: who is a member of which group.
        markers: the newest invite without a seat to a group, by its id.
        invites: the invites that the reservations and markers name, by their ids.
    """

    live: Mapping[Seat, Access]
    lapsed: Sequence[Access] = ()
    members: frozenset[MembershipKey] = frozenset()
    markers: Mapping[MembershipKey, str] = field(default_factory=dict)
    invites: Mapping[str, Invite] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SortedOut:
    """The addresses of a batch that need nothing, with what they have; and those to be invited."""

    settled: Mapping[int, Invited]
    candidates: Sequence[Candidate]


def missing_seats(
    drafts: Mapping[int, Invite], live: Mapping[Seat, Access]
) -> dict[int, tuple[LicenseTerms, ...]]:
    """Return the licenses that each draft still has to reserve, by its position in the request.

    A draft names all that its address is to have. Where two drafts of one address name the same license, the
    first gives it.
    """
    taken = set(live)
    missing: dict[int, tuple[LicenseTerms, ...]] = {}
    for position, draft in drafts.items():
        missing[position] = tuple(
            terms for terms in draft.licenses if (draft.email, terms.license) not in taken
        )
        taken.update((draft.email, terms.license) for terms in missing[position])
    return missing


def reservation_of(draft: Invite, live: Mapping[Seat, Access]) -> Access | None:
    """Return the first of the draft's seats that an open invite holds for its address."""
    held = (live.get((draft.email, terms.license)) for terms in draft.licenses)
    return next((one for one in held if one is not None and one.state is AccessState.RESERVED), None)


def groups_to_ask_for(draft: Invite, live: Mapping[Seat, Access]) -> tuple[InviteGroup, ...]:
    """Return the groups of which a draft that lacks no seat asks for membership alone.

    An open invite that reserves a seat of a group's licenses stands for the group (decision 20).
    """
    reserved = {
        terms.license
        for terms in draft.licenses
        if (access := live.get((draft.email, terms.license))) is not None
        and access.state is AccessState.RESERVED
    }
    return tuple(group for group in draft.groups if reserved.isdisjoint(group.licenses))


def sort_out(drafts: Mapping[int, Invite], held: SeatsHeld, *, now: datetime) -> SortedOut:
    """Divide the drafts into those settled by what the address already has, and candidates for the rest."""
    settled: dict[int, Invited] = {}
    candidates: list[Candidate] = []
    for position, missing in missing_seats(drafts, held.live).items():
        draft = drafts[position]
        if missing:
            candidates.append(Candidate(position=position, invite=replace(draft, licenses=missing)))
        elif not (asked := groups_to_ask_for(draft, held.live)):
            settled[position] = _holder(draft, held)
        elif not (joining := _unasked(draft, asked, held, now=now)):
            settled[position] = _holder_in_groups(draft, asked, held)
        else:
            candidates.append(
                Candidate(
                    position=position,
                    invite=replace(draft, licenses=(), groups=joining),
                    replaces={
                        group.id: marker
                        for group in joining
                        if (marker := held.markers.get((group.id, draft.email))) is not None
                    },
                )
            )
    return SortedOut(settled=settled, candidates=candidates)


def _holder(draft: Invite, held: SeatsHeld) -> Invited:
    """Return the result for an address that has the seats, reserved by an open invite or in use."""
    reservation = reservation_of(draft, held.live)
    if reservation is not None:
        return already_invited(draft.email, held.invites.get(reservation.invite))
    own = all((draft.email, terms.license) in held.live for terms in draft.licenses)
    # Where a seat is not theirs yet, an earlier draft of this very batch gives it.
    return Invited(email=draft.email, outcome=Outcome.ALREADY_ASSIGNED if own else Outcome.ALREADY_INVITED)


def _unasked(
    draft: Invite, asked: Sequence[InviteGroup], held: SeatsHeld, *, now: datetime
) -> tuple[InviteGroup, ...]:
    """Return the groups that the address neither is a member of nor has an open invite to."""
    return tuple(
        group
        for group in asked
        if (group.id, draft.email) not in held.members and not _is_open(_marked(draft, group, held), now)
    )


def _holder_in_groups(draft: Invite, asked: Sequence[InviteGroup], held: SeatsHeld) -> Invited:
    """Return the result for a member of all the groups, or who has open invites to the rest of them."""
    outside = (group for group in asked if (group.id, draft.email) not in held.members)
    earlier = next((_marked(draft, group, held) for group in outside), None)
    if earlier is not None:
        return already_invited(draft.email, earlier)
    if reservation_of(draft, held.live) is not None:
        return _holder(draft, held)
    return Invited(email=draft.email, outcome=Outcome.ALREADY_ASSIGNED)


def _marked(draft: Invite, group: InviteGroup, held: SeatsHeld) -> Invite | None:
    """Return the newest invite without a seat to the group, open or not."""
    return held.invites.get(held.markers.get((group.id, draft.email), ""))


def _is_open(invite: Invite | None, now: datetime) -> bool:
    return invite is not None and invite.state is InviteState.PENDING and not invite.has_expired(now)


def already_invited(email: str, invite: Invite | None) -> Invited:
    """Return the result for an address with an open invite."""
    return Invited(email=email, outcome=Outcome.ALREADY_INVITED, invite=invite)


def emailed_too_often(email: str, refusal: TooManyEmailsError) -> Invited:
    """Return the result for an address whose budget of emails is used up."""
    return Invited(
        email=email,
        outcome=Outcome.TOO_MANY_EMAILS,
        reason=refusal.detail,
        retry_after=refusal.retry_after,
    )


def refuse_emailed(results: Sequence[Invited]) -> None:
    """Raise TooManyEmailsError if that is what became of each address; nothing is recorded of it then."""
    waits = [one.retry_after for one in results if one.outcome is Outcome.TOO_MANY_EMAILS and one.retry_after]
    if waits and len(waits) == len(results):
        raise TooManyEmailsError(results[0].reason, retry_after=max(waits))
