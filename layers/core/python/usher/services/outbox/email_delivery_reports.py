"""SES's delivery reports, recorded on the invites of their emails (DESIGN 3)."""

from __future__ import annotations

from usher.domain.events.invites import InviteDeliveryFailed
from usher.domain.events.parts import InviteRef
from usher.domain.figures import FAILED_DELIVERIES
from usher.domain.invites import Delivery
from usher.domain.sendings import Sending
from usher.services.context import Context
from usher.services.transactions import record_event, retry_on_conflict
from usher.store import invite_deliveries, invite_pointers, invites
from usher.store.transaction import commit


class EmailDeliveryReports:
    """Records delivery reports; idempotent."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def record(self, sending: Sending, *, delivery: Delivery) -> bool:
        """Record how far the email of a sending got; False if a newer one, or a later report, was there."""
        if delivery in FAILED_DELIVERIES:
            return self._record_failure(sending, delivery=delivery)
        return invite_deliveries.record_delivery(self._context.table, sending, delivery=delivery)

    @retry_on_conflict
    def _record_failure(self, sending: Sending, *, delivery: Delivery) -> bool:
        """Record a failure with its event, in one transaction: two calls."""
        before = invites.get(self._context.table, sending.invite)
        if before is None:
            return False
        after = invite_deliveries.failed(before, sending, delivery=delivery)
        if after is None:
            return False
        event = record_event(
            self._context,
            InviteDeliveryFailed(invite=InviteRef.of(before), delivery=delivery),
            organization=before.organization,
        )
        moved = invite_pointers.moved_by_problem(before, after)
        commit(self._context.table, [invites.change(before, after), *moved, event])
        return True
