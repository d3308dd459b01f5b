"""Notification preferences: the notices that a manager has switched off."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from usher.domain.errors import ForbiddenError, refuses
from usher.domain.events.team import ManagerNoticesChanged
from usher.domain.notices import Notice
from usher.domain.organizations import Manager, Permission
from usher.domain.people import Person
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.transactions import record_event, retry_on_conflict
from usher.store import managers
from usher.store.transaction import commit


class NotificationPreferences:
    """Reads and changes the caller's own preferences; limited managers have them too."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @refuses(*AUTHORIZE)
    def settings(self, *, person: Person, organization: str) -> Manager:
        """Read the caller's manager item with its muted notices: one call.

        Raises:
            ForbiddenError: the caller manages this client as one of its provider's managers.
        """
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
        """Switch off these notices for the caller, and switch on all others."""
        before = self.settings(person=person, organization=organization)
        return change_muted(self._context, before, muted)


def change_muted(context: Context, before: Manager, unwanted: Collection[Notice]) -> Manager:
    """Commit that these notices are off for the manager and all others on; the manager is the actor."""
    after = replace(before, muted=frozenset(unwanted))
    if after == before:
        return before
    event = record_event(
        context,
        ManagerNoticesChanged(muted=tuple(sorted(after.muted))),
        organization=before.organization,
        actor=before.email,
    )
    commit(context.table, [managers.mute(before, after.muted), event])
    return after
