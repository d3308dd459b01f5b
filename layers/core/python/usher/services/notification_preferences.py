"""A manager's own settings: which notices they do not want."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from usher.domain.errors import ForbiddenError, refuses
from usher.domain.events import EventType
from usher.domain.notices import Notice
from usher.domain.organizations import Manager, Permission
from usher.domain.people import Person
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.transactions import retry_on_conflict
from usher.store import events, organizations
from usher.store.transaction import commit


class NotificationPreferences:
    """Every manager has these settings, limited ones too, and sees and changes nobody's but their own."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(*AUTHORIZE)
    def settings(self, *, person: Person, organization: str) -> Manager:
        """Read one's own place with what is muted: one call."""
        manager = authorize(
            self._context, person=person, organization=organization, permission=Permission.READ
        ).manager
        if manager.organization != organization:
            raise ForbiddenError(
                "You manage this client as one of its provider's managers.",
                next_action="Choose your notices in your own organization.",
            )
        return manager

    @refuses(*AUTHORIZE)
    @retry_on_conflict
    def mute(self, *, person: Person, organization: str, muted: Collection[Notice]) -> Manager:
        """Switch off just these notices for oneself, and on all others."""
        unwanted = frozenset(muted)
        before = self.settings(person=person, organization=organization)
        after = replace(before, muted=unwanted)
        if after == before:
            return before
        event = self._context.event(
            EventType.MANAGER_NOTICES_CHANGED,
            organization=organization,
            actor=person.email,
            at=self._context.now(),
            facts={"muted": sorted(notice.value for notice in unwanted)},
        )
        # Who is removed from the team at the same moment is told so by the next attempt.
        commit(self._context.table, [organizations.mute(after), events.record(event)])
        return after
