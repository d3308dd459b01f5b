"""What hangs on an event happens: emails are queued, waits begun, the world told (DESIGN 3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from usher.domain.effects import MANAGERS, NOTICES, Collect, Count, Email, Start, effects_of, email_id
from usher.domain.events import Event
from usher.gateways.bus import Bus
from usher.gateways.queue import EmailQueue
from usher.gateways.workflows import Workflows
from usher.services.alerting import Alerting
from usher.services.context import Context
from usher.services.digesting import Digesting
from usher.services.starting import check_at
from usher.store import organizations


class Dispatching:
    """Handles events from the table's stream. The same event twice has the effects of once."""

    def __init__(self, context: Context, *, queue: EmailQueue, workflows: Workflows, bus: Bus) -> None:
        self._context = context
        self._queue = queue
        self._workflows = workflows
        self._bus = bus
        self._alerting = Alerting(context)
        self._digesting = Digesting(context)

    def dispatch(self, event: Event) -> None:
        """Do all that follows from the event; an exception means that it has to be handed over again."""
        emails: list[Email] = []
        for effect in effects_of(event):
            if isinstance(effect, Start):
                self._workflows.wait_for(effect, check_at=check_at(effect.start_at, self._context.now()))
            elif isinstance(effect, Count):
                self._alerting.look(organization=effect.organization, license_id=effect.license)
            elif isinstance(effect, Collect):
                self._digesting.collect(effect.event)
            else:
                emails.extend(self._addressed(effect, event))
        self._queue.put(emails)
        self._bus.publish(event)

    def _addressed(self, email: Email, event: Event) -> Iterator[Email]:
        """Yield one email for each recipient; nobody is told what they did themselves or do not want."""
        if email.to != MANAGERS:
            yield email
            return
        notice = NOTICES.get(email.template)
        for manager in organizations.team(self._context.table, email.organization):
            if manager.email != event.actor and manager.wants(notice):
                yield replace(email, id=email_id(email.id, manager.email), to=manager.email)
