"""What hangs on an event happens: emails are queued, waits begun, the world told (DESIGN 3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from usher.domain.effects import MANAGERS, Email, Start, effects_of, email_id
from usher.domain.events import Event
from usher.domain.organizations import ManagerState
from usher.gateways.bus import Bus
from usher.gateways.queue import EmailQueue
from usher.gateways.workflows import Workflows
from usher.services.context import Context
from usher.services.starting import check_at
from usher.store import organizations


class Dispatching:
    """Handles events from the table's stream. The same event twice has the effects of once."""

    def __init__(self, context: Context, *, queue: EmailQueue, workflows: Workflows, bus: Bus) -> None:
        self._context = context
        self._queue = queue
        self._workflows = workflows
        self._bus = bus

    def dispatch(self, event: Event) -> None:
        """Do all that follows from the event; an exception means that it has to be handed over again."""
        emails: list[Email] = []
        for effect in effects_of(event):
            if isinstance(effect, Start):
                self._workflows.wait_for(effect, check_at=check_at(effect.start_at, self._context.now()))
            else:
                emails.extend(self._addressed(effect))
        self._queue.put(emails)
        self._bus.publish(event)

    def _addressed(self, email: Email) -> Iterator[Email]:
        """Yield one email for each recipient."""
        if email.to != MANAGERS:
            yield email
            return
        for manager in organizations.team(self._context.table, email.organization):
            if manager.state is ManagerState.ACTIVE:
                yield replace(email, id=email_id(email.id, manager.email), to=manager.email)
