"""Emails of each kind with their contexts, as SendEmail passes them to the renderer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from usher.domain.accesses import AccessState
from usher.domain.effects.kinds import LINKED, Email, Template
from usher.domain.effects.kinds import NOTICES as NOTICE_OF
from usher.domain.enrollment.codes import CodeKind
from usher.domain.enrollment.email_verifications import VerificationPurpose
from usher.domain.events.accesses import AccessStartChanged, AccessStarted
from usher.domain.events.codes import CodeCopied, CodeRef, CodeTerms
from usher.domain.events.enrollment import (
    EmailVerificationRequested,
    JoinApproved,
    JoinRefused,
    JoinRequested,
    JoinWaiting,
)
from usher.domain.events.event import EventData
from usher.domain.events.imports import ImportFinished, ImportRef
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
from usher.domain.events.organizations import OrganizationResumed, OrganizationSuspended
from usher.domain.events.parts import (
    AccessRef,
    HeldLicense,
    InviteRef,
    LicenseRef,
    ManagerRef,
    PersonRef,
    ProductRef,
)
from usher.domain.events.products import ProductRetirementCanceled, ProductRetiring
from usher.domain.events.requests import SeatsApproved, SupportRequestAnswered
from usher.domain.events.team import ManagerInvited, ManagerJoined
from usher.domain.invites import ClosedLink, Invite, InviteKind, InviteState
from usher.domain.languages import Language
from usher.domain.licenses import LicenseTerms, Product, ProductKind
from usher.domain.organizations import Manager, ManagerState, Organization, Role
from usher.domain.requests import SupportKind
from usher.services.outbox.send_email import EmailContext

NOW = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
LINK = "https://usher.example/i/01J.1.k1.mac"
ORIGIN = "https://usher.example"
UNSUBSCRIBE_LINK = "https://usher.example/learn/notices/01J.invite_declined.k1.mac"
REMINDERS_LINK = "https://usher.example/learn/reminders/01J.k1.mac"
ENTER_LINK = "https://usher.example/learn/enter/01J.k1.mac"
BOSS = "boss@acme.example"
NOTICES = (Template.DECLINED_NOTICE, Template.EXPIRED_NOTICE)
TO_JOINERS = (
    Template.VERIFICATION_LINK,
    Template.JOIN_APPROVED,
    Template.JOIN_REFUSED,
    Template.JOIN_WAITING,
)
ANSWERABLE = LINKED | {Template.START_CHANGED}
"""The emails that lead to the invite's page while it waits for an answer."""
TO_LEARNERS = (
    Template.INVITE,
    Template.RESENT,
    Template.REMINDER,
    Template.WITHDRAWN,
    Template.START_CHANGED,
    Template.ACCESS_STARTED,
    Template.ACCESS_START_CHANGED,
    Template.ACCESS_RELEASED,
    Template.TEAM_INVITE,
)

ACME = Organization(id="O", slug="acme", name="Acme", time_zone="Europe/Zurich", created_at=NOW)
MAX = Manager(
    organization="O",
    email="max@acme.example",
    role=Role.FULL,
    state=ManagerState.ACTIVE,
    first_name="Max",
    last_name="Full",
)
ANN = PersonRef(email="ann@x.io", first_name="Ann", last_name="Lee")


def terms(
    name: str = "Fire safety", kind: ProductKind = ProductKind.COURSE, starts_at: datetime | None = None
) -> LicenseTerms:
    return LicenseTerms(
        license=f"license of {name}",
        organization="O",
        product=Product(id="P", name=name, kind=kind),
        flex=False,
        valid_from=NOW - timedelta(days=1),
        valid_until=NOW + timedelta(days=300),
        starts_at=starts_at,
    )


FIRE_SAFETY = LicenseRef.of(terms())
INVITE = Invite(
    id="I",
    organization="O",
    kind=InviteKind.LEARNER,
    email="ann@x.io",
    state=InviteState.PENDING,
    created_at=NOW,
    created_by=MAX.email,
    expires_at=NOW + timedelta(days=10),
    licenses=(terms(),),
    first_name="Ann",
    sent_at=NOW,
)
TEAM_INVITE = replace(INVITE, kind=InviteKind.TEAM, role=Role.FULL, licenses=())

ENDING = LicenseEnding(
    license=FIRE_SAFETY,
    ends_at=datetime(2027, 1, 11, 23, 0, tzinfo=UTC),
    days=7,
    available=1,
    total=12,
)
RETIRING = ProductRetiring(
    product=FIRE_SAFETY.product,
    retires_at=datetime(2027, 6, 29, 22, 0, tzinfo=UTC),
    previously=datetime(2027, 5, 31, 22, 0, tzinfo=UTC),
    held=(
        HeldLicense(
            license=FIRE_SAFETY,
            total=12,
            in_use=11,
            ends_at=datetime(2027, 12, 31, 23, 0, tzinfo=UTC),
        ),
    ),
    held_count=1,
)
STAYING = ProductRetirementCanceled(
    product=RETIRING.product,
    previously=RETIRING.previously,
    held=RETIRING.held,
    held_count=RETIRING.held_count,
)
CODE = CodeRef(text="WELCOME-2027", kind=CodeKind.REGISTRATION, name="")
CODE_TERMS = CodeTerms(
    kind=CodeKind.REGISTRATION,
    name="",
    licenses=(FIRE_SAFETY,),
    group=None,
    cap=20,
    domain="acme.example",
    message="See you on Monday!",
    ends_at=datetime(2027, 3, 31, 22, 0, tzinfo=UTC),
)
ANSWERED = SupportRequestAnswered(
    request="R",
    asked_by=BOSS,
    kind=SupportKind.OTHER,
    email=None,
    license=FIRE_SAFETY,
    training=None,
    message="Please look.",
    answer="We did.",
    granted=False,
    released=None,
    seat_changes=(),
)
APPROVED = SeatsApproved(
    request="R",
    asked_by=BOSS,
    license=FIRE_SAFETY,
    seats=20,
    message="",
    order="R",
    notified=BOSS,
)
JOIN_APPROVED = JoinApproved(
    email=ANN.email,
    group=None,
    accesses=(
        AccessRef(
            email=ANN.email,
            license=FIRE_SAFETY,
            state=AccessState.ACTIVE,
            start_at=NOW,
            invite_id=None,
        ),
    ),
    seat_changes=(),
    request="R",
    person=ANN,
)
IMPORT_FINISHED = ImportFinished(
    learner_import=ImportRef(id="M", file_name="people.xlsx", rows=3),
    outcomes={"invited": 2, "already_invited": 1},
    invited=2,
    confirmed_by=MAX.email,
)


def summary(*invites: Invite, count: int | None = None) -> InvitesExpirySummarized:
    """Return a day's summary of expired invites."""
    products = {one.product.id: one.product for invite in invites for one in invite.licenses}
    return InvitesExpirySummarized(
        day=NOW.date(),
        count=len(invites) if count is None else count,
        products=tuple(ProductRef.of(product) for product in products.values()),
        team=any(invite.kind is InviteKind.TEAM for invite in invites),
        invites=tuple(InviteRef.of(invite) for invite in invites),
    )


def access(invite: Invite) -> AccessRef:
    """Return the access that the invite gives to the first of its licenses."""
    return AccessRef(
        email=invite.email,
        license=LicenseRef.of(invite.licenses[0]),
        state=AccessState.ACTIVE,
        start_at=NOW,
        invite_id=invite.id,
    )


_ABOUT_INVITE: Mapping[Template, Callable[[Invite], EventData]] = {
    Template.INVITE: lambda one: InvitesCreated(invites=(InviteRef.of(one),), seat_changes=()),
    Template.RESENT: lambda one: InviteResent(invite=InviteRef.of(one)),
    Template.REMINDER: lambda one: InvitesReminded(invites=(InviteRef.of(one),)),
    Template.WITHDRAWN: lambda one: InviteWithdrawn(invite=InviteRef.of(one), seat_changes=()),
    Template.START_CHANGED: lambda one: InviteStartChanged(invite=InviteRef.of(one), scheduled=()),
    Template.TEAM_INVITE: lambda one: ManagerInvited(invite=InviteRef.of(one)),
    Template.DECLINED_NOTICE: lambda one: InviteDeclined(invite=InviteRef.of(one), seat_changes=()),
    Template.EXPIRED_NOTICE: summary,
    Template.LINK_REQUESTED_NOTICE: lambda one: InviteLinkRequested(
        invite=InviteRef.of(one), because=ClosedLink.EXPIRED
    ),
    Template.JOINED_NOTICE: lambda one: ManagerJoined(
        invite=InviteRef.of(one), manager=ManagerRef(email=one.email, role=Role.FULL)
    ),
    Template.ACCESS_STARTED: lambda one: AccessStarted(access=access(one)),
    Template.ACCESS_START_CHANGED: lambda one: AccessStartChanged(
        access=replace(
            access(one), state=AccessState.SCHEDULED, start_at=NOW + timedelta(days=30), invite_id=None
        ),
        previous_start_at=NOW + timedelta(days=20),
    ),
    Template.ACCESS_RELEASED: lambda one: replace(ANSWERED, granted=True, released=access(one)),
}
_USUAL: Mapping[Template, EventData] = {
    Template.RETIRING_NOTICE: RETIRING,
    Template.STAYING_NOTICE: STAYING,
    Template.ENDING_NOTICE: ENDING,
    Template.SEATS_LOW_NOTICE: SeatsLow(license=FIRE_SAFETY, available=1, total=12),
    Template.SEATS_OUT_NOTICE: SeatsOut(license=FIRE_SAFETY, available=0, total=12),
    Template.SUPPORT_ANSWERED: ANSWERED,
    Template.SEATS_ANSWERED: APPROVED,
    Template.SUSPENDED_NOTICE: OrganizationSuspended(reason="The last invoice is open."),
    Template.RESUMED_NOTICE: OrganizationResumed(),
    Template.IMPORT_FINISHED_NOTICE: IMPORT_FINISHED,
    Template.VERIFICATION_LINK: EmailVerificationRequested(
        verification="E", purpose=VerificationPurpose.JOIN, email=ANN.email
    ),
    Template.JOIN_REQUESTED_NOTICE: JoinRequested(request="R", person=ANN),
    Template.JOIN_APPROVED: JOIN_APPROVED,
    Template.JOIN_REFUSED: JoinRefused(request="R", person=ANN),
    Template.JOIN_WAITING: JoinWaiting(request="R", person=ANN),
    Template.CODE_COPY: CodeCopied(code=CODE, terms=CODE_TERMS, copy_to=BOSS, group_licenses=()),
}


def email_context(
    template: Template,
    data: EventData | None = None,
    *,
    invite: Invite | None = None,
    organization: Organization = ACME,
    inviter: Manager | None = MAX,
    actor_name: str = "",
    language: Language = Language.ENGLISH,
) -> EmailContext:
    """Return the context that SendEmail passes to the renderer; a notice to managers has no invite."""
    team = template in {Template.TEAM_INVITE, Template.JOINED_NOTICE}
    about = invite or (TEAM_INVITE if team else INVITE)
    if data is None:
        data = _ABOUT_INVITE[template](about) if template in _ABOUT_INVITE else _USUAL[template]
    of_invite = template in TO_LEARNERS
    return EmailContext(
        email=Email(
            id="e",
            template=template,
            organization="O",
            to="ann@x.io" if of_invite or template in TO_JOINERS else BOSS,
            invite="I" if of_invite else "",
            number=1 if of_invite else 0,
            data=data,
            actor_name=actor_name,
        ),
        organization=organization,
        invite=about if of_invite else None,
        inviter=inviter if of_invite else None,
        link=_link(template, about),
        unsubscribe_link=UNSUBSCRIBE_LINK
        if template in NOTICE_OF
        else REMINDERS_LINK
        if template is Template.REMINDER
        else "",
        origin=ORIGIN,
        language=language,
    )


def _link(template: Template, invite: Invite) -> str:
    if template is Template.VERIFICATION_LINK:
        return ENTER_LINK
    return LINK if template in ANSWERABLE and invite.state is InviteState.PENDING else ""
