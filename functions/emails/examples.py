"""Examples of emails: each template with example values, in an organization's name and branding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from usher.domain.accesses import AccessState
from usher.domain.effects.kinds import LINKED, NOTICES, Email, Template
from usher.domain.enrollment.codes import CodeKind
from usher.domain.enrollment.email_verifications import VerificationPurpose
from usher.domain.events import (
    accesses,
    codes,
    enrollment,
    imports,
    invites,
    licenses,
    organizations,
    products,
    requests,
)
from usher.domain.events import team as team_events
from usher.domain.events.event import EventData
from usher.domain.events.parts import AccessRef, HeldLicense, InviteRef, LicenseRef, ManagerRef, PersonRef
from usher.domain.invites import ClosedLink, Invite, InviteKind, InviteState, expiry_for
from usher.domain.languages import Language
from usher.domain.licenses import LicenseTerms, Product, ProductKind
from usher.domain.organizations import Manager, ManagerState, Organization, Role
from usher.domain.requests import SupportKind
from usher.services.outbox.send_email import EmailContext

NOWHERE = "#"
"""The address of every link of an example: it leads nowhere, and carries no token."""

RECIPIENT = "ann.lee@example.com"
"""Whom the examples are for."""

_PERSON = PersonRef(email=RECIPIENT, first_name="Ann", last_name="Lee")
_MANAGER = "max.muster@example.com"
_ID = "01KAP3V8Q2M4X7Y9Z1B5C6D8E0"
_YEAR = timedelta(days=365)


def example_of(
    template: Template, *, organization: Organization, language: Language, origin: str, now: datetime
) -> EmailContext:
    """Return the context of an example of the template in a language, as it is for SendEmail."""
    about = _Examples(organization, now)
    data = about.data(template)
    team = template is Template.TEAM_INVITE
    of_invite = team or template in _OF_INVITES
    return EmailContext(
        email=Email(
            id="example",
            template=template,
            organization=organization.id,
            to=_PERSON.email if of_invite or template in _TO_JOINERS else _MANAGER,
            invite=_ID if of_invite else "",
            number=1 if of_invite else 0,
            data=data,
        ),
        organization=organization,
        invite=(about.team_invite if team else about.invite) if of_invite else None,
        inviter=about.inviter if of_invite else None,
        link=NOWHERE if template in _ANSWERABLE else "",
        unsubscribe_link=NOWHERE if template in NOTICES or template is Template.REMINDER else "",
        origin=origin,
        language=language,
    )


_OF_INVITES = frozenset(
    {
        Template.INVITE,
        Template.RESENT,
        Template.REMINDER,
        Template.WITHDRAWN,
        Template.START_CHANGED,
        Template.ACCESS_STARTED,
        Template.ACCESS_RELEASED,
    }
)
_TO_JOINERS = frozenset(
    {
        Template.ACCESS_START_CHANGED,
        Template.VERIFICATION_LINK,
        Template.JOIN_APPROVED,
        Template.JOIN_REFUSED,
        Template.JOIN_WAITING,
    }
)
_ANSWERABLE = LINKED | {Template.START_CHANGED, Template.VERIFICATION_LINK}


class _Examples:
    """The example values of one organization: a course, an invite to it, and all that follows."""

    def __init__(self, organization: Organization, now: datetime) -> None:
        self._organization = organization
        self._now = now
        self._terms = LicenseTerms(
            license=_ID,
            organization=organization.id,
            product=Product(id=_ID, name="First Aid at Work", kind=ProductKind.COURSE),
            flex=False,
            valid_from=now - timedelta(days=30),
            valid_until=now + _YEAR,
        )
        self._license = LicenseRef.of(self._terms)
        self.inviter = Manager(
            organization=organization.id,
            email=_MANAGER,
            role=Role.FULL,
            state=ManagerState.ACTIVE,
            first_name="Max",
            last_name="Muster",
        )
        self.invite = Invite(
            id=_ID,
            organization=organization.id,
            kind=InviteKind.LEARNER,
            email=_PERSON.email,
            state=InviteState.PENDING,
            created_at=now,
            created_by=_MANAGER,
            expires_at=expiry_for(now=now, days=organization.invite_days, licenses=[self._terms]),
            licenses=(self._terms,),
            first_name=_PERSON.first_name,
            last_name=_PERSON.last_name,
            message="Welcome! Write to me if you have a question.",
            sent_at=now,
        )
        self.team_invite = replace(self.invite, kind=InviteKind.TEAM, licenses=(), role=Role.FULL, message="")

    def data(self, template: Template) -> EventData:
        """Return the data of an event that the template tells of."""
        makers: Mapping[Template, Callable[[], EventData]] = {
            **self._to_learners(),
            **self._about_invites(),
            **self._about_licenses(),
            **self._about_requests(),
            **self._to_joiners(),
        }
        return makers[template]()

    def _to_learners(self) -> dict[Template, Callable[[], EventData]]:
        invite = InviteRef.of(self.invite)
        return {
            Template.INVITE: lambda: invites.InvitesCreated(invites=(invite,), seat_changes=()),
            Template.RESENT: lambda: invites.InviteResent(invite=invite),
            Template.REMINDER: lambda: invites.InvitesReminded(invites=(invite,)),
            Template.WITHDRAWN: lambda: invites.InviteWithdrawn(invite=invite, seat_changes=()),
            Template.START_CHANGED: lambda: invites.InviteStartChanged(invite=invite, scheduled=()),
            Template.ACCESS_STARTED: lambda: accesses.AccessStarted(access=self._access()),
            Template.ACCESS_START_CHANGED: lambda: accesses.AccessStartChanged(
                access=replace(self._access(), start_at=self._now + timedelta(days=30)),
                previous_start_at=self._now + timedelta(days=20),
            ),
            Template.ACCESS_RELEASED: lambda: replace(
                self._answered(), granted=True, released=self._access()
            ),
        }

    def _about_invites(self) -> dict[Template, Callable[[], EventData]]:
        invite, team_invite = InviteRef.of(self.invite), InviteRef.of(self.team_invite)
        return {
            Template.TEAM_INVITE: lambda: team_events.ManagerInvited(invite=team_invite),
            Template.JOINED_NOTICE: lambda: team_events.ManagerJoined(
                invite=team_invite, manager=ManagerRef(email=_PERSON.email, role=Role.FULL)
            ),
            Template.DECLINED_NOTICE: lambda: invites.InviteDeclined(invite=invite, seat_changes=()),
            Template.LINK_REQUESTED_NOTICE: lambda: invites.InviteLinkRequested(
                invite=invite, because=ClosedLink.EXPIRED
            ),
            Template.EXPIRED_NOTICE: lambda: invites.InvitesExpirySummarized(
                day=self._now.date(),
                count=1,
                products=(self._license.product,),
                team=False,
                invites=(invite,),
            ),
            Template.IMPORT_FINISHED_NOTICE: lambda: imports.ImportFinished(
                learner_import=imports.ImportRef(id=_ID, file_name="people.xlsx", rows=3),
                outcomes={"invited": 2, "already_invited": 1},
                invited=2,
                confirmed_by=_MANAGER,
            ),
        }

    def _about_licenses(self) -> dict[Template, Callable[[], EventData]]:
        license_, product = self._license, self._license.product
        held = HeldLicense(license=license_, total=12, in_use=11, ends_at=self._terms.valid_until)
        retires_at = self._now + timedelta(days=180)
        return {
            Template.ENDING_NOTICE: lambda: licenses.LicenseEnding(
                license=license_, ends_at=self._now + timedelta(days=7), days=7, available=1, total=12
            ),
            Template.SEATS_LOW_NOTICE: lambda: licenses.SeatsLow(license=license_, available=1, total=12),
            Template.SEATS_OUT_NOTICE: lambda: licenses.SeatsOut(license=license_, available=0, total=12),
            Template.RETIRING_NOTICE: lambda: products.ProductRetiring(
                product=product, retires_at=retires_at, previously=None, held=(held,), held_count=1
            ),
            Template.SUSPENDED_NOTICE: lambda: organizations.OrganizationSuspended(
                reason="The invoice of November is open."
            ),
            Template.RESUMED_NOTICE: organizations.OrganizationResumed,
            Template.STAYING_NOTICE: lambda: products.ProductRetirementCanceled(
                product=product, previously=retires_at, held=(held,), held_count=1
            ),
        }

    def _about_requests(self) -> dict[Template, Callable[[], EventData]]:
        return {
            Template.SUPPORT_ANSWERED: self._answered,
            Template.SEATS_ANSWERED: lambda: requests.SeatsApproved(
                request=_ID,
                asked_by=_MANAGER,
                license=self._license,
                seats=20,
                message="",
                order=_ID,
                notified=_MANAGER,
            ),
            Template.CODE_COPY: lambda: codes.CodeCopied(
                code=codes.CodeRef(text="WELCOME-2027", kind=CodeKind.REGISTRATION, name=""),
                terms=codes.CodeTerms(
                    kind=CodeKind.REGISTRATION,
                    name="",
                    licenses=(self._license,),
                    group=None,
                    cap=20,
                    domain="",
                    message="",
                    ends_at=self._terms.valid_until,
                ),
                copy_to=_MANAGER,
                group_licenses=(),
            ),
        }

    def _to_joiners(self) -> dict[Template, Callable[[], EventData]]:
        return {
            Template.VERIFICATION_LINK: lambda: enrollment.EmailVerificationRequested(
                verification=_ID, purpose=VerificationPurpose.JOIN, email=_PERSON.email
            ),
            Template.JOIN_REQUESTED_NOTICE: lambda: enrollment.JoinRequested(request=_ID, person=_PERSON),
            Template.JOIN_REFUSED: lambda: enrollment.JoinRefused(request=_ID, person=_PERSON),
            Template.JOIN_WAITING: lambda: enrollment.JoinWaiting(request=_ID, person=_PERSON),
            Template.JOIN_APPROVED: lambda: enrollment.JoinApproved(
                email=_PERSON.email,
                group=None,
                accesses=(self._access(),),
                seat_changes=(),
                request=_ID,
                person=_PERSON,
            ),
        }

    def _access(self) -> AccessRef:
        return AccessRef(
            email=_PERSON.email,
            license=self._license,
            state=AccessState.ACTIVE,
            start_at=self._now,
            invite_id=_ID,
        )

    def _answered(self) -> requests.SupportRequestAnswered:
        return requests.SupportRequestAnswered(
            request=_ID,
            asked_by=_MANAGER,
            kind=SupportKind.OTHER,
            email=None,
            license=self._license,
            training=None,
            message="Could you look at this, please?",
            answer="We have looked at it, and it works.",
            granted=False,
            released=None,
            seat_changes=(),
        )
