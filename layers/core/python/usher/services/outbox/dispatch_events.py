"""The dispatch of events: their effects, webhooks and the event bus (DESIGN 3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from usher.domain.effects.kinds import (
    MANAGERS,
    NOTICES,
    AddToDigest,
    AdvanceWaitlist,
    AnnounceRetirement,
    CheckSeatLevels,
    ContinueImport,
    CopyExtension,
    CopyProduct,
    Email,
    EraseLearner,
    ScheduleStart,
    TrackHolder,
    email_id,
)
from usher.domain.effects.table import effects_of
from usher.domain.effects.urgency import is_bulk
from usher.domain.erasures import is_pseudonym
from usher.domain.events.event import Event, UnknownEvent
from usher.domain.events.registry import EVENT_TYPES
from usher.domain.integrations.webhook_deliveries import Call
from usher.domain.organizations import Manager, ManagerState
from usher.gateways.bus import Bus
from usher.gateways.queue import Queue
from usher.gateways.workflows import Workflows
from usher.services.context import Context
from usher.services.enrollment.waitlist import Waitlist
from usher.services.integrations.webhook_fan_out import SubscriptionCache, WebhookFanOut
from usher.services.license_extensions import LicenseExtensions
from usher.services.outbox.acknowledge_events import acknowledge, acknowledge_each
from usher.services.outbox.event_batch import Check, EventBatch
from usher.services.outbox.expiry_digest import ExpiryDigest
from usher.services.outbox.seat_levels import SeatLevels
from usher.services.outbox.start_access import check_at
from usher.services.product_changes import ProductChanges
from usher.services.product_retirement import ProductRetirement
from usher.store import list_pointers, managers, organizations


class UnreadableEventError(Exception):
    """The data of an event of a known type cannot be read; none of its effects was carried out."""


class DispatchEvents:
    """Dispatches events from the table's stream; idempotent for each event."""

    def __init__(
        self,
        context: Context,
        *,
        emails: Queue[Email],
        bulk_emails: Queue[Email],
        webhooks: Queue[Call],
        imports: Queue[ContinueImport],
        erasures: Queue[EraseLearner],
        workflows: Workflows,
        bus: Bus,
    ) -> None:
        self._context = context
        self._emails = emails
        self._bulk_emails = bulk_emails
        self._workflows = workflows
        self._bus = bus
        self._seat_levels = SeatLevels(context)
        self._waitlist = Waitlist(context)
        self._digest = ExpiryDigest(context)
        self._webhooks = webhooks
        self._fan_out = WebhookFanOut(context, queue=webhooks)
        self._product_retirement = ProductRetirement(context)
        self._product_changes = ProductChanges(context)
        self._license_extensions = LicenseExtensions(context)
        self._handlers: Mapping[type[Any], Callable[[Any], None]] = {
            ScheduleStart: self._schedule_start,
            AddToDigest: self._add_to_digest,
            TrackHolder: self._track_holder,
            AnnounceRetirement: self._announce_retirement,
            CopyProduct: self._copy_product,
            CopyExtension: self._copy_extension,
        }
        self._queues: Mapping[type[Any], Queue[Any]] = {ContinueImport: imports, EraseLearner: erasures}

    def dispatch(self, event: Event) -> None:
        """Carry out one event's effects and publish it; after an exception the event has to come again.

        Raises:
            UnreadableEventError: another version of the code wrote it; a newer one may read it.
        """
        batch = EventBatch()
        self.add(event, batch, SubscriptionCache(self._context))
        for failure in self.send(batch).values():
            raise failure

    def add(self, event: Event, batch: EventBatch, subscriptions: SubscriptionCache) -> None:
        """Carry out the event's effects but for what is sent with others of the batch.

        After an exception the event has to come again. Whoever dispatches events sends the batch, and
        acknowledges those that did not fail. The events of one batch share their `subscriptions`, so that
        each organization's are read once.

        Raises:
            UnreadableEventError: another version of the code wrote it; a newer one may read it.
        """
        if isinstance(event.data, UnknownEvent) and event.type in EVENT_TYPES:
            raise UnreadableEventError(event.type)
        emails: list[Email] = []
        effects = list(effects_of(event))
        for effect in effects:
            if isinstance(effect, Email):
                emails.extend(self._to_recipients(effect, event))
            elif isinstance(effect, CheckSeatLevels | AdvanceWaitlist):
                batch.check(event, effect)
            elif (queue := self._queues.get(type(effect))) is not None:
                batch.queue(queue, event, [effect])
            else:
                self._handlers[type(effect)](effect)
        calls = self._fan_out.deliveries_of(event, subscriptions)
        if is_bulk(event, effects):
            batch.queue(self._bulk_emails, event, [replace(email, bulk=True) for email in emails])
        else:
            batch.queue(self._emails, event, emails)
        batch.queue(self._webhooks, event, calls)
        batch.write(
            event,
            puts=list_pointers.added_by(event),
            deletes=list_pointers.removed_by(event),
        )
        batch.publish(event)

    def send(self, batch: EventBatch) -> Mapping[str, Exception]:
        """Send what was collected; return why events failed, by their ids: they have to come again.

        A license's level and an organization's waitlist are looked at once. All messages of one queue,
        pointers, and events on the bus are sent in as few calls as hold them.
        """
        return batch.send(self._context.table, self._bus, make=self._make)

    def acknowledge(self, dispatched: Sequence[Event]) -> list[Event]:
        """Take dispatched events out of the outbox, and count what they changed in the figures, once.

        Return those that had not been acknowledged before.
        """
        return acknowledge(self._context, dispatched)

    def acknowledge_each(self, dispatched: Sequence[Event]) -> tuple[list[Event], Mapping[str, Exception]]:
        """Acknowledge events, and return also why some were not, by their ids: they have to come again."""
        return acknowledge_each(self._context, dispatched)

    def _schedule_start(self, effect: ScheduleStart) -> None:
        self._workflows.wait_for(effect, check_at=check_at(effect, self._context.now()))

    def _make(self, check: Check) -> None:
        if isinstance(check, CheckSeatLevels):
            self._seat_levels.check(organization=check.organization, license_id=check.license)
        else:
            self._waitlist.advance(organization=check.organization)

    def _add_to_digest(self, effect: AddToDigest) -> None:
        self._digest.add(effect.event)

    def _track_holder(self, effect: TrackHolder) -> None:
        self._product_retirement.add_holder(
            product=effect.product, organization=effect.organization, license_id=effect.license
        )
        self._product_changes.copy_to(
            product=effect.product, organization=effect.organization, license_id=effect.license
        )

    def _announce_retirement(self, effect: AnnounceRetirement) -> None:
        self._product_retirement.announce(product=effect.product)

    def _copy_product(self, effect: CopyProduct) -> None:
        self._product_changes.copy_to_holders(product=effect.product)

    def _copy_extension(self, effect: CopyExtension) -> None:
        self._license_extensions.begin(organization=effect.organization, license_id=effect.license)

    def _to_recipients(self, email: Email, event: Event) -> Iterator[Email]:
        """Yield the email to each recipient; not to managers who caused the event or switched it off."""
        if email.to != MANAGERS:
            if not is_pseudonym(email.to):
                yield email
            return
        notice = NOTICES.get(email.template)
        managers = self._managers(email.organization, asker=email.asked_by)
        # Events are kept, and have no names; the actor may be one of the managers.
        names = [f"{one.first_name} {one.last_name}" for one in managers if one.email == event.actor]
        actor_name = names[0].strip() if names else ""
        for manager in managers:
            if manager.email != event.actor and manager.wants(notice):
                yield replace(
                    email,
                    id=email_id(email.id, manager.email),
                    to=manager.email,
                    manager_of=manager.organization,
                    actor_name=actor_name,
                )

    def _managers(self, organization: str, *, asker: str) -> list[Manager]:
        """Return the managers to notify; for a client without active managers of its own, its provider's.

        A manager of the provider who asked for it is notified in any case.
        """
        team = managers.team(self._context.table, organization)
        is_managed = any(manager.state is ManagerState.ACTIVE for manager in team)
        if is_managed and (not asker or any(manager.email == asker for manager in team)):
            return team
        tenant = organizations.get(self._context.table, organization)
        if tenant is None or tenant.provider is None:
            return team
        if not is_managed:
            return managers.team(self._context.table, tenant.provider)
        manager = managers.manager(self._context.table, tenant.provider, asker)
        return team if manager is None else [*team, manager]
