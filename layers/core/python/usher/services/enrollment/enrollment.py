"""Letting a person in without an invite: by a code, a join page or a single sign-on (DESIGN 1, code)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from usher.domain.accesses import Access, AccessState
from usher.domain.enrollment.grants import Grant
from usher.domain.errors import RefusedError, refuses
from usher.domain.events.enrollment import EnrollmentData
from usher.domain.events.parts import AccessRef, GroupRef, SeatChange
from usher.domain.groups import Group, Member, UnknownGroupError
from usher.domain.learners import Learner
from usher.domain.licenses import LicenseOverError, LicenseTerms, NotEnoughSeatsError, UnknownLicenseError
from usher.domain.people import Person
from usher.domain.starts import start_on_acceptance
from usher.services.context import Context
from usher.services.invites.answer_invite import AnswerInvite
from usher.services.invites.expire_invites import expire_lapsed
from usher.services.transactions import record_event
from usher.store import accesses, groups, invites, licenses
from usher.store.people import learners
from usher.store.table import BatchResult
from usher.store.transaction import ConditionFailedError, ConflictError, Write, commit


@dataclass(frozen=True, kw_only=True)
class EnrollmentResult:
    """What a person was given: nothing new where they had all of it, and then nothing was written."""

    organization: str
    email: str
    accesses: tuple[Access, ...] = ()
    new: bool = True


class EnrollmentEvent(Protocol):
    """Makes the event that a route records: a class of EnrollmentData with its own fields given."""

    def __call__(
        self,
        *,
        email: str,
        group: GroupRef | None,
        accesses: tuple[AccessRef, ...],
        seat_changes: tuple[SeatChange, ...],
    ) -> EnrollmentData:
        """Return the event's data."""


@dataclass(frozen=True, kw_only=True)
class EnrollmentRoute:
    """By which way a person comes in.

    Attributes:
        organization: whose learner they become.
        grant: what they are given.
        event: makes the event of what the person was given.
        writes: what the door itself writes in the same transaction, by what was given: its use, say.
        refuse: raises if it was one of those writes whose condition failed: a refusal, or the same conflict,
            which is then not taken for a lack of seats.
        actor: who lets them in, where it is not they themselves.
    """

    organization: str
    grant: Grant
    event: EnrollmentEvent
    writes: Callable[[EnrollmentResult], Sequence[Write]] = lambda _admitted: ()
    refuse: Callable[[ConditionFailedError], None] = lambda _stale: None
    actor: str = ""


class Enrollment:
    """Gives a person with a proven address what a door gives: a place, seats, a group, in one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(UnknownLicenseError, UnknownGroupError)
    def require_grantable(self, *, organization: str, grant: Grant) -> None:
        """Raise unless the organization has what is to be given: one call, none for an empty grant."""
        if grant.is_empty:
            return
        found = self._context.table.get_many(
            [
                *(licenses.ref(organization, id_) for id_ in grant.licenses),
                *([groups.ref(organization, grant.group)] if grant.group else []),
            ]
        )
        _group(found, organization, grant)
        for id_ in grant.licenses:
            _terms(found, organization, id_)

    @refuses(NotEnoughSeatsError, LicenseOverError, UnknownLicenseError, UnknownGroupError)
    def admit(self, *, person: Person, door: EnrollmentRoute) -> EnrollmentResult:
        """Let the person in; whoever has it all already is given nothing, and nothing is written.

        A seat that an open invite holds for them is taken up by accepting that invite: they have proven the
        address it was sent to, and asked for the very thing it offers.

        Raises:
            NotEnoughSeatsError, LicenseOverError, UnknownLicenseError, UnknownGroupError: nothing was given.
            ConflictError: what was read has changed; the command that this is a part of decides anew.
        """
        group, offered, found = self._read(person, door.organization, door.grant)
        held = _held(found, person, offered)
        if self._settle_reservations(person, held):
            group, offered, found = self._read(person, door.organization, door.grant)
            held = _held(found, person, offered)
            if any(access.state is AccessState.RESERVED for access in held.values()):
                raise ConflictError("The person was invited anew at this moment.")
        missing = [terms for terms in offered if terms.license not in held]
        if not missing and _belongs(found, person, door.organization, group):
            return EnrollmentResult(organization=door.organization, email=person.email, new=False)
        return self._give(person, door, group, missing)

    @refuses(UnknownLicenseError, UnknownGroupError)
    def is_in(self, *, person: Person, organization: str, grant: Grant) -> bool:
        """Say whether the person has it all, or is offered what they lack by open invites; writes nothing.

        Of a group, an invite to its licenses alone does not offer the membership: one more call tells.
        """
        group, offered, found = self._read(person, organization, grant)
        held = _held(found, person, offered)
        now = self._context.now()
        if any(terms.license not in held or held[terms.license].has_lapsed(now) for terms in offered):
            return False
        if _belongs(found, person, organization, group):
            return True
        reserved = {access.invite for access in held.values() if access.state is AccessState.RESERVED}
        return bool(reserved) and (group is None or self._leads_into(group, reserved))

    def _read(
        self, person: Person, organization: str, grant: Grant
    ) -> tuple[Group | None, list[LicenseTerms], BatchResult]:
        """Read all that the decision needs: two calls, one more where a group says which licenses."""
        group = None
        if grant.group:
            at = groups.ref(organization, grant.group)
            group = _group(self._context.table.get_many([at]), organization, grant)
        wanted = grant.licenses if group is None else group.licenses
        found = self._context.table.get_many(
            [
                learners.ref(organization, person.email),
                *(licenses.ref(organization, id_) for id_ in wanted),
                *(accesses.ref(person.email, id_) for id_ in wanted),
                *([groups.member_ref(organization, group.id, person.email)] if group else []),
            ]
        )
        return group, [_terms(found, organization, id_) for id_ in wanted], found

    def _leads_into(self, group: Group, reserved: set[str]) -> bool:
        refs = [invites.ref(id_) for id_ in reserved]
        found = self._context.table.get_many(refs)
        rows = [row for at in refs if (row := found.get(at)) is not None]
        return any(invites.invite_of(row).group == group.id for row in rows)

    def _settle_reservations(self, person: Person, held: Mapping[str, Access]) -> bool:
        """Expire the reservations that have lapsed and accept the others' invites; False if there is none."""
        now = self._context.now()
        reserved = [access for access in held.values() if access.state is AccessState.RESERVED]
        lapsed = [access for access in reserved if access.has_lapsed(now)]
        if lapsed:
            expire_lapsed(self._context, lapsed)
        to_accept = {access.invite for access in reserved if not access.has_lapsed(now)}
        if to_accept:
            self._accept(person, to_accept)
        return bool(reserved)

    def _accept(self, person: Person, reserved: set[str]) -> None:
        """Accept the invites that hold seats for the person, those that still can be."""
        found = self._context.table.get_many([invites.ref(id_) for id_ in reserved])
        for id_ in sorted(reserved):
            if (row := found.get(invites.ref(id_))) is not None:
                number = invites.invite_of(row).number
                with suppress(RefusedError):  # It came to nothing at this moment, or a newer link was sent.
                    AnswerInvite(self._context).accept(person=person, invite=id_, number=number)

    def _give(
        self, person: Person, door: EnrollmentRoute, group: Group | None, missing: Sequence[LicenseTerms]
    ) -> EnrollmentResult:
        """Commit what is missing."""
        now = self._context.now()
        given = []
        for terms in missing:
            terms.require_valid(now)
            start_at = start_on_acceptance(terms, chosen=None, now=now)
            state = AccessState.SCHEDULED if start_at > now else AccessState.ACTIVE
            given.append(Access(email=person.email, terms=terms, state=state, start_at=start_at))
        admitted = EnrollmentResult(organization=door.organization, email=person.email, accesses=tuple(given))
        seats = [licenses.take(door.organization, terms.license, 1) for terms in missing]
        learner = Learner(
            organization=door.organization,
            email=person.email,
            first_name=person.first_name,
            last_name=person.last_name,
            joined_at=now,
        )
        writes = [
            *seats,
            *(accesses.take(access) for access in given),
            learners.join(learner),
            *_joining(group, learner),
            *door.writes(admitted),
            self._event(door, group, admitted),
        ]
        try:
            commit(self._context.table, writes)
        except ConditionFailedError as stale:
            door.refuse(stale)
            if any(seat in stale for seat in seats):
                raise _full(
                    [terms for terms, seat in zip(missing, seats, strict=True) if seat in stale]
                ) from stale
            raise
        return admitted

    def _event(self, route: EnrollmentRoute, group: Group | None, result: EnrollmentResult) -> Write:
        data = route.event(
            email=result.email,
            group=None if group is None else GroupRef.of(group),
            accesses=tuple(AccessRef.of(access) for access in result.accesses),
            seat_changes=SeatChange.taken(access.terms for access in result.accesses),
        )
        return record_event(
            self._context,
            data,
            organization=route.organization,
            actor=route.actor or result.email,
        )


def _group(found: BatchResult, organization: str, grant: Grant) -> Group | None:
    if grant.group is None:
        return None
    group = groups.open_group(found.get(groups.ref(organization, grant.group)))
    if group is None:
        raise UnknownGroupError(f"The organization has no group {grant.group!r}.")
    return group


def _terms(found: BatchResult, organization: str, license_id: str) -> LicenseTerms:
    row = found.get(licenses.ref(organization, license_id))
    if row is None:
        raise UnknownLicenseError(f"The organization has no license {license_id!r}.", license=license_id)
    return licenses.license_of(row).terms


def _full(out_of: Sequence[LicenseTerms]) -> NotEnoughSeatsError:
    return NotEnoughSeatsError(
        "No seat is left.",
        shortfall=[{"license": terms.license, "needed": 1, "available": 0, "missing": 1} for terms in out_of],
    )


def _held(found: BatchResult, person: Person, offered: Sequence[LicenseTerms]) -> dict[str, Access]:
    """Return the person's live accesses by license, lapsed reservations among them."""
    return {
        terms.license: access
        for terms in offered
        if (row := found.get(accesses.ref(person.email, terms.license))) is not None
        and (access := accesses.access_of(row)).is_live()
    }


def _belongs(found: BatchResult, person: Person, organization: str, group: Group | None) -> bool:
    """Say whether the person is a learner of the organization, and of the group where there is one."""
    if found.get(learners.ref(organization, person.email)) is None:
        return False
    return group is None or found.get(groups.member_ref(organization, group.id, person.email)) is not None


def _joining(group: Group | None, learner: Learner) -> list[Write]:
    if group is None:
        return []
    member = Member(
        organization=learner.organization, group=group.id, email=learner.email, joined_at=learner.joined_at
    )
    return [groups.is_open(learner.organization, group.id), groups.join(member)]
