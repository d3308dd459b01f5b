"""Reads an import's file into rows, resolves the names in them, and marks duplicates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from usher.domain.address_faults import AddressFault
from usher.domain.addresses import NoAddressesError, Recipient, TooManyAddressesError, read_addresses
from usher.domain.errors import RefusedError, UsherError
from usher.domain.events.imports import ImportRef, ImportRefused
from usher.domain.imports.imports import CHUNK, Import, Pool
from usher.domain.imports.rosters import RowError
from usher.domain.imports.typos import suggest
from usher.domain.imports.verdicts import WANTED, ImportedRow, RequestedInvite, Verdict
from usher.domain.people import BadNameError, clean_names
from usher.services.context import Context
from usher.services.imports.import_files import ImportFiles, Stage
from usher.services.imports.roster_reader import MOST_LICENSES, RosterReader, TooManyClientsError
from usher.services.transactions import record_event
from usher.sheets.reading import SheetRow, open_sheet
from usher.store import imports
from usher.store.transaction import commit

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
"""Characters that copying leaves in an address, and that are no part of one."""


class FileReplacedError(RefusedError):
    """Another file was uploaded after the check had been asked for, or the file is gone."""

    code = "file_replaced"
    title = "The file is not the one that was to be checked"
    next_action = "Create the import anew, upload the file once, and have it checked after that."


class ReadImportFile:
    """Reads an import's whole file in one step, since any two rows may be duplicates."""

    def __init__(self, context: Context, files: ImportFiles) -> None:
        self._context = context
        self._files = files

    def read(self, import_: Import) -> Import:
        """Write the rows in chunks, to be checked; a file that cannot be used is refused whole.

        Raises:
            ConditionFailedError: another worker read it, or the import was canceled.
        """
        now = self._context.now()
        rosters = RosterReader(self._context, organization=import_.organization, now=now)
        reader = _RowReader(rosters, import_)
        try:
            sheet = open_sheet(self._content(import_))
            # All of the file is read before the first name in it is looked up.
            rows = [reader.read(row) for row in list(sheet.rows)]
            pools = _pools(rows, rosters)
        except UsherError as refusal:
            return self._refused(import_, refusal)
        chunks = [rows[first : first + CHUNK] for first in range(0, len(rows), CHUNK)]
        for nth, chunk in enumerate(chunks):
            self._files.put(import_, Stage.READ, nth, chunk)
        after = import_.read(
            rows=len(rows),
            columns=sheet.columns,
            chunks=len(chunks),
            suggestions=sum(bool(row.suggestion) for row in rows),
            pools=pools,
        )
        commit(self._context.table, [imports.change(import_, after)])
        return after

    def _content(self, import_: Import) -> bytes:
        stored = self._files.content(import_)
        if stored is None or stored.tag != import_.file_tag:
            raise FileReplacedError("The file was replaced, or is gone.")
        return stored.content

    def _refused(self, import_: Import, refusal: UsherError) -> Import:
        after = import_.refused(refusal, now=self._context.now())
        data = ImportRefused(learner_import=ImportRef.of(after), reason=refusal.code)
        event = record_event(self._context, data, organization=after.organization)
        commit(self._context.table, [imports.change(import_, after), event])
        return after


class _RowReader:
    """Reads the rows of a sheet in their order, so that each is compared with those before it."""

    def __init__(self, rosters: RosterReader, import_: Import) -> None:
        self._rosters = rosters
        self._import = import_
        self._asked: dict[tuple[str, ...], int] = {}

    def read(self, sheet: SheetRow) -> ImportedRow:
        row = ImportedRow(**sheet.__dict__)
        try:
            row = _addressed(row)
        except RowError as error:
            return row.with_verdict(
                error.verdict, error.detail, suggestion=suggest(row.email) or "", fault=error.fault
            )
        try:
            roster = self._rosters.named(row.client)
            requested = roster.requested_invite(row, self._import.defaults)
            row = replace(row, organization=roster.organization.id, requested=requested)
            roster.draft(row, self._import)
        except RowError as error:
            return row.with_verdict(error.verdict, error.detail, suggestion=row.suggestion)
        return self._without_repeats(row)

    def _without_repeats(self, row: ImportedRow) -> ImportedRow:
        """Return the row without what an earlier one asks for, too; a duplicate, if nothing is left."""
        first = {
            (kind, id_): self._asked.setdefault((row.address, row.organization, kind, id_), row.line)
            for kind, ids in (("group", row.requested.groups), ("license", row.requested.licenses))
            for id_ in ids
        }
        new = {asked for asked, line in first.items() if line == row.line}
        left = RequestedInvite(
            groups=tuple(id_ for id_ in row.requested.groups if ("group", id_) in new),
            licenses=tuple(id_ for id_ in row.requested.licenses if ("license", id_) in new),
        )
        if left:
            return replace(row, requested=left)
        reason = f"Row {min(first.values())} asks for the same."
        return row.with_verdict(Verdict.DUPLICATE, reason, suggestion=row.suggestion)


def _addressed(row: ImportedRow) -> ImportedRow:
    """Return the row with its address in the normal form; `Ann Lee <ann@x.io>` brings a name along.

    Raises:
        RowError: the cell holds no address, a malformed one, or several.
    """
    try:
        found = read_addresses(row.email.translate(_INVISIBLE))
    except NoAddressesError as error:
        raise RowError(Verdict.BAD_ADDRESS, error.detail, fault=AddressFault.NO_ADDRESS) from error
    except TooManyAddressesError as error:
        raise RowError(Verdict.BAD_ADDRESS, error.detail, fault=AddressFault.SEVERAL_ADDRESSES) from error
    if found.bad:
        raise RowError(Verdict.BAD_ADDRESS, found.bad[0].reason, fault=found.bad[0].fault)
    if len(found.recipients) > 1:
        several = "The cell holds several addresses; give each a row of its own."
        raise RowError(Verdict.BAD_ADDRESS, several, fault=AddressFault.SEVERAL_ADDRESSES)
    one = found.recipients[0]
    first, last = row.first_name, row.last_name
    if not first and not last:
        first, last = _display_name(one)
    return replace(
        row,
        address=one.email,
        first_name=first,
        last_name=last,
        suggestion=suggest(one.email) or "",
    )


def _display_name(one: Recipient) -> tuple[str, str]:
    """Return the first and the last name beside the address in a cell, or raise RowError."""
    try:
        return clean_names(one.first_name, one.last_name)
    except BadNameError as refusal:
        raise RowError.by(refusal) from refusal


def _pools(rows: Sequence[ImportedRow], rosters: RosterReader) -> dict[str, Pool]:
    """Return the seats that there are now of each license that a row asks for.

    Raises:
        TooManyClientsError: there are too many to keep count of.
    """
    wanted = (row for row in rows if row.verdict in WANTED)
    pools: dict[str, Pool] = {}
    for organization, requested in {(row.organization, row.requested) for row in wanted}:
        roster = rosters.of(organization)
        for id_ in roster.licenses_of(requested):
            pools[id_] = Pool(organization=organization, left=roster.licenses[id_].available)
    if len(pools) > MOST_LICENSES:
        raise TooManyClientsError(f"The rows take seats of {len(pools):,} licenses.")
    return pools
