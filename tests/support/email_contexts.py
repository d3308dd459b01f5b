"""Letters as Sending makes them, one of each kind, for tests of how they are rendered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from usher.domain.effects.kinds import LINKED, Email, Template
from usher.domain.invites import Invite, InviteKind, InviteState
from usher.domain.json_values import Json
from usher.domain.licenses import LicenseTerms, Product, ProductKind
from usher.domain.organizations import Manager, ManagerState, Organization, Role
from usher.services.outbox.send_email import EmailContext

NOW = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
LINK = "https://usher.example/i/01J.1.k1.mac"
ORIGIN = "https://usher.example"
NOTICES = (Template.DECLINED_NOTICE, Template.EXPIRED_NOTICE)
TOLD = (
    Template.JOINED_NOTICE,
    Template.ENDING_NOTICE,
    Template.RETIRING_NOTICE,
    Template.STAYING_NOTICE,
    Template.SEATS_LOW_NOTICE,
    Template.SEATS_OUT_NOTICE,
    Template.IMPORT_FINISHED_NOTICE,
    Template.JOIN_REQUESTED_NOTICE,
)
FIGURES: dict[str, Json] = {
    "role": "full_manager",
    "days": 7,
    "ends_at": "2027-01-11T23:00:00Z",
    "available": 1,
    "total": 12,
    "retires_at": "2027-06-29T22:00:00Z",
    "formerly": "2027-05-31T22:00:00Z",
    "held": [{"license": "L", "total": 12, "in_use": 11, "ends_at": "2027-12-31T23:00:00Z"}],
    "held_count": 1,
    "file_name": "people.xlsx",
    "by": "max@acme.example",
    "rows": 3,
    "first_name": "Ann",
    "last_name": "Lee",
    "email": "ann@x.io",
    "invited": 2,
    "outcomes": {"invited": 2, "already_invited": 1},
}
REPLIES = (Template.SUPPORT_ANSWERED, Template.SEATS_ANSWERED)
COPIED: dict[str, Json] = {
    "code": "WELCOME-2027",
    "products": ["Fire safety"],
    "cap": 20,
    "domain": "acme.example",
    "message": "See you on Monday!",
    "ends_at": "2027-03-31T22:00:00Z",
}
ENTER_LINK = "https://usher.example/learn/enter/01J.k1.mac"
TO_JOINERS = (
    Template.VERIFICATION_LINK,
    Template.JOIN_APPROVED,
    Template.JOIN_REFUSED,
    Template.JOIN_WAITING,
)
ASKED: dict[str, Json] = {"entry": "E", "by": "join", "email": "ann@x.io"}
ANSWERED: dict[str, Json] = {
    "request": "R",
    "email": "ann@x.io",
    "tell": "ann@x.io",
    "first_name": "Ann",
    "last_name": "Lee",
    "products": ["Fire safety"],
}
TO_LEARNERS = tuple(
    template
    for template in Template
    if template not in (*NOTICES, *TOLD, *REPLIES, *TO_JOINERS, Template.CODE_COPY)
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


def row(email: str = "ann@x.io", kind: str = "learner") -> dict[str, Json]:
    return {"id": "I", "kind": kind, "email": email, "number": 1, "products": ["Fire safety"]}


def letter(
    template: Template,
    *,
    invite: Invite | None = None,
    organization: Organization = ACME,
    inviter: Manager | None = MAX,
    facts: dict[str, Json] | None = None,
) -> EmailContext:
    """Return a letter as Sending makes them: a notice to managers is about no one invite."""
    notice = template in (*NOTICES, *TOLD, *REPLIES, Template.CODE_COPY)
    of_invite = not notice and template not in TO_JOINERS
    usual = TEAM_INVITE if template is Template.TEAM_INVITE else INVITE
    said: dict[str, Json] = {"invites": [row()], "license": "license of Fire safety"}
    if template in REPLIES:
        facts = {"products": ["Fire safety"], **(facts or {})}
    if template is Template.CODE_COPY:
        facts = {**COPIED, **(facts or {})}
    if template in TO_JOINERS:
        facts = {**(ASKED if template is Template.VERIFICATION_LINK else ANSWERED), **(facts or {})}
    return EmailContext(
        email=Email(
            id="e",
            template=template,
            organization="O",
            to="boss@acme.example" if notice else "ann@x.io",
            invite="I" if of_invite else "",
            number=1 if of_invite else 0,
            facts=(FIGURES if template in TOLD else {}) | (said if facts is None else facts),
        ),
        organization=organization,
        invite=(invite or usual) if of_invite else None,
        inviter=inviter if of_invite else None,
        link=ENTER_LINK if template is Template.VERIFICATION_LINK else LINK if template in LINKED else "",
        origin=ORIGIN,
    )
