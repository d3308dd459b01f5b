"""The table of effects by type of event. Types that it does not name have none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from usher.domain.effects import emails, upkeep
from usher.domain.effects.kinds import Effect, Template
from usher.domain.events import (
    accesses,
    codes,
    enrollment,
    groups,
    imports,
    invites,
    licenses,
    organizations,
    people_data,
    products,
    requests,
    sso,
    team,
)
from usher.domain.events.event import Event, EventData

_T = TypeVar("_T", bound=EventData)

Rule = Callable[[Event, _T], Iterable[Effect]]


def _on(kind: type[_T], *rules: Rule[_T]) -> tuple[type[EventData], tuple[Rule[Any], ...]]:
    """Return a row of the table; the type checker compares each rule with the class of the event's data."""
    return kind, rules


EFFECTS: Mapping[type[EventData], tuple[Rule[Any], ...]] = dict(
    [
        _on(products.ProductChanged, upkeep.copy_product),
        _on(products.ProductRetirementSet, upkeep.announce_retirement),
        _on(products.ProductRetirementLifted, upkeep.announce_retirement),
        _on(products.ProductRetiring, emails.to_managers(Template.RETIRING_NOTICE)),
        _on(products.ProductRetirementCanceled, emails.to_managers(Template.STAYING_NOTICE)),
        _on(licenses.LicenseGranted, upkeep.track_holder),
        _on(licenses.LicenseResized, upkeep.pool_changed),
        _on(licenses.LicenseExtended, upkeep.copy_extension),
        _on(licenses.LicenseEnding, emails.to_managers(Template.ENDING_NOTICE)),
        _on(licenses.SeatsLow, emails.to_managers(Template.SEATS_LOW_NOTICE)),
        _on(licenses.SeatsOut, emails.to_managers(Template.SEATS_OUT_NOTICE)),
        _on(licenses.SublicenseCreated, upkeep.pool_changed),
        _on(licenses.SublicenseResized, upkeep.pool_changed),
        _on(licenses.SeatSelfAssigned, upkeep.seats_changed, upkeep.schedule_starts),
        _on(invites.InvitesCreated, emails.to_each_invited(Template.INVITE), upkeep.seats_changed),
        _on(invites.InviteResent, emails.to_invited(Template.RESENT), upkeep.seats_changed),
        _on(invites.InviteWithdrawn, emails.to_withdrawn, upkeep.seats_changed),
        _on(
            invites.InviteStartChanged,
            emails.to_invited(Template.START_CHANGED),
            upkeep.schedule_starts,
        ),
        _on(invites.InviteAccepted, upkeep.schedule_starts),
        _on(invites.InviteDeclined, emails.to_managers(Template.DECLINED_NOTICE), upkeep.seats_changed),
        _on(invites.InviteLinkRequested, emails.to_managers(Template.LINK_REQUESTED_NOTICE)),
        _on(invites.InvitesReminded, emails.to_each_invited(Template.REMINDER)),
        _on(invites.InvitesExpired, upkeep.add_to_digest, upkeep.seats_changed),
        _on(invites.InvitesExpirySummarized, emails.to_managers(Template.EXPIRED_NOTICE)),
        _on(accesses.AccessStarted, emails.access_started),
        _on(accesses.AccessStartChanged, emails.access_start_changed, upkeep.schedule_starts),
        _on(
            accesses.SeatsAssigned,
            emails.accesses_started,
            upkeep.seats_changed,
            upkeep.schedule_starts,
        ),
        _on(accesses.AccessesEnded, upkeep.seats_changed),
        _on(organizations.OrganizationSuspended, emails.to_managers(Template.SUSPENDED_NOTICE)),
        _on(
            organizations.OrganizationResumed,
            emails.to_managers(Template.RESUMED_NOTICE),
            upkeep.waitlist_changed,
        ),
        _on(team.ManagerInvited, emails.to_invited(Template.TEAM_INVITE)),
        _on(team.ManagerJoined, emails.to_managers(Template.JOINED_NOTICE)),
        _on(
            groups.GroupLicenseAdded,
            emails.accesses_started,
            upkeep.seats_changed,
            upkeep.schedule_starts,
        ),
        _on(
            groups.GroupLicenseApplied,
            emails.accesses_started,
            upkeep.seats_changed,
            upkeep.schedule_starts,
        ),
        _on(
            groups.GroupMembersAdded,
            emails.accesses_started,
            upkeep.seats_changed,
            upkeep.schedule_starts,
        ),
        _on(groups.GroupLicenseRemoved, upkeep.waitlist_changed),
        _on(imports.ImportUploaded, upkeep.continue_import),
        _on(imports.ImportConfirmed, upkeep.continue_import),
        _on(imports.ImportFinished, emails.import_finished),
        _on(enrollment.EmailVerificationRequested, emails.verification_link),
        _on(enrollment.LearnerJoined, upkeep.seats_changed, upkeep.schedule_starts),
        _on(enrollment.JoinPageChanged, upkeep.waitlist_changed),
        _on(enrollment.JoinRequested, emails.to_managers(Template.JOIN_REQUESTED_NOTICE)),
        _on(enrollment.JoinWaiting, emails.to_joiner(Template.JOIN_WAITING), upkeep.waitlist_changed),
        _on(enrollment.JoinWithdrawn, upkeep.waitlist_changed),
        _on(enrollment.JoinRefused, emails.to_joiner(Template.JOIN_REFUSED)),
        _on(
            enrollment.JoinApproved,
            emails.to_joiner(Template.JOIN_APPROVED),
            upkeep.seats_changed,
            upkeep.schedule_starts,
            upkeep.waitlist_changed,
        ),
        _on(codes.CodeCreated, emails.code_copy),
        _on(codes.CodeCopied, emails.code_copy),
        _on(codes.CodeRedeemed, upkeep.seats_changed, upkeep.schedule_starts),
        _on(sso.LearnerProvisioned, upkeep.seats_changed, upkeep.schedule_starts),
        _on(
            requests.SupportRequestAnswered,
            emails.support_answered,
            emails.access_released,
            upkeep.seats_changed,
        ),
        _on(requests.SeatsApproved, emails.seats_answered, upkeep.pool_changed),
        _on(requests.SeatsRefused, emails.seats_answered),
        _on(people_data.LearnerErased, upkeep.erase_learner, upkeep.waitlist_changed),
    ]
)


def effects_of(event: Event) -> Iterator[Effect]:
    """Yield the effects of an event; the same event always yields the same effects."""
    for rule in EFFECTS.get(type(event.data), ()):
        yield from rule(event, event.data)
