"""The activity report: a row for each person and license, invited or enrolled in whichever way."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime

from usher.domain.accesses import Access, AccessState
from usher.domain.changed_products import ChangedProducts
from usher.domain.enrollment_methods import EnrollmentMethod
from usher.domain.events.event import Event
from usher.domain.events.parts import AccessRef
from usher.domain.events.present_names import with_present_names
from usher.domain.invites import Delivery, Invite, InviteState
from usher.domain.learners import Learner
from usher.domain.licenses import LicenseTerms
from usher.domain.reports.enrollments import RecordedEnrollment
from usher.lazy_dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ActivityRow:
    """A row of the activity report: a person, invited or enrolled, and at most one license.

    Attributes:
        method: how the person was, or is to be, enrolled.
        source: see RecordedEnrollment; empty of an invite.
        first_name, last_name: of an invite as the manager typed them, else as the person gave them.
        client: the client's name, where the organization is one.
        license, product: what was offered or given; None and empty where it is a group without licenses.
        license_from, license_until: the license's validity.
        invite, event: the id of the invite, or of the event that enrolled the person.
        enrolled_at, enrolled_by: when and by whom the person was enrolled; None while they are invited.
        invited_by, invited_at, state, and those about emails and answers: of an invite, else None.
        sent, last_sent_at, delivery: how many emails with a link were sent; time and delivery of the last.
        access: the state of the access that was given; None if none was, or the person has got another since.
        access_start: when the access begins or began.
        access_ended_at: when the access ended with its license, or was released on request.
    """

    method: EnrollmentMethod
    source: str = ""
    email: str
    first_name: str = ""
    last_name: str = ""
    client: str
    license: str | None
    product: str
    license_from: datetime | None
    license_until: datetime | None
    group: str
    invite: str | None = None
    event: str | None = None
    enrolled_at: datetime | None
    enrolled_by: str | None
    invited_by: str | None = None
    invited_at: datetime | None = None
    state: InviteState | None = None
    sent: int | None = None
    last_sent_at: datetime | None = None
    delivery: Delivery | None = None
    accepted_at: datetime | None = None
    declined_at: datetime | None = None
    withdrawn_at: datetime | None = None
    expired_at: datetime | None = None
    access: AccessState | None
    access_start: datetime | None
    access_ended_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class InviteEntry:
    """An invite and one of the licenses that it offers; `terms` is None for a group without licenses."""

    invite: Invite
    terms: LicenseTerms | None

    @property
    def id(self) -> str:
        """The id of the invite."""
        return self.invite.id

    @property
    def email(self) -> str:
        """The invited address."""
        return self.invite.email

    @property
    def license(self) -> str | None:
        """The id of the license."""
        return None if self.terms is None else self.terms.license

    @property
    def is_enrolled(self) -> bool:
        """Whether the person accepted, so that there may be an access."""
        return self.invite.state is InviteState.ACCEPTED

    @property
    def is_named(self) -> bool:
        """Whether whoever sent the invite named the person."""
        return bool(self.invite.first_name or self.invite.last_name)

    def with_products(self, products: ChangedProducts) -> InviteEntry:
        """Return the entry with the product as it is called now."""
        return self if self.terms is None else replace(self, terms=products.terms(self.terms))

    def row(
        self,
        *,
        access: Access | None,
        learner: Learner | None,
        client: str,
        now: datetime,
    ) -> ActivityRow:
        """Return the row, given the person's present access of the license.

        Whoever accepted without having been named is called as they call themselves as a learner.
        """
        invite, terms = self.invite, self.terms
        named = invite if self.is_named or learner is None else learner
        own = access if access is not None and access.invite == invite.id else None
        accepted_at = _answered(invite, InviteState.ACCEPTED)
        return ActivityRow(
            method=EnrollmentMethod.INVITE,
            email=invite.email,
            first_name=named.first_name,
            last_name=named.last_name,
            client=client,
            license=self.license,
            product="" if terms is None else terms.product.name,
            license_from=None if terms is None else terms.valid_from,
            license_until=None if terms is None else terms.valid_until,
            group=", ".join(group.name for group in invite.groups),
            invite=invite.id,
            enrolled_at=accepted_at,
            enrolled_by=None if accepted_at is None else invite.email,
            invited_by=invite.created_by,
            invited_at=invite.created_at,
            state=invite.state,
            sent=invite.number,
            last_sent_at=invite.sent_at,
            delivery=invite.delivery,
            accepted_at=accepted_at,
            declined_at=_answered(invite, InviteState.DECLINED),
            withdrawn_at=_answered(invite, InviteState.WITHDRAWN),
            expired_at=invite.expires_at if invite.has_expired(now) else None,
            access=None if own is None else own.state_at(now),
            access_start=None if own is None else own.start_at,
            access_ended_at=None if own is None else _ended_at(own, now),
        )


@dataclass(frozen=True, kw_only=True)
class EnrollmentEntry:
    """One person whom an event enrolled without an invite, and one license that it gave them, if any."""

    event: Event
    enrollment: RecordedEnrollment
    email: str
    given: AccessRef | None

    @property
    def id(self) -> str:
        """The id of the event."""
        return self.event.id

    @property
    def license(self) -> str | None:
        """The id of the license."""
        return None if self.given is None else self.given.license.id

    @property
    def is_enrolled(self) -> bool:
        """Whether there may be an access: always."""
        return True

    def with_products(self, products: ChangedProducts) -> EnrollmentEntry:
        """Return the entry with the product as it is called now."""
        return replace(self, given=with_present_names(self.given, products))

    def row(
        self, *, access: Access | None, learner: Learner | None, client: str, now: datetime
    ) -> ActivityRow:
        """Return the row, given the person's present access of the license and the person as learner."""
        own = access if access is not None and self._gave(access) else None
        group = self.enrollment.group
        return ActivityRow(
            method=self.enrollment.method,
            source=self.enrollment.source,
            email=self.email,
            first_name="" if learner is None else learner.first_name,
            last_name="" if learner is None else learner.last_name,
            client=client,
            license=self.license,
            product="" if self.given is None else self.given.license.product.name,
            license_from=None if access is None else access.terms.valid_from,
            license_until=None if access is None else access.terms.valid_until,
            group="" if group is None else group.name,
            event=self.event.id,
            enrolled_at=self.event.occurred_at,
            enrolled_by=self.event.actor,
            access=None if own is None else own.state_at(now),
            access_start=None if own is None else own.start_at,
            access_ended_at=None if own is None else _ended_at(own, now),
        )

    def _gave(self, access: Access) -> bool:
        """Whether the access is the one that was given, and none that the person got since."""
        return self.given is not None and not access.invite and access.first_start_at == self.given.start_at


Entry = InviteEntry | EnrollmentEntry


def entries_of_invite(invite: Invite, *, only: Collection[str]) -> Iterator[InviteEntry]:
    """Yield an entry for each license of the invite, or for each of those in `only`, if it has any."""
    for terms in invite.licenses or (None,):
        if not only or (terms is not None and terms.license in only):
            yield InviteEntry(invite=invite, terms=terms)


def entries_of_event(
    event: Event, enrollment: RecordedEnrollment, *, only: Collection[str]
) -> Iterator[EnrollmentEntry]:
    """Yield an entry for each person and license of the event's enrollment, or of those in `only`.

    Somebody who was given no license has one entry without.
    """
    given = {access.email for access in enrollment.accesses}
    for access in enrollment.accesses:
        if not only or access.license.id in only:
            yield EnrollmentEntry(event=event, enrollment=enrollment, email=access.email, given=access)
    for email in enrollment.emails:
        if email not in given and not only:
            yield EnrollmentEntry(event=event, enrollment=enrollment, email=email, given=None)


def _answered(invite: Invite, state: InviteState) -> datetime | None:
    return invite.answered_at if invite.state is state else None


def _ended_at(access: Access, now: datetime) -> datetime | None:
    return access.ends_at if access.state_at(now) is AccessState.ENDED else access.released_at
