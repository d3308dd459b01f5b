"""The pseudonymization of an erased learner in all that an organization holds (docs/decisions/0034, 0090)."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from usher.domain.erasure_readings import LAST, ErasureReading
from usher.domain.erasures import Erasure
from usher.gateways.identity import Identity
from usher.gateways.suppressions import Suppressions
from usher.services.context import Context
from usher.services.imports.import_files import ImportFiles
from usher.services.imports.import_rows import ImportRows, RowsAtWorkError
from usher.services.people.scrub_records import NotScrubbedError, ScrubRecords
from usher.services.sessions import SessionRevocation
from usher.store import event_trails, managers, organizations
from usher.store.people import erasures, learners, personal_records

_IMPORTS = "6#imports"
_PROVIDERS_IMPORTS = "7#imports"
"""The last stretches of a reading: the files of imports, of the organization and of its provider."""


_READINGS_AT_ONCE = 2
"""How many readings may find something before those who write it are waited for."""


class ErasureTurn(StrEnum):
    """What came of a turn; NOTHING where the order is carried out already, or another worker is at it."""

    DONE = "done"
    MORE = "more"
    NOTHING = "nothing"


class PseudonymizeLearner:
    """Carries out erasures in turns. Each step is idempotent, so that what a crash broke off is done again.

    All that the organization holds is read, what names the person is scrubbed, and it is read again, until a
    reading finds nothing. An order's item says how far its reading has come.
    """

    def __init__(
        self, context: Context, *, identity: Identity, suppressions: Suppressions, files: ImportFiles
    ) -> None:
        self._context = context
        self._identity = identity
        self._suppressions = suppressions
        self._sessions = SessionRevocation(context)
        self._rows = ImportRows(context, files)

    def advance(self, *, organization: str, erasure: str, enough: Callable[[], bool]) -> ErasureTurn:
        """Replace the address by the pseudonym, page by page until it is `enough`; at least one page.

        At the end the account is removed, and the address from SES's suppression list, if the person is a
        learner or manager of no other organization.

        Raises:
            NotScrubbedError: an import is being worked on, or a third reading has still found something.
        """
        order = erasures.get(self._context.table, organization, erasure)
        if order is None or order.done_at is not None:
            return ErasureTurn.NOTHING
        reading = order.reading.begun(self._context.now())
        while True:
            reader = _Reader(self._context, order, reading, self._rows)
            try:
                is_read = reader.read_on(enough)
            except NotScrubbedError:
                erasures.record_reading(self._context.table, order, reader.reading)
                raise
            if is_read and reader.reading.is_last:
                return self._finish(order)
            found_again = is_read and reader.reading.number > _READINGS_AT_ONCE
            reading = reader.reading.next(self._context.now()) if is_read else reader.reading
            saved = erasures.record_reading(self._context.table, order, reading)
            if saved is None:
                return ErasureTurn.NOTHING
            if found_again:
                raise NotScrubbedError("Something was changed meanwhile.")
            order, reading = saved, saved.reading
            if enough():
                return ErasureTurn.MORE

    def give_up(self, *, organization: str, erasure: str) -> bool:
        """Record that the erasure has failed, unless it is complete; return whether it has.

        It is carried out all the same when its message is put back from the dead letters.
        """
        return erasures.fail(self._context.table, organization, erasure, now=self._context.now())

    def _finish(self, order: Erasure) -> ErasureTurn:
        """Move the trails, remove the account, and record that the order is carried out."""
        for trail in (event_trails.of_person, event_trails.of_actor):
            event_trails.move(
                self._context.table,
                source=trail(order.organization, order.email),
                target=trail(order.organization, order.pseudonym),
            )
        if not self._is_known_elsewhere(order):
            # First: a session that outlived its account would belong to somebody who can never sign in.
            self._sessions.revoke_all(email=order.email)
            self._identity.remove(email=order.email)
            self._suppressions.remove(email=order.email)
        done = erasures.complete(self._context.table, order, now=self._context.now())
        return ErasureTurn.DONE if done else ErasureTurn.NOTHING

    def _is_known_elsewhere(self, order: Erasure) -> bool:
        """Whether the person is a learner of another organization, or a manager of any.

        The index may still list them as a learner of this one.
        """
        table = self._context.table
        learns = learners.learner_memberships(table, order.email)
        manages = managers.manager_memberships(table, order.email)
        return any(learner.organization != order.organization for learner in learns) or any(manages)


class _Reader:
    """Reads on where a reading has come to, and scrubs what it finds."""

    def __init__(self, context: Context, order: Erasure, begun: ErasureReading, rows: ImportRows) -> None:
        self._context = context
        self._order = order
        self._begun = begun
        self._rows = rows
        self._scrubbed = ScrubRecords(context, order)
        self.reading = begun

    def read_on(self, enough: Callable[[], bool]) -> bool:
        """Read until it is enough and at least one position further; return whether all was read."""
        return self._read_items(enough) and self._read_imports(enough)

    def _read_items(self, enough: Callable[[], bool]) -> bool:
        table, order = self._context.table, self._order
        every = personal_records.stretches(
            table, order.organization, order.email, events_since=self._begun.since
        )
        for stretch in every:
            if self.reading.is_behind(stretch.name):
                continue
            position = self.reading.position_in(stretch.name)
            for page, reached in personal_records.pages(table, stretch, order.email, position=position):
                for record in page:
                    self.reading = self.reading.finding()
                    self._scrubbed.record(record)
                if self._has_enough(enough, stretch.name, reached):
                    return False
        return True

    def _read_imports(self, enough: Callable[[], bool]) -> bool:
        """Scrub the rows of imports, which does not count as finding the address."""
        organization = self._order.organization
        for stretch, importer in (
            (_IMPORTS, organization),
            (_PROVIDERS_IMPORTS, self._provider_of(organization)),
        ):
            if importer is None or self.reading.is_behind(stretch):
                continue
            scrubbed = self._rows.scrub(
                organization,
                self._scrubbed.scrub,
                importer=importer,
                since=self._begun.since,
                before=self.reading.position_in(stretch),
            )
            try:
                for import_id in scrubbed:
                    if self._has_enough(enough, stretch, import_id):
                        return False
            except RowsAtWorkError as error:
                raise NotScrubbedError("An import is being worked on.") from error
            self.reading = self.reading.at(stretch, LAST)
        return True

    def _has_enough(self, enough: Callable[[], bool], stretch: str, reached: str) -> bool:
        self.reading = self.reading.at(stretch, reached)
        return self.reading.moved_from(self._begun) and enough()

    def _provider_of(self, organization: str) -> str | None:
        found = organizations.get(self._context.table, organization)
        return None if found is None else found.provider
