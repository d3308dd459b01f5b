"""Rules for the emails that follow from events. Each function is, or returns, a rule for effects.table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from usher.domain.effects.kinds import LINKED, MANAGERS, Email, Template, email_id
from usher.domain.events.accesses import AccessStartChanged, AccessStarted, SeatsGivenData
from usher.domain.events.codes import CodeCopied, CodeCreated
from usher.domain.events.enrollment import (
    EmailVerificationRequested,
    JoinApproved,
    JoinRequestData,
)
from usher.domain.events.event import Event, EventData
from usher.domain.events.groups import GroupMembersAdded
from usher.domain.events.imports import ImportFinished
from usher.domain.events.invites import (
    InviteResent,
    InvitesCreated,
    InvitesReminded,
    InviteStartChanged,
    InviteWithdrawn,
)
from usher.domain.events.parts import AccessRef, InviteRef
from usher.domain.events.requests import SeatsApproved, SeatsRefused, SupportRequestAnswered
from usher.domain.events.team import ManagerInvited
from usher.domain.invites import InviteKind

Batch = InvitesCreated | InvitesReminded
Single = InviteResent | InviteStartChanged | ManagerInvited


def email(
    event: Event, data: EventData, template: Template, to: str, *, invite: str = "", number: int = 0
) -> Email:
    """Return the email about the event to one recipient."""
    return Email(
        id=email_id(event.id, to),
        template=template,
        organization=event.organization,
        to=to,
        invite=invite,
        number=number,
        data=data,
    )


def to_each_invited(template: Template) -> Callable[[Event, Batch], Iterator[Email]]:
    """Return the rule that emails each invited person."""

    def rule(event: Event, data: Batch) -> Iterator[Email]:
        for invite in data.invites:
            # An email has the data of its own invite only, not of the batch.
            yield _about_invite(event, replace(data, invites=(invite,)), invite, template)

    return rule


def to_invited(template: Template) -> Callable[[Event, Single], Iterator[Email]]:
    """Return the rule that emails the invited person."""

    def rule(event: Event, data: Single) -> Iterator[Email]:
        yield _about_invite(event, data, data.invite, template)

    return rule


def to_withdrawn(event: Event, data: InviteWithdrawn) -> Iterator[Email]:
    """Email the person whose invite was withdrawn, unless it had expired or they were emailed too often."""
    if data.emailed:
        yield _about_invite(event, data, data.invite, Template.WITHDRAWN)


def _about_invite(event: Event, data: EventData, invite: InviteRef, template: Template) -> Email:
    # A team invite has one template, for resends too.
    chosen = Template.TEAM_INVITE if invite.kind is InviteKind.TEAM and template in LINKED else template
    return email(event, data, chosen, invite.email, invite=invite.id, number=invite.number)


def access_started(event: Event, data: AccessStarted) -> Iterator[Email]:
    """Email the learner whose access began."""
    yield _about_access(event, data, data.access, Template.ACCESS_STARTED)


def access_start_changed(event: Event, data: AccessStartChanged) -> Iterator[Email]:
    """Email the learner whose start was moved."""
    yield _about_access(event, data, data.access, Template.ACCESS_START_CHANGED)


def accesses_started(event: Event, data: SeatsGivenData) -> Iterator[Email]:
    """Email the people whose accesses began at once: one email each, about all of them."""
    by_person: dict[str, list[AccessRef]] = {}
    for access in data.started:
        by_person.setdefault(access.email, []).append(access)
    for to, own in by_person.items():
        about = replace(data, started=tuple(own), scheduled=())
        if isinstance(about, GroupMembersAdded):
            about = replace(about, emails=(to,))
        yield email(event, about, Template.ACCESS_STARTED, to)


def access_released(event: Event, data: SupportRequestAnswered) -> Iterator[Email]:
    """Email the learner whose seat was released on request."""
    if data.released is not None:
        yield _about_access(event, data, data.released, Template.ACCESS_RELEASED)


def _about_access(event: Event, data: EventData, access: AccessRef, template: Template) -> Email:
    return email(event, data, template, access.email, invite=access.invite_id or "")


def to_managers(template: Template) -> Callable[[Event, EventData], Iterator[Email]]:
    """Return the rule that emails all managers of the organization."""

    def rule(event: Event, data: EventData) -> Iterator[Email]:
        yield email(event, data, template, MANAGERS)

    return rule


def import_finished(event: Event, data: ImportFinished) -> Iterator[Email]:
    """Email all managers, and the one who confirmed the import, even if they are the provider's."""
    notice = email(event, data, Template.IMPORT_FINISHED_NOTICE, MANAGERS)
    yield replace(notice, asked_by=data.confirmed_by)


def support_answered(event: Event, data: SupportRequestAnswered) -> Iterator[Email]:
    """Email all managers, and the one who filed the request, even if they are the provider's."""
    notice = email(event, data, Template.SUPPORT_ANSWERED, MANAGERS)
    yield replace(notice, asked_by=data.asked_by)


def seats_answered(event: Event, data: SeatsApproved | SeatsRefused) -> Iterator[Email]:
    """Email the manager who asked for the seats or, if they are a manager no longer, all managers."""
    answer = email(event, data, Template.SEATS_ANSWERED, data.notified)
    yield replace(answer, asked_by=data.asked_by)


def to_joiner(template: Template) -> Callable[[Event, JoinRequestData | JoinApproved], Iterator[Email]]:
    """Return the rule that emails the person who asked to join."""

    def rule(event: Event, data: JoinRequestData | JoinApproved) -> Iterator[Email]:
        yield email(event, data, template, data.person.email)

    return rule


def code_copy(event: Event, data: CodeCreated | CodeCopied) -> Iterator[Email]:
    """Email the code to the manager who asked for a copy to forward."""
    if data.copy_to is not None:
        yield email(event, data, Template.CODE_COPY, data.copy_to)


def verification_link(event: Event, data: EmailVerificationRequested) -> Iterator[Email]:
    """Email the link that proves the address."""
    yield email(event, data, Template.VERIFICATION_LINK, data.email)
