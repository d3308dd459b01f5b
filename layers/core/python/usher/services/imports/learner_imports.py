"""Learner imports for managers: uploading, checking, confirming, canceling and listing them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from usher.domain.directory import SortedSearchError
from usher.domain.errors import refuses
from usher.domain.events.event import EventData
from usher.domain.events.imports import (
    ImportCanceled,
    ImportConfirmed,
    ImportCreated,
    ImportRef,
    ImportUploaded,
)
from usher.domain.groups import UnknownGroupError
from usher.domain.imports.imports import (
    BadFileNameError,
    BadRowsError,
    Defaults,
    FileNotUploadedError,
    FilesDeletedError,
    Import,
    ImportNotCheckedError,
    ImportOverError,
    ImportState,
    NobodyToInviteError,
    Only,
    RowsNotReadyError,
    UnknownImportError,
    check_file_name,
)
from usher.domain.imports.verdicts import ImportedRow, Verdict, unreached
from usher.domain.instants import BadDateError, parse_instant
from usher.domain.invites import BadMessageError, check_message
from usher.domain.licenses import NotEnoughSeatsError, SeatNeed, UnknownLicenseError
from usher.domain.organizations import Permission
from usher.domain.paging import BadCursorError
from usher.domain.people import Person
from usher.gateways.files import UploadForm
from usher.lazy_dataclasses import dataclass
from usher.services.authorization import AUTHORIZE, Membership, authorize
from usher.services.context import Context
from usher.services.imports.import_files import ImportFiles, Stage
from usher.services.imports.import_lists import ImportQuery, read_imports_page
from usher.services.list_figures import authorize_to_list
from usher.services.paging import ResultPage
from usher.services.receipts import Receipt
from usher.services.transactions import record_event, retry_on_conflict
from usher.store import groups, imports, licenses

MOST_CHUNKS = 20
"""The most chunks read for one page; with verdicts, a page may be short and still have a next one."""


MOST_TEXT = 1_000_000
"""Characters in the rows of one page: an answer of Lambda has at most 6 MB, and a row can have thousands."""


@dataclass(frozen=True, kw_only=True)
class ImportDetail:
    """An import with the seats that it needs."""

    import_: Import
    seats: Sequence[SeatNeed]


class LearnerImports:
    """Creates, confirms, cancels and reads imports for managers; `RunImport` does the work."""

    def __init__(self, context: Context, *, files: ImportFiles) -> None:
        self._context = context
        self._files = files

    @refuses(
        *AUTHORIZE, BadFileNameError, UnknownGroupError, UnknownLicenseError, BadDateError, BadMessageError
    )
    def create(
        self, *, person: Person, organization: str, file_name: str, defaults: Defaults, receipt: Receipt
    ) -> Import:
        """Begin an import, whose file is uploaded next.

        Raises:
            BadFileNameError, BadMessageError, BadDateError: about the fields.
            UnknownGroupError, UnknownLicenseError: about what rows that name nothing are invited to.
        """
        group_refs = [groups.ref(organization, id_) for id_ in defaults.groups]
        license_refs = [licenses.ref(organization, id_) for id_ in defaults.licenses]
        membership = authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.INVITE,
            also=[*group_refs, *license_refs],
        )
        if any(groups.open_group(membership.rows.get(at)) is None for at in group_refs):
            raise UnknownGroupError("The organization has no such group.")
        if any(membership.rows.get(at) is None for at in license_refs):
            raise UnknownLicenseError("The organization has no such license.")
        if defaults.access_start is not None:
            parse_instant(defaults.access_start, time_zone=membership.organization.time_zone)
        message = check_message(defaults.message)
        new = Import(
            id=self._context.new_id(),
            organization=organization,
            file_name=check_file_name(file_name),
            created_at=self._context.now(),
            created_by=person.email,
            defaults=replace(defaults, message=message),
        )
        data = ImportCreated(learner_import=ImportRef.of(new))
        event = record_event(self._context, data, organization=organization, actor=person.email)
        receipt.commit(self._context, [imports.create(new), event], new)
        return new

    def upload_form(self, *, organization: str, import_id: str) -> UploadForm:
        """Return a form to upload the file with, for whoever has just created the import; no call."""
        return self._files.upload_form(organization, import_id)

    @refuses(*AUTHORIZE, UnknownImportError, FileNotUploadedError)
    @retry_on_conflict
    def check(self, *, person: Person, organization: str, import_id: str, receipt: Receipt) -> Import:
        """Request the check of the uploaded file; no effect once a check was requested."""
        before = self._found(person, organization, import_id, Permission.INVITE)
        if before.state is not ImportState.AWAITING_FILE:
            return self._answered(before, receipt)
        tag = self._files.tag(before)
        if tag is None:
            raise FileNotUploadedError("No file was uploaded for this import.")
        after = before.uploaded(file_tag=tag)
        self._commit(before, after, ImportUploaded(learner_import=ImportRef.of(after)), person, receipt)
        return after

    @refuses(
        *AUTHORIZE,
        UnknownImportError,
        ImportNotCheckedError,
        FilesDeletedError,
        NobodyToInviteError,
        BadRowsError,
        NotEnoughSeatsError,
    )
    @retry_on_conflict
    def confirm(
        self, *, person: Person, organization: str, import_id: str, only: Only, receipt: Receipt
    ) -> Import:
        """Confirm the import: the worker invites all rows or none, or the good ones, in this person's name.

        Raises:
            BadRowsError, NotEnoughSeatsError: with `all` only.
        """
        before = self._found(person, organization, import_id, Permission.INVITE)
        seats = self._seats(before) if only is Only.ALL else []
        after = before.confirmed(
            only,
            seats=seats,
            by=person.email,
            now=self._context.now(),
        )
        data = ImportConfirmed(learner_import=ImportRef.of(after), only=only)
        self._commit(before, after, data, person, receipt)
        return after

    @refuses(*AUTHORIZE, UnknownImportError, ImportOverError)
    @retry_on_conflict
    def cancel(self, *, person: Person, organization: str, import_id: str, receipt: Receipt) -> Import:
        """Cancel the import.

        No invite is sent afterwards, since each of the worker's transactions requires a running import.
        """
        before = self._found(person, organization, import_id, Permission.INVITE)
        after = before.canceled(now=self._context.now())
        self._commit(before, after, ImportCanceled(learner_import=ImportRef.of(after)), person, receipt)
        return after

    @refuses(*AUTHORIZE, UnknownImportError)
    def detail(self, *, person: Person, organization: str, import_id: str) -> ImportDetail:
        """Read an import and the seats that it needs: one call, and one for each hundred licenses."""
        found = self._found(person, organization, import_id, Permission.READ)
        return ImportDetail(import_=found, seats=self._seats(found))

    @refuses(*AUTHORIZE, BadCursorError, SortedSearchError)
    def listed(
        self,
        *,
        person: Person,
        organization: str,
        query: ImportQuery | None = None,
        limit: int,
        cursor: str | None,
        with_figures: bool = False,
    ) -> ResultPage[Import]:
        """List the imports, newest first unless sorted otherwise: two calls, and three with a search.

        With states, one call for each, and one for the imports.
        """
        counted = authorize_to_list(
            self._context, person=person, organization=organization, with_figures=with_figures
        )
        page = read_imports_page(
            self._context, organization, query or ImportQuery(), limit=limit, cursor=cursor
        )
        return ResultPage(items=page.items, next=page.next, figures=counted)

    @refuses(*AUTHORIZE, UnknownImportError, RowsNotReadyError, FilesDeletedError, BadCursorError)
    def rows(
        self,
        *,
        person: Person,
        organization: str,
        import_id: str,
        verdicts: Collection[Verdict] = (),
        limit: int,
        cursor: str | None,
        most_chunks: int = MOST_CHUNKS,
    ) -> ResultPage[ImportedRow]:
        """List the rows in the order of the file, with what will become or became of each.

        Those with one of the verdicts, if any are named; the import says which chunks have some. One call,
        and one for each chunk of the page.
        """
        found = self._found(person, organization, import_id, Permission.READ)
        if self._context.now() >= found.files_until:
            raise FilesDeletedError("The rows are not there any more.")
        if not found.checked:
            raise RowsNotReadyError(f"The import is {found.state.replace('_', ' ')}.", state=found.state)
        chunk, skip = _position(cursor)
        rows: list[ImportedRow] = []
        text = 0
        every = found.chunks_with(verdicts) if verdicts else range(found.checked)
        left = [at for at in every if at >= chunk]
        for at in left[:most_chunks]:
            for nth, row in enumerate(self._chunk(found, at)):
                if (at, nth) < (chunk, skip) or (verdicts and row.verdict not in verdicts):
                    continue
                if len(rows) == limit or text >= MOST_TEXT:
                    return ResultPage(items=rows, next=f"{at}.{nth}")
                rows.append(row)
                text += row.length
        return ResultPage(items=rows, next=f"{left[most_chunks]}.0" if len(left) > most_chunks else None)

    def _chunk(self, found: Import, at: int) -> list[ImportedRow]:
        stage = Stage.DONE if at < found.ran else Stage.CHECKED
        rows = self._files.rows(found, stage, at)
        never = found.state is ImportState.CANCELED and at >= found.ran
        return [unreached(row) for row in rows] if never else rows

    def _seats(self, found: Import) -> list[SeatNeed]:
        refs = {id_: licenses.ref(pool.organization, id_) for id_, pool in found.pools.items() if pool.needed}
        there = self._context.table.get_many(list(refs.values()))
        pools = licenses.present_at(self._context.table, there, list(refs.values()))
        return [
            SeatNeed(terms=one.terms, needed=found.pools[one.id].needed, available=one.available)
            for one in pools
        ]

    def _found(self, person: Person, organization: str, import_id: str, permission: Permission) -> Import:
        at = imports.ref(organization, import_id)
        membership: Membership = authorize(
            self._context, person=person, organization=organization, permission=permission, also=[at]
        )
        row = membership.rows.get(at)
        if row is None:
            raise UnknownImportError("The organization has no such import.")
        return imports.import_of(row)

    def _commit(
        self, before: Import, after: Import, data: EventData, person: Person, receipt: Receipt
    ) -> None:
        """Commit the change, unless the import has come further since it was read."""
        event = record_event(self._context, data, organization=after.organization, actor=person.email)
        receipt.commit(self._context, [imports.change(before, after), event], after)

    def _answered(self, found: Import, receipt: Receipt) -> Import:
        receipt.answer(self._context, found)
        return found


def _position(cursor: str | None) -> tuple[int, int]:
    """Return the chunk and the row in it at which a page begins."""
    if cursor is None:
        return 0, 0
    chunk, _, nth = cursor.partition(".")
    if not (chunk.isdecimal() and nth.isdecimal()):
        raise BadCursorError("The cursor cannot be read.")
    return int(chunk), int(nth)
