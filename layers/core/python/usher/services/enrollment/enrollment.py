"""Enrollment of a person without an invite: by a code, a join page or single sign-on (DESIGN 1, code)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol

from usher.domain.accesses import Access, AccessState
from usher.domain.enrollment.grants import Grant
from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.errors import RefusedError, refuses
from usher.domain.events.enrollment import EnrollmentData
from usher.domain.events.parts import AccessRef, GroupRef, SeatChange
from usher.domain.groups import Group, GroupRequiredError, Member, UnknownGroupError
from usher.domain.languages import Language
from usher.domain.learners import Learner
from usher.domain.licenses import (
    LicenseOverError,
    LicenseTerms,
    NotEnoughSeatsError,
    SeatNeed,
    UnknownLicenseError,
    shortfall_of,
)
from usher.domain.organizations import Organization, UnknownOrganizationError
from usher.domain.people import Person
from usher.domain.suspensions import OrganizationSuspendedError
from usher.lazy_dataclasses import dataclass
from usher.services.context import Context
from usher.services.invites.answer_invite import AnswerInvite
from usher.services.invites.expire_invites import expire_lapsed
from usher.services.transactions import record_event
from usher.store import accesses, groups, invites, license_pools, licenses, organizations
from usher.store.people import learners
from usher.store.table import BatchResult, Ref
from usher.store.transaction import ConditionFailedError, ConflictError, Write, commit

UNGRANTABLE = (
    UnknownLicenseError,
    UnknownGroupError,
    LicenseOverError,
    GroupRequiredError,
    OrganizationSuspendedError,
)
"""The errors of a grant that cannot be given (any more, or now), whatever the seats."""


@dataclass(frozen=True, kw_only=True)
class EnrollmentResult:
    """The accesses that an enrollment gave; `new` is False if the person had all: nothing was written."""

    organization: str
    email: str
    accesses: tuple[Access, ...] = ()
    new: bool = True


class EnrollmentEvent(Protocol):
    """A function that makes a route's event: an EnrollmentData class with its own fields bound."""

    def __call__(
        self,
        *,
        email: str,
        group: GroupRef | None,
        accesses: tuple[AccessRef, ...],
        seat_changes: tuple[SeatChange, ...],
    ) -> EnrollmentData:
        """Return the data of the event."""


@dataclass(frozen=True, kw_only=True)
class EnrollmentRoute:
    """The route by which a person enrolls.

    Attributes:
        organization: the organization whose learner the person becomes.
        method: how the person enrolls, which their accesses keep.
        grant: the licenses or the group that the person is given.
        event: makes the event that records what the person was given.
        language: of emails about what the person is given; None for the organization's.
        writes: makes the route's own writes in the same transaction, from the result: the use of a code, say.
        refuse: raises if the condition of one of those writes failed: a refusal, or the same conflict, which
            is then not taken for a lack of seats.
        actor: who enrolls the person, where it is not the person.
    """

    organization: str
    method: EnrollmentMethod
    grant: Grant
    event: EnrollmentEvent
    writes: Callable[[EnrollmentResult], Sequence[Write]] = lambda _enrolled: ()
    refuse: Callable[[ConditionFailedError], None] = lambda _stale: None
    actor: str = ""
    language: Language | None = None


class Enrollment:
    """Enrolls a person with a proven address: as learner, with seats and group, in one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(*UNGRANTABLE)
    def require_grantable(self, *, organization: Organization, grant: Grant) -> None:
        """Check that the organization can give the grant now: one call, none for an empty grant.

        Raises:
            UnknownLicenseError, UnknownGroupError, LicenseOverError, GroupRequiredError: see grantable.
        """
        if grant.is_empty:
            organization.require_group_in(grant.group)
            return
        found = self._context.table.get_many(grant_refs(organization.id, grant))
        grantable(found, organization, grant, now=self._context.now())

    @refuses(NotEnoughSeatsError, *UNGRANTABLE)
    def enroll(self, *, person: Person, route: EnrollmentRoute) -> EnrollmentResult:
        """Enroll the person by a route; where they have all of its grant, nothing is written.

        An open invite that reserves one of the seats is accepted: the person has proven its address.

        Raises:
            NotEnoughSeatsError, LicenseOverError, UnknownLicenseError, UnknownGroupError, GroupRequiredError,
                OrganizationSuspendedError: nothing was given.
            ConflictError: what was read has changed; the calling command has to decide again.
        """
        group, offered, found = self._read(person, route.organization, route.grant)
        held = _held(found, person, offered)
        _require_admitting(self._context, found, route.organization)  # before an open invite is accepted
        if self._settle_reservations(person, held):
            group, offered, found = self._read(person, route.organization, route.grant)
            held = _held(found, person, offered)
            if any(access.state is AccessState.RESERVED for access in held.values()):
                raise ConflictError("The person was invited anew at this moment.")
        missing = [terms for terms in offered if terms.license not in held]
        if not missing and _is_member(found, person, route.organization, group):
            return EnrollmentResult(organization=route.organization, email=person.email, new=False)
        _organization(found, route.organization).require_group_in(route.grant.group)
        joining = [
            self._join(person, route.organization, found),
            *_grouping(found, person, group, now=self._context.now()),
        ]
        return self._give(person, route, group, missing, joining)

    @refuses(UnknownLicenseError, UnknownGroupError)
    def is_enrolled(self, *, person: Person, organization: str, grant: Grant) -> bool:
        """Whether the person has all of the grant, or open invites to the rest of it; writes nothing.

        An invite to a group's licenses alone does not offer the membership: one more call reads the invites.
        """
        group, offered, found = self._read(person, organization, grant)
        held = _held(found, person, offered)
        now = self._context.now()
        if any(terms.license not in held or held[terms.license].has_lapsed(now) for terms in offered):
            return False
        if _is_member(found, person, organization, group):
            return True
        reserved = {access.invite for access in held.values() if access.state is AccessState.RESERVED}
        return bool(reserved) and (group is None or self._invites_into(group, reserved))

    def _read(
        self, person: Person, organization: str, grant: Grant
    ) -> tuple[Group | None, list[LicenseTerms], BatchResult]:
        """Return the group, the licenses to give, and the rows about them: one call, two with a group."""
        group = None
        if grant.group:
            at = groups.ref(organization, grant.group)
            group = _group(self._context.table.get_many([at]), organization, grant)
        wanted = grant.licenses if group is None else group.licenses
        found = self._context.table.get_many(
            [
                organizations.ref(organization),
                learners.ref(organization, person.email),
                *(licenses.ref(organization, id_) for id_ in wanted),
                *(accesses.ref(person.email, id_) for id_ in wanted),
                *([groups.member_ref(organization, group.id, person.email)] if group else []),
            ]
        )
        return group, [_terms(found, organization, id_) for id_ in wanted], found

    def _invites_into(self, group: Group, reserved: set[str]) -> bool:
        """Whether one of the invites is to the group: one call."""
        refs = [invites.ref(id_) for id_ in reserved]
        found = self._context.table.get_many(refs)
        offered = [invites.invite_of(row) for at in refs if (row := found.get(at)) is not None]
        return any(group.id == into.id for invite in offered for into in invite.groups)

    def _settle_reservations(self, person: Person, held: Mapping[str, Access]) -> bool:
        """Expire the lapsed reservations and accept the invites of the others; False if there is none."""
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
        """Accept the invites that reserve seats for the person, as far as they are still open."""
        found = self._context.table.get_many([invites.ref(id_) for id_ in reserved])
        for id_ in sorted(reserved):
            if (row := found.get(invites.ref(id_))) is not None:
                number = invites.invite_of(row).number
                with suppress(RefusedError):  # It was answered, expired or sent again meanwhile.
                    AnswerInvite(self._context).accept(person=person, invite=id_, number=number)

    def _give(
        self,
        person: Person,
        route: EnrollmentRoute,
        group: Group | None,
        missing: Sequence[LicenseTerms],
        joining: Sequence[Write],
    ) -> EnrollmentResult:
        """Commit the accesses that the person lacks, with those of the group and the route's own writes."""
        now = self._context.now()
        for terms in missing:
            terms.require_valid(now)
        given = [
            Access.given(person.email, terms, by=route.method, now=now, language=route.language)
            for terms in missing
        ]
        enrolled = EnrollmentResult(
            organization=route.organization, email=person.email, accesses=tuple(given)
        )
        seats = [license_pools.take(terms, 1) for terms in missing]
        writes = [
            *seats,
            *(accesses.take(access) for access in given),
            *joining,
            *route.writes(enrolled),
            self._event(route, group, enrolled),
        ]
        try:
            commit(self._context.table, writes)
        except ConditionFailedError as stale:
            route.refuse(stale)
            full = [terms for terms, seat in zip(missing, seats, strict=True) if seat in stale]
            if full:
                short = [SeatNeed(terms=terms, needed=1, available=0) for terms in full]
                raise shortfall_of(short, consequence="nothing was given") from stale
            raise
        return enrolled

    def _join(self, person: Person, organization: str, found: BatchResult) -> Write:
        """Return the write by which the person becomes a learner, or keeps on being one."""
        learner = Learner(
            organization=organization,
            email=person.email,
            first_name=person.first_name,
            last_name=person.last_name,
            joined_at=self._context.now(),
        )
        return learners.join(learner, is_new=found.get(learners.ref(organization, person.email)) is None)

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


def grant_refs(organization: str, grant: Grant) -> list[Ref[Any]]:
    """Return the references to the licenses and the group of a grant."""
    refs: list[Ref[Any]] = [licenses.ref(organization, id_) for id_ in grant.licenses]
    return refs if grant.group is None else [*refs, groups.ref(organization, grant.group)]


def grantable(found: BatchResult, organization: Organization, grant: Grant, *, now: datetime) -> None:
    """Check that the organization can give the grant; `found` has what grant_refs names.

    Whatever is set up to give something (a code, a join page, single sign-on) is checked so when that is
    named, to say it early; whether it is given is decided by Enrollment.enroll, whenever somebody comes.

    Raises:
        UnknownLicenseError, UnknownGroupError: the organization has no such license or group.
        LicenseOverError: a license is over.
        GroupRequiredError: the organization requires a group, and the grant names none.
    """
    _group(found, organization.id, grant)
    for id_ in grant.licenses:
        _terms(found, organization.id, id_).require_valid(now)
    organization.require_group_in(grant.group)


def _require_admitting(context: Context, found: BatchResult, organization: str) -> None:
    row = found.get(organizations.ref(organization))
    if row is not None:
        owner = organizations.organization_of(row)
        context.shards.note(owner)
        owner.require_admitting()


def _organization(found: BatchResult, organization: str) -> Organization:
    row = found.get(organizations.ref(organization))
    owner = None if row is None else organizations.organization_of(row)
    if owner is None or owner.is_closed:
        raise UnknownOrganizationError("The organization is gone.")
    return owner


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
    return licenses.terms_of(row)


def _held(found: BatchResult, person: Person, offered: Sequence[LicenseTerms]) -> dict[str, Access]:
    """Return the person's live accesses by license, lapsed reservations included."""
    return {
        terms.license: access
        for terms in offered
        if (row := found.get(accesses.ref(person.email, terms.license))) is not None
        and (access := accesses.access_of(row)).is_live()
    }


def _is_member(found: BatchResult, person: Person, organization: str, group: Group | None) -> bool:
    """Whether the person is a learner of the organization and, where a group is given, a member of it."""
    if found.get(learners.ref(organization, person.email)) is None:
        return False
    return group is None or _has_joined(found, person, group)


def _has_joined(found: BatchResult, person: Person, group: Group) -> bool:
    return found.get(groups.member_ref(group.organization, group.id, person.email)) is not None


def _grouping(found: BatchResult, person: Person, group: Group | None, *, now: datetime) -> list[Write]:
    """Return the writes by which the person joins the group, as long as it is there; one who has, stays."""
    if group is None:
        return []
    if _has_joined(found, person, group):
        return [groups.is_open(group.organization, group.id)]
    member = Member(organization=group.organization, group=group.id, email=person.email, joined_at=now)
    return [groups.count(group.organization, group.id, 1), groups.join(member)]
