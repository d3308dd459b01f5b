"""Seats that run low or out: managers are told once, each time it comes to that."""

from __future__ import annotations

from usher.domain.events.licenses import SeatsLow, SeatsOut
from usher.domain.events.parts import LicenseRef
from usher.domain.licenses import License, SeatAlert
from usher.services.context import Context
from usher.services.transactions import record_event, retry_on_conflict
from usher.store import licenses
from usher.store.transaction import Write, commit


class SeatLevels:
    """Looks at a license after seats were taken or given back. What was told is kept on the license.

    Two who look at once, or the same one twice, tell once between them. Seats that come and go between
    two looks are not told of.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    @retry_on_conflict
    def look(self, *, organization: str, license_id: str) -> None:
        """Tell managers if seats have become low or have run out; forget it when there are enough again."""
        found = licenses.get(self._context.table, organization, license_id)
        if found is None or found.alert_due is found.alert:
            return
        commit(self._context.table, [licenses.alert(found, found.alert_due), *self._told(found)])

    def _told(self, found: License) -> list[Write]:
        """Return the event to record, if things have become worse."""
        level = found.alert_due
        if level is None or found.alert is SeatAlert.OUT:
            return []
        kind = SeatsOut if level is SeatAlert.OUT else SeatsLow
        data = kind(license=LicenseRef.of(found.terms), available=found.available, total=found.total)
        return [record_event(self._context, data, organization=found.terms.organization)]
