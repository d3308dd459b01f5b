"""Alerts of low and exhausted seats: one to managers each time a license reaches a level."""

from __future__ import annotations

from usher.domain.events.licenses import SeatsLow, SeatsOut
from usher.domain.events.parts import LicenseRef
from usher.domain.licenses import License, SeatAlert
from usher.services.context import Context
from usher.services.transactions import record_event, retry_on_conflict
from usher.store import license_pools, licenses
from usher.store.transaction import Write, commit


class SeatLevels:
    """Checks a license's level after seats were taken or given back; the license has the latest alert.

    Checks that repeat or coincide alert once. A level that is left again before a check causes no alert.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    @retry_on_conflict
    def check(self, *, organization: str, license_id: str) -> None:
        """Record an alert if seats have become low or have run out; clear it when there are enough again."""
        found = licenses.get(self._context.table, organization, license_id)
        if found is None or found.alert_due is found.alert:
            return
        commit(self._context.table, [*license_pools.alert(found, found.alert_due), *self._alert_event(found)])

    def _alert_event(self, found: License) -> list[Write]:
        """Return the write of the alert's event, if the level has become worse."""
        level = found.alert_due
        if level is None or found.alert is SeatAlert.OUT:
            return []
        kind = SeatsOut if level is SeatAlert.OUT else SeatsLow
        data = kind(license=LicenseRef.of(found.terms), available=found.available, total=found.total)
        return [record_event(self._context, data, organization=found.terms.organization)]
