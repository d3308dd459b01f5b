"""The export of all that an organization holds about a learner (docs/decisions/0034)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from usher.domain.erasures import NothingHeldError, others_remover
from usher.domain.errors import refuses
from usher.domain.events.people_data import LearnerExported
from usher.domain.organizations import Permission
from usher.domain.people import Person
from usher.lazy_dataclasses import dataclass
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.imports.import_files import ImportFiles
from usher.services.imports.import_rows import ImportRows
from usher.services.receipts import Receipt
from usher.services.transactions import record_event
from usher.store import managers
from usher.store.people import exported_records, records

UNDISPATCHED_AT_MOST = timedelta(hours=1)
"""How long an event may wait for its dispatch and still be in an export. The sweep has it delivered again."""


@dataclass(frozen=True, kw_only=True)
class Export:
    """The items held about an address, by kind: learner, access, invite, event, import_row and others."""

    organization: str
    email: str
    at: datetime
    records: Mapping[str, Sequence[Mapping[str, Any]]]


class ExportLearner:
    """Exports a person's data for the organization's full managers, who hand it out to the person."""

    def __init__(self, context: Context, *, files: ImportFiles) -> None:
        self._context = context
        self._rows = ImportRows(context, files)

    @refuses(*AUTHORIZE, NothingHeldError)
    def export(self, *, person: Person, organization: str, email: str) -> Export:
        """Read all that is held about the address, and record the export.

        Items that name the person only as their author are left out, and so are other people in events. What
        is read grows with what is held about the person, the groups, the invites to the team and the requests
        (decision 0085), and with the organization's imports: all of their rows whose files may be there.
        """
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.MANAGE_PEOPLE_DATA,
        )
        if not email:  # requests to operators that are about nobody have no address either
            raise NothingHeldError("The organization holds nothing about this address.")
        now = self._context.now()
        own = others_remover(email)
        by_kind: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        manager = records.read(self._context.table, managers.manager_ref(organization, email))
        held = exported_records.about(
            self._context.table,
            organization,
            membership.organization.shards,
            email,
            undispatched_since=now - UNDISPATCHED_AT_MOST,
        )
        for record in [*held, manager]:
            if record is not None and record.is_about(email):
                by_kind[record.kind].append({name: own(one) for name, one in record.content.items()})
        if rows := list(self._rows.of_person(organization, email)):
            by_kind["import_row"] = list(rows)
        if not by_kind:
            raise NothingHeldError("The organization holds nothing about this address.")
        event = record_event(
            self._context,
            LearnerExported(email=email, records=sum(map(len, by_kind.values()))),
            organization=organization,
            actor=person.email,
            at=now,
        )
        Receipt().commit(self._context, [event], None)
        return Export(organization=organization, email=email, at=now, records=by_kind)
