"""Many items at once, written by the store itself: as many as a list has that is looked at in vain."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from tests.support.tenant import Tenant
from usher.domain.events.groups import GroupRenamed
from usher.domain.events.parts import GroupRef
from usher.services.transactions import record_event
from usher.store.transaction import Write, commit

_AT_ONCE = 90
"""Writes in one transaction, beside its event."""


def write_all(tenant: Tenant, writes: Iterable[Write]) -> None:
    """Commit the writes, with an event in each transaction that carries what they change of the figures."""
    left = iter(writes)
    while some := list(islice(left, _AT_ONCE)):
        named = GroupRenamed(group=GroupRef(id="any", name="Day"), previous_name="Night")
        commit(tenant.context.table, [*some, record_event(tenant.context, named, organization=tenant.id)])
