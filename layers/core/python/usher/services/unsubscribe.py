"""Unsubscribing by the links in emails, without signing in (RFC 8058, decision 0051)."""

from __future__ import annotations

from usher.domain.erasures import is_pseudonym
from usher.domain.errors import refuses
from usher.domain.events.invites import InviteRemindersStopped
from usher.domain.events.parts import InviteRef
from usher.domain.invites import Invite, InviteState, UnknownInviteError
from usher.domain.notices import Notice
from usher.domain.organizations import Manager, ManagerState, Organization
from usher.gateways.links import BadLinkError, Links
from usher.lazy_dataclasses import dataclass
from usher.services.context import Context
from usher.services.notification_preferences import change_muted
from usher.services.transactions import record_event, retry_on_conflict
from usher.store import invites, managers, organizations
from usher.store.transaction import commit


@dataclass(frozen=True, kw_only=True)
class NoticeSubscription:
    """A notice that a manager gets from an organization, or has switched off."""

    notice: Notice
    manager: Manager
    organization: Organization

    @property
    def is_off(self) -> bool:
        """Whether the manager has switched the notice off."""
        return self.notice in self.manager.muted


@dataclass(frozen=True, kw_only=True)
class ReminderSubscription:
    """The reminders of an invite."""

    invite: Invite
    organization: Organization

    @property
    def is_off(self) -> bool:
        """Whether no reminder is sent any more: they were stopped, or the invite is not pending."""
        return self.invite.reminders_off or self.invite.state is not InviteState.PENDING


class Unsubscribe:
    """Switches off what an email is an example of; the link in it proves whose mailbox it came from."""

    def __init__(self, context: Context, *, links: Links) -> None:
        self._context = context
        self._links = links

    @refuses(BadLinkError)
    def notice(self, *, token: str) -> NoticeSubscription:
        """Read what the link in a notice switches off: two calls.

        Raises:
            BadLinkError: the link is not ours, or its manager is one no longer.
        """
        link = self._links.read_notice(token)
        team = managers.team(self._context.table, link.organization)
        organization = organizations.get(self._context.table, link.organization)
        for manager in team:
            is_active = manager.state is ManagerState.ACTIVE
            if organization is not None and is_active and self._links.is_to(link, manager.email):
                return NoticeSubscription(notice=link.notice, manager=manager, organization=organization)
        raise BadLinkError("The link is not ours, or its manager is one no longer.")

    @refuses(BadLinkError)
    @retry_on_conflict
    def mute(self, *, token: str) -> None:
        """Switch off the link's notice, and no other, for its manager; a second time changes nothing.

        Raises:
            BadLinkError: the link is not ours, or its manager is one no longer.
        """
        found = self.notice(token=token)
        change_muted(self._context, found.manager, found.manager.muted | {found.notice})

    @refuses(BadLinkError, UnknownInviteError)
    def reminders(self, *, token: str) -> ReminderSubscription:
        """Read the invite whose reminders the link stops: two calls.

        Raises:
            BadLinkError: the link is not ours.
            UnknownInviteError: the invite or its organization is gone, or the invited person was erased.
        """
        invite = invites.get(self._context.table, self._links.read_reminder(token))
        if invite is None or is_pseudonym(invite.email):
            raise UnknownInviteError("There is no such invite.")
        organization = organizations.get(self._context.table, invite.organization)
        if organization is None or organization.is_closed:
            raise UnknownInviteError("The organization of this invite is gone.")
        return ReminderSubscription(invite=invite, organization=organization)

    @refuses(BadLinkError, UnknownInviteError)
    @retry_on_conflict
    def stop_reminders(self, *, token: str) -> None:
        """Have no further reminder of the invite sent, also after a resend; a second time changes nothing.

        Raises:
            BadLinkError, UnknownInviteError: as by `reminders`.
        """
        found = self.reminders(token=token)
        if found.is_off:
            return
        before = found.invite
        after = before.without_reminders()
        event = record_event(
            self._context,
            InviteRemindersStopped(invite=InviteRef.of(after)),
            organization=before.organization,
            actor=before.email,
        )
        commit(self._context.table, [invites.change(before, after), event])
